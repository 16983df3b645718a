"""Sentences of an article with their places: nupunkt (Punkt, Kiss and Strunk 2006), paragraph by paragraph."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nupunkt import PunktSentenceTokenizer
from nupunkt.models import load_default_model

#: Ranks and offices of news prose that nupunkt's model does not know: a name follows, never a new sentence.
_ENDS_IN_TITLE = re.compile(
    r"\b(?:Cllr|Cmdr|Comdr|Cdr|Lt|Supt|Insp|Ald|Pte|Pfc|Spc|Brig|Adm|Sqn|Engr|Arch|Alh|Pst|Revd|Msgr|Mgr|Ven|Mme|Mlle|Mx|"
    r"Smt|Commr|Chmn|Usec|Asec|Brgy|Sta|Pty|Natl|Intl)\.\s*\Z"
)

#: Lower-case words that are shortened with a full stop; after others, a capital starts a sentence.
_SHORTENED = (
    r"vs|etc|approx|ca|cf|al|no|nos|op|cit|ed|eds|esp|fig|figs|pp|para|vol|vols|sq|ft|oz|lb|lbs|incl|dept|est|ext|tel|"
    r"max|min|mins|hr|hrs|sec|secs|viz|resp|bros|ave|hon|rev|sen|rep|gov|gen|capt|sgt|prof|dr|mr|mrs|ms|st|jr|sr"
)
#: Words that start sentences, and follow shortened words or names in capitals hardly ever.
_OPENERS = (
    r"The|He|She|It|It['’]s|They|We|But|This|These|That|Those|There|His|Her|Their|Its|However|Meanwhile|When|While|"
    r"After|Before|Although|If|Since|You|You['’]ll|I|A|An|In|On|At|And|As|For|By|With|What|Why|How|No"
)
_MISSED = re.compile(
    rf"(?<![\w.'’-])(?!(?:{_SHORTENED})\.)[a-zà-ÿ]{{2,}}\.[\"”’)]*(?P<plain>\s+)(?=[\"“‘(\[]*[A-ZÀ-Þ])"
    rf"|\b[A-Za-z]{{2,}}\.[\"”)]*(?P<opener>\s+)(?=[\"“‘]?(?:{_OPENERS})\s)"
    rf"|(?<![\w.])[A-Za-z](?:\.[A-Za-z])+\.[\"”)]*(?P<dotted>\s+)(?=[\"“‘]?(?!(?:No|A|I|You|What|How|Why|As|And)\b)"
    rf"(?:{_OPENERS})\s)"
)
_TITLES_AND_MONTHS = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Capt|Sgt|Maj|Rev|Hon|Sen|Rep|Gov|St|Mt|Ft|Jr|Sr|No|vs|Jan|Feb|Mar|Apr|Jun|Jul|Aug|"
    r"Sept?|Oct|Nov|Dec)\.\s*\Z"
)

#: Who asked or shouted, behind what was: '"Is it over?" Ada Holt, a farmer, asked.' is one sentence.
_ENDS_IN_QUESTION = re.compile(r"[?!][\"”’]\s+\Z")
_WHO_ASKED = re.compile(
    r"(?=[A-ZÀ-Þ])[^.?!:;\"“”]{2,100}\s(?:asked|said|says|asks|shouted|wrote|added|cried|joked|wondered|recalled|replied)"
    r"(?:\s(?:him|her|me|us|them|reporters|later|again|on [A-Z][a-z]+day))?\.\s*"
)

_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")

#: nupunkt takes quadratic time on runs of "?!", so one call gets no more code points than this.
_LONGEST_CALL = 5_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: `document[start:end] == text`, in Unicode code points; no white space at either end."""

    text: str
    start: int
    end: int
    paragraph: int

    @property
    def words(self) -> int:
        """Number of white-space separated words."""
        return len(self.text.split())


@cache
def _splitter() -> PunktSentenceTokenizer:
    splitter = load_default_model()
    # News starts sentences with a capital, and reports speech: '"Is it over?" she asked.' is one sentence.
    splitter.EXCL_QUEST_LOWERCASE_CONTINUES = True
    return splitter


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """The (start, end) of each paragraph of a text; blank lines part paragraphs."""
    start = 0
    for gap in _PARAGRAPH_BREAK.finditer(text):
        if text[start : gap.start()].strip():
            yield start, gap.start()
        start = gap.end()
    if text[start:].strip():
        yield start, len(text)


def split(text: str) -> tuple[Sentence, ...]:
    """Split a text into sentences in their order. None crosses a blank line; a single line break is white space."""
    sentences = []
    for number, (first, last) in enumerate(paragraphs(text)):
        for start, end in _calls(text, first, last):
            for left, right in _whole(text[start:end]):
                piece = text[start + left : start + right]
                body = piece.strip()
                if body:
                    offset = start + left + len(piece) - len(piece.lstrip())
                    sentences.append(Sentence(body, offset, offset + len(body), number))
    return tuple(sentences)


def _whole(paragraph: str) -> Iterator[tuple[int, int]]:
    """The spans of nupunkt, joined where one ends in a title or the next says who asked, parted where it took a common
    word for a short form."""
    start = end = 0
    for left, right in _splitter().span_tokenize(paragraph):
        if end > start and not _goes_on(paragraph, start, left, right):
            yield from _parted(paragraph, start, end)
            start = left
        end = right
    if end > start:
        yield from _parted(paragraph, start, end)


def _goes_on(paragraph: str, start: int, cut: int, end: int) -> bool:
    """Whether a sentence from `start` goes on over the cut, up to `end`."""
    if _ENDS_IN_TITLE.search(paragraph, start, cut):
        return True
    return (
        _ENDS_IN_QUESTION.search(paragraph, max(start, cut - 4), cut) is not None
        and _WHO_ASKED.fullmatch(paragraph, cut, end) is not None
    )


def _parted(paragraph: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A span, cut where a sentence ends in it; nupunkt knows "win." and "lead." as short forms."""
    for found in _MISSED.finditer(paragraph, start, end):
        group = found.lastgroup or "plain"
        if not _TITLES_AND_MONTHS.search(paragraph, start, found.start(group)):
            yield start, found.end(group)
            start = found.end(group)
    yield start, end


def _calls(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a paragraph that is longer than one call may be, at white space where there is any."""
    while end - start > _LONGEST_CALL:
        cut = start + _LONGEST_CALL
        space = max(text.rfind(" ", start + 1, cut), text.rfind("\n", start + 1, cut))
        cut = space if space > start else cut
        yield start, cut
        start = cut
    yield start, end
