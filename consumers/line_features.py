"""What a line is weighed by: its words, its shape, its place, and whether the rest of the article speaks of the same.

The features are plain strings, so that weights can be read (``consumers/scorer/weights.json``); training and run time
call the same functions.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from consumers.places import Bounds
from consumers.shape import Hit, Line, words_of

MAX_TOKENS = 80
_MAX_COMPARED = 4_000
"""Characters of a paragraph that are asked for the article's subject."""
_TOKEN = re.compile(r"[^\W\d_]+(?:'[a-z]+)?|\d+|[^\w\s]")
_ASCII_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[^\w\s]", re.ASCII)
"""The same in small letters of ASCII, in two thirds of the time."""
_YOU_AND_WE = words_of("you your yours yourself us our ours we my me us i")
_TIME = re.compile(r"\b\d{1,2}[.:]\d{2}\b|\b\d{1,2} ?[ap]m\b")
_ADDRESS = re.compile(r"https?://|www\.|[\w.+-]+@[\w-]+\.\w|(?<!\w)@\w|\w\.(?:com|org|net|example|co\.\w\w|news)\b")
_IN_ADDRESSES = ("http", "www.", "@", ".com", ".org", ".net", ".example", ".co.", ".news")
_DATES = words_of(
    "jan feb mar apr may jun june jul july aug sep sept oct nov dec january february march april august september "
    "october november december monday tuesday wednesday thursday friday saturday sunday "
    "mon tue tues wed thu thur thurs fri sat sun"
)
_CAPITALS_FIRST = re.compile(r"[A-Z]{2,}")
_SEPARATORS = "|·•/"
_COLON_WITHIN = 40
_COMMON = words_of(
    "that this with from have been were will would could does said says which what when where than then there here "
    "more most about after before over under down into they their them your will also some only just other"
)
_ENGLISH = words_of(
    "the a an of to in on at for and or but with by from as is are was were be it its that this he she they we you"
)
_ENGLISH_SHARE, _ENGLISH_WORDS = 0.15, 30
"""Share of these words, and words in all, from which a text is English enough to be weighed."""
_LENGTHS = (1, 2, 3, 4, 6, 8, 11, 15, 20, 30, 45, 60)
_LEAST_LETTERS = 4
"""Letters of a word that may tell an article's subject."""
Features = frozenset[str]


@dataclass(frozen=True, slots=True)
class Article:
    """What is known of the article around a line.

    ``tokens`` are the words and marks of each line; ``repeated``: words of its subject, found in several lines.
    """

    lines: Sequence[Line]
    tokens: Sequence[Sequence[str]]
    body: Bounds
    authors: frozenset[str]
    repeated: frozenset[str]
    english: bool


def read_article(lines: Sequence[Line], body: Bounds, authors: frozenset[str]) -> Article:
    """Return what of an article counts for its lines."""
    seen: set[str] = set()
    repeated: set[str] = set()
    words = common = 0
    tokens = [_tokens(line.form) for line in lines]
    for found in tokens:
        words += len(found)
        common += sum(map(_ENGLISH.__contains__, found))
        subject = frozenset(_subject(found))
        repeated |= seen & subject
        seen |= subject
    return Article(
        lines,
        tokens,
        body,
        authors,
        repeated=frozenset(repeated),
        english=words >= _ENGLISH_WORDS and common >= _ENGLISH_SHARE * words,
    )


def features(index: int, article: Article, hit: Hit | None = None) -> Features:
    """Return what holds of a line by itself; ``hit`` is what the rules say of it."""
    return frozenset((*_features(index, article), *_rule(index, article.body, hit)))


def neighbour_features(index: int, chances: Sequence[float]) -> Features:
    """Return what holds of the lines beside it; ``chances`` are those of all lines to be boilerplate."""
    last = len(chances) - 1
    above = _level(chances[index - 1]) if index else "start"
    below = _level(chances[index + 1]) if index < last else "end"
    second_above = _level(chances[index - 2]) if index > 1 else "start"
    second_below = _level(chances[index + 2]) if index < last - 1 else "end"
    return frozenset(
        {
            f"above={above}",
            f"below={below}",
            f"beside={above},{below}",
            f"above2={second_above},{above}",
            f"below2={below},{second_below}",
        }
    )


