"""What each filter makes of an article. Field names are the contract's."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from consumers.extract import extract
from consumers.head_strings import line
from consumers.host_rules import load_hosts
from consumers.language import identify_language
from consumers.memory import Memory
from consumers.prepare import Draft, to_clean
from consumers.step import Invalid, Rejected
from copydesk.filters.source import Given
from infra.settings import load
from models.factory import Models
from schemas.articles import CleanArticle, Entity, Language, Payload, RawArticle, Summary

Filter = Callable[[Given], Payload]


class Extracted(Payload, frozen=True, kw_only=True):
    """What `extract` prints: the cleaner's input, and what the page says of itself."""

    id: str
    url: str
    canonical_url: str | None
    title: str | None
    standfirst: str | None
    byline: str | None
    section: str | None
    published_at: datetime | None
    published_at_found_in: str | None
    updated_at: datetime | None
    updated_at_found_in: str | None
    text: str
    flags: tuple[str, ...]


class Tagged(Payload, frozen=True, kw_only=True):
    """What `tag` prints. Offsets are code points of ``text``."""

    id: str
    language: Language
    text: str
    entities: tuple[Entity, ...]
    flags: tuple[str, ...]


class Summarized(Payload, frozen=True, kw_only=True):
    """What `summarize` prints. Offsets are code points of ``text``."""

    id: str
    language: Language
    text: str
    summary: Summary
    headline_summary: str | None
    flags: tuple[str, ...]


def extracting(given: Given) -> Payload:
    """Return an ``Extracted``. Raises ``Invalid``."""
    raw = _raw(given)
    found = extract(raw, load_hosts(load().host_rules).for_url(raw.final_url or raw.url))
    metadata = found.metadata
    return Extracted(
        id=_id(given, raw),
        url=raw.url,
        canonical_url=metadata.canonical_url,
        title=metadata.title,
        standfirst=metadata.standfirst,
        byline=metadata.byline,
        section=metadata.section,
        published_at=metadata.published_at,
        published_at_found_in=metadata.published_at_found_in,
        updated_at=metadata.updated_at,
        updated_at_found_in=metadata.updated_at_found_in,
        text=found.text,
        flags=tuple(sorted(found.flags)),
    )


def draft(given: Given, memory: Memory | None = None) -> Draft:
    """Return the article as the prepare step cleans it. Raises ``Invalid``, also where the step rejects it."""
    raw = _raw(given)
    made = to_clean(raw, memory=memory, hosts=load_hosts(load().host_rules))
    if isinstance(made, Rejected):
        raise Invalid(made.reason, made.detail)
    return Draft(msgspec.structs.replace(made.article, id=_id(given, raw)), made.extracted)


def cleaning(given: Given, memory: Memory | None = None) -> Payload:
    """Return a ``CleanArticle``. Raises ``Invalid``."""
    return draft(given, memory).article


def tagging(models: Models) -> Filter:
    """Return the filter that gives ``Tagged``. The text of a line is taken as it is, a document is cleaned first."""

    def tag(given: Given) -> Payload:
        identity, text, language, _ = _text(given)
        analysis = models.analyse(text, language.code)
        return Tagged(id=identity, language=language, text=text, entities=analysis.entities, flags=analysis.flags)

    return tag


def summarizing(models: Models) -> Filter:
    """Return the filter that gives ``Summarized``; see ``tagging``. The title helps, as in ``enrich``."""

    def summarize(given: Given) -> Payload:
        identity, text, language, title = _text(given)
        analysis = models.analyse(text, language.code, title=title)
        return Summarized(
            id=identity,
            language=language,
            text=text,
            summary=analysis.summary,
            headline_summary=analysis.headline_summary,
            flags=analysis.flags,
        )

    return summarize


def enriching(models: Models, memory: Memory | None = None) -> Filter:
    """Return the filter that gives an ``EnrichedArticle``: of a document, the very object the pipeline stores."""
    from consumers.enrich import to_enriched

    def enrich(given: Given) -> Payload:
        return to_enriched(draft(given, memory).article, models)

    return enrich


def _text(given: Given) -> tuple[str, str, Language, str | None]:
    """Id, text, language and title."""
    if given.text is not None:
        raw = _raw(given)
        return _id(given, raw), given.text, identify_language(given.text), line(raw.item.title if raw.item else None)
    article: CleanArticle = draft(given).article
    return article.id, article.text, article.language, article.title


def _raw(given: Given) -> RawArticle:
    if given.raw is None:
        raise given.error or Invalid("bad-line", "there is no article")
    return given.raw


def _id(given: Given, raw: RawArticle) -> str:
    return given.id if given.id is not None else raw.id
