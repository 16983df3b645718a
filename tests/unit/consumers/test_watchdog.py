"""The watchdogs end a process that no longer gets anywhere, and let every honest one go on."""

import threading
from collections.abc import Mapping

import pytest

from consumers.watchdog import GRACE_S, LagWatch, Polling, Progress, Watchdog
from infra.errors import Unavailable


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ended() -> list[str]:
    return []


@pytest.fixture
def timer() -> list[float | None]:
    """What was done to the timer: armed with so many seconds, or disarmed (None)."""
    return []


@pytest.fixture
def watchdog(clock: Clock, ended: list[str], timer: list[float | None]) -> Watchdog:
    return Watchdog(clock=clock, end=ended.append, arm=timer.append, disarm=lambda: timer.append(None))


def test_phase_within_its_limit_goes_on(watchdog: Watchdog, clock: Clock, ended: list[str]) -> None:
    with watchdog.phase("poll", 30):
        clock.now += 30
        watchdog.check()
    assert ended == []


def test_phase_over_its_limit_ends_the_process(watchdog: Watchdog, clock: Clock, ended: list[str]) -> None:
    with watchdog.phase("transaction", 30):
        clock.now += 30.1
        watchdog.check()
    assert ended == ["transaction did not return within its limit"]


def test_nothing_is_watched_between_phases(watchdog: Watchdog, clock: Clock, ended: list[str]) -> None:
    with watchdog.phase("poll", 30):
        pass
    clock.now += 1000
    watchdog.check()
    assert ended == []


def test_phase_that_raised_is_over(watchdog: Watchdog, clock: Clock, ended: list[str]) -> None:
    with pytest.raises(Unavailable), watchdog.phase("poll", 30):
        raise Unavailable("away")
    clock.now += 1000
    watchdog.check()
    assert ended == []


def test_every_phase_has_its_own_time(watchdog: Watchdog, clock: Clock, ended: list[str]) -> None:
    for _ in range(5):
        with watchdog.phase("poll", 30):
            clock.now += 29
            watchdog.check()
    assert ended == []


def test_timer_runs_for_the_time_of_a_phase(watchdog: Watchdog, timer: list[float | None]) -> None:
    with watchdog.phase("poll", 30):
        assert timer == [30 + GRACE_S]
    with pytest.raises(Unavailable), watchdog.phase("transaction", 20):
        raise Unavailable("away")
    assert timer == [30 + GRACE_S, None, 20 + GRACE_S, None]


TURN_S, STALL_S = 100.0, 60.0
OWN_LIMIT_S = TURN_S + STALL_S


class Slot:
    """What a lag watch sees: the progress of 8 partitions, of which this slot holds the first four, and its loop."""

    def __init__(self, clock: Clock, ended: list[str]) -> None:
        self.clock = clock
        self.table = {number: Progress(0, 0) for number in range(8)}
        self.held = frozenset(range(4))
        self.idle_s = 1000.0
        self.waiting = False
        self.away = False
        self.only_markers = False
        self.read: list[int] = []
        self.watch = LagWatch(
            probe=self.probe,
            polling=lambda: Polling(self.held, self.idle_s),
            waiting=lambda: self.waiting,
            has_messages=self.has_messages,
            turn_s=TURN_S,
            stall_s=STALL_S,
            clock=clock,
            end=ended.append,
        )

    def probe(self) -> Mapping[int, Progress]:
        if self.away:
            raise Unavailable("the broker is down")
        return dict(self.table)

    def has_messages(self, partition: int, start: int, end: int) -> bool:
        assert self.table[partition] == Progress(start, end)
        self.read.append(partition)
        return not self.only_markers

    def idle(self, seconds: float) -> None:
        """Let polls give nothing for so long, then look."""
        self.idle_s += seconds
        self.work(seconds)

    def work(self, seconds: float) -> None:
        """Let the loop be busy for so long, then look."""
        self.clock.now += seconds
        self.watch.check()


@pytest.fixture
def slot(clock: Clock, ended: list[str]) -> Slot:
    slot = Slot(clock, ended)
    slot.watch.check()
    return slot


def test_own_partition_that_stands_while_polls_are_idle_ends_the_process(slot: Slot, ended: list[str]) -> None:
    slot.table[3] = Progress(7, 9)
    slot.watch.check()
    slot.idle(OWN_LIMIT_S - 1)
    assert ended == []
    slot.idle(1)
    assert ended == ["partition 3 stands at offset 7 of 9 for 160 s of idle polls"]


