"""Stopping on a signal: the first one asks, the second one ends the process at once."""

import os
import select
import signal
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Shutdown:
    """Whether this process was asked to stop.

    The handler takes no lock and logs nothing: it may run between any two instructions of the main thread. ``wait`` is
    woken through a pipe, in other threads at once: the interpreter writes to it (``signal.set_wakeup_fd``) even while
    the main thread is in a long call into C, after which only the handler runs.
    """

    def __init__(self) -> None:
        self._requested = False
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)

    def install(self) -> None:
        """Take over SIGTERM and SIGINT. Only the main thread may."""
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, self._handle)

    @property
    def requested(self) -> bool:
        """Whether a signal came, or ``request`` was called."""
        return self._requested

    def request(self) -> None:
        """Ask this process to stop, as a signal does."""
        self._requested = True
        os.write(self._writer, b"\0")

    def wait(self, seconds: float | None = None) -> bool:
        """Sleep until ``seconds`` passed (None: without end) or a signal came. Returns ``requested``."""
        if not self._requested:
            readable, _, _ = select.select([self._reader], [], [], None if seconds is None else max(0.0, seconds))
            if readable:
                self._requested = True
        return self._requested

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)  # the next one is the kernel's
        self.request()
