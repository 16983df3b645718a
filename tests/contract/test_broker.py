"""What the protocols of ``infra.messaging`` promise, held against the twin and a real Kafka alike."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace

import pytest

from infra.broker import KafkaAdmin, KafkaConsumer, KafkaPublisher, KafkaReader, KafkaTransactionalPublisher
from infra.errors import GroupLost, Refused, TransactionFailed
from infra.memory import MemoryBroker
from infra.messaging import (
    Admin,
    Batch,
    Consumer,
    Message,
    Partition,
    Publisher,
    Reader,
    Record,
    TransactionalPublisher,
    partition_for,
)
from schemas.topics import Topic

POLLS = 60
"""Half a second each on the real broker: a generous end, not a time that is tested."""
IN = Topic("in", None, "test", "what is read", partitions=3)
OUT = Topic("out", None, "test", "what is written", partitions=2)
GROUP = "group"


@dataclass
class Broker:
    """Doors to one broker, under names of this test's own. What is opened is closed at the end."""

    prefix: str
    memory: MemoryBroker | None
    bootstrap: str
    open: ExitStack
    topics: tuple[Topic, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.topics = tuple(replace(topic, name=self.prefix + topic.name) for topic in (IN, OUT))

    def name(self, topic: Topic) -> str:
        return self.prefix + topic.name

    def _door(self, of_memory: Callable[[MemoryBroker], object], of_kafka: Callable[[], object]) -> object:
        door = of_memory(self.memory) if self.memory else of_kafka()
        return self.open.enter_context(closing(door))

    def consumer(self, slot: str = "slot", group: str = GROUP) -> Consumer:
        names = (self.name(IN), self.prefix + group, self.prefix + slot)
        return self._door(lambda memory: memory.consumer(*names), lambda: KafkaConsumer(self.bootstrap, *names))

    def publisher(self) -> Publisher:
        return self._door(lambda memory: memory.publisher(), lambda: KafkaPublisher(self.bootstrap))

    def transactional_publisher(self, slot: str = "slot", group: str = GROUP) -> TransactionalPublisher:
        names = (self.prefix + slot, self.prefix + group)
        return self._door(
            lambda memory: memory.transactional_publisher(*names),
            lambda: KafkaTransactionalPublisher(self.bootstrap, *names),
        )

    def reader(self) -> Reader:
        return self._door(lambda memory: memory.reader(), lambda: KafkaReader(self.bootstrap))

    def admin(self) -> Admin:
        return self._door(lambda memory: memory.admin(), lambda: KafkaAdmin(self.bootstrap))

    def fill(self, count: int, topic: Topic = IN) -> tuple[Message, ...]:
        return self.publisher().publish(self.record(number, topic) for number in range(count))

    def record(self, number: int, topic: Topic = IN) -> Record:
        return Record(self.name(topic), f"key-{number}".encode(), f"value-{number}".encode())

    def read(self, topic: Topic) -> list[Message]:
        return list(self.reader().read(self.name(topic)))

    def committed(self, group: str = GROUP) -> dict[int, int]:
        return self.admin().committed(self.prefix + group, self.name(IN))


@pytest.fixture(params=["memory", "kafka"])
def broker(request, topic_prefix) -> Iterator[Broker]:
    with ExitStack() as stack:
        if request.param == "memory":
            made = Broker(topic_prefix, MemoryBroker(topics=()), "", stack)
        else:
            made = Broker(topic_prefix, None, request.getfixturevalue("real_broker"), stack)
        assert made.admin().ensure_topics(made.topics) == tuple(topic.name for topic in made.topics)
        yield made


def take(consumer: Consumer, count: int) -> list[Batch]:
    """Poll until ``count`` messages came, in one batch or several."""
    batches: list[Batch] = []
    for _ in range(POLLS):
        batch = consumer.poll(timeout_s=0.5, limit=500)
        if batch.messages:
            batches.append(batch)
        if sum(len(each.messages) for each in batches) >= count:
            return batches
    raise AssertionError(f"{sum(len(each.messages) for each in batches)} of {count} messages came")


def take_all(consumer: Consumer, count: int) -> Batch:
    """As ``take``, put together under the last membership."""
    batches = take(consumer, count)
    return Batch(tuple(message for batch in batches for message in batch.messages), batches[-1].membership)


def values(messages) -> list[bytes | None]:
    return sorted(message.value for message in messages)


# Publisher and reader


def test_what_is_published_is_read_back_whole(broker):
    headers = (("ce_id", b"one"), ("broken", b"\xff\xfe"), ("twice", b"1"), ("twice", b"2"), ("empty", b""))
    record = Record(broker.name(IN), "käse".encode(), b"\x00\xff", headers)
    (sent,) = broker.publisher().publish([record])
    assert (sent.topic, sent.key, sent.value, sent.headers) == (record.topic, record.key, record.value, headers)
    assert broker.read(IN) == [sent]
    assert sent.timestamp_ms > 1_700_000_000_000


def test_a_tombstone_has_no_value(broker):
    broker.publisher().publish([Record(broker.name(IN), b"a", b"1"), Record(broker.name(IN), b"a", None)])
    assert [message.value for message in broker.read(IN)] == [b"1", None]


def test_acknowledgements_come_in_the_order_of_the_records(broker):
    sent = broker.fill(50)
    assert [message.value for message in sent] == [f"value-{number}".encode() for number in range(50)]
    assert sorted(broker.read(IN), key=lambda m: (m.partition, m.offset)) == sorted(
        sent, key=lambda m: (m.partition, m.offset)
    )


def test_keys_go_where_the_default_partitioner_sends_them(broker):
    sent = broker.fill(100)
    assert [message.partition for message in sent] == [partition_for(message.key, IN.partitions) for message in sent]
    assert {message.partition for message in sent} == set(range(IN.partitions))


def test_one_key_keeps_its_order(broker):
    records = [Record(broker.name(IN), b"same", str(number).encode()) for number in range(30)]
    broker.publisher().publish(records)
    assert [message.value for message in broker.read(IN)] == [record.value for record in records]


def test_publishing_nothing_is_nothing(broker):
    assert broker.publisher().publish([]) == ()


def test_a_message_larger_than_the_broker_takes_is_refused(broker):
    with pytest.raises(Refused, match="larg"):
        broker.publisher().publish([Record(broker.name(IN), b"a", bytes(3_000_000))])
    assert broker.read(IN) == []


def test_reading_begins_where_it_is_told(broker):
    broker.fill(60)
    start = {0: 5, 1: 1_000}
    got = list(broker.reader().read(broker.name(IN), start=start, partitions=[0, 1]))
    everything = broker.read(IN)
    assert got == [message for message in everything if message.partition == 0 and message.offset >= 5]
    assert list(broker.reader().read(broker.name(IN), partitions=[2])) == [m for m in everything if m.partition == 2]


def test_following_gives_what_comes_and_says_when_nothing_does(broker):
    publisher = broker.publisher()
    (first,) = publisher.publish([broker.record(0)])
    stream = broker.reader().follow(broker.name(IN), start={}, idle_s=0.2)
    assert next(message for message in stream if message) == first
    assert next(stream) is None
    (second,) = publisher.publish([broker.record(1)])
    assert next(message for message in stream if message) == second


def test_a_missing_topic_is_refused(broker):
    with pytest.raises(Refused, match="copydesk up"):
        list(broker.reader().read(broker.prefix + "nowhere"))
    with pytest.raises(Refused, match="copydesk up"):
        broker.admin().begin_offsets(broker.prefix + "nowhere")


# Transactions


def test_a_transaction_gives_results_and_offsets_together(broker):
    broker.fill(10)
    batch = take_all(broker.consumer(), 10)
    results = [Record(broker.name(OUT), m.key or b"", b"done " + (m.value or b"")) for m in batch.messages]
    broker.transactional_publisher().commit(results, batch, batch.next_offsets())
    assert values(broker.read(OUT)) == sorted(b"done " + (m.value or b"") for m in batch.messages)
    assert broker.committed() == {partition.number: offset for partition, offset in batch.next_offsets().items()}


def test_a_transaction_may_hold_offsets_only(broker):
    broker.fill(3)
    batch = take_all(broker.consumer(), 3)
    broker.transactional_publisher().commit([], batch, batch.next_offsets())
    assert sum(broker.committed().values()) == 3
    assert broker.read(OUT) == []


def test_tombstones_and_headers_pass_through_transactions(broker):
    broker.fill(1)
    batch = take_all(broker.consumer(), 1)
    sent = Record(broker.name(OUT), b"gone", None, (("ce_type", b"x"),))
    broker.transactional_publisher().commit([sent], batch, batch.next_offsets())
    (read,) = broker.read(OUT)
    assert (read.key, read.value, read.headers) == (sent.key, None, sent.headers)


def test_markers_take_offsets_so_lag_is_counted_by_reading(broker):
    broker.fill(4)
    batch = take_all(broker.consumer(), 4)
    results = [Record(broker.name(OUT), f"{number}".encode(), b"1") for number in range(20)]
    broker.transactional_publisher().commit(results, batch, batch.next_offsets())
    ends = broker.admin().end_offsets(broker.name(OUT))
    after_last = {message.partition: message.offset + 1 for message in broker.read(OUT)}
    assert ends == {partition: offset + 1 for partition, offset in after_last.items()}
    assert list(broker.reader().read(broker.name(OUT), start=after_last)) == []


def test_a_second_holder_of_an_id_fences_the_first(broker):
    broker.fill(2)
    batch = take_all(broker.consumer(), 2)
    first = broker.transactional_publisher()
    second = broker.transactional_publisher()
    with pytest.raises(TransactionFailed):
        first.commit([broker.record(1, OUT)], batch, batch.next_offsets())
    second.commit([broker.record(2, OUT)], batch, batch.next_offsets())
    assert values(broker.read(OUT)) == [b"value-2"]


def test_a_batch_of_a_membership_that_ended_is_refused_whole_and_redone(broker):
    broker.fill(5)
    stale = take_all(broker.consumer(), 5)
    successor = broker.consumer()
    fresh = take_all(successor, 5)
    publisher = broker.transactional_publisher()
    with pytest.raises(TransactionFailed):
        publisher.commit([broker.record(1, OUT)], stale, stale.next_offsets())
    with pytest.raises(TransactionFailed):
        publisher.commit([broker.record(2, OUT)], fresh, fresh.next_offsets())
    assert broker.committed() == {}
    broker.transactional_publisher().commit([broker.record(3, OUT)], fresh, fresh.next_offsets())
    assert values(broker.read(OUT)) == [b"value-3"]
    assert sum(broker.committed().values()) == 5


def test_healing_changes_nothing_that_the_group_reads(broker):
    broker.fill(5)
    publisher = broker.transactional_publisher()
    publisher.heal(broker.name(OUT))
    assert broker.committed() == {}
    assert broker.admin().committed(broker.prefix + GROUP, broker.name(OUT)) == {0: 0}
    batch = take_all(broker.consumer(), 5)
    publisher.commit([], batch, batch.next_offsets())
    assert sum(broker.committed().values()) == 5


# Consumer


def test_a_consumer_starts_at_the_oldest_and_goes_on_where_its_group_committed(broker):
    broker.fill(6)
    consumer = broker.consumer()
    batch = take_all(consumer, 6)
    broker.transactional_publisher().commit([], batch, batch.next_offsets())
    consumer.close()
    broker.publisher().publish([broker.record(7)])
    assert values(take_all(broker.consumer(), 1).messages) == [b"value-7"]


def test_what_was_not_committed_comes_again(broker):
    broker.fill(6)
    consumer = broker.consumer()
    first = take_all(consumer, 6)
    consumer.close()
    assert values(take_all(broker.consumer(), 6).messages) == values(first.messages)


def test_groups_know_nothing_of_each_other(broker):
    broker.fill(4)
    batch = take_all(broker.consumer(), 4)
    broker.transactional_publisher().commit([], batch, batch.next_offsets())
    other = take_all(broker.consumer(slot="other", group="other"), 4)
    assert values(other.messages) == values(batch.messages)
    assert broker.committed("other") == {}


def test_a_poll_gives_at_most_what_is_asked_for_and_loses_nothing(broker):
    broker.fill(20)
    consumer = broker.consumer()
    seen: list[Message] = []
    for _ in range(POLLS):
        batch = consumer.poll(timeout_s=0.5, limit=3)
        assert len(batch.messages) <= 3
        seen.extend(batch.messages)
        if len(seen) >= 20:
            break
    assert values(seen) == values(broker.read(IN))


def test_a_batch_that_is_rewound_comes_again(broker):
    broker.fill(8)
    consumer = broker.consumer()
    first = take_all(consumer, 8)
    consumer.rewind(first)
    again = take_all(consumer, 8)
    assert sorted(again.messages, key=lambda m: (m.partition, m.offset)) == sorted(
        first.messages, key=lambda m: (m.partition, m.offset)
    )


def test_a_part_of_a_batch_can_be_rewound(broker):
    sent = broker.publisher().publish(Record(broker.name(IN), b"same", str(n).encode()) for n in range(4))
    consumer = broker.consumer()
    batch = take_all(consumer, 4)
    consumer.rewind(replace(batch, messages=batch.messages[2:]))
    assert list(take_all(consumer, 2).messages) == list(sent[2:])


def test_a_paused_consumer_hands_out_nothing_and_stays_a_member(broker):
    broker.fill(1)
    consumer = broker.consumer()
    take(consumer, 1)
    consumer.pause()
    broker.publisher().publish([broker.record(2)])
    for _ in range(3):
        assert consumer.poll(timeout_s=0.2, limit=10).messages == ()
    consumer.resume()
    assert values(take_all(consumer, 1).messages) == [b"value-2"]


def test_two_members_share_the_partitions(broker):
    members = {slot: broker.consumer(slot) for slot in ("one", "two")}
    broker.fill(30)
    seen: set[bytes | None] = set()
    for _ in range(POLLS):
        for member in members.values():
            seen.update(message.value for message in member.poll(timeout_s=0.2, limit=500).messages)
        held = [member.assignment() for member in members.values()]
        if all(held) and len(held[0] | held[1]) == IN.partitions and len(seen) == 30:
            break
    assert seen == {f"value-{number}".encode() for number in range(30)}
    assert held[0] | held[1] == {Partition(broker.name(IN), number) for number in range(IN.partitions)}
    assert not held[0] & held[1]
    listed = broker.admin().members(broker.prefix + GROUP)
    assert {member.instance_id for member in listed} == {broker.prefix + slot for slot in members}


def test_a_successor_takes_the_seat_and_the_one_before_can_commit_no_more(broker):
    broker.fill(3)
    first = broker.consumer()
    take(first, 3)
    successor = broker.consumer()
    take(successor, 3)
    assert len(broker.admin().members(broker.prefix + GROUP)) == 1
    broker.publisher().publish([broker.record(4)])
    publisher = broker.transactional_publisher("another")

    def work() -> None:
        batch = take_all(first, 1)
        publisher.commit([], batch, batch.next_offsets())

    with pytest.raises((GroupLost, TransactionFailed)):
        work()
    assert broker.committed() == {}


def test_an_expelled_member_loses_its_seat_and_its_partitions_are_dealt_anew(broker):
    admin, group = broker.admin(), broker.prefix + GROUP
    lost, other = broker.consumer("lost"), broker.consumer("other")
    everything = {Partition(broker.name(IN), number) for number in range(IN.partitions)}
    for _ in range(POLLS):
        lost.poll(timeout_s=0.2, limit=1)
        other.poll(timeout_s=0.2, limit=1)
        if lost.assignment() and other.assignment() and not lost.assignment() & other.assignment():
            break
    assert lost.assignment() | other.assignment() == everything

    admin.expel(group, broker.prefix + "lost")
    assert [member.instance_id for member in admin.members(group)] == [broker.prefix + "other"]
    for _ in range(POLLS):
        other.poll(timeout_s=0.2, limit=1)
        if other.assignment() == everything:
            break
    assert other.assignment() == everything


def test_nobody_is_expelled_from_a_seat_that_is_free(broker):
    broker.fill(1)
    take(broker.consumer(), 1)
    broker.admin().expel(broker.prefix + GROUP, broker.prefix + "nobody")
    broker.admin().expel(broker.prefix + "no-such-group", broker.prefix + "nobody")
    assert len(broker.admin().members(broker.prefix + GROUP)) == 1


# Admin


def test_topics_are_made_once(broker):
    admin = broker.admin()
    assert admin.ensure_topics(broker.topics) == ()
    more = replace(IN, name=broker.prefix + "more", partitions=1)
    assert admin.ensure_topics((*broker.topics, more)) == (more.name,)


def test_topics_with_other_settings_are_refused(broker):
    admin = broker.admin()
    with pytest.raises(Refused, match=r"partitions|settings"):
        admin.ensure_topics([replace(broker.topics[0], partitions=4)])
    with pytest.raises(Refused, match="settings"):
        admin.ensure_topics([replace(broker.topics[0], configs={"cleanup.policy": "compact"})])


def test_offsets_of_a_topic(broker):
    admin = broker.admin()
    assert admin.begin_offsets(broker.name(IN)) == dict.fromkeys(range(3), 0)
    assert admin.end_offsets(broker.name(IN)) == dict.fromkeys(range(3), 0)
    sent = broker.fill(9)
    assert admin.end_offsets(broker.name(IN)) == {
        number: sum(message.partition == number for message in sent) for number in range(3)
    }


def test_a_group_that_nobody_joined_is_empty(broker):
    admin = broker.admin()
    assert admin.members(broker.prefix + "nobody") == ()
    assert admin.committed(broker.prefix + "nobody", broker.name(IN)) == {}
