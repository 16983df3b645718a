"""From extracted paragraphs to the article: takes out what is not part of it, and can put it back.

Works on paragraphs alone (parted by one blank line), so that it cleans text which never had markup too. Every piece
taken out is kept with the rule that did it; ``restore`` gives the input back exactly, whatever the input was.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from consumers.normal_form import normal_form
from consumers.paragraphs import SEPARATOR
from consumers.restore import restore
from consumers.rulepack import CompiledSection, Rule, RulePack, Section, load_rules
from schemas.articles import Removed

__all__ = ["Cleaned", "clean", "restore"]

PROSE_WORDS = 20
SENTENCE_WORDS = 8
"""Words from which a paragraph counts as prose, without and with a sentence's end: where prose begins the head of a
text is over, where it ends its tail begins."""
LIVE_STAMPS = 3
"""Stamps from which a text is a live blog."""
_RULE_LIMIT = 700
"""Characters. Longer paragraphs are body: no rule takes more than 60 words."""
_HEADLINE_WORDS = 22
_MAX_HEADLINES = 12
_STATEMENT_ENDS = (".", '."', ".'", "!", '!"')
_PROSE_ENDS = (*_STATEMENT_ENDS, "?", '?"')
_SENTENCE_ENDS = (*_STATEMENT_ENDS, ":", ";", ",")
_MAX_OPENINGS = 8
"""Lines tried as the opening of a section: each try looks at the whole text."""
_MIN_BODY_WORDS = 30
"""Words that must stand before a section, so that an article on the matter is not taken for one."""
_NEUTRAL_WORDS = 9
"""Lines up to this length (a signature, a link) need no cue of their own inside a section."""
_CUE_SHARE, _VOICE_SHARE, _AGAINST_SHARE, _TOPIC_SHARE = 0.6, 0.4, 0.25, 0.2


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The article's text and all that was taken out of it.

    ``credit`` holds the credit and copyright lines, one a line. ``flags`` are words of ``consumers.flags``.
    """

    text: str
    removed: tuple[Removed, ...] = ()
    corrections: tuple[str, ...] = ()
    credit: str | None = None
    byline: str | None = None
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Hit:
    rule: str
    score: float
    keep: str | None = None
    stamp: bool = False


def clean(text: str, pack: RulePack | None = None) -> Cleaned:
    """Return what of ``text`` is the article. Never fails; time grows linearly with the text."""
    pack = pack or load_rules()
    paragraphs = text.split(SEPARATOR)
    forms = [normal_form(paragraph) for paragraph in paragraphs]
    words = [len(form.split()) for form in forms]
    hits: list[_Hit | None] = [None] * len(paragraphs)
    for start, section in _sections(forms, words, pack):
        hits[start:] = [_Hit(section.id, section.score)] * (len(hits) - start)
    _apply_rules(forms, words, hits, pack)
    return _assemble(paragraphs, words, hits)


def _apply_rules(forms: Sequence[str], words: Sequence[int], hits: list[_Hit | None], pack: RulePack) -> None:
    """Fill ``hits`` with what the rules for single paragraphs take."""
    candidates = [
        () if hit or not form or len(form) > _RULE_LIMIT else tuple(_candidates(form, count, pack))
        for form, count, hit in zip(forms, words, hits, strict=True)
    ]
    everywhere = [[rule for rule in rules if rule.scope == "anywhere"] for rules in candidates]
    body = [
        index
        for index, count in enumerate(words)
        if _is_prose(forms[index], count) and hits[index] is None and not everywhere[index]
    ]
    first, last = (body[0], body[-1]) if body else (len(forms), -1)
    for index, rules in enumerate(candidates):
        for rule in rules:
            if hits[index] or (rule.scope == "head" and index > first) or (rule.scope == "tail" and index < last):
                continue
            below = _headlines(index, forms, words, hits, candidates) if rule.headlines != "no" else []
            if rule.headlines == "must" and not below:
                continue
            for hit in (index, *below):
                hits[hit] = _Hit(rule.id, rule.score, rule.keep, rule.stamp)


def _is_prose(form: str, words: int) -> bool:
    return words >= PROSE_WORDS or (words >= SENTENCE_WORDS and form.endswith(_PROSE_ENDS))


def _candidates(form: str, words: int, pack: RulePack) -> Iterator[Rule]:
    """The rules that match a paragraph and are not held back, in the pack's order."""
    matched = pack.matcher.matches(form)
    if not matched:
        return
    guarded = pack.guards.matches(form)
    yield from (pack.rules[i] for i in sorted(matched - guarded) if words <= pack.rules[i].max_words)


