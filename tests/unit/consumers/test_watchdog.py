"""The watchdogs end a process that no longer gets anywhere, and let every honest one go on."""

import threading
from collections.abc import Callable, Mapping

import pytest

from consumers.watchdog import GRACE_S, LagWatch, Progress, Watchdog
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


@pytest.fixture
def lag_watch(clock: Clock, ended: list[str]) -> Callable[..., tuple[LagWatch, dict[int, Progress], list[int]]]:
    """Make a lag watch over a table of progress, and the partitions that it had to read."""

    def make(*, waiting: Callable[[], bool] = lambda: False, messages: bool = True) -> tuple[LagWatch, dict, list[int]]:
        table: dict[int, Progress] = {}
        read: list[int] = []

        def probe() -> Mapping[int, Progress]:
            return dict(table)

        def has_messages(partition: int, start: int, end: int) -> bool:
            assert table[partition] == Progress(start, end)
            read.append(partition)
            return messages

        watch = LagWatch(
            probe=probe, waiting=waiting, has_messages=has_messages, limit_s=60, clock=clock, end=ended.append
        )
        return watch, table, read

    return make


def test_frozen_offset_under_lag_ends_the_process(lag_watch: Callable, clock: Clock, ended: list[str]) -> None:
    watch, table, _ = lag_watch()
    table.update({0: Progress(5, 5), 3: Progress(7, 9)})
    watch.check()
    clock.now += 59
    watch.check()
    assert ended == []
    clock.now += 1
    watch.check()
    assert ended == ["partition 3 stands at offset 7 of 9 since 60 s"]


def test_growing_lag_is_frozen_too_as_long_as_the_offset_stands(
    lag_watch: Callable, clock: Clock, ended: list[str]
) -> None:
    watch, table, _ = lag_watch()
    for end in range(8, 15):
        table[0] = Progress(7, end)
        watch.check()
        clock.now += 10
    assert ended == ["partition 0 stands at offset 7 of 14 since 60 s"]


def test_offset_that_moves_is_progress(lag_watch: Callable, clock: Clock, ended: list[str]) -> None:
    watch, table, _ = lag_watch()
    for committed in range(20):
        table[0] = Progress(committed, 100)
        watch.check()
        clock.now += 59
    assert ended == []


def test_time_without_lag_does_not_count(lag_watch: Callable, clock: Clock, ended: list[str]) -> None:
    watch, table, _ = lag_watch()
    table[0] = Progress(7, 7)
    watch.check()
    clock.now += 3600
    watch.check()
    table[0] = Progress(7, 8)
    clock.now += 59
    watch.check()
    assert ended == []
    clock.now += 1
    watch.check()
    assert len(ended) == 1


def test_waiting_for_a_system_is_no_stall_and_starts_the_time_anew(
    lag_watch: Callable, clock: Clock, ended: list[str]
) -> None:
    waiting = [False]
    watch, table, _ = lag_watch(waiting=lambda: waiting[0])
    table[0] = Progress(7, 8)
    watch.check()
    waiting[0] = True
    clock.now += 3600
    watch.check()
    waiting[0] = False
    watch.check()
    clock.now += 59
    watch.check()
    assert ended == []
    clock.now += 1
    watch.check()
    assert len(ended) == 1


def test_transaction_markers_alone_are_no_lag_and_are_read_once(
    lag_watch: Callable, clock: Clock, ended: list[str]
) -> None:
    watch, table, read = lag_watch(messages=False)
    table[0] = Progress(7, 8)
    for _ in range(5):
        watch.check()
        clock.now += 60
    assert (ended, read) == ([], [0])
    table[0] = Progress(7, 9)
    watch.check()
    assert read == [0, 0], "more came: look again"


def test_broker_away_is_not_this_watchs_business(clock: Clock, ended: list[str]) -> None:
    def probe() -> Mapping[int, Progress]:
        raise Unavailable("the broker is down")

    watch = LagWatch(
        probe=probe, waiting=lambda: False, has_messages=lambda *_: True, limit_s=60, clock=clock, end=ended.append
    )
    for _ in range(5):
        watch.check()
        clock.now += 60
    assert ended == []


def test_watch_that_fails_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    reasons: list[str] = []

    def end(reason: str) -> None:
        reasons.append(reason)
        over.set()

    def broken() -> Mapping[int, Progress]:
        raise KeyError(3)

    monkeypatch.setattr("consumers.watchdog.time.sleep", lambda _seconds: None)
    watch = LagWatch(probe=broken, waiting=lambda: False, has_messages=lambda *_: True, limit_s=60, end=end)
    watch.start()
    assert over.wait(30)
    assert reasons == ["the lag-watch cannot go on (KeyError: 3), and nothing must run unwatched"]