def _level(chance: float) -> str:
    return "yes" if chance > 0.85 else "likely" if chance > 0.5 else "maybe" if chance > 0.2 else "no"


def _features(index: int, article: Article) -> list[str]:
    line = article.lines[index]
    lower = line.form.lower()
    words = ["0" * min(len(token), 4) if token.isdigit() else token for token in article.tokens[index][:MAX_TOKENS]]
    length = f"words={next((limit for limit in _LENGTHS if line.words <= limit), 99)}"
    alone = [*_shape(line, lower, words), *_place(index, article), *_overlap(words, article)]
    found = [*_word_features(words), length, *alone, *[f"{feature} {length}" for feature in alone]]
    if line.named:
        name = f"names={line.named}"
        found += (name, f"{name} {length}", f"{name} {_part(index, article.body)}")
    if any(name in lower for name in article.authors):
        found.append("author")
    return found


def _word_features(words: Sequence[str]) -> list[str]:
    if not words:
        return []
    return [
        *words,
        *map(" ".join, pairwise(words)),
        f"^{words[0]}",
        f"^{' '.join(words[:2])}",
        f"^{' '.join(words[:3])}",
        f"{words[-1]}$",
    ]


def _shape(line: Line, lower: str, words: Sequence[str]) -> Iterator[str]:
    form = line.form
    yield f"end={'word' if form[-1:].isalnum() else form[-1:]}"
    initials = [word[0] for word in form.split() if word[0].isalpha()]
    yield f"capitals={4 * sum(map(str.isupper, initials)) // max(1, len(initials))}"
    yield f"you-we={min(3, sum(map(_YOU_AND_WE.__contains__, words)))}"
    separators = sum(map(form.count, _SEPARATORS))
    if separators:
        yield f"separators={min(4, separators)}"
    colon = form.find(":")
    if 0 < colon < _COLON_WITHIN:
        yield f"colon={min(4, form[:colon].count(' '))}"
    digit = any(map(str.isdigit, form))
    holds = {
        "all-capitals": form.isupper(),
        "capitals-first": bool(_CAPITALS_FIRST.match(form)),
        "quote": '"' in form,
        "quote-first": form.startswith('"'),
        "copyright": "©" in form or "(c)" in lower,
        "time": digit and bool(_TIME.search(lower)),
        "date": not _DATES.isdisjoint(words),
        "address": any(mark in lower for mark in _IN_ADDRESSES) and bool(_ADDRESS.search(lower)),
        "digit": digit,
        "prose": line.prose,
        "open": line.open,
        "statement": line.statement,
        "item": line.item,
        "arrow": line.arrow,
        "linked": line.linked,
    }
    yield from (name for name, value in holds.items() if value)


def _rule(index: int, body: Bounds, hit: Hit | None) -> Iterator[str]:
    if hit:
        yield from ("rule", f"rule {_part(index, body)}", f"rule={hit.rule}")


def _part(index: int, body: Bounds) -> str:
    return "head" if index < body.first else "tail" if index > body.last else "between"


def _place(index: int, article: Article) -> Iterator[str]:
    body, count = article.body, len(article.lines)
    yield _part(index, body)
    if index < body.first:
        yield f"before-body={min(4, body.first - index)}"
    if index > body.last:
        yield f"behind-body={min(4, index - body.last)}"
    if index < 2:
        yield f"line={index}"
    if count - index <= 2:
        yield f"line=-{count - index}"


def _overlap(words: Sequence[str], article: Article) -> Iterator[str]:
    subject = _subject(words)
    if subject:
        yield f"of-the-subject={min(3, 4 * sum(map(article.repeated.__contains__, subject)) // len(subject))}"
    else:
        yield "of-the-subject=none"


def subject_of(form: str) -> list[str]:
    """Return the words that may tell what a line speaks of."""
    return _subject(_tokens(form))


def _tokens(form: str) -> list[str]:
    """Return the words and marks of a line in normal form, in small letters."""
    lower = form.lower()
    return (_ASCII_TOKEN if lower.isascii() else _TOKEN).findall(lower, 0, _MAX_COMPARED)


def _subject(words: Iterable[str]) -> list[str]:
    return [word for word in words if len(word) >= _LEAST_LETTERS and word[0].isalpha() and word not in _COMMON]
