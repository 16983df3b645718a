"""The one-line summary: a sentence of at most 30 words that is true and stands alone.

A longer sentence is shortened only where what goes can be missed: something in brackets or between dashes, a clause
between commas that names or describes, a leading time, a trailing clause that adds, what follows "she said". What
limits a statement (if, unless, but, despite, allegedly) is never cut away. Bullets and the dateline go in any case.

Of the lines that can be made of the summary and of the top of the article, those that need nothing before them come
first, and of these the one that says most of what the article is about, the higher in the article the better.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from models.leaning import leans, leans_inside
from models.openings import behind_opening
from models.quoting import balanced
from models.sentences import Sentence
from models.standing import LONGEST, asks, ends, is_notice
from models.topic import Topic, content_words

#: A headline summary has no more words than this.
HEADLINE_WORDS: Final = 30
#: Sentences looked at from the top of the article, beside those of the summary.
_LOOKED_AT: Final = 15
#: Fewer words say too little once something was cut away.
_FEWEST_LEFT: Final = 7
_CUTS_IN_A_ROW: Final = 3

#: What makes a line good: its place, that its sentence is of the summary, what it has of keywords and title, and
#: whether it begins with what was spoken of before, or says little.
#: Chosen on the standfirsts of the demo newsroom and on Wikinews; half or twice as much changes little there.
_PLACE: Final = 1.0
_CHOSEN: Final = 0.3
_COVERS: Final = 1.0
_COVERS_TITLE: Final = 1.0
_KNOWN: Final = -0.5
_BRIEF: Final = -0.3
#: Content words of a line that says enough.
_ENOUGH: Final = 6

#: "The study was ...": a thing spoken of before, unless everybody knows it or the article begins so.
_SPEAKS_OF_KNOWN = re.compile(
    r"The (?!army|cabinet|church|country|court|economy|government|king|military|navy|opposition|parliament|police|pope|"
    r"president|prime|public|queen|state|sun|moon|world)[a-z]+ (?:[a-z]+ed|[a-z]+s|was|were|are|had|will|would|could|"
    r"can|may|came|took|made|began)\b"
)

_SPEAKS_TO_READER = re.compile(r"(?:I|we|you|my|our|your|us|there|here|welcome|hello|thanks?)\b", re.IGNORECASE)

_VERB = (
    r"(?:has|have|had|is|are|was|were|will|would|could|can|may|might|must|should|did|does|do|said|says|told|won|lost|"
    r"made|took|gave|left|went|came|became|began|beat|met|put|set|held|led|fell|rose|ran|saw|sent|\w+ed)\b"
)
#: A verb that says something; lines without one are captions.
_SAYS = re.compile(
    rf"\b(?:{_VERB}|(?:begins?|beats?|bought|built|brought|caught|chose|cut|dr[eo]ve|drew|fe[ld]t?|fed|fought|found|"
    r"flew|froze|gets?|got|grew|h[ui]t|hurt|keeps?|kept|knew|knows?|laid|lay|lies|let|lit|makes?|meant|needs?|paid|"
    r"plans?|remains?|sang|sank|seeks?|sold|shook|shot|shut|spent|spoke|split|stands?|stole|stood|struck|spread|"
    r"swam|swept|takes?|taught|tells?|thinks?|thought|threw|tore|understood|wants?|wins?|woke|wore|wrote|quit|"
    r"goes|comes|shows?|says|gives|loses?|faces|hopes?|[a-z]+n['’]t)\b|\w+['’]s (?:been|going|not)\b)",
    re.IGNORECASE,
)
_LIMITS = re.compile(
    r"\b(?:if|unless|but|although|though|despite|except|however|not|never|no|alleged\w*|accus\w+|claim\w*|"
    r"den(?:y|ied|ies)|"
    r"only|until|without|rather|instead|whether|suspect\w*|might|may|could)\b",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_DASHES = re.compile(r"\s+[–—-]\s+[^–—]*?\s+[–—-]\s+(?=\S)")
_SIDE_CLAUSE = re.compile(
    r",\s+(?:who|which|whose|where|aged \d|an?|the|formerly|based in|known (?:as|for)|led by|owned by|home to|now|"
    rf"then)\s[^,;:–—\"“”()]*,\s+(?={_VERB})"
)
_TIME = r"(?:(?:late|early|earlier) )?(?:on )?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|today|yesterday)"
_OPENING = re.compile(
    rf"(?:{_TIME}(?: (?:morning|afternoon|evening|night))?|(?:after|following|speaking)\s[^,;:–—\"“”()]{{1,80}}),\s+"
    r"(?=[A-Z\d]|(?:the|an?|more than|at least|about|some|two|three|four|five|six|seven|eight|nine|ten|hundreds|"
    r"thousands|police|officials)\s)",
    re.IGNORECASE,
)
#: "In their phone call, Ada Holt and ...": it points to what was told before, and the line says the same without it.
_OCCASION = re.compile(
    r"(?:in|during) (?:his|her|their|its|the|this|that) (?:[a-z-]+ ){0,2}(?:address|announcement|call|conversation|"
    r"debate|hearing|interview|judge?ment|letter|meeting|message|post|remarks|report|ruling|speech|statement|talks|"
    r"testimony|tweet|verdict|visit),\s+(?=[A-Z])",
    re.IGNORECASE,
)
_SAID_TAIL = re.compile(
    r"(,[\"”]?\s(?!(?:where|which|who|that|as|while|when|and|but|if|or|what)\b)[^,;:\"“”]{2,80}\b(?:said|says|announced|reported))\s"
    r"(?:on|in|at|late|earl(?:y|ier)|during|after|from|via|by|to|yesterday|today|this|last|\w+day)\b[^,;:\"“”]+(?=\.\Z)"
)
_ADDED = re.compile(
    r",\s+(?:which|who|whose|where|after|following|amid|(?!accord|exclud|deny|bar|pend)[a-z]{2,}ing)\s"
    r"[^,;:–—\"“”()]+(?=\.\Z)"
)
#: What went on beside it. Who said a thing stays with it.
_BESIDE = re.compile(
    r",\s+(?:as|while|when|with|because|before)\s(?![^,.]*\b(?:sa(?:id|ys?)|told|tells|according|put it)\b)"
    r"[^,;:–—\"“”()]+(?=\.\Z)"
)
#: A second clause, and what speaks against its being one: a list, or a thing that takes two.
_AND_CLAUSE = re.compile(r",\s+and\s[^;:–—\"“”()]+(?=\.\Z)")
#: A second thing that the same one did: "... and forced many to leave".
_AND_DID = re.compile(
    r"(?<=\w)\s+and\s+(?:(?:also|later|then|has|have|had)\s+)?(?:[a-z]{2,}ed|left|made|took|gave|put|sent|told|won|lost)\s"
    r"(?:[^\s,;:–—\"“”()]+\s+){3,}[^\s,;:–—\"“”()]+(?=\.\Z)"
)
_NO_CLAUSE = re.compile(r"\b(?:who|whose|which|that)\b")
_TAKES_TWO = re.compile(r"\b(?:both|between|either|neither)\b", re.IGNORECASE)
_PART = re.compile(r"[^,;:–—\"“”()]*\Z")
_SECOND_HALF = re.compile(r";\s[^;]+(?=\.\Z)")
#: Reports of what happened by those whose office it is; who else says a thing stays with it.
_REPORTED = re.compile(
    r",\s+(?:(?:the )?(?:local |state |city |federal )?(?:police|officials|authorities|firefighters|"
    r"organisers|organizers)|the (?:fire service|coastguard|coast guard|weather service|met office))"
    r"\s(?:said|says|have said|confirmed)(?=\.\Z)",
    re.IGNORECASE,
)


def headline_of(
    summary: Iterable[Sentence], sentences: Sequence[Sentence], topic: Topic, *, english: bool = True
) -> str | None:
    """The best line of the summary and of the top of the article; None where nothing is safe.

    `summary` holds the sentences of the summary in order of the text, `sentences` those of the article, and `topic` is
    what the article is about. In other languages than English the highest sentence that fits is taken: what a line
    leans on can't be told there.
    """
    chosen = list(summary)
    taken = {item.start for item in chosen}
    top = islice((item for item in sentences if item.start not in taken and _stands(item)), _LOOKED_AT)
    lines = [
        found
        for rank, item in enumerate(sorted((*filter(_stands, chosen), *top), key=lambda item: item.start))
        if (found := _line(item, rank, topic, chosen=item.start in taken)) is not None
    ]
    if not english:
        return next((line.text for line in lines), None)
    best = sorted(lines, key=lambda line: (line.score, line.whole, line.height), reverse=True)
    return next((line.text for line in best if _is_alone(line.text)), best[0].text if best else None)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line; the fields behind the text say, the weightiest first, what makes one better than another."""

    text: str
    score: float
    whole: bool
    height: int


