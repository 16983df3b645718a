"""The first step: a raw article becomes a clean one, and one revision of its article."""

from dataclasses import dataclass

import msgspec

from consumers.clean import clean
from consumers.extract import MIN_WORDS, Extracted, count_words, extract
from consumers.flags import BRIEF_WORDS
from consumers.gate import FLOOR, judge
from consumers.host_rules import HostLines, HostRules, load_hosts
from consumers.identify import Known, Withdrawn, content_hash, first_revision, identify, text_hash
from consumers.kindpack import load_kinds
from consumers.language import identify_language
from consumers.line_scorer import load_scorer
from consumers.memory import Memory, host_of
from consumers.metadata import without_by
from consumers.page_outcome import Way, kinds_of, ways_to_have
from consumers.paragraphs import SEPARATOR
from consumers.pipeline import prepare_hash, rules_version
from consumers.rulepack import load_rules
from consumers.site import Site
from consumers.step import Done, Duplicate, Rejected, Result, Superseded
from infra.objects import ObjectStore
from schemas.articles import CleanArticle, Origin, Provenance, RawArticle, RawObject, Revision, Stage
from schemas.codec import decode, encode
from schemas.envelope import format_origin
from schemas.keys import raw_key
from schemas.topics import CLEAN, RAW, Topic


@dataclass(frozen=True, slots=True)
class Draft:
    """A clean article before anything is known of its earlier revisions.

    ``article`` is what it is if it is the first (what ``copydesk clean`` prints); ``extracted`` is what the cleaner
    was given.
    """

    article: CleanArticle
    extracted: Extracted

    def with_revision(self, revision: Revision) -> CleanArticle:
        """Return the article as that revision."""
        return msgspec.structs.replace(self.article, revision=revision)


def to_clean(raw: RawArticle, *, memory: Memory | None = None, hosts: HostRules | None = None) -> Draft | Rejected:
    """Decode, extract, clean, tell the language, pass the gate. Pure: the same bytes, rules, memory and versions give
    the same result.

    ``hosts`` are rules for single hosts; those that come with Copydesk where there are none. ``Rejected``: ``no-text``
    for fewer than ``MIN_WORDS`` words; ``low-score`` below the gate's floor (``consumers.gate``); the name of its kind
    for a page that held its article back (``consumers.page_kind``) where the feed has no article either. Raises
    ``Invalid``, see ``consumers.extract.extract``.
    """
    url = raw.final_url or raw.url
    host = HostLines(
        (hosts or load_hosts()).for_url(url),
        memory.for_url(url) if memory else None,
    )
    extracted = extract(raw, host.rule)
    kinds = kinds_of(extracted, raw)
    held_back = next((kind for kind in kinds if kind.effect != "shown"), None)
    rejected: Rejected | None = None
    for way in ways_to_have(extracted, raw, kinds):
        made = _clean(raw, way, host, memory)
        if isinstance(made, Draft):
            return made
        rejected = rejected or made
    if held_back:
        found = ", ".join(held_back.evidence)
        return Rejected(held_back.name, f"the page is {held_back.says} ({found}), and the feed has no article either")
    return rejected or Rejected("no-text", "there is no text")


def _clean(raw: RawArticle, way: Way, host: HostLines, memory: Memory | None) -> Draft | Rejected:
    """Clean one text that may be the article, and judge it."""
    extracted = way.extracted
    site = Site.of(host_of(raw.final_url or raw.url), *extracted.metadata.sites)
    untitled = extracted.metadata.title is None
    cleaned = clean(extracted.text, memory=host, linked=extracted.linked, site=site, untitled=untitled)
    paragraphs = tuple(cleaned.text.split(SEPARATOR))
    words = count_words(paragraphs)
    if words < MIN_WORDS:
        return Rejected("no-text", f"{words} words of text are left; an article has at least {MIN_WORDS}")
    verdict = judge(paragraphs, extracted.paragraphs, links=way.links, kinds=way.kinds)
    if not verdict.passes:
        return Rejected("low-score", f"the text scores {verdict.score:.2f}, the floor is {FLOOR:.2f}: {verdict.says}")
    metadata = extracted.metadata
    language = identify_language(cleaned.text)
    flags = extracted.flags | cleaned.flags
    flags |= {
        flag
        for flag, holds in {
            "brief": words < BRIEF_WORDS,
            "language-unknown": language.code == "und",
            "no-date": metadata.published_at is None,
            "no-title": metadata.title is None,
        }.items()
        if holds
    }
    found_in = dict(metadata.found_in)
    if cleaned.byline and not metadata.byline:
        found_in["byline"] = "text"
    article = CleanArticle(
        id=raw.id,
        revision=first_revision(""),
        url=raw.url,
        final_url=raw.final_url,
        canonical_url=metadata.canonical_url,
        source=raw.source,
        title=metadata.title,
        standfirst=metadata.standfirst,
        byline=metadata.byline or without_by(cleaned.byline),
        section=metadata.section,
        published_at=metadata.published_at,
        published_at_found_in=metadata.published_at_found_in,
        updated_at=metadata.updated_at,
        updated_at_found_in=metadata.updated_at_found_in,
        found_in=found_in,
        captured_at=raw.captured_at,
        language=language,
        extraction=verdict.over(extracted.extraction),
        text=cleaned.text,
        text_hash=text_hash(cleaned.text),
        removed=cleaned.removed,
        corrections=cleaned.corrections,
        credit=cleaned.credit,
        rights=raw.rights,
        provenance=Provenance(
            raw=RawObject(key=raw_key(raw.body_sha256), sha256=raw.body_sha256),
            rules=rules_version(
                load_rules().version,
                load_scorer().version,
                load_kinds().version,
                host.rule.version if host.rule else "",
            ),
            memory=memory.version if memory else None,
            extractor=extracted.extractor,
        ),
        flags=tuple(sorted(flags)),
    )
    article = msgspec.structs.replace(article, revision=first_revision(content_hash(article)))
    return Draft(article, extracted)


class Prepare:
    """``consumers.step.Step`` from ``news.raw`` to ``news.clean``. ``memory`` is what was learned of the hosts.

    ``hosts`` are the rules for single hosts; see ``to_clean``.
    """

    stage: Stage = "prepare"
    input: Topic = RAW
    output: Topic = CLEAN

    def __init__(self, store: ObjectStore, memory: Memory | None = None, hosts: HostRules | None = None) -> None:
        self._store = store
        self.memory = memory
        self._hosts = hosts

    def read(self, data: bytes) -> RawArticle:
        """See ``consumers.step.Step.read``."""
        return decode(data, RawArticle)

    def __call__(self, article: RawArticle, origin: Origin) -> Result:
        """Clean the article and decide which revision it is; the decision is stored before this returns.

        Raises ``Invalid`` and ``infra.errors.Unavailable``.
        """
        draft = to_clean(article, memory=self.memory, hosts=self._hosts)
        if isinstance(draft, Rejected):
            return draft
        identity = identify(
            self._store,
            article.id,
            digest=draft.article.revision.hash,
            body_sha256=article.body_sha256,
            captured_at=article.captured_at,
            origin=format_origin(origin),
        )
        if isinstance(identity, Withdrawn):
            return Rejected("withdrawn", "the article was withdrawn; nothing of it is published any more")
        if isinstance(identity, Known):
            return (Duplicate if identity.decided == "duplicate" else Superseded)(identity.revision)
        clean_article = draft.with_revision(identity)
        return Done(
            payload=clean_article,
            data=encode(clean_article),
            event_id=f"{article.id}.r{identity.number}.{prepare_hash(clean_article.provenance)}",
            revision=identity.number,
        )
