"""The one-line summary: a sentence of at most 30 words that is true and stands alone.

A longer sentence is shortened only where what goes can be missed: something in brackets or between dashes, a clause
between commas that names or describes, a leading time, a trailing clause that adds, what follows "she said". What
limits a statement (if, unless, but, despite, allegedly) is never cut away.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from models.sentences import Sentence
from models.standing import LONGEST, asks, balanced, ends, is_notice, leans

#: A headline summary has no more words than this.
HEADLINE_WORDS: Final = 30
#: Sentences looked at from the top of the article, beside those of the summary.
_LOOKED_AT: Final = 15
#: Fewer words say too little once something was cut away.
_FEWEST_LEFT: Final = 7
_CUTS_IN_A_ROW: Final = 3

_SPEAKS_TO_READER = re.compile(r"(?:I|we|you|my|our|your|us|there|here|welcome|hello|thanks?)\b", re.IGNORECASE)

_VERB = (
    r"(?:has|have|had|is|are|was|were|will|would|could|can|may|might|must|should|did|does|do|said|says|told|won|lost|"
    r"made|took|gave|left|went|came|became|began|beat|met|put|set|held|led|fell|rose|ran|saw|sent|\w+ed)\b"
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
_SAID_TAIL = re.compile(r"(,[\"”]?\s[^,;:\"“”]{2,80}\b(?:said|says|announced|reported))\s[^,;:\"“”]+(?=\.\Z)")
_ADDED = re.compile(
    r",\s+(?:which|who|whose|where|after|following|amid|(?!accord|exclud|deny|bar|pend)[a-z]{2,}ing)\s"
    r"[^,;:–—\"“”()]+(?=\.\Z)"
)
_SECOND_HALF = re.compile(r";\s[^;]+(?=\.\Z)")
#: Reports of what happened by those whose office it is; who else says a thing stays with it.
_REPORTED = re.compile(
    r",\s+(?:(?:the )?(?:local |state |city |federal )?(?:police|officials|authorities|firefighters|"
    r"organisers|organizers)|the (?:fire service|coastguard|coast guard|weather service|met office))"
    r"\s(?:said|says|have said|confirmed)(?=\.\Z)",
    re.IGNORECASE,
)


def headline_of(summary: Iterable[Sentence], sentences: Sequence[Sentence]) -> str | None:
    """The best line: of the summary, whole or shortened, else of the top of the article; None where nothing is safe.

    `summary` holds the sentences of the summary in order of the text, `sentences` those of the article.
    """
    top = [item for item in sentences if ends(item) and not is_notice(item)][:_LOOKED_AT]
    for some in (list(summary), top):
        standing = [item for item in some if _stands(item)]
        for make in (_whole, _shortened):
            for line in map(make, standing):
                if line is not None:
                    return line
    return None


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
        and not leans(sentence)
        and not is_notice(sentence)
        and not _SPEAKS_TO_READER.match(text)
        and balanced(text)
    )


def _whole(sentence: Sentence) -> str | None:
    return one_line(sentence.text) if sentence.words <= HEADLINE_WORDS else None


def _shortened(sentence: Sentence) -> str | None:
    return shorten(one_line(sentence.text))


def _cuts(line: str) -> Iterator[str]:
    """The line with one thing less."""
    replace: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (_BRACKETS, lambda _: ""),
        (_DASHES, lambda _: " "),
        (_SIDE_CLAUSE, lambda _: " "),
        (_SAID_TAIL, lambda found: found[1]),
        (_ADDED, lambda _: ""),
        (_SECOND_HALF, lambda _: ""),
        (_REPORTED, lambda _: ""),
    )
    for pattern, put in replace:
        for found in pattern.finditer(line):
            yield from _checked(line, line[: found.start()] + put(found) + line[found.end() :], found)
    if opening := _OPENING.match(line):
        rest = line[opening.end() :]
        yield from _checked(line, rest[0].upper() + rest[1:], opening)


def _checked(line: str, shorter: str, found: re.Match[str]) -> Iterator[str]:
    """The shorter line, if neither a limit nor half a quotation went."""
    if balanced(found[0]) and balanced(shorter) and not _LIMITS.search(found[0]) and shorter != line:
        yield shorter
