"""The one door to Kafka, over kafka-python 3.0.

Built around what that client does under faults, measured on Kafka 4.3.1 (docs/delivery.md has the facts):

- a producer whose transaction failed keeps the failed offsets and sends them with the next one: never reused;
- a commit can succeed though records were dropped: every future is checked before the offsets are sent;
- a broker that dies inside a transaction hangs the client: ``_ReconnectingClient``, and the worker's watchdog;
- membership taken late is not fenced: it is taken right after ``poll`` and refused when it is none;
- transactional ids are static, so a restarted slot frees its readers at once, and heals (``heal``) an offset
  commit that the broker left pending;
- a static member that dies between the two rounds of a cooperative rebalance leaves partitions without an owner, for
  good: partitions are dealt in one round (range). It costs nothing, since this client hands out no messages while it
  joins, whatever the assignor.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import kafka
from kafka.admin import ConfigResource, ConfigResourceType, MemberToRemove, OffsetSpec
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import (
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    NoError,
    RecordListTooLargeError,
    TopicAlreadyExistsError,
    UnknownMemberIdError,
)
from kafka.net.compat import KafkaNetClient
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata, TopicPartition

from infra.errors import GroupLost, Refused, TransactionFailed, Unavailable
from infra.messaging import Batch, Member, Message, Partition, Record
from schemas.topics import Topic

log = logging.getLogger(__name__)

SESSION_TIMEOUT_MS = 10_000
"""Within Kafka's recommended 6 to 45 s; a dead dynamic member is noticed after it."""
MAX_POLL_INTERVAL_MS = 300_000
TRANSACTION_TIMEOUT_MS = 30_000
FLUSH_TIMEOUT_S = 15.0
MAX_REQUEST_BYTES = 2 * 1024 * 1024
"""The topics' own limits decide; a dead letter may be larger than what it was made of."""
ADMIN_TIMEOUT_MS = 15_000
READ_LIMIT_S = 30.0
"""Longest time in which a reader gets nothing of what it knows to be there."""

_COMMON: dict[str, Any] = {
    "bootstrap_timeout_ms": 10_000,
    # By default every client waits up to 30 s between attempts, long after the broker is back.
    "reconnect_backoff_max_ms": 2_000,
}

P = ParamSpec("P")
R = TypeVar("R")


class _ReconnectingClient(KafkaNetClient):  # type: ignore[misc]
    """Reports a coordinator that refuses connections as not ready instead of raising.

    The sender thread drops the request it was about to send when this raises, and the transaction waits for ever.
    """

    def await_ready(self, node_id: object, timeout_ms: float = 30_000) -> bool:
        try:
            return bool(super().await_ready(node_id, timeout_ms=timeout_ms))
        except KafkaError:
            return False


def _passing(call: Callable[P, R]) -> Callable[P, R]:
    """Turn the client's errors into ``Unavailable``."""

    @wraps(call)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except KafkaError as error:
            raise Unavailable(f"Kafka did not answer: {type(error).__name__}: {error}") from error

    return guarded


def _servers(bootstrap: str) -> list[str]:
    servers = [server.strip() for server in bootstrap.split(",") if server.strip()]
    if not servers:
        raise Refused("no Kafka server is set; set COPYDESK_KAFKA_BOOTSTRAP to host:port")
    return servers


def _message(record: Any) -> Message:
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=tuple((name, value if value is not None else b"") for name, value in record.headers),
        timestamp_ms=record.timestamp,
    )


