"""Floors that figures must not fall below, in one file: what each figure is, the goal, and the floor.

A floor is the figure as it was when it was pinned, rounded down. Raising is free; lowering takes a reason, which is
kept in the file. What a network has a part in may be below its floor by as much as one processor differs from another.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec
import yaml

from copydesk.main import ROOT
from infra.errors import Refused

FLOORS = ROOT / "tests" / "quality" / "floors.yaml"
DIGITS = 4
_HEAD = """\
# Figures of `make quality`; of each more is better. `floor`: below it the run fails; `goal`: where it should be.
# Pin anew with `python -m copydesk.quality --pin`: floors rise to what is measured. Lowering one takes
# `--lower --reason "..."`, and stands under `lowered`. `spread`: by so much the figures of a measure differ from one
# kind of processor to another, whose vector units add in other orders; less than that below its floor, a figure holds.
"""


class Floor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a figure means, and where it should be; without a floor it was never pinned."""

    means: str
    goal: float | None = None
    floor: float | None = None


class Lowered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A floor that was lowered, and why."""

    figure: str
    before: float
    after: float
    reason: str


class Floors(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file."""

    floors: dict[str, Floor]
    spread: dict[str, float] = {}
    lowered: tuple[Lowered, ...] = ()


class State(StrEnum):
    """How a figure stands to its floor and goal."""

    REACHED = "goal reached"
    HELD = "above floor"
    BELOW = "BELOW FLOOR"
    UNPINNED = "not pinned"
    ABSENT = "not measured"


@dataclass(frozen=True, slots=True)
class Check:
    """A figure beside its floor. ``value`` is None where what it is measured on is not here; ``spread`` is what it may
    be below the floor."""

    figure: str
    floor: Floor
    value: float | None
    spread: float = 0.0

    @property
    def state(self) -> State:
        """Where the figure stands."""
        floor, goal = self.floor.floor, self.floor.goal
        if self.value is None:
            return State.ABSENT
        if floor is not None and self.value < floor - self.spread:
            return State.BELOW
        if goal is not None and self.value >= goal:
            return State.REACHED
        return State.UNPINNED if floor is None else State.HELD


def load_floors(path: Path = FLOORS) -> Floors:
    """Return the file. Raises ``Refused`` naming what is wrong."""
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=Floors)
    except (msgspec.DecodeError, OSError) as error:
        raise Refused(f"the floors in {path.name} cannot be used: {error}") from error


def check(floors: Floors, figures: dict[str, float]) -> tuple[Check, ...]:
    """Return every floor beside its figure, in the file's order. Raises ``Refused`` for a figure without an entry."""
    if unknown := figures.keys() - floors.floors.keys():
        raise Refused(f"floors.yaml does not say what these figures mean: {', '.join(sorted(unknown))}")
    return tuple(
        Check(name, floor, figures.get(name), floors.spread.get(name.split(".")[0], 0.0))
        for name, floor in floors.floors.items()
    )


def pin(floors: Floors, figures: dict[str, float], *, lower: bool = False, reason: str = "") -> Floors:
    """Return floors at what was measured. Raises ``Refused`` where one would sink without ``lower`` and a reason."""
    checks = check(floors, figures)
    sunk = {c.figure for c in checks if c.state is State.BELOW}
    if sunk and not (lower and reason.strip()):
        raise Refused(
            f"these figures are below their floors: {', '.join(sorted(sunk))}; mend what made them sink, or lower the "
            'floors with --lower --reason "..."'
        )
    pinned, lowered = {}, list(floors.lowered)
    for found in checks:
        value = None if found.value is None else math.floor(found.value * 10**DIGITS) / 10**DIGITS
        before = found.floor.floor
        if value is None or (before is not None and value <= before and found.figure not in sunk):
            pinned[found.figure] = found.floor
            continue
        pinned[found.figure] = msgspec.structs.replace(found.floor, floor=value)
        if found.figure in sunk and before is not None:
            lowered.append(Lowered(figure=found.figure, before=before, after=value, reason=reason.strip()))
    return Floors(floors=pinned, spread=floors.spread, lowered=tuple(lowered))


def save(floors: Floors, path: Path = FLOORS) -> None:
    """Write the file."""
    data = msgspec.to_builtins(floors)
    path.write_text(_HEAD + yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=118), encoding="utf-8")
