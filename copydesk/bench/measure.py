"""How a row is measured: naive and ours in alternation, the median of the rounds, CPU and wall time both.

Absolute figures drift on shared machines. The ratio of two medians whose samples were taken in turns drifts less.
"""

import resource
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from statistics import median

import msgspec


class Unit(StrEnum):
    """What a figure is given in. Of an article rate more is better, of all others less."""

    MS_PER_ARTICLE = "ms/article"
    ARTICLES_PER_S = "articles/s"
    MS = "ms"
    MIB = "MiB"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table: a call of ``ours``, and of ``naive`` where there is one, works through ``articles``.

    ``article_set`` names what they are of; ``calls`` is the number of samples a round. In MiB, what a call returns is
    measured, in bytes, else its time. A slow row takes no more rounds than ``most_rounds``, and no warm-up where making
    it ran both variants (``warm``). ``words`` is the length of the article where the row is a point of that curve.
    """

    name: str
    ours: Callable[[], object]
    unit: Unit
    note: str
    article_set: str = ""
    naive: Callable[[], object] | None = None
    articles: int = 1
    calls: int = 1
    most_rounds: int | None = None
    warm: bool = False
    words: int | None = None


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """A row that cannot be measured here. ``remedy`` says what to do for it."""

    name: str
    remedy: str


class Offer(msgspec.Struct, frozen=True):
    """A row by name. What it needs is made when it is asked for: that can take longer than to measure it."""

    name: str
    make: Callable[[], Row | Skipped]
    of_curve: bool = False

    @classmethod
    def of(cls, row: Row) -> "Offer":
        """Return a row that is made already."""
        return cls(row.name, lambda: row)


class Values(msgspec.Struct, frozen=True, kw_only=True):
    """By time on the wall, CPU time and memory; None for what a row does not measure.

    Of one call: seconds and bytes. Of a ratio: how many times as much the median naive call takes as ours.
    """

    wall: float | None = None
    cpu: float | None = None
    memory: float | None = None


class Figure(Values, frozen=True, kw_only=True):
    """The median call in the row's unit, and every call as it was sampled."""

    samples: tuple[Values, ...]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A measured row. ``naive`` and ``ratio`` are None where there is nothing to compare with."""

    name: str
    unit: Unit
    note: str
    article_set: str
    articles: int
    naive: Figure | None
    ours: Figure
    ratio: Values | None
    words: int | None = None


class Clock(msgspec.Struct, frozen=True):
    """Two counters of seconds that only grow; CPU time has that of child processes that have ended in it."""

    wall: Callable[[], float] = time.perf_counter
    cpu: Callable[[], float] = lambda: time.process_time() + _children()


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(row: Row, *, rounds: int, clock: Clock, seen: Callable[[int], None]) -> Result:
    """Warm each variant up with one call, then take its samples; ``seen`` is told the number of calls so far.

    The variants take turns call by call, and who begins changes with every turn. What the calls raise passes through.
    """
    variants = [call for call in (row.naive, row.ours) if call is not None]
    for call in () if row.warm else variants:
        call()
    samples: list[list[Values]] = [[] for _ in variants]
    order = list(range(len(variants)))
    for turn in range(_rounds(row, rounds) * row.calls):
        for variant in order if turn % 2 == 0 else reversed(order):
            samples[variant].append(_sample(variants[variant], row.unit, clock))
        seen((turn + 1) * len(variants))
    naive, ours = (samples[0] if row.naive else None), samples[-1]
    return Result(
        name=row.name,
        unit=row.unit,
        note=row.note,
        article_set=row.article_set,
        articles=row.articles,
        naive=figure(row, naive) if naive else None,
        ours=figure(row, ours),
        ratio=ratio(naive, ours) if naive else None,
        words=row.words,
    )


def planned(row: Row, rounds: int) -> int:
    """Return the number of calls that ``measure`` makes after the warm-up."""
    return _rounds(row, rounds) * row.calls * (2 if row.naive else 1)


def _rounds(row: Row, rounds: int) -> int:
    return min(rounds, row.most_rounds or rounds)


def figure(row: Row, samples: Sequence[Values]) -> Figure:
    """Return the medians in the row's unit."""
    middle = _middle(samples)
    return Figure(
        wall=_in_unit(middle.wall, row), cpu=_in_unit(middle.cpu, row), memory=_in_unit(middle.memory, row),
        samples=tuple(samples),
    )  # fmt: skip


def ratio(naive: Sequence[Values], ours: Sequence[Values]) -> Values:
    """Return naive to ours, of the medians."""
    a, b = _middle(naive), _middle(ours)
    return Values(wall=_quotient(a.wall, b.wall), cpu=_quotient(a.cpu, b.cpu), memory=_quotient(a.memory, b.memory))


def _sample(call: Callable[[], object], unit: Unit, clock: Clock) -> Values:
    wall, cpu = clock.wall(), clock.cpu()
    returned = call()
    cpu, wall = clock.cpu() - cpu, clock.wall() - wall
    if unit is not Unit.MIB:
        return Values(wall=wall, cpu=cpu)
    if not isinstance(returned, int):
        raise TypeError(f"a row in MiB needs a call that returns bytes, not {returned!r}")
    return Values(memory=returned)


def _middle(samples: Sequence[Values]) -> Values:
    return Values(
        wall=_median([cost.wall for cost in samples]),
        cpu=_median([cost.cpu for cost in samples]),
        memory=_median([cost.memory for cost in samples]),
    )


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _quotient(a: float | None, b: float | None) -> float | None:
    """None also where the clock was too coarse to see the divisor."""
    return a / b if a is not None and b else None


def _in_unit(cost: float | None, row: Row) -> float | None:
    if cost is None:
        return None
    match row.unit:
        case Unit.MS_PER_ARTICLE:
            return cost * 1000 / row.articles
        case Unit.ARTICLES_PER_S:
            return _quotient(row.articles, cost)
        case Unit.MS:
            return cost * 1000
        case Unit.MIB:
            return cost / 2**20
