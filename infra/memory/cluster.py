"""The state of the broker's twin, and the rules it keeps."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from typing import Literal

from infra.errors import Refused, TransactionFailed, Unavailable
from infra.messaging import Message, Partition, Record, partition_for
from schemas.topics import Topic

EPOCH_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z, where the twin's clock starts; every message is a millisecond later."""
MESSAGE_LIMIT = 1_000_000
"""Bytes of key and value together; Kafka's default ``message.max.bytes`` is a little more."""

TransactionStep = Literal["begin", "offsets", "commit", "reply"]


class Fate(Enum):
    """How a transaction ended, if it did."""

    OPEN = "open"
    COMMITTED = "committed"
    ABORTED = "aborted"


@dataclass(slots=True)
class Transaction:
    """A transaction of one transactional id, with the partitions that need its marker."""

    publisher: str
    fate: Fate = Fate.OPEN
    partitions: set[Partition] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a log. ``message`` None is a transaction marker; it takes an offset, as in Kafka."""

    message: Message | None
    transaction: Transaction | None = None

    @property
    def visible(self) -> bool:
        """Whether read_committed readers see it."""
        return self.message is not None and (self.transaction is None or self.transaction.fate is Fate.COMMITTED)


@dataclass(slots=True)
class Log:
    """One partition. ``begin`` is its oldest offset; entries before it stay in the list, so index equals offset."""

    entries: list[Entry] = field(default_factory=list)
    begin: int = 0

    def stable_end(self) -> int:
        """Where read_committed readers stop: the first entry of an open transaction, or the end."""
        for offset, entry in enumerate(self.entries):
            if entry.transaction and entry.transaction.fate is Fate.OPEN:
                return offset
        return len(self.entries)

    def read(self, start: int, end: int) -> Iterator[Message]:
        """Committed messages from ``start`` up to ``end``."""
        for entry in self.entries[max(start, self.begin) : end]:
            if entry.visible and entry.message:
                yield entry.message


@dataclass(frozen=True, slots=True)
class Seat:
    """A static id in a group, and who holds it."""

    topic: str
    member_id: str
    client_id: str


@dataclass(slots=True)
class Group:
    """A consumer group; ``generation`` counts its rebalances."""

    generation: int = 0
    seats: dict[str, Seat] = field(default_factory=dict)
    offsets: dict[Partition, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Membership:
    """The twin's token in ``Batch.membership``."""

    group: str
    instance_id: str
    member_id: str
    generation: int