def _line(sentence: Sentence, rank: int, topic: Topic, *, chosen: bool) -> _Line | None:
    """The line that can be made of a sentence, the `rank`th from the top, and what it is worth."""
    whole = _without_occasion(one_line(sentence.text[behind_opening(sentence.text, sentence.paragraph) :]))
    text = whole if len(whole.split()) <= HEADLINE_WORDS else shorten(whole)
    if text is None:
        return None
    words = content_words(text)
    score = (
        _PLACE / math.sqrt(1 + rank)
        + _CHOSEN * chosen
        + _COVERS * _share(words, topic.keywords)
        + _COVERS_TITLE * _share(words, dict.fromkeys(topic.title, 1.0))
        + _KNOWN * (sentence.start > 0 and _SPEAKS_OF_KNOWN.match(text) is not None)
    )
    score += _BRIEF * (len(words) < _ENOUGH)
    return _Line(text, score, text == whole, -rank)


def _is_alone(line: str) -> bool:
    """Whether a line says something, and needs nothing before it."""
    return _SAYS.search(line) is not None and not leans(line) and not leans_inside(line)


def _share(words: frozenset[str], weights: Mapping[str, float]) -> float:
    """The share of some weighed words that are there; 0 of none."""
    whole = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in words) / whole if whole else 0.0


