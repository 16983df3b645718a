"""Mentions of one name belong together: grouping inside a document, short forms included.

The rules are those of news prose: a person is named in full once and by surname after ("Mr X"); an organisation is
named in full and then by its initials. Where a short form fits two full names it is left on its own: no guess.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.spans import Found
from models.trim import has_title, trim, whole_surname
from schemas.articles import Entity, Mention

_WORD = re.compile(r"[^\W_]+")
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
_COMPANY_FORM = re.compile(
    r"inc|incorporated|ltd|limited|plc|corp|corporation|co|company|group|holdings?|llc|llp|ag|sa|nv|bv|gmbh|spa|ab|oy|asa?"
)
_SMALL_WORD = re.compile(r"of|the|and|for|in|on|de|la|du|des", re.IGNORECASE)
#: A surname that was labelled otherwise still joins the one person of that name if this part of its evidence says that
#: it is a person, or if the evidence for its own label is no better than this.
_PERSON_ENOUGH = 0.25
_UNSURE = 0.9


@dataclass(slots=True)
class _Name:
    """All mentions of one spelling, and later of its short forms."""

    words: tuple[str, ...]
    capitals: str
    mentions: list[Found]
    titled: bool
    evidence: Counter[str] = field(default_factory=Counter)

    @property
    def label(self) -> str:
        """The class with the most evidence over all mentions; in a tie the first in the alphabet."""
        return min(self.evidence, key=lambda label: (-self.evidence[label], label))

    def share(self, label: str) -> float:
        return self.evidence[label] / max(len(self.mentions), 1)

    def absorb(self, other: "_Name") -> None:
        self.mentions += other.mentions
        self.evidence.update(other.evidence)


def group(text: str, found: Iterable[Found]) -> tuple[Entity, ...]:
    """Trim mentions, join those of one name and label each name by the evidence of all its mentions.

    Returns entities in the order of their first mention, each with its mentions in the order of the text. Mentions
    that hold no letter are dropped, and so is the later of two that overlap.
    """
    names = _spellings(text, found)
    names = _join_organisations(text, _join_people(names))
    entities = [_entity(text, name) for name in names]
    return tuple(sorted(entities, key=lambda entity: entity.mentions[0].start))


def _spellings(text: str, found: Iterable[Found]) -> list[_Name]:
    by_key: dict[tuple[str, ...], _Name] = {}
    reached = 0
    for mention in sorted(found, key=lambda item: (item.start, -item.end)):
        span = trim(text, mention.start, mention.end)
        if span is None or not mention.evidence:
            continue
        if mention.label == "PER":
            span = whole_surname(text, *span)
        if span[0] < reached:
            continue
        reached = span[1]
        kept = Found(start=span[0], end=span[1], evidence=mention.evidence)
        surface = text[span[0] : span[1]]
        words = _words(surface)
        name = by_key.get(words)
        if name is None:
            capitals = "".join(word[0] for word in _WORD.findall(surface) if not _SMALL_WORD.fullmatch(word))
            name = by_key[words] = _Name(words, capitals, [], titled=False)
        name.mentions.append(kept)
        name.evidence.update(kept.evidence)
        name.titled = name.titled or has_title(text, span[0])
    return list(by_key.values())


def _words(surface: str) -> tuple[str, ...]:
    """The key of a spelling: its words without accents, case, full stops, a leading "the" and a closing "Jr"."""
    plain = unicodedata.normalize("NFKD", surface.replace(".", "")).casefold()
    words = tuple(_WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter))))
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    if len(words) > 1 and words[-1] in _GENERATIONS:
        words = words[:-1]
    return words or (surface,)


def _join_people(names: list[_Name]) -> list[_Name]:
    """Join "Smith", "Jane Smith" and "Jane" to "Jane A. Smith" where only one full name fits."""
    by_last, by_first = defaultdict[str, list[_Name]](list), defaultdict[str, list[_Name]](list)
    for name in names:
        if name.label == "PER" and len(name.words) > 1:
            by_last[name.words[-1]].append(name)
            by_first[name.words[0]].append(name)
    joined = set[tuple[str, ...]]()
    for short in sorted(names, key=lambda name: -len(name.words)):
        if not _may_be_person(short):
            continue
        longer = [
            name
            for name in by_last[short.words[-1]]
            if len(name.words) > len(short.words) and name.words not in joined and _within(short.words, name.words)
        ]
        if not longer and len(short.words) == 1:
            longer = [name for name in by_first[short.words[0]] if name.words not in joined]
        if len(longer) == 1:
            longer[0].absorb(short)
            joined.add(short.words)
    return [name for name in names if name.words not in joined]


def _may_be_person(name: _Name) -> bool:
    unsure = len(name.words) == 1 and name.share(name.label) < _UNSURE
    return name.titled or name.label == "PER" or name.share("PER") >= _PERSON_ENOUGH or unsure


def _join_organisations(text: str, names: list[_Name]) -> list[_Name]:
    """Join initials ("WHO", "(IMF)") and forms without "Inc" or "plc" to the full name where only one fits."""
    by_capitals, by_first = defaultdict[str, list[_Name]](list), defaultdict[str, list[_Name]](list)
    for name in names:
        if name.label == "ORG" and len(name.words) > 1 and name.capitals:
            by_capitals[name.capitals.upper()].append(name)
            by_first[name.words[0]].append(name)
    joined = set[tuple[str, ...]]()
    for short in sorted(names, key=lambda name: len(name.words)):
        full = [name for name in by_capitals.get(_initials(text, short), ()) if _stands_for(text, short, name)]
        full += [name for name in by_first[short.words[0]] if _is_company_of(short, name)]
        if len(full) == 1:
            full[0].absorb(short)
            joined.add(short.words)
    return [name for name in names if name.words not in joined]


def _initials(text: str, name: _Name) -> str:
    """The letters of a name that may be initials: one word of capitals, full stops left out; else nothing."""
    surface = text[name.mentions[0].start : name.mentions[0].end].replace(".", "")
    return surface if surface.isupper() and surface.isalnum() else ""


def _stands_for(text: str, short: _Name, full: _Name) -> bool:
    """Initials stand for a full name right before them in brackets; three or more do so anywhere."""
    start = short.mentions[0].start
    in_brackets = any(mention.end + 2 == start and text[mention.end : start] == " (" for mention in full.mentions)
    return in_brackets or (short.label == "ORG" and len(short.words[0]) >= 3)


def _is_company_of(short: _Name, full: _Name) -> bool:
    rest = full.words[len(short.words) :]
    return (
        short.label == "ORG"
        and bool(rest)
        and full.words[: len(short.words)] == short.words
        and all(map(_COMPANY_FORM.fullmatch, rest))
    )


def _within(short: Sequence[str], full: Sequence[str]) -> bool:
    """Whether the words of `short` stand in `full` in the same order, an initial for its name allowed."""
    rest = iter(full)
    return all(any(word == other or (len(word) == 1 and other.startswith(word)) for other in rest) for word in short)


def _entity(text: str, name: _Name) -> Entity:
    label = name.label
    mentions = sorted(name.mentions, key=lambda mention: mention.start)
    fullest = max(
        mentions,
        key=lambda mention: (len(_WORD.findall(text[mention.start : mention.end])), mention.end - mention.start),
    )
    return Entity(
        text=text[fullest.start : fullest.end],
        label=label,
        start=fullest.start,
        end=fullest.end,
        score=_rounded(sum(mention.evidence.get(label, 0.0) for mention in mentions) / len(mentions)),
        mentions=tuple(
            Mention(
                text=text[mention.start : mention.end],
                start=mention.start,
                end=mention.end,
                score=_rounded(mention.evidence.get(label, 0.0)),
            )
            for mention in mentions
        ),
    )


def _rounded(score: float) -> float:
    return min(max(round(score, 4), 0.0), 1.0)
