"""Fact 2: a commit can succeed although records were dropped; the failed future of a send is the only trace."""

import importlib.metadata
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kafka.errors import KafkaError
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata, TopicPartition

from infra.errors import TransactionFailed
from infra.messaging import Partition, Record

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

PLAIN = f"kafka-python {importlib.metadata.version('kafka-python')}"
MENDED = (
    f"{PLAIN} no longer reports the commit of a transaction that lost a record as a success: checking every future "
    "before the offsets (_Sender._send) could go"
)
SHORT = {"request_timeout_ms": 2900, "delivery_timeout_ms": 3000, "transaction_timeout_ms": 60_000}


class _Interrupted(list[Record]):
    """Records to commit; ``interrupt`` is called before the last one is sent."""

    def __init__(self, records: list[Record], interrupt: Callable[[], object]) -> None:
        super().__init__(records)
        self._interrupt = interrupt

    def __iter__(self) -> Iterator[Record]:
        *first, last = super().__iter__()
        yield from first
        self._interrupt()
        yield last


def test_batch_that_expires_while_the_broker_is_frozen(
    spawn_broker: Callable[..., Any], clients_of: Callable[[str], Any], topic_prefix: str, eventually: Any
) -> None:
    broker = spawn_broker()
    clients = clients_of(broker.address)
    group, topic = f"{topic_prefix}group", clients.topic(f"{topic_prefix}in", partitions=1)
    plain_out = clients.topic(f"{topic_prefix}plain", partitions=1)
    our_out = clients.topic(f"{topic_prefix}ours", partitions=1)
    plain_group = f"{topic_prefix}plain-group"
    clients.fill(topic, 7, partitions=1)
    batch = clients.batch(clients.consumer(topic, group), 7)

    # One request at a time: the second record waits in the client behind the first, and expires there.
    plain = clients.plain_producer(
        transactional_id=f"{topic_prefix}plain", max_in_flight_requests_per_connection=1, **SHORT
    )
    plain.begin_transaction()
    plain.send(plain_out, key=b"key", value=b"first").get(timeout=10)
    ours = clients.transactional(f"{topic_prefix}ours", group, **SHORT)
    lost = []

    def freeze() -> None:
        ours._producer.flush(timeout=10)
        broker.freeze()
        plain.send(plain_out, key=b"key", value=b"sent")
        time.sleep(0.5)
        lost.append(plain.send(plain_out, key=b"key", value=b"lost"))

    try:
        with pytest.raises(TransactionFailed, match=r"Timeout|TimedOut"):
            ours.commit(
                _Interrupted([Record(our_out, b"key", b"first"), Record(our_out, b"key", b"lost")], freeze),
                batch,
                batch.next_offsets(),
            )
        eventually(lambda: lost[0].is_done, seconds=20, what="the plain client's batch expires")
        assert lost[0].failed()
    finally:
        broker.thaw()

    plain.send_offsets_to_transaction(
        {TopicPartition(topic, 0): OffsetAndMetadata(7, "", -1)}, ConsumerGroupMetadata(plain_group)
    )
    assert plain.commit_transaction() is None, MENDED
    committed = eventually(lambda: clients.admin().committed(plain_group, topic), seconds=10, what="the offset")
    assert committed == {0: 7}, MENDED
    assert b"lost" not in clients.values(plain_out), MENDED

    with pytest.raises(TransactionFailed, match="must not be used again"):
        ours.heal(our_out)
    clients.transactional(f"{topic_prefix}ours", group).commit(
        [Record(our_out, b"key", b"redone")], batch, batch.next_offsets()
    )
    eventually(lambda: clients.admin().committed(group, topic) == {0: 7}, seconds=10, what="the batch is committed")
    assert clients.values(our_out) == [b"redone"]


def test_transaction_that_the_broker_gave_up(clients: Any, topic_prefix: str, eventually: Any) -> None:
    group, plain_group = f"{topic_prefix}group", f"{topic_prefix}plain-group"
    topic, out = clients.topic(f"{topic_prefix}in", partitions=1), clients.topic(f"{topic_prefix}out", partitions=1)
    clients.fill(topic, 7, partitions=1)
    batch = clients.batch(clients.consumer(topic, group), 7)
    admin = clients.plain_admin()
    plain_id, our_id = f"{topic_prefix}plain", f"{topic_prefix}ours"

    def given_up() -> None:
        """The broker looks every 10 s for transactions over their time."""
        eventually(
            lambda: (
                {state.state for state in admin.describe_transactions([plain_id, our_id]).values()} <= {"CompleteAbort"}
            ),
            seconds=30,
            what="the broker aborts both transactions",
        )

    plain = clients.plain_producer(transactional_id=plain_id, transaction_timeout_ms=1000)
    plain.begin_transaction()
    plain.send(out, key=b"key", value=b"first").get(timeout=10)
    plain.send_offsets_to_transaction(
        {TopicPartition(topic, 0): OffsetAndMetadata(7, "", -1)}, ConsumerGroupMetadata(plain_group)
    )
    ours = clients.transactional(our_id, group, transaction_timeout_ms=1000)
    with pytest.raises(TransactionFailed):
        ours.commit(
            _Interrupted([Record(out, b"key", b"first"), Record(out, b"key", b"late")], given_up),
            batch,
            batch.next_offsets(),
        )
    late = plain.send(out, key=b"key", value=b"late")
    assert plain.commit_transaction() is None, MENDED
    with pytest.raises(KafkaError):
        late.get(timeout=10)
    assert clients.admin().committed(plain_group, topic) == {}, MENDED
    assert clients.admin().committed(group, topic) == {}
    assert clients.values(out) == [], MENDED

    clients.transactional(our_id, group).commit([Record(out, b"key", b"redone")], batch, {Partition(topic, 0): 7})
    eventually(lambda: clients.admin().committed(group, topic) == {0: 7}, seconds=10, what="the batch is committed")
    assert clients.values(out) == [b"redone"]
