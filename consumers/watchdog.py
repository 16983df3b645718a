"""What ends a process that no longer gets anywhere.

It lives in the worker, so that containers have it too; whoever supervises the process starts it again with the same
static ids, which is what heals the client and the broker (docs/delivery.md).

- ``Watchdog``: a Kafka call that does not return, or an article that is worked on for too long. A thread of Python
  watches, and behind it a timer in C: what holds the interpreter's lock (a regular expression that backtracks without
  end, a call into a C library) starves every thread of Python, this one too.
- ``LagWatch``: messages wait in a partition, and its committed offset does not move.
"""

import faulthandler
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from infra.errors import InfraError

log = logging.getLogger(__name__)

EXIT_STUCK = 75
"""EX_TEMPFAIL of sysexits.h: start me again."""
KAFKA_LIMIT_S = 30.0
"""Longest time without progress in a Kafka call. The longest honest one is a flush (15 s) within a transaction."""

GRACE_S = 3.0
"""How much later than the thread the timer ends the process: the thread says why, and looks every second."""


def end_process(reason: str) -> None:
    """Write the reason and every thread's stack to stderr and end the process at once, without clean-up."""
    log.critical("ending this process: %s", reason)
    faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
    sys.stderr.flush()
    os._exit(EXIT_STUCK)


def end_process_after(seconds: float) -> None:
    """Write every thread's stack and end the process (exit 1) in ``seconds``, even if no Python can run by then.

    There is one such timer per process; ``faulthandler.cancel_dump_traceback_later`` stops it.
    """
    faulthandler.dump_traceback_later(seconds, exit=True, file=sys.stderr)


class Watchdog:
    """Ends the process when a phase outlasts its limit. ``start`` it once; use ``phase`` around what may hang.

    Phases do not nest. ``arm`` and ``disarm`` are the timer that needs no interpreter.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        end: Callable[[str], None] = end_process,
        arm: Callable[[float], None] = end_process_after,
        disarm: Callable[[], None] = faulthandler.cancel_dump_traceback_later,
    ) -> None:
        self._clock = clock
        self._end = end
        self._arm = arm
        self._disarm = disarm
        self._current: tuple[str, float] | None = None

    @contextmanager
    def phase(self, name: str, limit_s: float) -> Iterator[None]:
        """Allow the block ``limit_s`` seconds."""
        self._current = (name, self._clock() + limit_s)
        self._arm(limit_s + GRACE_S)
        try:
            yield
        finally:
            self._disarm()
            self._current = None

    def check(self) -> None:
        """End the process if the present phase is over its limit."""
        current = self._current
        if current is not None and self._clock() > current[1]:
            self._end(f"{current[0]} did not return within its limit")

    def start(self, every_s: float = 1.0) -> None:
        """Check from a daemon thread from now on."""
        _every(every_s, self.check, "watchdog", self._end)


@dataclass(frozen=True, slots=True)
class Progress:
    """A partition of the slot's topic: the group's committed offset and the end (last stable offset)."""

    committed: int
    end: int


@dataclass(frozen=True, slots=True)
class Polling:
    """What a loop has polled: the partitions it holds, and for how many seconds in all a poll gave nothing at all."""

    held: frozenset[int] = frozenset()
    idle_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where a partition stands: at which offset, whether we hold it, and clock and idle time when that began."""

    committed: int
    held: bool
    since: float
    idle_s: float


class LagWatch:
    """Ends the process when a partition stands still although messages wait in it.

    Articles may take their time, and a partition may wait for its turn behind others, so time alone proves nothing:

    - In a partition that this slot holds, only idle time counts, in which polls gave nothing at all though messages
      wait here. Polls are idle also while the group waits for a member that is at work, and that is one turn at most:
      the limit is ``turn_s + stall_s``.
    - Partitions of other slots, and of nobody, are watched too: a pending offset commit is resolved by the static id
      that left it, and that may be ours, so each slot starts again and heals (``heal``). Other loops are not seen from
      here, so the limit is what a slot that holds all partitions may take for a round: ``partitions * turn_s +
      stall_s``.

    ``probe`` returns the progress per partition number; ``polling`` what the loop has polled; ``waiting`` tells whether
    the loop waits for a system (then standing still is right); ``has_messages(partition, start, end)`` tells whether
    there is more than transaction markers between two offsets; ``turn_s`` is the longest honest turn of a loop.
    """

    def __init__(
        self,
        *,
        probe: Callable[[], Mapping[int, Progress]],
        polling: Callable[[], Polling],
        waiting: Callable[[], bool],
        has_messages: Callable[[int, int, int], bool],
        turn_s: float,
        stall_s: float,
        clock: Callable[[], float] = time.monotonic,
        end: Callable[[str], None] = end_process,
    ) -> None:
        self._probe = probe
        self._polling = polling
        self._waiting = waiting
        self._has_messages = has_messages
        self._turn_s = turn_s
        self._stall_s = stall_s
        self._clock = clock
        self._end = end
        self._stands: dict[int, _Stand] = {}
        self._empty: dict[int, Progress] = {}

    def check(self) -> None:
        """Look at every partition once, and end the process if one stands still."""
        if self._waiting():
            self._stands.clear()
            return
        try:
            seen = self._probe()
            now, polling = self._clock(), self._polling()
            for partition, progress in seen.items():
                held = partition in polling.held
                stand = self._stands.get(partition)
                if (
                    stand is None
                    or (stand.committed, stand.held) != (progress.committed, held)
                    or progress.end <= progress.committed
                ):
                    self._stands[partition] = _Stand(progress.committed, held, now, polling.idle_s)
                    continue
                counted = polling.idle_s - stand.idle_s if held else now - stand.since
                limit = (1 if held else len(seen)) * self._turn_s + self._stall_s
                if counted >= limit and self._stalled(partition, progress):
                    self._end(
                        f"partition {partition} stands at offset {progress.committed} of {progress.end} "
                        f"for {counted:.0f} s{' of idle polls' if held else ''}"
                    )
        except InfraError as error:
            # The broker is away; the loop knows what to do. Its polls are idle meanwhile, and that must not count.
            log.warning("cannot measure lag: %s", error)
            self._stands.clear()

    def _stalled(self, partition: int, progress: Progress) -> bool:
        if self._empty.get(partition) == progress:
            return False
        if self._has_messages(partition, progress.committed, progress.end):
            return True
        self._empty[partition] = progress  # nothing but markers: no need to read them again
        return False

    def start(self, every_s: float = 10.0) -> None:
        """Check from a daemon thread from now on."""
        _every(every_s, self.check, "lag-watch", self._end)


def _every(seconds: float, check: Callable[[], None], name: str, end: Callable[[str], None]) -> None:
    def loop() -> None:
        while True:
            time.sleep(seconds)
            try:
                check()
            except Exception as error:
                log.exception("%s failed", name)
                end(f"the {name} cannot go on ({type(error).__name__}: {error}), and nothing must run unwatched")
                return

    threading.Thread(target=loop, name=name, daemon=True).start()
