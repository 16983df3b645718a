"""Fact 6: an offset commit that a dead broker left pending silences its partitions until its own id commits again.

The cause of the missing marker is not known, so the state is made by hand: the group's coordinator is given an offset
commit of a producer whose transaction is complete already. No marker will ever come for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import kafka
import pytest
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.producer.transaction_manager import ProducerIdAndEpoch, TransactionalRequestResult, TxnOffsetCommitHandler
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata, TopicPartition

from consumers.watchdog import EXIT_STUCK
from infra.messaging import Partition, Record
from schemas.topics import OUTCOMES, PARTITIONS, RAW


@dataclass
class Damage:
    """Leaves offset commits pending on a broker that was told not to check whose they are."""

    clients: Any

    def allow(self) -> None:
        """Have the broker take offset commits outside transactions. Kafka 4 refuses them by default."""
        self.clients.plain_admin().alter_configs(
            [ConfigResource(ConfigResourceType.BROKER, "1", {"transaction.partition.verification.enable": "false"})]
        )

    def leave_pending(self, transactional_id: str, group: str, topic: str, offsets: dict[int, int]) -> None:
        """Send ``offsets`` in the name of an id whose last transaction is complete."""
        state = self.state(transactional_id)
        assert state.state == "CompleteCommit", state
        producer = kafka.KafkaProducer(
            bootstrap_servers=[self.clients.bootstrap], transactional_id=f"{transactional_id}-damage"
        )
        try:
            producer.init_transactions()
            manager = producer._transaction_manager
            manager.transactional_id = transactional_id
            manager.producer_id_and_epoch = ProducerIdAndEpoch(state.producer_id, state.producer_epoch)
            manager._pending_txn_offset_commits.update(
                {TopicPartition(topic, number): OffsetAndMetadata(offset, "", -1) for number, offset in offsets.items()}
            )
            sent = TransactionalRequestResult()
            with manager._lock:
                manager._enqueue_request(
                    TxnOffsetCommitHandler(
                        manager, ConsumerGroupMetadata(group), manager._pending_txn_offset_commits, sent
                    )
                )
            producer._sender.wakeup()
            sent.wait(10_000)
            assert sent.succeeded
        finally:
            producer.close(timeout=2)

    def state(self, transactional_id: str) -> Any:
        return self.clients.plain_admin().describe_transactions([transactional_id])[transactional_id]


def _partitions_of(clients: Any, group: str, instance_id: str) -> list[int]:
    """Return the partitions that a member has once its group is stable."""
    described = clients.plain_admin().describe_groups([group])[group]
    if described["group_state"] != "Stable":
        return []
    return [
        number
        for member in described["members"]
        if member["group_instance_id"] == instance_id
        for assigned in member["member_assignment"]["assigned_partitions"]
        for number in assigned["partitions"]
    ]


@pytest.fixture
def damaged(spawn_broker: Callable[..., Any], clients_of: Callable[[str], Any]) -> Damage:
    """A private broker that can be damaged."""
    damage = Damage(clients_of(spawn_broker().address))
    damage.allow()
    return damage


def test_only_another_transaction_of_the_same_id_frees_the_partitions(
    damaged: Damage, topic_prefix: str, eventually: Any
) -> None:
    clients, group, own_id = damaged.clients, f"{topic_prefix}group", f"{topic_prefix}id"
    topic, out = clients.topic(f"{topic_prefix}in"), clients.topic(f"{topic_prefix}out")
    clients.fill(topic, 10)
    consumer = clients.consumer(topic, group)
    batch = clients.batch(consumer, 20)
    clients.transactional(own_id, group).commit([], batch, {Partition(topic, 0): 3, Partition(topic, 1): 3})
    eventually(lambda: clients.admin().committed(group, topic) == {0: 3, 1: 3}, seconds=10, what="the offsets")
    eventually(lambda: damaged.state(own_id).state == "CompleteCommit", seconds=10, what="the transaction is complete")
    consumer.close()
    damaged.leave_pending(own_id, group, topic, {0: 7})

    successor = clients.consumer(topic, group)

    def silent(seconds: int) -> bool:
        return not any(successor.poll(timeout_s=0.5, limit=100).messages for _ in range(2 * seconds))

    assert silent(5), "a pending offset commit no longer silences its owner: LagWatch and heal could go"
    publisher = clients.transactional(own_id, group)
    assert silent(3), "taking the id over is not enough"
    clients.transactional(f"{topic_prefix}another", group).heal(out)
    assert silent(3), "nor is a transaction of another id"
    assert clients.admin().committed(group, topic) == {0: 3, 1: 3}

    publisher.heal(out)
    rest = clients.batch(successor, 3 + 7)
    assert clients.admin().committed(group, topic) == {0: 7, 1: 3}, "what the client was told was committed"
    assert {(message.partition, message.offset) for message in rest.messages} == {
        *((0, offset) for offset in range(7, 10)),
        *((1, offset) for offset in range(3, 10)),
    }


def test_healing_leaves_a_live_group_and_its_offsets_alone(clients: Any, topic_prefix: str, eventually: Any) -> None:
    group, own_id = f"{topic_prefix}group", f"{topic_prefix}id"
    topic, out = clients.topic(f"{topic_prefix}in"), clients.topic(f"{topic_prefix}out")
    clients.fill(topic, 10)
    consumer = clients.consumer(topic, group)
    first = clients.batch(consumer, 8)
    publisher = clients.transactional(own_id, group)
    publisher.commit([Record(out, b"key", b"first")], first, first.next_offsets())
    offsets = {partition.number: offset for partition, offset in first.next_offsets().items()}
    eventually(lambda: clients.admin().committed(group, topic) == offsets, seconds=10, what="the offsets")

    clients.transactional(f"{topic_prefix}other-slot", group).heal(out)
    clients.transactional(f"{topic_prefix}other-slot", group).heal(out)
    publisher.heal(out)
    eventually(lambda: clients.admin().committed(group, out) == {0: 0}, seconds=10, what="the healing transaction")
    assert clients.admin().committed(group, topic) == offsets

    second = clients.batch(consumer, 12)
    assert second.membership == first.membership, "nobody was made to join again"
    publisher.commit([Record(out, b"key", b"second")], second, second.next_offsets())
    eventually(lambda: clients.admin().committed(group, topic) == {0: 10, 1: 10}, seconds=10, what="the offsets")
    assert clients.values(out) == [b"first", b"second"]


def test_the_lag_watch_starts_the_slots_again_and_each_id_heals(
    damaged: Damage, workers_of: Callable[..., Any], eventually: Any
) -> None:
    clients = damaged.clients
    workers = workers_of(clients, COPYDESK_BATCH_SECONDS="1", COPYDESK_WORK_LIMIT_S="2", COPYDESK_STALL_LIMIT_S="3")
    raw = workers.prefix + RAW.name
    ids = [f"{workers.group}-{number}" for number in (0, 1)]
    first = workers.publish(**{f"a{n}": "text" for n in range(40)})
    slots = [workers.start(0)]
    eventually(lambda: workers.lag() == 0, seconds=60, what="slot 0 does everything alone")
    eventually(lambda: damaged.state(ids[0]).state == "CompleteCommit", seconds=10, what="its transaction is complete")
    committed = clients.admin().committed(workers.group, raw)
    assert len(committed) == PARTITIONS
    damaged.leave_pending(ids[0], workers.group, raw, committed)

    # Slot 1 takes half of the partitions and asks for their offsets: it gets no answer, and no error.
    slots.append(workers.start(1))
    own = eventually(lambda: _partitions_of(clients, workers.group, ids[1]), seconds=60, what="slot 1 has partitions")
    second = workers.publish(**dict.fromkeys(workers.names_in(own, 10), "text"))
    assert [slot.wait(timeout=90) for slot in slots] == [EXIT_STUCK, EXIT_STUCK]
    for number in (0, 1):
        assert "stands at offset" in workers.log(number).read_text()
    assert set(workers.outcomes()) == set(first.values()), "nothing of the second lot got through"

    for number in (0, 1):
        workers.start(number)
    eventually(lambda: workers.lag() == 0, seconds=60, what="the slots, started again, do the rest")
    assert workers.outcomes() == {identity: ["done"] for identity in (*first.values(), *second.values())}
    for own_id in ids:
        eventually(lambda own_id=own_id: damaged.state(own_id).state == "CompleteCommit", seconds=10, what="it healed")
    assert clients.admin().committed(workers.group, workers.prefix + OUTCOMES.name) == {0: 0}
