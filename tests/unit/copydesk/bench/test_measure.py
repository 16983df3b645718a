"""The arithmetic of the table, on clocks that tick when told."""

from dataclasses import dataclass, field

import pytest

from copydesk.bench.measure import Clock, Row, Unit, Values, figure, measure, planned, ratio


@dataclass
class Time:
    """Stands still but for `spend`; notes who spent it."""

    wall: float = 100.0
    cpu: float = 7.0
    log: list[str] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        return Clock(wall=lambda: self.wall, cpu=lambda: self.cpu)

    def spending(self, name: str, *walls: float):
        """A call that takes these wall times in turn, the last for ever, and half of each on the CPU."""
        left = list(walls)

        def call() -> None:
            took = left.pop(0) if len(left) > 1 else left[0]
            self.wall += took
            self.cpu += took / 2
            self.log.append(name)

        return call


@pytest.fixture
def time() -> Time:
    return Time()


def row(unit: Unit = Unit.MS, **given) -> Row:
    return Row(name="stub", unit=unit, note="", **given)


def nothing(_count: int) -> None:
    pass


def test_variants_take_turns_and_the_one_that_begins_changes(time):
    stub = row(naive=time.spending("naive", 1), ours=time.spending("ours", 1))
    measure(stub, rounds=3, clock=time.clock, seen=nothing)
    warm_up, rounds = time.log[:2], time.log[2:]
    assert warm_up == ["naive", "ours"]
    assert rounds == ["naive", "ours", "ours", "naive", "naive", "ours"]


def test_the_warm_up_is_not_counted(time):
    stub = row(ours=time.spending("ours", 1000, 2))
    found = measure(stub, rounds=3, clock=time.clock, seen=nothing)
    assert found.ours.samples == (Values(wall=2.0, cpu=1.0),) * 3


def test_figures_are_medians_and_the_ratio_is_naive_to_ours(time):
    stub = row(naive=time.spending("naive", 0, 8, 6, 99), ours=time.spending("ours", 0, 2, 1, 50))
    found = measure(stub, rounds=3, clock=time.clock, seen=nothing)
    assert found.naive
    assert (found.naive.wall, found.naive.cpu) == (8000, 4000)
    assert (found.ours.wall, found.ours.cpu) == (2000, 1000)
    assert found.ratio == Values(wall=4.0, cpu=4.0)
    assert [cost.wall for cost in found.ours.samples] == [2, 1, 50]


def test_the_median_of_an_even_number_is_the_middle_of_two():
    assert figure(row(ours=nothing), [Values(wall=wall) for wall in (0.004, 0.001, 0.002, 0.1)]).wall == pytest.approx(
        3
    )


@pytest.mark.parametrize(
    ("unit", "expected"),
    [(Unit.MS, 500), (Unit.MS_PER_ARTICLE, 25), (Unit.ARTICLES_PER_S, 40), (Unit.MIB, 0.5 / 2**20)],
)
def test_units(unit, expected):
    assert figure(row(unit, ours=nothing, articles=20), [Values(wall=0.5)]).wall == pytest.approx(expected)


def test_of_a_rate_too_the_faster_of_the_two_has_the_ratio_above_one(time):
    stub = row(Unit.ARTICLES_PER_S, naive=time.spending("naive", 4), ours=time.spending("ours", 1), articles=10)
    found = measure(stub, rounds=1, clock=time.clock, seen=nothing)
    assert found.naive
    assert (found.naive.wall, found.ours.wall) == (2.5, 10)
    assert found.ratio
    assert found.ratio.wall == 4


def test_a_row_without_naive_has_no_ratio(time):
    found = measure(row(ours=time.spending("ours", 1)), rounds=2, clock=time.clock, seen=nothing)
    assert (found.naive, found.ratio) == (None, None)


def test_a_row_in_mib_measures_what_the_call_returns(time):
    sizes = iter([1, 3 * 2**20, 5 * 2**20, 4 * 2**20])
    found = measure(row(Unit.MIB, ours=lambda: next(sizes)), rounds=3, clock=time.clock, seen=nothing)
    assert (found.ours.memory, found.ours.wall, found.ours.cpu) == (4, None, None)


def test_a_row_in_mib_that_returns_no_bytes_is_refused(time):
    with pytest.raises(TypeError, match="bytes"):
        measure(row(Unit.MIB, ours=lambda: None), rounds=1, clock=time.clock, seen=nothing)


def test_a_clock_too_coarse_gives_no_ratio():
    assert ratio([Values(wall=1.0, cpu=1.0)], [Values(wall=0.5, cpu=0.0)]) == Values(wall=2.0)


def test_progress_ends_at_what_was_planned(time):
    stub = row(naive=time.spending("naive", 1), ours=time.spending("ours", 1), calls=4)
    counts: list[int] = []
    measure(stub, rounds=3, clock=time.clock, seen=counts.append)
    assert counts == sorted(counts)
    assert counts[-1] == planned(stub, 3) == len(time.log) - 2 == 24