class KafkaConsumer:
    """A static member of ``group`` that reads ``topic``, committed messages only. Not thread-safe.

    ``instance_id`` is the slot's static id; ``client_id`` tells other hosts who holds the slot.
    """

    @_passing
    def __init__(self, bootstrap: str, topic: str, group: str, instance_id: str, client_id: str = "copydesk") -> None:
        self._consumer = kafka.KafkaConsumer(
            bootstrap_servers=_servers(bootstrap),
            group_id=group,
            group_instance_id=instance_id,
            client_id=client_id,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            allow_auto_create_topics=False,
            partition_assignment_strategy=[RangePartitionAssignor()],
            session_timeout_ms=SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=SESSION_TIMEOUT_MS // 4,
            max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
            **_COMMON,
        )
        self._consumer.subscribe([topic])
        self._paused = False

    def poll(self, *, timeout_s: float, limit: int) -> Batch:
        """See ``infra.messaging.Consumer.poll``."""
        try:
            # Below 100 ms a poll does not complete a rebalance.
            polled = self._consumer.poll(timeout_ms=max(100, int(timeout_s * 1000)), max_records=limit)
            if self._paused:  # partitions that came with a rebalance are not paused yet
                self._consumer.pause(*self._consumer.assignment())
        except KafkaConnectionError as error:
            raise Unavailable(f"Kafka does not answer: {error}") from error
        except KafkaError as error:
            raise GroupLost(f"{type(error).__name__}: {error}") from error
        membership = self._consumer.group_metadata()
        messages = tuple(_message(record) for records in polled.values() for record in records)
        if messages and (membership.generation_id < 0 or not membership.member_id):
            # For a second or two after an expulsion the client still hands out records. The broker would accept
            # their offsets unchecked from a member without a generation.
            raise GroupLost("messages came without a group membership")
        batch = Batch(messages, membership)
        if messages and self._paused:
            self.rewind(batch)
            return Batch((), membership)
        return batch

    def assignment(self) -> frozenset[Partition]:
        """Partitions held now."""
        return frozenset(Partition(item.topic, item.partition) for item in self._consumer.assignment())

    def pause(self) -> None:
        """See ``infra.messaging.Consumer.pause``."""
        self._paused = True
        self._consumer.pause(*self._consumer.assignment())

    def resume(self) -> None:
        """See ``infra.messaging.Consumer.resume``."""
        self._paused = False
        self._consumer.resume(*self._consumer.paused())

    def rewind(self, batch: Batch) -> None:
        """See ``infra.messaging.Consumer.rewind``. A partition that moved away is left to its new owner."""
        first: dict[TopicPartition, int] = {}
        for message in batch.messages:
            partition = TopicPartition(message.topic, message.partition)
            first[partition] = min(first.get(partition, message.offset), message.offset)
        held = self._consumer.assignment()
        for partition, offset in first.items():
            if partition in held:
                self._consumer.seek(partition, offset)

    def close(self) -> None:
        """See ``infra.messaging.Consumer.close``."""
        try:
            self._consumer.close(autocommit=False, timeout_ms=5_000)
        except KafkaError as error:
            log.warning("closing the consumer failed: %s", error)


class _Sender:
    """What both publishers share: send, flush, and check every future."""

    def __init__(self, bootstrap: str, **settings: Any) -> None:
        self._producer = kafka.KafkaProducer(
            bootstrap_servers=_servers(bootstrap),
            acks="all",
            compression_type="lz4",
            linger_ms=5,
            max_request_size=MAX_REQUEST_BYTES,
            allow_auto_create_topics=False,
            kafka_client=_ReconnectingClient,
            **{"max_block_ms": 30_000, **_COMMON, **settings},
        )

    def _send(self, records: Iterable[Record]) -> list[Any]:
        sent = [
            self._producer.send(record.topic, key=record.key, value=record.value, headers=list(record.headers))
            for record in records
        ]
        self._producer.flush(timeout=FLUSH_TIMEOUT_S)
        return [future.get(timeout=0.001) for future in sent]

    def close(self) -> None:
        """Release the connections, waiting 5 s at most."""
        try:
            self._producer.close(timeout=5)
        except KafkaError as error:
            log.warning("closing the producer failed: %s", error)


