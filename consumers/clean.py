"""From extracted paragraphs to the article: takes out what is not part of it, and can put it back.

Works on paragraphs alone (parted by one blank line), so that it cleans text which never had markup too. Every piece
taken out is kept with the rule that did it; ``restore`` gives the input back exactly, whatever the input was.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from consumers.apply import apply_rules, meaning
from consumers.doubts import give_back, give_back_head, give_back_report
from consumers.line_scorer import LineScorer, load_scorer
from consumers.paragraphs import SEPARATOR
from consumers.repeats import pull_quotes
from consumers.restore import restore
from consumers.rulepack import RulePack, load_rules
from consumers.sections import find_sections
from consumers.shape import Hit, Line, read_lines
from consumers.site import NO_SITE, Site
from schemas.articles import Removed

__all__ = ["Cleaned", "Learned", "clean", "restore"]

LIVE_STAMPS = 3
"""Stamps from which a text is a live blog."""


class Learned(Protocol):
    """What is known of a host: the paragraphs that it prints again and again."""

    def find(self, form: str, /) -> tuple[str, float] | None:
        """Return the id and score under which a paragraph (in ``normal_form``) is known as boilerplate."""


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


def clean(
    text: str,
    pack: RulePack | None = None,
    *,
    scorer: LineScorer | None = None,
    memory: Learned | None = None,
    linked: frozenset[int] = frozenset(),
    site: Site = NO_SITE,
    untitled: bool = False,
) -> Cleaned:
    """Return what of ``text`` is the article. Never fails; time grows linearly with the text.

    Without a ``pack``, rules and scorer are those that come with Copydesk; with one, lines are weighed only by a
    ``scorer`` given too. ``linked`` holds the indices of paragraphs that are nothing but a link on the page;
    ``site`` is what the paper is called. ``untitled``: nobody knows the title, which may open the text, and stays.
    """
    if pack is None:
        pack, scorer = load_rules(), scorer or load_scorer()
    paragraphs = text.split(SEPARATOR)
    lines = read_lines(paragraphs, linked, scorer.is_plain if scorer else None, site)
    hits: list[Hit | None] = [_known(line, memory, pack) for line in lines]
    for start, section in find_sections(lines, pack):
        hits[start:] = [hit or Hit(section.id, section.score) for hit in hits[start:]]
    sure = {index for index, hit in enumerate(hits) if hit}
    apply_rules(lines, hits, pack)
    for index, hit in pull_quotes(lines, hits):
        hits[index] = hit
        sure.add(index)
    if scorer is not None:
        scorer.weigh(lines, hits, frozenset(sure))
    give_back(lines, hits, sure=frozenset(sure))
    give_back_report(lines, hits)
    if untitled:
        give_back_head(lines, hits)
    return _assemble(paragraphs, lines, hits)


def _known(line: Line, memory: Learned | None, pack: RulePack) -> Hit | None:
    found = memory.find(line.form) if memory and line.form else None
    if found is None:
        return None
    rule = meaning(line, pack)
    return Hit(*found, keep=rule.keep, stamp=rule.stamp) if rule else Hit(*found)


def _assemble(paragraphs: Sequence[str], lines: Sequence[Line], hits: Sequence[Hit | None]) -> Cleaned:
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
    kept_lines = {
        keep: [paragraph.strip() for paragraph, hit in zip(paragraphs, hits, strict=True) if hit and hit.keep == keep]
        for keep in ("credit", "correction", "byline")
    }
    taken = sum(line.words for line, hit in zip(lines, hits, strict=True) if hit)
    return Cleaned(
        text=SEPARATOR.join(kept),
        removed=tuple(removed),
        corrections=tuple(kept_lines["correction"]),
        credit="\n".join(dict.fromkeys(kept_lines["credit"])) or None,
        byline=next(iter(kept_lines["byline"]), None),
        flags=_flags(hits, taken, sum(line.words for line in lines) - taken),
    )


def _flags(hits: Sequence[Hit | None], taken: int, stayed: int) -> frozenset[str]:
    counts = Counter(hit.keep for hit in hits if hit)
    found = {
        "corrected": counts["correction"] > 0,
        "live-blog": sum(hit.stamp for hit in hits if hit) >= LIVE_STAMPS,
        "mostly-removed": taken > stayed,
    }
    return frozenset(flag for flag, holds in found.items() if holds)
