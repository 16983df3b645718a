"""Where one span holds two names, and where two spans hold one: put right before anything is trimmed or grouped."""

import re
from collections.abc import Iterable, Iterator, Mapping

from models.spans import Found
from models.trim import PERSON, is_particle

#: A full stop that ends a sentence: behind a word of letters, the last of them small, and before a capital.
_STOP = re.compile(
    r"(?<=[^\W\d_]{3})(?<=[a-zß-ÿ])(?<!\bInc)(?<!\bLtd)(?<!\bCorp)(?<!\bBros)(?<!\bDept)\.\s+(?=[^\W\d_])"
)
_COMMA = re.compile(r",\s+")
_LOWER = re.compile(r"\s+([a-zß-ÿ]+)\s+")
#: Between two parts of one person's name: a particle ("Lek ole Sank"), or nothing but a blank before "al-".
_BRIDGE = re.compile(r" ([a-z]+) ")
#: "Member of Parliament for Vale": an office, and the place that it is held for.
_SEAT = re.compile(r"(?<=\bMember of )Parliament for (?=[^\W\d_a-zß-ÿ])")


def mend(text: str, found: Iterable[Found]) -> list[Found]:
    """Cut spans at the end of a sentence, places at a comma, people at a word in lower case that is no particle, and
    others before a person who is named in full elsewhere; join people with only a particle between them. The parts
    keep the evidence of the whole, but a seat in Parliament is a place, and a person one."""
    given = sorted(found, key=lambda item: (item.start, -item.end))
    people = _full_names(text, given)
    mended: list[Found] = []
    for whole in given:
        for item in (part for half in _before_person(text, _seat(text, whole), people) for part in _parts(text, half)):
            before = mended[-1] if mended else None
            if before is not None and _is_one_person(text, before, item):
                mended[-1] = Found(before.start, item.end, before.evidence)
            else:
                mended.append(item)
    return mended


def _seat(text: str, whole: Found) -> Found:
    office = _SEAT.match(text, whole.start, whole.end)
    return Found(office.end(), whole.end, {"LOC": sum(whole.evidence.values())}) if office else whole


def _full_names(text: str, found: Iterable[Found]) -> Mapping[str, str]:
    """The people of two words and more, by their names, with their classes."""
    people = (item for item in found if item.evidence and item.label in PERSON)
    names = ((text[item.start : item.end], item.label) for item in people)
    return {name: label for name, label in names if " " in name}


def _before_person(text: str, whole: Found, people: Mapping[str, str]) -> Iterator[Found]:
    """Two spans for "the ambassador to the [United States Ada Holt]"."""
    name = text[whole.start : whole.end]
    words = name.split(" ")
    for at in range(1, len(words) - 1):
        rest = " ".join(words[at:])
        if rest in people and whole.evidence and whole.label not in PERSON:
            start = whole.end - len(rest)
            yield Found(whole.start, start - 1, whole.evidence)
            yield Found(start, whole.end, {people[rest]: sum(whole.evidence.values())})
            return
    yield whole


def _parts(text: str, whole: Found) -> Iterator[Found]:
    label = whole.label if whole.evidence else ""
    start = whole.start
    for match in _gaps(text, whole, label):
        if match.start() > start:
            yield Found(start, match.start(), whole.evidence)
        start = match.end()
    if start < whole.end:
        yield Found(start, whole.end, whole.evidence)


def _gaps(text: str, whole: Found, label: str) -> list[re.Match[str]]:
    gaps = list(_STOP.finditer(text, whole.start, whole.end))
    if label == "LOC":
        gaps += _COMMA.finditer(text, whole.start, whole.end)
    if label in PERSON and text[whole.start : whole.end] != text[whole.start : whole.end].lower():
        gaps += (match for match in _LOWER.finditer(text, whole.start, whole.end) if not is_particle(match[1]))
    return sorted(gaps, key=lambda match: match.start())


def _is_one_person(text: str, before: Found, item: Found) -> bool:
    if not (before.evidence and item.evidence and before.label in PERSON and item.label in PERSON):
        return False
    between = text[before.end : item.start]
    bridge = _BRIDGE.fullmatch(between)
    return bool(bridge and is_particle(bridge[1])) or (between == " " and text.startswith(("al-", "el-"), item.start))
