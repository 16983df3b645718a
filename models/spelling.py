"""One spelling of a name with all its mentions: what the joining of short forms works on."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from models.demonyms import is_demonym
from models.headwords import weighed
from models.not_names import is_no_name
from models.spans import Found
from models.trim import PERSON, has_title, trim
from models.widen import whole_person, with_article

WORD = re.compile(r"[^\W_]+")
#: Code points of the longest mention that can be a name; what goes on and on (a list, a table in capitals) is none.
_LONGEST = 160
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})


@dataclass(slots=True)
class Name:
    """All mentions of one spelling, and later of its short forms. `words` is the spelling's key, see `key`."""

    words: tuple[str, ...]
    mentions: list[Found] = field(default_factory=list)
    titled: bool = False
    evidence: dict[str, float] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The class with the most evidence over all mentions; in a tie the one that was given first."""
        return max(self.evidence, key=self.evidence.__getitem__)

    def share(self, label: str) -> float:
        """The mean evidence for a class over all mentions, 0 to 1."""
        return self.evidence.get(label, 0.0) / max(len(self.mentions), 1)

    def add(self, mention: Found) -> None:
        """Take in one mention."""
        self.mentions.append(mention)
        for label, value in mention.evidence.items():
            self.evidence[label] = self.evidence.get(label, 0.0) + value

    def absorb(self, other: "Name", *, surely: bool = False) -> None:
        """Take in all mentions of a short form; where it is `surely` one, they are evidence for this name's label."""
        label = self.label
        for mention in other.mentions:
            evidence = {label: sum(mention.evidence.values())} if surely else mention.evidence
            self.add(Found(mention.start, mention.end, evidence))


def spellings(text: str, found: Iterable[Found]) -> list[Name]:
    """Trim mentions and gather those of one spelling, in the order of their first mention.

    Mentions that hold no letter, nationalities and bare titles are dropped, and so is the later of two that overlap.
    """
    by_key: dict[tuple[str, ...], Name] = {}
    reached = 0
    for mention in sorted(found, key=lambda item: (item.start, -item.end)):
        span = _span(text, mention)
        if span is None or span[0] < reached:
            continue
        reached = span[1]
        surface = text[slice(*span)]
        words = key(surface)
        name = by_key.setdefault(words, Name(words))
        name.add(Found(start=span[0], end=span[1], evidence=weighed(surface, mention.evidence)))
        name.titled = name.titled or has_title(text, span[0])
    return list(by_key.values())


def _span(text: str, mention: Found) -> tuple[int, int] | None:
    if not mention.evidence or mention.end - mention.start > _LONGEST:
        return None
    label = mention.label
    span = trim(text, mention.start, mention.end, label)
    if span is None:
        return None
    if is_no_name(text, *span, label):
        return None
    if label in PERSON:
        return whole_person(text, *span)
    name = text[slice(*span)]
    return None if is_demonym(name) else with_article(text, *span)


def key(surface: str) -> tuple[str, ...]:
    """The key of a spelling: its words without accents, case, full stops, a leading "the" and a closing "Jr"."""
    plain = surface.replace(".", "").casefold()
    if not plain.isascii():
        parts = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    words = tuple(WORD.findall(plain))
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    if len(words) > 1 and words[-1] in _GENERATIONS:
        words = words[:-1]
    return words or (surface,)
