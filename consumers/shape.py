"""Paragraphs as the cleaner sees them: their normal form, and what their shape tells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from consumers.normal_form import normal_form
from schemas.articles import Score


def words_of(text: str) -> frozenset[str]:
    """Return the words of a list that is written as one text."""
    return frozenset(text.split())


PROSE_WORDS = 30
SENTENCE_WORDS = 8
SENTENCE_CHARACTERS = 60
"""From how many words (without and with a sentence's end), or characters with one where words are not parted by
spaces, a paragraph counts as prose: where prose begins the head of a text is over, where it ends its tail begins."""
HEADLINE_WORDS = 22
"""Words that a headline has at most."""
TELLING_WORDS = 20
"""Longer prose is looked at only where one of ``_TELLING`` stands in it. In the labelled paragraphs for development
nearly all that are to go have one, and about a third of the body's have none."""
_TELLING = words_of(
    "you your yourself our us we me my here this photo photograph photographs photographer picture pictured pictures "
    "image images credit copyright reserved rights permission published updated updates article articles story "
    "stories version amended corrected correction clarification clarified editor editors editorial reporter reporters "
    "reporting reported correspondent writer writers columnist author additional contributed contributor newsletter "
    "newsletters subscribe subscribers subscription app podcast sign email comments comment readers sponsored "
    "advertisement affiliate related read more video watch listen follow newsroom news newspaper press complaints "
    "complaint regulator standards disclaimer funded supported charity membership members registered edition print "
    "agency site website link links click tickets covers writes"
)
_WORD = re.compile(r"[a-z]+")
_CLOSING = "\"')]} "
_ENDS = tuple(".!?。！？।؟۔")
_STATEMENT_ENDS = tuple(".!。！।۔")
_PAUSES = (":", ";", ",")
_BULLETS = tuple("•·‣▪■●*◦○▫□✓✔")
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
    plain: bool
    """It is long prose without a word that could tell it from an article's."""

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


def read_lines(paragraphs: Sequence[str], linked: frozenset[int]) -> list[Line]:
    """Return the paragraphs as lines; ``linked`` holds the indices of those that are nothing but a link."""
    return [_line(paragraph, index in linked) for index, paragraph in enumerate(paragraphs)]


def _line(paragraph: str, linked: bool) -> Line:
    form = normal_form(paragraph)
    words = form.count(" ") + 1 if form else 0
    bare = form.rstrip(_CLOSING)
    ends = bare.endswith(_ENDS)
    enough = words >= SENTENCE_WORDS or len(form) >= SENTENCE_CHARACTERS
    start = paragraph.lstrip()[:2]
    prose = (ends and enough) or words >= PROSE_WORDS
    return Line(
        form=form,
        words=words,
        prose=prose,
        open=not ends and not bare.endswith(_PAUSES),
        statement=bare.endswith(_STATEMENT_ENDS),
        item=start.startswith(_BULLETS) or (start[:1] in "-–—" and start[1:2] == " ") or bool(_NUMBER.match(paragraph)),
        arrow=start.startswith(_ARROWS),
        linked=linked,
        plain=prose and words > TELLING_WORDS and _TELLING.isdisjoint(_WORD.findall(form.lower())),
    )
