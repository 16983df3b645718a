"""The gate: whether what was had of a page, cleaned, is an article that may be published as one.

The score is the product of these parts, each in 0..1, so that one grave doubt is enough and several small ones add up:

- ``told``: share of the words in lines that say something (sentences, long or punctuated lines, lines with figures),
  which menus and lists of headlines are not; never below ``LISTED`` where there is a paragraph of prose beside them;
- ``unlinked``: 1 less the share of paragraphs and the share of words that are only a link, or the teaser below one
  (``consumers.cards``), as on front and tag pages;
  links that the cleaner took out between paragraphs count among the former, those behind the last do not;
- ``own``: share of the words that are not the site's own business with its reader (cues of ``consumers.kindpack``);
- ``kept``: falls to 0.7 where the cleaner took everything out;
- ``stub``: for the beginning of an article behind a paywall, its words in proportion to ``STUB_WORDS``.

Length is no part: a brief of 20 words is an article. Live blogs, galleries and pages around a video are not judged by
their form. All of it is pure.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

import msgspec

from consumers.kindpack import KindPack, load_kinds
from consumers.normal_form import normal_form
from consumers.page_kind import STRONG, PageKind
from consumers.paragraphs import count_words
from schemas.articles import Extraction

FLOOR = 0.5
"""Score below which an article is rejected. docs/cleaning.md tells how it was chosen."""
STUB_WORDS = 80
LISTED = 0.65
_LINE_WORDS, _LONG_WORDS, _PROSE_WORDS = 8, 25, 12
_SHORT_WORDS = 4
_HEADLINE, _SHORT = 0.35, 0.8
_GOOD = 0.9
"""A part below this is told to people."""
_MAX_JUDGED = 400
"""Paragraphs looked at: more change nothing."""
_MAX_LINE = 1_500
_END = re.compile(r"[.!?…。！？｡؟۔।॥።։։།။៕:;,،、；：，][\"'”’»›«“‘)\]）」』]*$")
_SENTENCE = re.compile(r"[.!?…。！？｡؟۔।॥።։།။៕][\"'”’»›«“‘)\]）」』]*$")
_INSIDE = re.compile(r"\d|[,:;(\"]\s?\w")
_NO_SENTENCE_END = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese, Khmer: scripts that part words or sentences in other ways."""
_MARK = re.compile(r"[.,;:!?…。，、；：！？؟،۔।]")
_WORDS_A_MARK = 40
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_SAYS: Final = {
    "told": "{share:.0%} of the words stand in sentences or lines that say something",
    "unlinked": "{links} of {paragraphs} paragraphs are only links, or teasers",
    "own": "{site:.0%} of the words are the site's own business with its reader (cookies, accounts, errors)",
    "kept": "the cleaner took out {taken:.0%} of the words",
    "stub": "of an article behind a paywall only {words} words can be read",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The score with its parts, and for people what lowered it."""

    score: float
    parts: dict[str, float]
    says: str

    @property
    def passes(self) -> bool:
        return self.score >= FLOOR

    def over(self, extraction: Extraction) -> Extraction:
        """Return the extraction with this score, and its parts (``gate.*``) beside those of the text chosen."""
        chosen, *rest = extraction.candidates
        parts = {**chosen.parts, **{f"gate.{name}": value for name, value in self.parts.items()}}
        chosen = msgspec.structs.replace(chosen, parts=parts)
        return msgspec.structs.replace(extraction, score=self.score, candidates=(chosen, *rest))


def judge(
    paragraphs: Sequence[str],
    before: Sequence[str] | None = None,
    *,
    links: AbstractSet[int] = frozenset(),
    kinds: Sequence[PageKind] = (),
    pack: KindPack | None = None,
) -> Verdict:
    """Judge a cleaned text by its paragraphs.

    ``before`` is the cleaner's input where that was another; ``links`` are the indices of its paragraphs that are only
    a link, or the teaser below one.
    """
    pack = pack or load_kinds()
    before = paragraphs if before is None else before
    looked_at = paragraphs[:_MAX_JUDGED]
    counts = [count_words((paragraph,)) for paragraph in looked_at]
    words = sum(counts)
    if not words:
        return Verdict(0.0, {"told": 0.0}, "there is no text")
    texts = frozenset(before[index] for index in links)
    link_words = sum(count for count, text in zip(counts, looked_at, strict=True) if text in texts)
    inside = _inside(before, frozenset(looked_at) - texts)
    link_lines = sum(index in links for index in inside)
    told = sum(count * _told(text, count) for count, text in zip(counts, looked_at, strict=True)) / words
    site = sum(count for count, text in zip(counts, looked_at, strict=True) if _is_site(text, pack)) / words
    total = count_words(paragraphs)
    taken = max(0, count_words(before) - total)
    prose = any(
        count >= _PROSE_WORDS and _SENTENCE.search(text[-6:]) and text not in texts
        for count, text in zip(counts, looked_at, strict=True)
    )
    parts = {
        "told": max(told, LISTED) if prose else told,
        "unlinked": max(0.0, 1 - link_words / words - link_lines / max(1, len(inside))),
        "own": 1 - site,
        "kept": 0.7 + 0.3 * total / (total + taken),
    }
    if any(kind.effect == "shown" for kind in kinds):
        parts = {"own": parts["own"]}
    if any(kind.effect == "stub" for kind in kinds):
        parts["stub"] = min(1.0, total / STUB_WORDS)
    score = 1.0
    for value in parts.values():
        score *= value
    facts = {"share": told, "links": link_lines, "paragraphs": len(inside), "site": site, "words": total}
    facts["taken"] = taken / (total + taken)
    reasons = [_SAYS[part].format(**facts) for part, value in sorted(parts.items(), key=_value) if value < _GOOD]
    return Verdict(round(score, 3), {part: round(value, 3) for part, value in parts.items()}, "; ".join(reasons))


def _inside(before: Sequence[str], kept: AbstractSet[str]) -> range:
    """Return the indices of what stands up to the last paragraph that was kept and is no link: lists behind it go."""
    last = next((index for index in reversed(range(len(before))) if before[index] in kept), len(before) - 1)
    return range(last + 1)


def _value(part: tuple[str, float]) -> float:
    return part[1]


def _told(text: str, words: int) -> float:
    """How far a paragraph says something, by its form."""
    if len(_ADDRESS.sub("", text)) * 2 < len(text):
        return 0.0
    if not text.isascii() and _NO_SENTENCE_END.search(text):
        return 1.0
    if words >= _LONG_WORDS:
        # A list of links run together has no mark at all; prose has one in every line or two.
        return 1.0 if len(_MARK.findall(text)) * _WORDS_A_MARK >= words else _HEADLINE
    if words >= 2 and (_END.search(text[-6:]) or _INSIDE.search(text)):
        return 1.0
    if words >= _LINE_WORDS:
        return _HEADLINE
    return _SHORT if words >= _SHORT_WORDS else 0.0


def _is_site(text: str, pack: KindPack) -> bool:
    """Whether the site speaks to its reader about cookies, accounts, subscriptions or errors."""
    return any(cue.weight >= STRONG for cue in pack.cues("line", normal_form(text[:_MAX_LINE])))