def test_own_partition_may_wait_for_its_turn_behind_slow_ones(slot: Slot, ended: list[str]) -> None:
    """Eight backlogged partitions, articles of 99 s: each but the first waits for longer than any turn takes."""
    slot.held = frozenset(range(8))
    slot.table = {number: Progress(0, 100) for number in range(8)}
    slot.watch.check()
    for turn in range(80):
        slot.idle(0.5)
        slot.work(99)
        slot.table[turn % 8] = Progress(turn // 8 + 1, 100)
        slot.watch.check()
    assert ended == []


def test_own_partition_that_gets_nothing_while_others_progress_is_found(slot: Slot, ended: list[str]) -> None:
    slot.table[3] = Progress(7, 9)
    slot.watch.check()
    for committed in range(1, 100):
        slot.work(5)
        slot.table[0] = Progress(committed, committed)
        slot.idle(5)
        if ended:
            break
    assert ended == ["partition 3 stands at offset 7 of 9 for 160 s of idle polls"]


def test_growing_lag_is_frozen_too_as_long_as_the_offset_stands(slot: Slot, ended: list[str]) -> None:
    for end in range(8, 25):
        slot.table[0] = Progress(7, end)
        slot.idle(10)
    assert ended == ["partition 0 stands at offset 7 of 24 for 160 s of idle polls"]


def test_partition_that_has_just_come_has_all_its_time(slot: Slot, ended: list[str]) -> None:
    slot.table[5] = Progress(7, 9)
    slot.watch.check()
    slot.idle(OWN_LIMIT_S)
    slot.held = frozenset({5})
    slot.idle(1)
    slot.idle(OWN_LIMIT_S - 1)
    assert ended == []
    slot.idle(1)
    assert len(ended) == 1


def test_partition_of_another_slot_may_take_a_round_over_all(slot: Slot, ended: list[str]) -> None:
    slot.table[5] = Progress(7, 9)
    slot.watch.check()
    slot.idle(8 * TURN_S + STALL_S - 1)
    assert ended == []
    slot.work(1)
    assert ended == ["partition 5 stands at offset 7 of 9 for 860 s"]


@pytest.mark.parametrize("partition", [0, 5])
def test_offset_that_moves_is_progress(slot: Slot, ended: list[str], partition: int) -> None:
    for committed in range(20):
        slot.table[partition] = Progress(committed, 100)
        slot.idle(OWN_LIMIT_S - 1)
    assert ended == []


def test_time_without_lag_does_not_count(slot: Slot, ended: list[str]) -> None:
    slot.table[0] = Progress(7, 7)
    slot.idle(3600)
    slot.table[0] = Progress(7, 8)
    slot.idle(OWN_LIMIT_S - 1)
    assert ended == []
    slot.idle(1)
    assert len(ended) == 1


@pytest.mark.parametrize("fault", ["waiting", "away"])
def test_time_in_which_a_system_is_away_does_not_count(slot: Slot, ended: list[str], fault: str) -> None:
    slot.table[0] = Progress(7, 8)
    slot.watch.check()
    setattr(slot, fault, True)
    slot.idle(3600)
    setattr(slot, fault, False)
    slot.watch.check()
    slot.idle(OWN_LIMIT_S - 1)
    assert ended == []
    slot.idle(1)
    assert len(ended) == 1


def test_transaction_markers_alone_are_no_lag_and_are_read_once(slot: Slot, ended: list[str]) -> None:
    slot.only_markers = True
    slot.table[0] = Progress(7, 8)
    for _ in range(5):
        slot.idle(OWN_LIMIT_S)
    assert (ended, slot.read) == ([], [0])
    slot.table[0] = Progress(7, 9)
    slot.watch.check()
    assert slot.read == [0, 0], "more came: look again"


def test_watch_that_fails_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    reasons: list[str] = []

    def end(reason: str) -> None:
        reasons.append(reason)
        over.set()

    def broken() -> None:
        raise KeyError(3)

    monkeypatch.setattr("consumers.watchdog.time.sleep", lambda _seconds: None)
    watchdog = Watchdog(end=end)
    monkeypatch.setattr(watchdog, "check", broken)
    watchdog.start()
    assert over.wait(30)
    assert reasons == ["the watchdog cannot go on (KeyError: 3), and nothing must run unwatched"]