class KafkaPublisher(_Sender):
    """An idempotent producer without transactions. Thread-safe."""

    @_passing
    def __init__(self, bootstrap: str, **settings: Any) -> None:
        super().__init__(bootstrap, **settings)

    def publish(self, records: Iterable[Record]) -> tuple[Message, ...]:
        """See ``infra.messaging.Publisher.publish``."""
        wanted = list(records)
        try:
            acknowledged = self._send(wanted)
        except (MessageSizeTooLargeError, RecordListTooLargeError) as error:
            raise Refused(
                f"a message is larger than Kafka takes; send a pointer (schemas.codec.pack): {error}"
            ) from error
        except KafkaError as error:
            raise Unavailable(f"Kafka did not take all messages: {type(error).__name__}: {error}") from error
        return tuple(
            Message(
                topic=meta.topic,
                partition=meta.partition,
                offset=meta.offset,
                key=record.key,
                value=record.value,
                headers=record.headers,
                timestamp_ms=meta.timestamp,
            )
            for record, meta in zip(wanted, acknowledged, strict=True)
        )


class KafkaTransactionalPublisher(_Sender):
    """Commits the results of a batch with its offsets. One use after a failure is one too many: then end the process.

    ``transactional_id`` is static per stage and slot. Making one ends what an earlier process of the slot left open.
    """

    def __init__(self, bootstrap: str, transactional_id: str, group: str, **settings: Any) -> None:
        try:
            super().__init__(
                bootstrap,
                **{"transactional_id": transactional_id, "transaction_timeout_ms": TRANSACTION_TIMEOUT_MS, **settings},
            )
            self._producer.init_transactions()
        except KafkaError as error:
            raise Unavailable(f"Kafka did not answer: {type(error).__name__}: {error}") from error
        self._group = group
        self._failed: str | None = None

    def commit(self, records: Sequence[Record], batch: Batch, offsets: Mapping[Partition, int]) -> None:
        """Begin, send, check every acknowledgement, send ``offsets``, commit. Raises ``TransactionFailed``.

        The order matters: a future that failed is the only trace of a record that the commit would lose.
        """
        membership = batch.membership
        if (
            not isinstance(membership, ConsumerGroupMetadata)
            or membership.generation_id < 0
            or not membership.member_id
        ):
            raise TransactionFailed("the batch was read without a group membership")
        self._transact(records, offsets, membership)

    def heal(self, topic: str) -> None:
        """Commit one transaction on the group, under this static id, that changes nothing.

        It stores an offset for partition 0 of ``topic``, which the group does not read. A broker killed at the wrong
        moment can leave an offset commit pending that blocks its partition through further restarts; one more
        transaction of the same id resolves it. Raises ``TransactionFailed``.
        """
        self._transact((), {Partition(topic, 0): 0}, ConsumerGroupMetadata(self._group))

    def _transact(
        self, records: Sequence[Record], offsets: Mapping[Partition, int], membership: ConsumerGroupMetadata
    ) -> None:
        if self._failed is not None:
            raise TransactionFailed(f"this publisher failed before ({self._failed}) and must not be used again")
        self._failed = "it was interrupted in a transaction"  # true of any error that is not caught below
        try:
            self._producer.begin_transaction()
            self._send(records)
            self._producer.send_offsets_to_transaction(
                {
                    # leader_epoch None hangs the client for ever.
                    TopicPartition(partition.topic, partition.number): OffsetAndMetadata(offset, "", -1)
                    for partition, offset in offsets.items()
                },
                membership,
            )
            self._producer.commit_transaction()
        except KafkaError as error:
            self._failed = f"{type(error).__name__}: {error}"
            raise TransactionFailed(self._failed) from error
        self._failed = None


