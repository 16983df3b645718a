"""One article must not stop a partition: the journal of a slot.

Before work on messages their positions are noted in a small file, and taken out when the work is done. Positions that
a process finds there at its start are those its predecessor died over. A message over which two processes died is a
suspect and is worked on alone; one that killed ``CRASH_LIMIT`` processes alone is given up: it ends as dead(crashed).
Failures of systems never count, since the note is gone before the transaction begins; nor does the end of a process
that was asked to stop, or that a watchdog ends for a fault of the systems (``Journal.forgive``).
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from consumers.step import Invalid
from infra.errors import Refused, Unavailable
from schemas.articles import Origin
from schemas.codec import ValidationError
from schemas.envelope import format_origin

SUSPECT_AFTER = 2
"""Deaths after which a message is worked on alone: the third start runs its batch one by one."""
CRASH_LIMIT = 3
"""Deaths alone after which a message is given up. A process may also be killed from outside, so one is no proof."""


class _Note(msgspec.Struct):
    starts: int = 0
    working: list[str] = []
    deaths: dict[str, int] = {}
    alone: dict[str, int] = {}


class Journal:
    """The note of one slot, in ``path``. Opening it counts the deaths of the process before. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._forgiving = False
        path.parent.mkdir(parents=True, exist_ok=True)
        self._note = self._read()
        for position in self._note.working:
            self._note.deaths[position] = self._note.deaths.get(position, 0) + 1
            if len(self._note.working) == 1:
                self._note.alone[position] = self._note.alone.get(position, 0) + 1
        self._note.working = []
        self._note.starts += 1
        self._write()

    @property
    def starts(self) -> int:
        """How many processes in a row, this one included, have started and not yet reached their loop."""
        return self._note.starts

    def reset_starts(self) -> None:
        """This process reached its loop, or ends for a reason of its own."""
        with self._lock:
            self._note.starts = 0
            self._write()

    def deaths(self, position: Origin) -> int:
        """How many processes died over a batch with this message."""
        return self._note.deaths.get(format_origin(position), 0)

    def suspect(self, position: Origin) -> bool:
        """Whether the message must be worked on alone."""
        return self.deaths(position) >= SUSPECT_AFTER

    def crashes(self, position: Origin) -> int:
        """How many processes died over this message alone."""
        return self._note.alone.get(format_origin(position), 0)

    def begin(self, positions: list[Origin]) -> None:
        """Note the messages about to be worked on."""
        with self._lock:
            if not self._forgiving:
                self._set_working(positions)

    def end(self) -> None:
        """The work is done, or was put off: a death from now on is not the articles' doing."""
        with self._lock:
            self._set_working([])

    def forgive(self) -> None:
        """From now on the end of this process blames no message, whatever it still works on; ``blame`` alone does."""
        with self._lock:
            self._forgiving = True
            self._set_working([])

    @contextmanager
    def blame(self, position: Origin) -> Iterator[None]:
        """Note that an unknown error out of the block is this message's doing, and nobody else's."""
        try:
            yield
        except (Unavailable, Refused, Invalid, ValidationError):  # a system's, or an outcome
            raise
        except Exception:
            with self._lock:
                self._set_working([position])
            raise

    def settle(self, positions: list[Origin]) -> None:
        """The messages are committed: forget them."""
        with self._lock:
            before = len(self._note.deaths)
            for position in positions:
                self._note.deaths.pop(format_origin(position), None)
                self._note.alone.pop(format_origin(position), None)
            if len(self._note.deaths) != before:
                self._write()

    def _set_working(self, positions: list[Origin]) -> None:
        working = [format_origin(position) for position in positions]
        if working != self._note.working:
            self._note.working = working
            self._write()

    def _read(self) -> _Note:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Note)
        except FileNotFoundError:
            return _Note()
        except msgspec.DecodeError:
            # Writes are atomic, so this is a damaged disk or a stranger's file; starting anew only costs retries.
            return _Note()

    def _write(self) -> None:
        temporary = self._path.with_suffix(".tmp")
        temporary.write_bytes(msgspec.json.encode(self._note))
        os.replace(temporary, self._path)  # noqa: PTH105  (the same call, and atomic by name)