def _without_occasion(line: str) -> str:
    found = _OCCASION.match(line)
    return line[found.end() :] if found and not _LIMITS.search(found[0]) else line


def one_line(text: str) -> str:
    """A text with line breaks inside it made blanks."""
    return " ".join(text.split())


def shorten(line: str, words: int = HEADLINE_WORDS) -> str | None:
    """A sentence of at most so many words by the fewest safe cuts, of these the longest; None where there is none."""
    reached = {line}
    for _ in range(_CUTS_IN_A_ROW):
        reached = {shorter for before in reached for shorter in _cuts(before)}
        short = [item for item in reached if _FEWEST_LEFT <= len(item.split()) <= words]
        if short:
            return max(short, key=lambda item: (len(item.split()), item))
    return None


def _stands(sentence: Sentence) -> bool:
    text = sentence.text
    return (
        (text[0].isupper() or text[0].isdigit())
        and len(text) <= LONGEST
        and ends(sentence)
        and not asks(sentence)
        and not leans(text)
        and not is_notice(sentence)
        and not _SPEAKS_TO_READER.match(text)
        and balanced(text)
    )


def _cuts(line: str) -> Iterator[str]:
    """The line with one thing less."""
    replace: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (_BRACKETS, lambda _: ""),
        (_DASHES, lambda _: " "),
        (_SIDE_CLAUSE, lambda _: " "),
        (_SAID_TAIL, lambda found: found[1]),
        (_ADDED, lambda _: ""),
        (_BESIDE, lambda _: ""),
        (_SECOND_HALF, lambda _: ""),
        (_REPORTED, lambda _: ""),
    )
    for pattern, put in replace:
        for found in pattern.finditer(line):
            yield from _checked(line, line[: found.start()] + put(found) + line[found.end() :], found)
    if (clause := _AND_CLAUSE.search(line)) and _is_clause(line, clause):
        yield from _checked(line, line[: clause.start()] + line[clause.end() :], clause)
    if (second := _AND_DID.search(line)) and not _TAKES_TWO.search(line, 0, second.start()):
        yield from _checked(line, line[: second.start()] + line[second.end() :], second)
    if opening := _OPENING.match(line):
        rest = line[opening.end() :]
        yield from _checked(line, rest[0].upper() + rest[1:], opening)


def _checked(line: str, shorter: str, found: re.Match[str]) -> Iterator[str]:
    """The shorter line, if neither a limit nor half a quotation went."""
    if balanced(found[0]) and balanced(shorter) and not _LIMITS.search(found[0]) and shorter != line:
        yield shorter


def _is_clause(line: str, found: re.Match[str]) -> bool:
    """Whether what "and" adds is told by itself: a verb in it, and one right before it, where lists have none."""
    before = _PART.search(line, 0, found.start())
    return (
        _SAYS.search(found[0]) is not None
        and before is not None
        and _SAYS.search(before[0]) is not None
        and not _NO_CLAUSE.search(found[0])
        and not _TAKES_TWO.search(line, 0, found.start())
    )
