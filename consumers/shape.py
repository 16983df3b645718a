"""Paragraphs as the cleaner sees them: their normal form, and what their shape tells."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from consumers.normal_form import normal_form
from consumers.site import NO_SITE, Named, Site
from schemas.articles import Score


def words_of(text: str) -> frozenset[str]:
    """Return the words of a list that is written as one text."""
    return frozenset(text.split())


WEIGHED = "weighed"
"""The rule under which lines are taken out that no rule knows, see ``consumers.line_scorer``."""
PROSE_WORDS = 30
SENTENCE_WORDS = 8
SENTENCE_CHARACTERS = 60
"""From how many words (without and with a sentence's end), or characters with one where words are not parted by
spaces, a paragraph counts as prose: where prose begins the head of a text is over, where it ends its tail begins."""
HEADLINE_WORDS = 22
"""Words that a headline has at most."""
_CLOSING = "\"')]} "
_ENDS = tuple(".!?。！？।؟۔")
_STATEMENT_ENDS = tuple(".!。！।۔")
_PAUSES = (":", ";", ",")
_BULLETS = tuple("•·‣▪■●*◦○▫□✓✔")
_LONGEST_NAMED = 1_000
"""Characters of a line that is asked whether it names the paper."""
_NUMBER = re.compile(r"\s*\(?\d{1,3}[.)]\s")
_ARROWS = tuple("►▶▸→➜➤»›⇒➔➡>|")


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph. ``form`` is what patterns are matched with; ``open``: it ends in no sentence's end and no pause."""

    form: str
    words: int
    prose: bool
    open: bool
    statement: bool
    item: bool
    arrow: bool
    linked: bool
    named: Named = ""
    """How it names the paper."""
    plain: bool = False
    """Nobody would take it for boilerplate, see ``consumers.glance``."""

    @property
    def headline(self) -> bool:
        """Whether it reads like a headline: short, and no sentence's end but a question mark."""
        return 0 < self.words <= HEADLINE_WORDS and not self.statement and not self.form.endswith(_PAUSES)


@dataclass(frozen=True, slots=True)
class Hit:
    """Why a paragraph is taken out. ``stamp``: it is the time of a post of a live blog."""

    rule: str
    score: Score
    keep: str | None = None
    stamp: bool = False


def read_lines(
    paragraphs: Sequence[str],
    linked: frozenset[int],
    is_plain: Callable[[str, int], bool] | None = None,
    site: Site = NO_SITE,
) -> list[Line]:
    """Return the paragraphs as lines.

    ``linked`` holds the indices of those that are nothing but a link. ``is_plain`` is asked with the normal form and
    the words of each that does not name the ``site``; without it no line is plain.
    """
    return [_line(paragraph, index in linked, is_plain, site) for index, paragraph in enumerate(paragraphs)]


def _line(paragraph: str, linked: bool, is_plain: Callable[[str, int], bool] | None, site: Site) -> Line:
    form = normal_form(paragraph)
    words = form.count(" ") + 1 if form else 0
    bare = form.rstrip(_CLOSING)
    ends = bare.endswith(_ENDS)
    enough = words >= SENTENCE_WORDS or len(form) >= SENTENCE_CHARACTERS
    start = paragraph.lstrip()[:2]
    prose = (ends and enough) or words >= PROSE_WORDS
    named = site.named_in(form) if len(form) <= _LONGEST_NAMED else ""
    return Line(
        form=form,
        words=words,
        prose=prose,
        open=not ends and not bare.endswith(_PAUSES),
        statement=bare.endswith(_STATEMENT_ENDS),
        item=start.startswith(_BULLETS) or (start[:1] in "-–—" and start[1:2] == " ") or bool(_NUMBER.match(paragraph)),
        arrow=start.startswith(_ARROWS),
        linked=linked,
        named=named,
        plain=is_plain is not None and is_plain(form, words) and named != "whole",
    )
