"""The gate: whether what was had of a page, cleaned, is an article that may be published as one.

The score is the product of these parts, each in 0..1, so that one grave doubt is enough and several small ones add up:

- ``told``: share of the words in lines that say something (sentences, long or punctuated lines, lines with figures),
  which menus and lists of headlines are not; never below ``LISTED`` where there is a paragraph of prose beside them;
- ``unlinked``: 1 less the share of paragraphs and the share of words that are only a link, or the teaser below one
  (``consumers.cards``), as on front and tag pages; links that the cleaner took out between paragraphs count among the
  former, those behind a body of ``_BODY_WORDS`` do not;
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
from math import prod
from typing import Final

import msgspec

from consumers.kindpack import KindPack, load_kinds
from consumers.normal_form import normal_form
from consumers.page_kind import STRONG, PageKind
from consumers.paragraphs import count_words
from schemas.articles import Extraction

FLOOR = 0.55
"""Score below which an article is rejected. docs/cleaning.md tells how it was chosen."""
STUB_WORDS = 80
LISTED = 0.75
_LINE_WORDS, _LONG_WORDS, _PROSE_WORDS, _BODY_WORDS = 8, 18, 12, 40
_SHORT_WORDS = 4
_HEADLINE, _SHORT = 0.35, 0.6
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
_MARK = re.compile(r"[.,;:!?…。，、；：！？؟،۔।]|\d+")
_WORDS_A_MARK = 40
_FIGURE = re.compile(r"\d+")
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
    counts = {text: count_words((text,)) for text in dict.fromkeys((*before, *paragraphs))}
    looked_at = [(text, counts[text]) for text in paragraphs[:_MAX_JUDGED]]
    words = sum(count for _, count in looked_at)
    if not words:
        return Verdict(0.0, {"told": 0.0}, "there is no text")
    texts = frozenset(before[index] for index in links)
    kept = frozenset(paragraphs)
    told = sum(count * _told(text, count) for text, count in looked_at) / words
    prose = any(
        count >= _PROSE_WORDS and _SENTENCE.search(text[-6:]) and text not in texts for text, count in looked_at
    )
    site = sum(count for text, count in looked_at if _is_site(text, pack)) / words
    total = sum(map(counts.__getitem__, paragraphs))
    taken = max(0, sum(map(counts.__getitem__, before)) - total)
    among = _links([(counts[text] if text in kept else 0) for text in before], links)
    parts = {
        "told": max(told, LISTED) if prose else told,
        "unlinked": max(0.0, 1 - among.share),
        "own": 1 - site,
        "kept": 0.7 + 0.3 * total / (total + taken),
    }
    if any(kind.effect == "shown" for kind in kinds):
        parts = {"own": parts["own"]}
    if any(kind.effect == "stub" for kind in kinds):
        parts["stub"] = min(1.0, total / STUB_WORDS)
    facts = {
        "share": told,
        "links": among.links,
        "paragraphs": among.paragraphs,
        "site": site,
        "words": total,
        "taken": taken / (total + taken),
    }
    reasons = [_SAYS[part].format(**facts) for part, value in sorted(parts.items(), key=_value) if value < _GOOD]
    return Verdict(
        score=round(prod(parts.values()), 3),
        parts={part: round(value, 3) for part, value in parts.items()},
        says="; ".join(reasons),
    )


@dataclass(frozen=True, slots=True)
class _Links:
    """How many of how many paragraphs are links, and the share of these paragraphs and of their words together."""

    links: int
    paragraphs: int
    share: float


def _links(counts: Sequence[int], links: AbstractSet[int]) -> _Links:
    """Count links up to the last paragraph that stays and is none: what is behind a body is its related stories.

    ``counts`` are the words of each paragraph, 0 where it was taken out.
    """
    own = [index for index, count in enumerate(counts) if count and index not in links]
    body = sum(counts[index] for index in own) >= _BODY_WORDS
    end = own[-1] + 1 if body else len(counts)
    inside = [index for index in range(end) if index in links]
    words = sum(counts[index] for index in inside) / max(1, sum(counts[:end]))
    return _Links(len(inside), end, words + len(inside) / max(1, end))


def _value(part: tuple[str, float]) -> float:
    return part[1]


def _told(text: str, words: int) -> float:
    """How far a paragraph says something, by its form."""
    if ("://" in text or "www." in text) and len(_ADDRESS.sub("", text)) * 2 < len(text):
        return 0.0
    if not text.isascii() and _NO_SENTENCE_END.search(text):
        return 1.0
    if words >= _LONG_WORDS:
        # A list of links run together has no mark at all; prose has one in every line or two, tables have figures.
        return 1.0 if len(_MARK.findall(text)) * _WORDS_A_MARK >= words - _WORDS_A_MARK else _HEADLINE
    if words > _LINE_WORDS and not _END.search(text[-6:]):
        # Of headlines some have a colon or a year in them, but a table's row has several figures.
        return 1.0 if len(_FIGURE.findall(text)) > 1 else _HEADLINE
    if words >= 2 and (_END.search(text[-6:]) or _INSIDE.search(text)):
        return 1.0
    return _SHORT if words >= _SHORT_WORDS else 0.0


def _is_site(text: str, pack: KindPack) -> bool:
    """Whether the site speaks to its reader about cookies, accounts, subscriptions or errors."""
    return any(cue.weight >= STRONG for cue in pack.cues("line", normal_form(text[:_MAX_LINE])))
