"""What Copydesk asks of a message broker. ``infra.broker`` speaks Kafka; ``infra.memory`` is the twin for tests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from schemas.envelope import Headers
from schemas.topics import Topic


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """A partition of a topic."""

    topic: str
    number: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message as read. ``value`` None is a tombstone."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp_ms: int

    @property
    def time(self) -> datetime:
        """When it was produced."""
        return datetime.fromtimestamp(self.timestamp_ms / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Record:
    """A message to send."""

    topic: str
    key: bytes
    value: bytes | None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll gave, with the group membership it was read under (an opaque token for ``commit``)."""

    messages: tuple[Message, ...]
    membership: object

    def next_offsets(self) -> dict[Partition, int]:
        """Per partition the offset after the last message."""
        offsets: dict[Partition, int] = {}
        for message in self.messages:
            partition = Partition(message.topic, message.partition)
            offsets[partition] = max(offsets.get(partition, 0), message.offset + 1)
        return offsets


@dataclass(frozen=True, slots=True)
class Member:
    """A live member of a consumer group. ``instance_id`` is empty for a dynamic one."""

    instance_id: str
    client_id: str
    host: str


class Consumer(Protocol):
    """A member of a consumer group that reads one topic, committed messages only, never committing by itself."""

    def poll(self, *, timeout_s: float, limit: int) -> Batch:
        """Return up to ``limit`` messages. Raises ``GroupLost``, or ``Unavailable`` for a passing fault."""
        ...

    def assignment(self) -> frozenset[Partition]:
        """Partitions held now."""
        ...

    def pause(self) -> None:
        """Let ``poll`` keep the membership alive without handing out messages."""
        ...

    def resume(self) -> None:
        """Undo ``pause``."""
        ...

    def rewind(self, batch: Batch) -> None:
        """Hand the messages of ``batch`` out again at the next poll."""
        ...

    def close(self) -> None:
        """Leave the group (a static member keeps its seat until the session ends)."""
        ...


class Publisher(Protocol):
    """Sends messages outside a transaction and waits until the broker has them."""

    def publish(self, records: Iterable[Record]) -> tuple[Message, ...]:
        """Send all and return them as acknowledged, in order, or raise ``Unavailable``; some may have arrived then."""
        ...

    def close(self) -> None:
        """Release the connections."""
        ...


class TransactionalPublisher(Protocol):
    """Sends the results of a batch and the offsets it was read up to, all or nothing."""

    def commit(self, records: Sequence[Record], batch: Batch, offsets: Mapping[Partition, int]) -> None:
        """Begin, send, check every acknowledgement, send ``offsets``, commit. Raises ``TransactionFailed``."""
        ...

    def heal(self, topic: str) -> None:
        """Commit one transaction on the group that changes nothing, to resolve what a dead broker left pending."""
        ...

    def close(self) -> None:
        """Release the connections."""
        ...


class Reader(Protocol):
    """Reads committed messages outside any group."""

    def read(
        self, topic: str, *, start: Mapping[int, int] | None = None, partitions: Sequence[int] | None = None
    ) -> Iterator[Message]:
        """Every committed message from ``start`` (partition to offset; default: the oldest) to the present end."""
        ...

    def follow(
        self, topic: str, *, start: Mapping[int, int], partitions: Sequence[int] | None = None, idle_s: float
    ) -> Iterator[Message | None]:
        """Messages from ``start`` on as they come; None whenever ``idle_s`` seconds passed without one."""
        ...

    def close(self) -> None:
        """Release the connections."""
        ...


class Admin(Protocol):
    """Topics and groups."""

    def ensure_topics(self, topics: Iterable[Topic]) -> tuple[str, ...]:
        """Create what is missing; returns the names created. Raises ``Refused`` if one exists with other settings."""
        ...

    def begin_offsets(self, topic: str) -> dict[int, int]:
        """Oldest offset per partition."""
        ...

    def end_offsets(self, topic: str) -> dict[int, int]:
        """Next offset per partition, read_committed (the last stable offset)."""
        ...

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """Committed offset per partition of a group; a partition without one is missing."""
        ...

    def members(self, group: str) -> tuple[Member, ...]:
        """The group's members; a static one stays listed until its session ends, dead or not."""
        ...

    def expel(self, group: str, instance_id: str) -> None:
        """Take a static member's seat from it, so that the group deals its partitions anew. Nothing, if it has none."""
        ...

    def close(self) -> None:
        """Release the connections."""
        ...


def partition_for(key: bytes, partitions: int) -> int:
    """Return the partition that Kafka's default partitioner gives ``key``: murmur2, as the Java client has it."""
    m, seed = 0x5BD1E995, 0x9747B28C
    length = len(key)
    h = (seed ^ length) & 0xFFFFFFFF
    for i in range(0, length - length % 4, 4):
        k = int.from_bytes(key[i : i + 4], "little") * m & 0xFFFFFFFF
        k = (k ^ (k >> 24)) * m & 0xFFFFFFFF
        h = (h * m & 0xFFFFFFFF) ^ k
    tail = key[length - length % 4 :]
    if tail:
        h = (h ^ int.from_bytes(tail, "little")) * m & 0xFFFFFFFF
    h = (h ^ (h >> 13)) * m & 0xFFFFFFFF
    return ((h ^ (h >> 15)) & 0x7FFFFFFF) % partitions