class KafkaReader:
    """Reads committed messages outside any group. Not thread-safe."""

    @_passing
    def __init__(self, bootstrap: str) -> None:
        self._consumer = kafka.KafkaConsumer(
            bootstrap_servers=_servers(bootstrap),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            allow_auto_create_topics=False,
            **_COMMON,
        )

    def _assign(
        self, topic: str, start: Mapping[int, int] | None, partitions: Sequence[int] | None
    ) -> list[TopicPartition]:
        numbers = partitions if partitions is not None else sorted(self._consumer.partitions_for_topic(topic) or ())
        if not numbers:
            raise Refused(f"topic {topic} does not exist; run `copydesk up` to create the topics")
        wanted = [TopicPartition(topic, number) for number in numbers]
        self._consumer.assign(wanted)
        begin = self._consumer.beginning_offsets(wanted)
        for partition in wanted:
            # An offset that retention has removed would reset the position by policy; say where we start.
            self._consumer.seek(partition, max((start or {}).get(partition.partition, 0), begin[partition]))
        return wanted

    def read(
        self, topic: str, *, start: Mapping[int, int] | None = None, partitions: Sequence[int] | None = None
    ) -> Iterator[Message]:
        """See ``infra.messaging.Reader.read``. Raises ``Refused`` for a missing topic, ``Unavailable``."""
        try:
            wanted = self._assign(topic, start, partitions)
            ends = self._consumer.end_offsets(wanted)
            open_ = {partition for partition in wanted if self._consumer.position(partition) < ends[partition]}
            # A poll without a broker gives nothing and raises nothing, so only the positions tell.
            seen, deadline = dict[TopicPartition, int](), time.monotonic() + READ_LIMIT_S
            while open_:
                for partition, records in self._consumer.poll(timeout_ms=500).items():
                    for record in records:
                        if record.offset < ends[partition]:
                            yield _message(record)
                # Markers of transactions take offsets too, so the position decides, not the last message.
                positions = {partition: self._consumer.position(partition) for partition in open_}
                if positions != seen:
                    seen, deadline = positions, time.monotonic() + READ_LIMIT_S
                elif time.monotonic() > deadline:
                    raise Unavailable(f"Kafka sent nothing of {topic} for {READ_LIMIT_S:.0f} s, though there is more")
                open_ = {partition for partition in open_ if positions[partition] < ends[partition]}
        except KafkaError as error:
            raise Unavailable(f"Kafka did not answer: {type(error).__name__}: {error}") from error

    def follow(
        self, topic: str, *, start: Mapping[int, int], partitions: Sequence[int] | None = None, idle_s: float
    ) -> Iterator[Message | None]:
        """See ``infra.messaging.Reader.follow``."""
        try:
            self._assign(topic, start, partitions)
        except KafkaError as error:
            raise Unavailable(f"Kafka did not answer: {type(error).__name__}: {error}") from error
        while True:
            try:
                polled = self._consumer.poll(timeout_ms=max(100, int(idle_s * 1000)))
            except KafkaConnectionError:
                time.sleep(0.2)  # the broker is away; the caller's own limit decides how long to go on
                polled = {}
            except KafkaError as error:
                raise Unavailable(f"Kafka did not answer: {type(error).__name__}: {error}") from error
            messages = [_message(record) for records in polled.values() for record in records]
            yield from messages or (None,)

    def close(self) -> None:
        """Release the connections."""
        self._consumer.close(autocommit=False, timeout_ms=5_000)


@dataclass(frozen=True, slots=True)
class _TopicState:
    partitions: int
    configs: dict[str, str]


