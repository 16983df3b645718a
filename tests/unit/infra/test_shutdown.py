"""Signals: the first asks, the second is left to the kernel."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from infra.shutdown import SIGNALS, Shutdown


@pytest.fixture
def shutdown() -> Iterator[Shutdown]:
    before = [signal.getsignal(number) for number in SIGNALS]
    made = Shutdown()
    made.install()
    yield made
    signal.set_wakeup_fd(-1)
    for number, handler in zip(SIGNALS, before, strict=True):
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_asks_and_hands_the_next_to_the_kernel(shutdown, number):
    assert not shutdown.requested
    os.kill(os.getpid(), number)
    assert shutdown.requested
    assert [signal.getsignal(each) for each in SIGNALS] == [signal.SIG_DFL, signal.SIG_DFL]


def test_waiting_ends_with_the_signal(shutdown):
    waiter = threading.Thread(target=lambda: os.kill(os.getpid(), signal.SIGTERM))
    waiter.start()
    assert shutdown.wait(60)
    waiter.join()
    assert shutdown.wait(60)


def test_waiting_without_a_signal_says_so(shutdown):
    assert not shutdown.wait(0)
    assert not shutdown.wait(-1)


def test_a_request_is_as_good_as_a_signal(shutdown):
    shutdown.request()
    assert shutdown.wait(60)


def test_a_signal_is_known_before_the_main_thread_can_handle_it(shutdown):
    wakeup = signal.set_wakeup_fd(-1)
    os.write(wakeup, bytes([signal.SIGTERM]))  # what the interpreter does while the main thread is in a call into C
    assert not shutdown.requested
    assert shutdown.wait()
    assert shutdown.requested
