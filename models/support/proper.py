"""Names in a written sentence, and whether the article knows them.

A name is what the tagger finds, and whatever has a capital that no sentence start explains: a model invents names that
no tagger has seen. Known is a name whose words all stand in the article, as they are, with another ending, as a
country for its people, or as initials; and words that make one name stand together there. A part of a name will do:
"Haldane" for "Anna Haldane".
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from models.support.lexicon import OPENERS, STOP, TITLES
from models.support.places import forms, is_country, origins
from models.support.tokens import Token, fold

#: What may stand for other words of the article.
_SHORT_FOR: Final = {
    "mr": (), "mrs": (), "ms": (), "miss": (), "dr": ("doctor",), "prof": ("professor",), "ceo": ("chief", "executive"),
    "cfo": ("chief", "financial"), "pm": ("prime", "minister"), "mp": ("member", "parliament"), "un": ("united",
    "nations"), "eu": ("european", "union"), "us": ("united", "states"), "uk": ("united", "kingdom"), "covid": (),
    "i": (),
}  # fmt: skip
_COMMON_ENDING: Final = re.compile(r".{3,}(?:ing|ed|ly|tions?|ments?|ness|ists?|ity|able|ible|ous|ive|ful|less)\Z")
_SMALL: Final = frozenset({"of", "the", "and", "for", "in", "on", "de", "la", "du", "des", "y"})
#: Words that may stand between two parts of a name.
_REACH: Final = 3


class Names:
    """The words of an article, to look names up. `sentences` are its sentences as tokens."""

    def __init__(self, text: str, sentences: Sequence[Sequence[Token]]) -> None:
        self._folded = fold(text.replace("\n", " "))
        tokens = [token for sentence in sentences for token in sentence]
        self._stems = {token.stem for token in tokens}
        self._plain = {token.key for token in tokens if not token.capital}
        capitals = {token.key for token in tokens if token.capital}
        self._keys = forms({token.key for token in tokens})
        self._derived = capitals.union(*map(origins, capitals))
        self._initials = set(_initials(sentences))
        self._places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row, sentence in enumerate(sentences):
            for column, token in enumerate(sentence):
                self._places[token.key].append((row, column))

    def unknown(self, tokens: Sequence[Token], tagged: Iterable[tuple[int, int]], skip: frozenset[int],
                starts: frozenset[int], sentence: str) -> list[str]:  # fmt: skip
        """The names of a sentence that the article does not know.

        `tagged` are (start, end) of the tagger's names, `skip` the starts of words that are dates or numbers, `starts`
        those of words that have their capital from where they stand.
        """
        spans = list(tagged)
        names = [
            token
            for token in tokens
            if token.start not in skip
            and (
                any(start <= token.start < end for start, end in spans)
                or (token.text[0].isupper() and (token.start not in starts or not self._opens(token)))
                or (token.start not in starts and any(letter.isupper() for letter in token.text))
            )
            and (token.key not in STOP or (token.text.isupper() and len(token.text) > 1))
        ]
        missing = [token.text for token in names if not self._knows(token)]
        missing += [token.text for token in names if not self._knows_numbered(token, sentence)]
        missing += [f"{first.text} {second.text}" for first, second in self._pairs(names, sentence)]
        return missing

    def has(self, token: Token) -> bool:
        """Whether the article has this word, as it is or as a form of its name."""
        return self._knows(token)

    def _opens(self, token: Token) -> bool:
        """Whether an unknown word at the start of a sentence is an ordinary one."""
        return token.key in STOP or token.key in OPENERS or _COMMON_ENDING.match(token.key) is not None

    def _knows(self, token: Token) -> bool:
        key = token.key
        if key in self._keys or token.stem in self._stems or key in self._derived:
            return True
        if key in _SHORT_FOR and all(word in self._keys for word in _SHORT_FOR[key]):
            return True
        if token.text.isupper() and len(key) > 1 and key in self._initials:
            return True
        return not origins(key).isdisjoint(self._derived) or self._spelled_out(token)

    def _spelled_out(self, token: Token) -> bool:
        """Whether it is a word of a full name of which the article has the initials."""
        return any(token.key in words and short in self._keys for short, words in _SHORT_FOR.items() if len(short) == 2)

    def _knows_numbered(self, token: Token, sentence: str) -> bool:
        """Whether the number behind a name ("Halcyon-4", "Flight 93") is that of the article."""
        match = re.match(r"-(\d+)\b", sentence[token.end :])
        return match is None or f"{token.key}-{match[1]}" in self._folded

    def _pairs(self, names: Sequence[Token], sentence: str) -> Iterator[tuple[Token, Token]]:
        """Neighbouring words of a name that stand together nowhere in the article: "Anna" and "Lorrimer"."""
        for first, second in pairwise(names):
            between = sentence[first.end : second.start]
            if between not in {" ", "-", ". ", "‑"} or self._free(first) or self._free(second):
                continue
            if not self._together(first, second) and self._knows(first) and self._knows(second):
                yield first, second

    def _free(self, token: Token) -> bool:
        return (
            token.key in TITLES
            or is_country(token.key)
            or token.key in self._plain
            or token.text.isupper()
            or token.key not in self._places
        )

    def _together(self, first: Token, second: Token) -> bool:
        return any(
            row == other and abs(column - column_other) <= _REACH
            for row, column in self._places[first.key]
            for other, column_other in self._places[second.key]
        )


def _initials(sentences: Sequence[Sequence[Token]]) -> Iterator[str]:
    """The initials of every run of words with capitals, small words left out."""
    for sentence in sentences:
        run: list[str] = []
        for token in [*sentence, None]:
            if token is not None and token.capital:
                run.append(token.key[0])
            elif token is None or token.key not in _SMALL:
                for start in range(len(run)):
                    yield from ("".join(run[start:end]) for end in range(start + 2, len(run) + 1))
                run = []
