"""Fact 1: a producer that is used again after a failed transaction commits the failed one's offsets."""

import importlib.metadata
from typing import Any

import pytest
from kafka.errors import CommitFailedError
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata, TopicPartition

from infra.errors import TransactionFailed
from infra.messaging import Batch, Partition, Record

PLAIN = f"kafka-python {importlib.metadata.version('kafka-python')}"


@pytest.fixture
def expelled(clients: Any, topic_prefix: str) -> tuple[str, str, Batch]:
    """A topic, a group, and the batch of a member that was expelled after it read both partitions."""
    topic, group = clients.topic(f"{topic_prefix}in"), f"{topic_prefix}group"
    clients.fill(topic, 20)
    consumer = clients.consumer(topic, group)
    batch = clients.batch(consumer, 40)
    consumer.close()
    clients.expel(group, group_instance_id="seat-0")
    return topic, group, batch


def test_plain_client_commits_the_offsets_of_the_aborted_transaction(
    clients: Any, topic_prefix: str, expelled: tuple[str, str, Batch], eventually: Any
) -> None:
    topic, group, batch = expelled
    producer = clients.plain_producer(transactional_id=f"{topic_prefix}id")
    producer.begin_transaction()
    with pytest.raises(CommitFailedError):
        producer.send_offsets_to_transaction(
            {TopicPartition(topic, 0): OffsetAndMetadata(20, "", -1)}, batch.membership
        )
    producer.abort_transaction()
    producer.begin_transaction()
    producer.send_offsets_to_transaction(
        {TopicPartition(topic, 1): OffsetAndMetadata(5, "", -1)}, ConsumerGroupMetadata(group)
    )
    producer.commit_transaction()
    committed = eventually(lambda: clients.admin().committed(group, topic), seconds=10, what="the commit shows")
    assert committed == {0: 20, 1: 5}, (
        f"{PLAIN} no longer commits the offsets of an aborted transaction with the next one: the rule that a publisher "
        "is never used again after a failure (KafkaTransactionalPublisher._failed) could go"
    )


def test_our_publisher_refuses_to_be_used_again_and_its_successor_commits_only_its_own(
    clients: Any, topic_prefix: str, expelled: tuple[str, str, Batch], eventually: Any
) -> None:
    topic, group, batch = expelled
    out = clients.topic(f"{topic_prefix}out", partitions=1)
    publisher = clients.transactional(f"{topic_prefix}id", group)
    with pytest.raises(TransactionFailed, match="CommitFailedError"):
        publisher.commit([Record(out, b"key", b"failed")], batch, {Partition(topic, 0): 20})
    with pytest.raises(TransactionFailed, match="must not be used again"):
        publisher.commit([Record(out, b"key", b"again")], batch, {Partition(topic, 1): 5})
    with pytest.raises(TransactionFailed, match="must not be used again"):
        publisher.heal(out)

    fresh = clients.batch(clients.consumer(topic, group), 40)
    clients.transactional(f"{topic_prefix}id", group).commit(
        [Record(out, b"key", b"right")], fresh, {Partition(topic, 1): 5}
    )
    committed = eventually(lambda: clients.admin().committed(group, topic), seconds=10, what="the commit shows")
    assert committed == {1: 5}
    assert clients.values(out) == [b"right"]
