"""Where a line stands and what shape it has: the cues that no pattern can give."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from consumers.rulepack import Place
from consumers.shape import Hit, Line

_SHORT, _BRIEF, _LONG = 12, 6, 40
_TITLE_SHARE = 0.6
_REACH = 16
"""Lines looked at on each side for the next one that stays."""
_RUN = 6
"""Lines that may stand together between two that go."""
_MAX_AUTHORS = 8
_NAME = re.compile(r"\b[A-Z][\w'.-]+(?: [A-Z][\w'.-]*)+")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The first and the last line of prose that stay; the head lies before, the tail behind."""

    first: int
    last: int


def bounds(lines: Sequence[Line], hits: Sequence[Hit | None]) -> Bounds:
    """Return where the body begins and ends as far as it is known."""
    body = (index for index, line in enumerate(lines) if line.prose and not hits[index])
    first = next(body, len(lines))
    back = (index for index in reversed(range(len(lines))) if lines[index].prose and not hits[index])
    return Bounds(first, next(back, -1))


def authors(lines: Sequence[Line], hits: Sequence[Hit | None]) -> frozenset[str]:
    """Return the names in the bylines found, in small letters."""
    found = (
        name.lower().removeprefix("by ")
        for line, hit in zip(lines, hits, strict=True)
        if hit and hit.keep == "byline"
        for name in _NAME.findall(line.form.title() if line.form.isupper() else line.form)
    )
    return frozenset(islice(found, _MAX_AUTHORS))


def places(
    index: int, lines: Sequence[Line], hits: Sequence[Hit | None], body: Bounds, names: frozenset[str]
) -> Iterator[Place]:
    """What holds of a line while these are the hits, the bounds and the authors; ``shape`` has the rest."""
    yield "head" if index < body.first else "tail" if index > body.last else "between"
    if index < _REACH and all(hits[:index]):
        yield "first"
    if index == body.last:
        yield "last"
    if names and lines[index].form.lower().startswith(tuple(names)):
        yield "author"
    yield from _neighbourhood(index, lines, hits)


def shape(index: int, lines: Sequence[Line]) -> frozenset[Place]:
    """Return what holds of a line whatever is taken out around it."""
    line = lines[index]
    holds: dict[Place, bool] = {
        "open": line.open,
        "prose": line.prose,
        "statement": line.statement,
        "short": line.words <= _SHORT,
        "brief": line.words <= _BRIEF,
        "long": line.words > _LONG,
        "arrow": line.arrow,
        "linked": line.linked,
        "item": line.item and _in_list(index, lines),
        "bullet": line.item and not _in_list(index, lines),
        "capitals": line.form.isupper(),
        "title": _in_title_case(line.form),
    }
    return frozenset(place for place, value in holds.items() if value)


def _in_list(index: int, lines: Sequence[Line]) -> bool:
    return any(lines[i].item for i in (index - 1, index + 1) if 0 <= i < len(lines))


def _in_title_case(form: str) -> bool:
    words = [word for word in form.split() if word[:1].isalpha()]
    return len(words) > 2 and sum(word[0].isupper() for word in words) >= _TITLE_SHARE * len(words)


def _neighbourhood(index: int, lines: Sequence[Line], hits: Sequence[Hit | None]) -> Iterator[Place]:
    """What stands beside the line, other than what is taken out already."""
    back, on = range(index - 1, max(-1, index - 1 - _REACH), -1), range(index + 1, min(len(lines), index + 1 + _REACH))
    before = next((i for i in back if not hits[i] and lines[i].form), None)
    after = next((i for i in on if not hits[i] and lines[i].form), None)
    if before is not None and after is not None and lines[before].prose and lines[after].prose:
        yield "alone"
    if before is not None and lines[before].form.endswith(":"):
        yield "listed"
    sides = [i for i in (before, after) if i is not None and abs(i - index) == 1]
    if any(not lines[i].prose and lines[i].open for i in sides):
        yield "run"
    above = index > 0 and hits[index - 1] is not None
    below = index + 1 < len(lines) and hits[index + 1] is not None
    if above or below:
        yield "beside"
    if _enclosed(index, lines, hits, -1) and _enclosed(index, lines, hits, 1):
        yield "enclosed"


def _enclosed(index: int, lines: Sequence[Line], hits: Sequence[Hit | None], step: int) -> bool:
    """Whether only lines that are no prose part this one from one taken out, or (below it) from the end."""
    for i in range(index + step, index + step * (_RUN + 1), step):
        if i < 0:
            return False
        if i >= len(lines) or hits[i]:
            return True
        if lines[i].prose:
            return False
    return False
