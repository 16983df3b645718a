"""What a measure is. One more is one more function in `copydesk.quality.registry`.

A measure gives tables for people and *figures*: named numbers of which more is better, so that a floor holds each one.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from copydesk.main import ROOT

DATA = ROOT / "tests" / "quality" / "data"
CORPORA = ROOT.parent / "shared" / "corpora"
"""Third-party texts, read where they are and never part of the project."""

Cell = str | int | float | None
"""Floats are shares from 0 to 1, shown with three decimals; None is shown as a dash."""
Counting = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Shows progress: called with what is done and its total, gives what is told the count. See ``copydesk.progress``."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table for people. ``notes`` say how to read it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A case that came out wrong, of data that may be looked at."""

    where: str
    what: str
    text: str


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What a measure found. ``skipped`` names what it did without, and why."""

    tables: tuple[Table, ...]
    figures: dict[str, float]
    failures: tuple[Failure, ...] = ()
    skipped: tuple[str, ...] = ()


@contextmanager
def silent(_what: str, _total: int) -> Iterator[Callable[[int], None]]:
    """Show no progress."""
    yield lambda _count: None


@dataclass(frozen=True, slots=True)
class Context:
    """Where the data lies, and what was asked for. ``reserve``: open the set that is kept for later."""

    data: Path = DATA
    corpora: Path = CORPORA
    reserve: bool = False
    counting: Counting = silent


class Measure(Protocol):
    """Raises ``infra.errors.Refused`` where the project's own data is missing or wrong."""

    def __call__(self, context: Context, /) -> Measured: ...


def share(part: float, whole: float) -> float:
    """Return ``part / whole``; 1 of nothing, since nothing was missed."""
    return part / whole if whole else 1.0
