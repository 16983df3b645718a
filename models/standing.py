"""Which sentences may stand in a summary, and which only together with their neighbours.

The rules on wording are for English and find nothing in other languages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from models.leaning import leans
from models.quoting import Quoting, has_singles, is_quotation, open_after
from models.sentences import Sentence

#: Shorter sentences tell too little to stand in a summary, and longer ones are lists or walls of text.
FEWEST_WORDS: Final = 5
LONGEST: Final = 800

_ENDS = re.compile(r"[.!?…。！？।؟۔][\"'”’»“)\]]*\Z")
_ASKS = re.compile(r"[?？؟][\"'”’»“)\]]*\Z")
_LIST_ITEM = re.compile(r"(?:[•‣▪●■►▶✓]|(?:[-–—*]|\(?(?:\d{1,2}|[a-z])[.)])\s)")

#: "Ada Holt, Olu Dale, Li Wen.": the authors of a study, a team.
_NAMES_ONLY = re.compile(r"[A-ZÀ-Þ][\w.’'-]*[a-zà-ÿ.](?:,? (?:(?:and|&) )?[A-ZÀ-Þ][\w.’'-]*)+\.")

#: What a page says of itself or of its pictures; the cleaner takes out more, but texts come here uncleaned, too.
_NOTICE = re.compile(
    r"(?:read (?:more|also|next|below)|see (?:also|below)|scroll down|sign up|subscribe|click (?:here|on)|follow us|"
    r"join (?:us|our)|listen (?:to|here|now|on)\b|watch (?:more|the video|live)|advertis(?:e|ing|ement)|"
    r"correction|clarification|editor['’]s note|"
    r"(?:additional |with )?reporting by|edited by|compiled by|copyright\b|©|all rights reserved|"
    r"this (?:article|story|page|post|piece) (?:was|is|has|originally)|share this|have your say|"
    r"(?:https?://|www\.)\S+\Z|for more (?:information|news|stories)|(?:contact|email|e-mail) (?:us|the))",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?:\A|[.!?\"”)]\s+|\()(?:(?:file )?(?:photo|image|picture|photograph|illustration|graphic|video)s?"
    r"(?: (?:by|credit|courtesy))?\s*[:/©]|(?:photo|image|picture) (?:by|courtesy)\b|credits?:)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may stand in a summary if the sentences `first` to `last` (of the whole text) stand there, too.

    `index` is its own number in the text; for one that stands alone all three are the same.
    """

    sentence: Sentence
    index: int
    first: int
    last: int


def candidates(sentences: Sequence[Sentence], together: int) -> list[Candidate]:
    """The sentences that may stand in a summary of at most `together` sentences, in the order of the text.

    A sentence that leans on the one before comes with it, a question with what follows it, and a quotation of several
    sentences is whole; captions, headings, notices and items of lists are none.
    """
    fit = [_fit(item) for item in sentences]
    for number in _captions(sentences):
        fit[number] = False
    before, after = _bonds(sentences)
    found = []
    for index, sentence in enumerate(sentences):
        first = last = index
        while last - first < together:
            if before[first] and first > 0 and fit[first]:
                first -= 1
            elif after[last] and last + 1 < len(sentences):
                last += 1
            else:
                break
        whole = last - first < together and not before[first] and not after[last]
        if whole and all(fit[first : last + 1]):
            found.append(Candidate(sentence, index, first, last))
    return found


def is_notice(sentence: Sentence) -> bool:
    """Whether a sentence is about the page or its pictures instead of the news."""
    return bool(_NOTICE.match(sentence.text) or _CREDIT.search(sentence.text))


def ends(sentence: Sentence) -> bool:
    """Whether a sentence ends as sentences do; what does not is a caption, a heading or cut off."""
    return bool(_ENDS.search(sentence.text))


def asks(sentence: Sentence) -> bool:
    """Whether a sentence is a question."""
    return bool(_ASKS.search(sentence.text))


def _fit(sentence: Sentence) -> bool:
    return (
        len(sentence.text) <= LONGEST
        and sentence.words >= FEWEST_WORDS
        and ends(sentence)
        and not _LIST_ITEM.match(sentence.text)
        and not is_notice(sentence)
        and not _NAMES_ONLY.fullmatch(sentence.text)
        and sentence.text.count("‘") <= sentence.text.count("’")
    )


def _captions(sentences: Sequence[Sentence]) -> list[int]:
    """The numbers of the sentences in paragraphs that end with the credit of a picture."""
    credited = {item.paragraph for item in sentences if _CREDIT.search(item.text)}
    return [number for number, item in enumerate(sentences) if item.paragraph in credited]


def _bonds(sentences: Sequence[Sentence]) -> tuple[list[bool], list[bool]]:
    """Which sentences need the one before, and which the one after.

    They lean, a quotation is open there, or they are one, and who speaks stands beside it.
    """
    odd = _odd_paragraphs(sentences)
    before, after = [], []
    for number, group in groupby(sentences, key=lambda item: item.paragraph):
        paragraph = list(group)
        singles = has_singles(item.text for item in paragraph)
        quoting: Quoting = ""
        for at, item in enumerate(paragraph):
            inside = quoting
            quoting = open_after(item.text, quoting, singles=singles)
            said = not inside and not quoting and is_quotation(item.text)
            opens = said and at == 0 and len(paragraph) > 1
            if number in odd:
                # A mark is missing: the sentence that has the other one is left out, the others are believed.
                before.append(leans(item.text))
                after.append(item.text.count('"') % 2 == 1 or asks(item))
                quoting = ""
            else:
                before.append(bool(inside) or leans(item.text) or (said and not opens))
                after.append(bool(quoting) or asks(item) or opens)
    return before, after


def _odd_paragraphs(sentences: Sequence[Sentence]) -> set[int]:
    """The paragraphs with an odd number of straight quotation marks.

    One that begins with such a mark is none of them: a quotation that goes on has no closing mark at its end.
    """
    odd: set[int] = set()
    opened: set[int] = set()
    seen: set[int] = set()
    for item in sentences:
        if item.paragraph not in seen and item.text.startswith('"'):
            opened.add(item.paragraph)
        seen.add(item.paragraph)
        if item.text.count('"') % 2:
            odd ^= {item.paragraph}
    return odd - opened