def _headlines(
    heading: int,
    forms: Sequence[str],
    words: Sequence[int],
    hits: Sequence[_Hit | None],
    candidates: Sequence[Sequence[Rule]],
) -> list[int]:
    """Return the lines below a heading that read like headlines: short, and no sentence's end."""
    found = []
    for index in range(heading + 1, min(heading + 1 + _MAX_HEADLINES, len(forms))):
        if hits[index] or candidates[index]:
            break
        if not 0 < words[index] <= _HEADLINE_WORDS or forms[index].endswith(_SENTENCE_ENDS):
            break
        found.append(index)
    return found


def _sections(forms: Sequence[str], words: Sequence[int], pack: RulePack) -> Iterator[tuple[int, Section]]:
    """The sections found, each with the index of its first paragraph."""
    for section in pack.sections:
        openings = list(islice(_openings(forms, words, section), _MAX_OPENINGS))
        if not openings:
            continue
        cues = [section.cues.matches(form) for form in forms]
        start = next((index for index in openings if _is_section(forms, words, cues, index, section)), None)
        if start is not None:
            yield start, section.rule


def _openings(forms: Sequence[str], words: Sequence[int], section: CompiledSection) -> Iterator[int]:
    """Paragraphs that could open the section: heading-like, with enough of an article before them."""
    before = 0
    for index, form in enumerate(forms):
        heading = 0 < words[index] <= _HEADLINE_WORDS and not form.endswith(_STATEMENT_ENDS)
        if heading and before >= _MIN_BODY_WORDS and section.openings.matches(form):
            yield index
        before += words[index]


def _is_section(
    forms: Sequence[str],
    words: Sequence[int],
    cues: Sequence[frozenset[int]],
    start: int,
    section: CompiledSection,
) -> bool:
    """Whether the text from ``start`` on is the section: by its cues and voice, and by a body on something else."""
    inside = range(start, len(forms))
    if len(frozenset().union(*(cues[index] for index in inside))) < section.rule.min_cues:
        return False
    weighed = [index for index in inside if words[index] > _NEUTRAL_WORDS or cues[index]]
    tones = [section.tones.matches(forms[index]) for index in weighed]
    before = [index for index in range(start) if _is_prose(forms[index], words[index])]
    on_topic = sum(len(cues[index]) > 1 for index in before)
    return (
        sum(bool(cues[index]) for index in weighed) >= _CUE_SHARE * len(weighed)
        and sum(0 in tone for tone in tones) >= _VOICE_SHARE * len(weighed)
        and sum(1 in tone for tone in tones) <= _AGAINST_SHARE * len(weighed)
        and on_topic <= _TOPIC_SHARE * len(before)
    )


def _assemble(paragraphs: Sequence[str], words: Sequence[int], hits: Sequence[_Hit | None]) -> Cleaned:
    """Join what stays, and note what goes with the separator that stood beside it."""
    kept: list[str] = []
    length = 0
    removed: list[Removed] = []
    some_stay = not all(hits)
    for index, (paragraph, hit) in enumerate(zip(paragraphs, hits, strict=True)):
        if hit is None:
            length += len(paragraph) + (len(SEPARATOR) if kept else 0)
            kept.append(paragraph)
            continue
        if kept or (index and not some_stay):
            piece = SEPARATOR + paragraph
        else:
            piece = paragraph + (SEPARATOR if some_stay else "")
        removed.append(Removed(offset=length, text=piece, rule=hit.rule, score=hit.score))
    lines = {
        keep: [paragraph.strip() for paragraph, hit in zip(paragraphs, hits, strict=True) if hit and hit.keep == keep]
        for keep in ("credit", "correction", "byline")
    }
    taken = sum(count for count, hit in zip(words, hits, strict=True) if hit)
    return Cleaned(
        text=SEPARATOR.join(kept),
        removed=tuple(removed),
        corrections=tuple(lines["correction"]),
        credit="\n".join(dict.fromkeys(lines["credit"])) or None,
        byline=next(iter(lines["byline"]), None),
        flags=_flags(hits, taken, sum(words) - taken),
    )


def _flags(hits: Sequence[_Hit | None], taken: int, stayed: int) -> frozenset[str]:
    counts = Counter(hit.keep for hit in hits if hit)
    found = {
        "corrected": counts["correction"] > 0,
        "live-blog": sum(hit.stamp for hit in hits if hit) >= LIVE_STAMPS,
        "mostly-removed": taken > stayed,
    }
    return frozenset(flag for flag, holds in found.items() if holds)