class KafkaAdmin:
    """Topics and groups. Every method raises ``Unavailable`` when Kafka does not answer."""

    @_passing
    def __init__(self, bootstrap: str) -> None:
        self._client = kafka.KafkaAdminClient(
            bootstrap_servers=_servers(bootstrap), request_timeout_ms=ADMIN_TIMEOUT_MS, **_COMMON
        )

    @_passing
    def ensure_topics(self, topics: Iterable[Topic]) -> tuple[str, ...]:
        """See ``infra.messaging.Admin.ensure_topics``."""
        wanted = {topic.name: topic for topic in topics}
        existing = set(self._client.list_topics())
        missing = {name: topic for name, topic in wanted.items() if name not in existing}
        if missing:
            try:
                self._client.create_topics(
                    {
                        name: {
                            "num_partitions": topic.partitions,
                            # -1: the broker's own default, so that one definition serves one node and many.
                            "replication_factor": -1,
                            "configs": topic.configs,
                        }
                        for name, topic in missing.items()
                    }
                )
            except TopicAlreadyExistsError:
                log.info("another process created the topics at the same moment")
            self._client.wait_for_topics(list(missing))
        for name, topic in wanted.items():
            if name not in missing:
                self._check(name, topic)
        return tuple(missing)

    def _check(self, name: str, topic: Topic) -> None:
        state = self._describe(name)
        wrong = [
            f"{key} is {state.configs.get(key, 'default')}, not {value}"
            for key, value in topic.configs.items()
            if state.configs.get(key) != value
        ]
        if state.partitions != topic.partitions:
            wrong.insert(0, f"it has {state.partitions} partitions, not {topic.partitions}")
        if wrong:
            raise Refused(
                f"topic {name} exists with other settings: {'; '.join(wrong)}. Change them with Kafka's own tools, or "
                "set COPYDESK_TOPIC_PREFIX to use other topics"
            )

    def _describe(self, name: str) -> _TopicState:
        (described,) = self._client.describe_topics([name])
        configs = self._client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)], config_filter="all")
        values = next(iter(configs.values()))[name]
        return _TopicState(len(described["partitions"]), {key: str(config["value"]) for key, config in values.items()})

    @_passing
    def begin_offsets(self, topic: str) -> dict[int, int]:
        """See ``infra.messaging.Admin.begin_offsets``."""
        return self._offsets(topic, OffsetSpec.EARLIEST)

    @_passing
    def end_offsets(self, topic: str) -> dict[int, int]:
        """See ``infra.messaging.Admin.end_offsets``."""
        return self._offsets(topic, OffsetSpec.LATEST)

    def _offsets(self, topic: str, spec: OffsetSpec) -> dict[int, int]:
        described = self._client.describe_topics([topic])
        partitions = [TopicPartition(topic, part["partition_index"]) for part in described[0]["partitions"]]
        if not partitions:
            raise Refused(f"topic {topic} does not exist; run `copydesk up` to create the topics")
        found = self._client.list_partition_offsets(
            dict.fromkeys(partitions, spec), isolation_level="read_committed", timeout_ms=ADMIN_TIMEOUT_MS
        )
        return {partition.partition: int(result.offset) for partition, result in found.items()}

    @_passing
    def committed(self, group: str, topic: str) -> dict[int, int]:
        """See ``infra.messaging.Admin.committed``."""
        offsets = self._client.list_group_offsets(group)[group]
        return {
            partition.partition: int(value.offset)
            for partition, value in offsets.items()
            if partition.topic == topic and value.offset >= 0
        }

    @_passing
    def members(self, group: str) -> tuple[Member, ...]:
        """See ``infra.messaging.Admin.members``."""
        described = self._client.describe_groups([group])[group]
        return tuple(
            Member(
                instance_id=member.get("group_instance_id") or "",
                client_id=member.get("client_id") or "",
                host=(member.get("client_host") or "").lstrip("/"),
            )
            for member in described.get("members", ())
        )

    @_passing
    def expel(self, group: str, instance_id: str) -> None:
        """See ``infra.messaging.Admin.expel``."""
        (error,) = self._client.remove_group_members(group, [MemberToRemove(group_instance_id=instance_id)]).values()
        if error not in {NoError, UnknownMemberIdError}:
            raise error(f"{instance_id} of {group}")

    def close(self) -> None:
        """Release the connections."""
        self._client.close()
