"""What the broker's twin hands out; each class behaves as its protocol in ``infra.messaging`` says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from infra.errors import GroupLost, InfraError, Refused, TransactionFailed
from infra.memory.cluster import Cluster, Membership
from infra.messaging import Batch, Member, Message, Partition, Record
from schemas.topics import Topic


class MemoryConsumer:
    """Twin of ``infra.broker.KafkaConsumer`` (``infra.messaging.Consumer``)."""

    def __init__(self, cluster: Cluster, group: str, instance_id: str, member_id: str) -> None:
        self._cluster = cluster
        self._group = group
        self._instance_id = instance_id
        self._member_id = member_id
        self._generation = 0
        self._positions: dict[Partition, int] = {}
        self._paused = False
        self._closed = False

    def poll(self, *, timeout_s: float, limit: int) -> Batch:  # noqa: ARG002
        """See ``Consumer.poll``. Does not wait.

        As with kafka-python, a member whose seat another took over is not told: it goes on as before, and what it
        reads can no longer be committed.
        """
        with self._cluster.opened():
            members = self._cluster.group(self._group)
            seat = members.seats.get(self._instance_id)
            if self._closed or seat is None:
                raise GroupLost(f"{self._instance_id} is no longer a member of {self._group}")
            if seat.member_id == self._member_id:
                self._generation = members.generation
                self._take_over()
            membership = Membership(self._group, self._instance_id, self._member_id, self._generation)
            return Batch(() if self._paused else tuple(self._next(limit)), membership)

    def assignment(self) -> frozenset[Partition]:
        """See ``Consumer.assignment``."""
        return frozenset(self._positions)

    def _take_over(self) -> None:
        offsets = self._cluster.group(self._group).offsets
        assigned = self._cluster.assignment(self._group, self._instance_id)
        self._positions = {
            partition: self._positions.get(partition, offsets.get(partition, 0)) for partition in assigned
        }

    def _next(self, limit: int) -> Iterator[Message]:
        for partition in self._positions:
            log = self._cluster.partitions(partition.topic)[partition.number]
            end = log.stable_end()
            for message in log.read(self._positions[partition], end):
                if limit == 0:
                    return
                limit -= 1
                self._positions[partition] = message.offset + 1
                yield message

    def pause(self) -> None:
        """See ``Consumer.pause``."""
        self._paused = True

    def resume(self) -> None:
        """See ``Consumer.resume``."""
        self._paused = False

    def rewind(self, batch: Batch) -> None:
        """See ``Consumer.rewind``."""
        for message in reversed(batch.messages):
            partition = Partition(message.topic, message.partition)
            if partition in self._positions:
                self._positions[partition] = message.offset

    def close(self) -> None:
        """See ``Consumer.close``: the seat stays until ``MemoryBroker.expel``."""
        self._closed = True


class MemoryPublisher:
    """Twin of ``infra.broker.KafkaPublisher`` (``infra.messaging.Publisher``)."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def publish(self, records: Iterable[Record]) -> tuple[Message, ...]:
        """See ``Publisher.publish``."""
        with self._cluster.opened():
            return tuple(self._cluster.append(record) for record in records)

    def close(self) -> None:
        """Nothing to release."""


class MemoryTransactionalPublisher:
    """Twin of ``infra.broker.KafkaTransactionalPublisher`` (``infra.messaging.TransactionalPublisher``)."""

    def __init__(self, cluster: Cluster, transactional_id: str, group: str, epoch: int) -> None:
        self._cluster = cluster
        self._id = transactional_id
        self._group = group
        self._epoch = epoch
        self._failed = False

    def commit(self, records: Sequence[Record], batch: Batch, offsets: Mapping[Partition, int]) -> None:
        """See ``TransactionalPublisher.commit``. After a failure every further call fails."""
        self._transact(records, offsets, batch)

    def heal(self, topic: str) -> None:
        """See ``TransactionalPublisher.heal``."""
        self._transact((), {Partition(topic, 0): 0}, None)

    def _transact(self, records: Sequence[Record], offsets: Mapping[Partition, int], batch: Batch | None) -> None:
        if self._failed:
            raise TransactionFailed("this publisher failed before and must not be used again")
        cluster = self._cluster
        try:
            with cluster.opened():
                cluster.check_epoch(self._id, self._epoch)
                transaction = cluster.begin(self._id)
                for record in records:
                    cluster.append(record, transaction)
                cluster.break_at("offsets")
                if batch:
                    cluster.check_membership(self._group, batch.membership)
                cluster.break_at("commit")
                cluster.commit(transaction, self._group, offsets)
                cluster.break_at("reply")
        except InfraError as error:
            self._failed = True
            raise TransactionFailed(str(error)) from error

    def close(self) -> None:
        """Nothing to release."""


class MemoryReader:
    """Twin of ``infra.broker.KafkaReader`` (``infra.messaging.Reader``)."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def read(
        self, topic: str, *, start: Mapping[int, int] | None = None, partitions: Sequence[int] | None = None
    ) -> Iterator[Message]:
        """See ``Reader.read``. The end is that of the first step."""
        with self._cluster.opened():
            found = [
                message
                for number, log in self._cluster.partitions(topic).items()
                if partitions is None or number in partitions
                for message in log.read((start or {}).get(number, 0), log.stable_end())
            ]
        yield from found

    def follow(
        self,
        topic: str,
        *,
        start: Mapping[int, int],
        partitions: Sequence[int] | None = None,
        idle_s: float,  # noqa: ARG002
    ) -> Iterator[Message | None]:
        """See ``Reader.follow``. Says None as soon as there is nothing, whatever ``idle_s``."""
        positions = dict(start)
        while True:
            found = tuple(self.read(topic, start=positions, partitions=partitions))
            for message in found:
                positions[message.partition] = message.offset + 1
                yield message
            if not found:
                yield None

    def close(self) -> None:
        """Nothing to release."""


class MemoryAdmin:
    """Twin of ``infra.broker.KafkaAdmin`` (``infra.messaging.Admin``)."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def ensure_topics(self, topics: Iterable[Topic]) -> tuple[str, ...]:
        """See ``Admin.ensure_topics``."""
        created: list[str] = []
        with self._cluster.opened():
            for topic in topics:
                present = self._cluster.topic(topic.name)
                if present is None:
                    self._cluster.create(topic)
                    created.append(topic.name)
                elif (present.partitions, present.configs) != (topic.partitions, topic.configs):
                    raise Refused(f"topic {topic.name} exists with other settings; delete it or rename yours")
        return tuple(created)

    def begin_offsets(self, topic: str) -> dict[int, int]:
        """See ``Admin.begin_offsets``."""
        with self._cluster.opened():
            return {number: log.begin for number, log in self._cluster.partitions(topic).items()}

    def end_offsets(self, topic: str) -> dict[int, int]:
        """See ``Admin.end_offsets``."""
        with self._cluster.opened():
            return {number: log.stable_end() for number, log in self._cluster.partitions(topic).items()}

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """See ``Admin.committed``."""
        with self._cluster.opened():
            offsets = self._cluster.group(group).offsets
            return {partition.number: offset for partition, offset in offsets.items() if partition.topic == topic}

    def members(self, group: str) -> tuple[Member, ...]:
        """See ``Admin.members``."""
        with self._cluster.opened():
            seats = sorted(self._cluster.group(group).seats.items())
            return tuple(Member(instance_id, seat.client_id, "memory") for instance_id, seat in seats)

    def expel(self, group: str, instance_id: str) -> None:
        """See ``Admin.expel``."""
        self._cluster.expel(group, instance_id)

    def close(self) -> None:
        """Nothing to release."""