class Cluster:
    """What a broker keeps: topics, logs, groups, transactions. Thread-safe.

    ``down`` has every call refused; ``fail_after`` takes that many more records and then goes down;
    ``fail_transaction`` breaks the next transaction at one of its steps.
    """

    def __init__(self) -> None:
        self.down = False
        self.fail_after: int | None = None
        self._fault: TransactionStep | None = None
        self._lock = threading.RLock()
        self._topics: dict[str, Topic] = {}
        self._logs: dict[Partition, Log] = {}
        self._groups: dict[str, Group] = {}
        self._epochs: dict[str, int] = {}
        self._transactions: list[Transaction] = []
        self._ticks = count()

    def fail_transaction(self, at: TransactionStep) -> None:
        """Break the next transaction before ``begin``, ``offsets`` or ``commit``, or lose the ``reply`` after it.

        As in a crash, what was sent stays open until the id is taken again.
        """
        self._fault = at

    def expel(self, group: str, instance_id: str) -> None:
        """End a member's session: its seat goes, the group is rebalanced. Nothing, if it has none."""
        with self._lock:
            if self.group(group).seats.pop(instance_id, None):
                self.group(group).generation += 1

    def trim(self, topic: str, partition: int, offset: int) -> None:
        """Drop what lies before ``offset``, as retention does."""
        self._logs[Partition(topic, partition)].begin = offset

    # What the twin's own classes need of it.

    def opened(self) -> threading.RLock:
        """Return the lock, if the broker is up."""
        if self.down:
            raise Unavailable("the broker is down")
        return self._lock

    def create(self, topic: Topic) -> None:
        """Make a topic with empty logs."""
        self._topics[topic.name] = topic
        self._logs.update({Partition(topic.name, number): Log() for number in range(topic.partitions)})

    def topic(self, name: str) -> Topic | None:
        """Return the topic called ``name``."""
        return self._topics.get(name)

    def partitions(self, topic: str) -> dict[int, Log]:
        """Return the logs of a topic. Raises ``Refused``."""
        if topic not in self._topics:
            raise Refused(f"topic {topic} does not exist; run `copydesk up`")
        return {number: self._logs[Partition(topic, number)] for number in range(self._topics[topic].partitions)}

    def group(self, name: str) -> Group:
        """Return a group, empty if nobody ever joined it."""
        return self._groups.get(name, Group())

    def join(self, topic: str, group: str, instance_id: str, client_id: str) -> str:
        """Give a member its seat and return its member id.

        A static id that has a seat keeps it without a rebalance, and whoever held it is fenced.
        """
        with self.opened():
            self.partitions(topic)
            members = self._groups.setdefault(group, Group())
            if instance_id not in members.seats:
                members.generation += 1
            member_id = f"{instance_id}-{next(self._ticks)}"
            members.seats[instance_id] = Seat(topic, member_id, client_id)
            return member_id

    def take_over(self, transactional_id: str) -> int:
        """Return the next epoch of an id, aborting what its last holder left open."""
        with self.opened():
            self._epochs[transactional_id] = self._epochs.get(transactional_id, 0) + 1
            for transaction in self._transactions:
                if transaction.publisher == transactional_id and transaction.fate is Fate.OPEN:
                    self.end(transaction, Fate.ABORTED)
            return self._epochs[transactional_id]

    def assignment(self, group: str, instance_id: str) -> tuple[Partition, ...]:
        """Return what a member owns: every n-th partition, members in order of their ids."""
        seats = self.group(group).seats
        topic = seats[instance_id].topic
        peers = sorted(name for name, seat in seats.items() if seat.topic == topic)
        numbers = range(peers.index(instance_id), self._topics[topic].partitions, len(peers))
        return tuple(Partition(topic, number) for number in numbers)

    def append(self, record: Record, transaction: Transaction | None = None) -> Message:
        """Write one record. Raises ``Refused`` for what Kafka would never take."""
        logs = self.partitions(record.topic)
        if len(record.key) + len(record.value or b"") > MESSAGE_LIMIT:
            raise Refused(f"a message for {record.topic} is larger than the broker takes ({MESSAGE_LIMIT} bytes)")
        if self.fail_after is not None:
            if self.fail_after == 0:
                self.down = True
                raise Unavailable("the broker went down")
            self.fail_after -= 1
        number = partition_for(record.key, len(logs))
        entries = logs[number].entries
        message = Message(
            record.topic, number, len(entries), record.key, record.value, record.headers, EPOCH_MS + next(self._ticks)
        )
        entries.append(Entry(message, transaction))
        if transaction:
            transaction.partitions.add(Partition(record.topic, number))
        return message

    def begin(self, transactional_id: str) -> Transaction:
        """Open a transaction."""
        self.break_at("begin")
        self._transactions.append(Transaction(transactional_id))
        return self._transactions[-1]

    def end(self, transaction: Transaction, fate: Fate) -> None:
        """Close a transaction and write its markers."""
        transaction.fate = fate
        for partition in transaction.partitions:
            self._logs[partition].entries.append(Entry(None, transaction))

    def commit(self, transaction: Transaction, group: str, offsets: Mapping[Partition, int]) -> None:
        """Make a transaction visible together with its offsets."""
        self.end(transaction, Fate.COMMITTED)
        self._groups.setdefault(group, Group()).offsets.update(offsets)

    def break_at(self, step: TransactionStep) -> None:
        """Raise if the test asked for a fault at ``step``."""
        if self._fault == step:
            self._fault = None
            raise TransactionFailed(f"the transaction broke at {step}")

    def check_epoch(self, transactional_id: str, epoch: int) -> None:
        """Raise if another publisher took the id."""
        if self._epochs[transactional_id] != epoch:
            raise TransactionFailed(f"fenced: a newer publisher works as {transactional_id}")

    def check_membership(self, group: str, membership: object) -> None:
        """Raise unless the membership is that of the group's present generation."""
        if isinstance(membership, Membership) and membership.group == group:
            members = self.group(group)
            seat = members.seats.get(membership.instance_id)
            if seat and seat.member_id == membership.member_id and members.generation == membership.generation:
                return
        raise TransactionFailed(f"the batch was read under a membership of {group} that is no longer valid")
