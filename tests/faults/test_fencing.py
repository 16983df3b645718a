"""Fact 4: a group membership that is asked for late, after an expulsion, is not fenced by the broker."""

import importlib.metadata
from typing import Any

import pytest
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata, TopicPartition

from infra.errors import GroupLost, TransactionFailed
from infra.messaging import Batch, Record

PLAIN = f"kafka-python {importlib.metadata.version('kafka-python')}"


def test_plain_client_with_a_late_membership_sets_the_groups_offset_back(
    clients: Any, topic_prefix: str, eventually: Any
) -> None:
    topic, group = clients.topic(f"{topic_prefix}in", partitions=1), f"{topic_prefix}group"
    clients.fill(topic, 20, partitions=1)
    partition = TopicPartition(topic, 0)
    slow = clients.plain_consumer(topic, group, heartbeat_interval_ms=500)
    eventually(lambda: slow.poll(timeout_ms=500, max_records=5), seconds=20, what="the slow member has a batch")
    clients.expel(group, member_id=slow.group_metadata().member_id)
    healthy = clients.consumer(topic, group, "healthy")
    batch = clients.batch(healthy, 20)
    clients.transactional(f"{topic_prefix}healthy", group).commit([], batch, batch.next_offsets())
    eventually(
        lambda: clients.admin().committed(group, topic) == {0: 20}, seconds=10, what="the healthy member's commit"
    )

    late = eventually(
        lambda: (member := slow.group_metadata()).generation_id < 0 and member, seconds=15, what="the client notices"
    )
    producer = clients.plain_producer(transactional_id=f"{topic_prefix}slow")
    producer.begin_transaction()
    producer.send_offsets_to_transaction({partition: OffsetAndMetadata(5, "", -1)}, late)
    producer.commit_transaction()
    eventually(
        lambda: clients.admin().committed(group, topic) == {0: 5},
        seconds=10,
        what=f"the expelled member sets the offset back from 20 to 5. If {PLAIN} or the broker now refuses that, the "
        "check of the generation (KafkaConsumer.poll, KafkaTransactionalPublisher.commit) could go",
    )


def test_our_batch_of_an_expelled_member_is_refused(clients: Any, topic_prefix: str, eventually: Any) -> None:
    topic, group = clients.topic(f"{topic_prefix}in", partitions=1), f"{topic_prefix}group"
    out = clients.topic(f"{topic_prefix}out", partitions=1)
    clients.fill(topic, 20, partitions=1)
    slow = clients.consumer(topic, group, "slow")
    stale = clients.batch(slow, 5)
    clients.expel(group, group_instance_id="slow")
    batch = clients.batch(clients.consumer(topic, group, "healthy"), 20)
    clients.transactional(f"{topic_prefix}healthy", group).commit([], batch, batch.next_offsets())
    eventually(
        lambda: clients.admin().committed(group, topic) == {0: 20}, seconds=10, what="the healthy member's commit"
    )

    with pytest.raises(TransactionFailed, match=r"UnknownMemberId|IllegalGeneration"):
        clients.transactional(f"{topic_prefix}slow", group).commit(
            [Record(out, b"key", b"again")], stale, stale.next_offsets()
        )
    assert clients.admin().committed(group, topic) == {0: 20}
    clients.transactional(f"{topic_prefix}slow", group).heal(out)  # ends the transaction that was left open
    assert clients.values(out) == []


def test_our_member_that_lost_its_seat_to_a_successor_is_refused(clients: Any, topic_prefix: str) -> None:
    topic, group = clients.topic(f"{topic_prefix}in", partitions=1), f"{topic_prefix}group"
    clients.fill(topic, 5, partitions=1)
    stale = clients.batch(clients.consumer(topic, group, "seat-0"), 5)
    batch = clients.batch(clients.consumer(topic, group, "seat-0"), 5)
    with pytest.raises(TransactionFailed, match=r"FencedInstanceId|UnknownMemberId|IllegalGeneration"):
        clients.transactional(f"{topic_prefix}old", group).commit([], stale, stale.next_offsets())
    clients.transactional(f"{topic_prefix}new", group).commit([], batch, batch.next_offsets())


def test_our_consumer_hands_out_nothing_without_a_membership(
    clients: Any, topic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, group = clients.topic(f"{topic_prefix}in", partitions=1), f"{topic_prefix}group"
    clients.fill(topic, 20, partitions=1)
    consumer = clients.consumer(topic, group)
    clients.batch(consumer, 5)  # the client has fetched more than it handed out
    monkeypatch.setattr(consumer._consumer, "group_metadata", lambda: ConsumerGroupMetadata(group))
    with pytest.raises(GroupLost, match="without a group membership"):
        clients.batch(consumer, 5)


@pytest.mark.parametrize(
    "membership",
    [
        pytest.param(ConsumerGroupMetadata("group"), id="none"),
        pytest.param(ConsumerGroupMetadata("group", generation_id=3), id="without-member-id"),
        pytest.param(None, id="of-another-broker"),
    ],
)
def test_our_publisher_refuses_offsets_without_a_membership(
    clients: Any, topic_prefix: str, membership: object
) -> None:
    topic, group = clients.topic(f"{topic_prefix}in", partitions=1), f"{topic_prefix}group"
    clients.fill(topic, 1, partitions=1)
    batch = clients.batch(clients.consumer(topic, group), 1)
    with pytest.raises(TransactionFailed, match="without a group membership"):
        clients.transactional(f"{topic_prefix}id", group).commit(
            [], Batch(batch.messages, membership), batch.next_offsets()
        )
    assert clients.admin().committed(group, topic) == {}


def test_our_poll_after_an_expulsion_never_gives_messages_that_cannot_be_committed(
    clients: Any, topic_prefix: str, eventually: Any
) -> None:
    topic, group = clients.topic(f"{topic_prefix}in", partitions=1), f"{topic_prefix}group"
    clients.fill(topic, 200, partitions=1)
    consumer = clients.consumer(topic, group)
    first = clients.batch(consumer, 5)
    clients.expel(group, group_instance_id="seat-0")
    seen = []

    def expelled_and_back() -> bool:
        try:
            batch = consumer.poll(timeout_s=0.1, limit=5)
        except GroupLost:
            return True
        if batch.messages:
            seen.append(batch.membership)
        return batch.membership not in (first.membership, None) and bool(batch.messages)

    eventually(expelled_and_back, seconds=20, what="the member is expelled, and lost or back with another membership")
    assert all(membership.generation_id >= 0 and membership.member_id for membership in seen)
