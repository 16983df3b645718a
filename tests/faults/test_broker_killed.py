"""Fact 3: a client whose broker dies inside a transaction waits for ever, even after the broker is back."""

import importlib.metadata
import secrets
import threading
from collections.abc import Callable, ItemsView
from typing import Any

import pytest

from consumers.watchdog import EXIT_STUCK
from infra.errors import TransactionFailed, Unavailable
from infra.messaging import Partition, Record

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

PLAIN = f"kafka-python {importlib.metadata.version('kafka-python')}"


class _Waiting(dict[Partition, int]):
    """Offsets to commit; when they are asked for, all records are acknowledged, and the transaction waits."""

    def __init__(self, offsets: dict[Partition, int], opened: threading.Event, go: threading.Event) -> None:
        super().__init__(offsets)
        self._opened = opened
        self._go = go

    def items(self) -> ItemsView[Partition, int]:
        self._opened.set()
        self._go.wait()
        return super().items()


def test_broker_killed_inside_a_transaction(
    spawn_broker: Callable[..., Any],
    clients_of: Callable[[str], Any],
    program: Any,
    topic_prefix: str,
    eventually: Any,
) -> None:
    broker = spawn_broker()
    clients = clients_of(broker.address)
    group, topic = f"{topic_prefix}group", clients.topic(f"{topic_prefix}in", partitions=1)
    out, plain_out = (clients.topic(f"{topic_prefix}{name}", partitions=1) for name in ("out", "plain"))
    clients.fill(topic, 7, partitions=1)
    batch = clients.batch(clients.consumer(topic, group), 7)

    plain = [program("open_transaction", broker.address, f"{topic_prefix}{n}", plain_out, "0") for n in range(2)]
    watched = program("open_transaction", broker.address, f"{topic_prefix}watched", plain_out, "10")
    assert [process.stdout.readline() for process in (*plain, watched)] == ["open\n"] * 3

    ours = clients.transactional(f"{topic_prefix}ours", group)
    opened, go = threading.Event(), threading.Event()
    failed: list[TransactionFailed] = []

    records = [Record(out, b"key", b"1"), Record(out, b"key", b"2")]

    def commit() -> None:
        try:
            ours.commit(records, batch, _Waiting(batch.next_offsets(), opened, go))
        except TransactionFailed as error:
            failed.append(error)

    working = threading.Thread(target=commit, daemon=True)
    working.start()
    assert opened.wait(timeout=20)

    broker.kill()
    for process in (*plain, watched):
        process.stdin.write("\n")
        process.stdin.flush()
    go.set()
    eventually(lambda: watched.poll() is not None, seconds=30, what="the watchdog ends the process that hangs")
    broker.start()

    working.join(timeout=40)
    assert not working.is_alive(), "our publisher hangs in a transaction that its broker did not survive"
    if failed:
        clients.transactional(f"{topic_prefix}ours", group).commit(records, batch, batch.next_offsets())
    eventually(lambda: clients.admin().committed(group, topic) == {0: 7}, seconds=20, what="the offsets")
    assert clients.values(out) == [b"1", b"2"]

    assert watched.returncode == EXIT_STUCK
    stderr = watched.communicate()[1]
    assert "commit did not return within its limit" in stderr
    assert "in commit_transaction" in stderr, "the stacks say where it hung"
    assert any(process.poll() is None for process in plain), (
        f"{PLAIN} now comes back from a transaction whose broker died: _ReconnectingClient could go"
    )


def test_reader_does_not_wait_for_ever_for_a_broker_that_is_gone(
    spawn_broker: Callable[..., Any], clients_of: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.broker.READ_LIMIT_S", 3.0)
    broker = spawn_broker()
    clients = clients_of(broker.address)
    topic = clients.topic("long", partitions=1)
    # More than one fetch brings, and no compression makes it less.
    clients.publisher().publish(Record(topic, b"key", secrets.token_bytes(10_000)) for _ in range(500))
    reader = clients.reader()
    messages = reader.read(topic)
    next(messages)
    broker.kill()
    with pytest.raises(Unavailable, match="Kafka sent nothing of long for 3 s"):
        list(messages)
