"""What the fault tests share: clients that are closed afterwards, topics of their own, bounded waits."""

import gc
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import kafka
import pytest
from kafka.admin import MemberToRemove

from infra.broker import KafkaAdmin, KafkaConsumer, KafkaPublisher, KafkaReader, KafkaTransactionalPublisher
from infra.errors import Unavailable
from infra.messaging import Batch, Message, Record, partition_for
from schemas.articles import Outcome, RawArticle
from schemas.codec import decode, encode
from schemas.topics import CLEAN, OUTCOMES, PARTITIONS, RAW, TOPICS, Topic

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests" / "data" / "faults"


@dataclass
class Clients:
    """Makes clients of one broker: ours by name, and kafka-python's own as ``plain_*``. All are closed at the end."""

    bootstrap: str
    _open: ExitStack = field(default_factory=ExitStack)
    _admin: KafkaAdmin | None = None

    def admin(self) -> KafkaAdmin:
        """Return the one admin of the test."""
        self._admin = self._admin or self._kept(KafkaAdmin(self.bootstrap))
        return self._admin

    def consumer(self, topic: str, group: str, instance_id: str = "seat-0", client_id: str = "test") -> KafkaConsumer:
        return self._kept(KafkaConsumer(self.bootstrap, topic, group, instance_id, client_id))

    def publisher(self) -> KafkaPublisher:
        return self._kept(KafkaPublisher(self.bootstrap))

    def reader(self) -> KafkaReader:
        return self._kept(KafkaReader(self.bootstrap))

    def transactional(self, transactional_id: str, group: str, **settings: Any) -> KafkaTransactionalPublisher:
        return self._kept(KafkaTransactionalPublisher(self.bootstrap, transactional_id, group, **settings))

    def plain_producer(self, **settings: Any) -> Any:
        """Return a transactional producer of the plain client, ready for its first transaction."""
        producer = kafka.KafkaProducer(bootstrap_servers=[self.bootstrap], **settings)
        self._open.callback(producer.close, timeout=2)
        producer.init_transactions()
        return producer

    def plain_consumer(self, topic: str, group: str, **settings: Any) -> Any:
        """Return a consumer of the plain client that has joined its group."""
        consumer = kafka.KafkaConsumer(
            topic,
            bootstrap_servers=[self.bootstrap],
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            **settings,
        )
        self._open.callback(consumer.close, autocommit=False, timeout_ms=2000)
        return consumer

    def plain_admin(self) -> Any:
        client = kafka.KafkaAdminClient(bootstrap_servers=[self.bootstrap])
        self._open.callback(client.close)
        return client

    def topic(self, name: str, partitions: int = 2) -> str:
        """Make a topic and return its name."""
        self.admin().ensure_topics([Topic(name, None, "test", "test", partitions=partitions)])
        return name

    def fill(self, topic: str, numbers: int, partitions: int = 2) -> None:
        """Publish ``numbers`` messages to each of the first ``partitions`` partitions."""
        keys = {number: _key_for(number, partitions) for number in range(partitions)}
        self.publisher().publish(
            Record(topic, keys[number], f"{number}/{index}".encode())
            for number in range(partitions)
            for index in range(numbers)
        )

    def expel(self, group: str, **member: str) -> None:
        """Have the broker drop a member (``member_id`` or ``group_instance_id``), as when its session ends."""
        removed = self.plain_admin().remove_group_members(group, [MemberToRemove(**member)])
        assert {error.__name__ for error in removed.values()} == {"NoError"}, removed

    def batch(self, consumer: KafkaConsumer, count: int, seconds: float = 20) -> Batch:
        """Poll until there are ``count`` messages, and return them as one batch."""
        messages: list[Message] = []
        deadline = time.monotonic() + seconds
        while True:
            batch = consumer.poll(timeout_s=0.5, limit=count - len(messages))
            messages += batch.messages
            if len(messages) == count:
                return Batch(tuple(messages), batch.membership)
            assert time.monotonic() < deadline, f"{len(messages)} of {count} messages came within {seconds} s"

    def values(self, topic: str) -> list[bytes]:
        """Return what a read_committed reader finds in ``topic``."""
        return [message.value or b"" for message in self.messages(topic)]

    def messages(self, topic: str) -> list[Message]:
        """Return the messages a read_committed reader finds in ``topic``."""
        with closing(KafkaReader(self.bootstrap)) as reader:
            return list(reader.read(topic))

    def close(self) -> None:
        self._open.close()

    def _kept(self, client: Any) -> Any:
        self._open.callback(client.close)
        return client


def _id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def _key_for(number: int, partitions: int) -> bytes:
    return next(key for key in (f"k{i}".encode() for i in range(1000)) if partition_for(key, partitions) == number)


@pytest.fixture
def clients_of(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[str], Clients]]:
    """Make clients of a broker, by its bootstrap servers."""
    with ExitStack() as stack:

        def make(bootstrap: str) -> Clients:
            clients = Clients(bootstrap)
            stack.callback(clients.close)
            return clients

        yield make

    # kafka-python drops sockets whose connection was refused without closing them; the errors it logs hold them. Let
    # the warnings come here, where a module that kills brokers ignores them, and not in a later test.
    for phase in ("setup", "call"):
        caplog.get_records(phase).clear()
    gc.collect()


@pytest.fixture
def clients(real_broker: str, clients_of: Callable[[str], Clients]) -> Clients:
    """Clients of the shared broker."""
    return clients_of(real_broker)


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """Wait until a check returns something true, and return that; fail after ``seconds``.

    A broker that has just started does not know a group's coordinator at first: ``Unavailable`` is not yet.
    """

    def attempt(check: Callable[[], Any]) -> Any:
        try:
            return check()
        except Unavailable:
            return None

    def wait(check: Callable[[], Any], *, seconds: float, what: str) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := attempt(check)):
            if time.monotonic() > deadline:
                pytest.fail(f"not within {seconds} s: {what}")
            time.sleep(0.1)
        return found

    return wait


@pytest.fixture
def program() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a script of tests/data/faults as a process of its own; it is killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(name: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(PROGRAMS / f"{name}.py"), *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@dataclass
class Workers:
    """Runs prepare workers (tests/data/faults/worker.py) on a broker, under a topic prefix of their own."""

    clients: Clients
    prefix: str
    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def group(self) -> str:
        return f"{self.prefix}copydesk-prepare"

    def prepare(self, eventually: Callable[..., Any]) -> None:
        """Make the topics, and wait until the group's coordinator answers."""
        self.clients.admin().ensure_topics(replace(topic, name=self.prefix + topic.name) for topic in TOPICS)
        eventually(lambda: self.lag() == 0, seconds=60, what="the coordinator is there")

    def start(self, slot: int = 0, home: Path | None = None) -> subprocess.Popen[bytes]:
        """Start a worker; what it writes is added to ``<home>/worker-<slot>.log``."""
        home = home or self.home
        home.mkdir(exist_ok=True)
        with self.log(slot, home).open("ab") as log:
            process = subprocess.Popen(
                self.command(slot),
                env={**os.environ, **self.settings(home)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._started.append(process)
        return process

    def command(self, slot: int) -> tuple[str, ...]:
        return (sys.executable, str(PROGRAMS / "worker.py"), str(slot))

    def settings(self, home: Path) -> dict[str, str]:
        """Return the environment of a worker in ``home``."""
        return {
            "PYTHONPATH": str(ROOT),
            "COPYDESK_HOME": str(home),
            "COPYDESK_KAFKA_BOOTSTRAP": self.clients.bootstrap,
            "COPYDESK_TOPIC_PREFIX": self.prefix,
            "COPYDESK_S3_ENDPOINT": "http://127.0.0.1:9",  # nobody listens at the discard port
            "COPYDESK_S3_ACCESS_KEY": "none",
            "COPYDESK_S3_SECRET_KEY": "none",
            **self.environment,
        }

    def log(self, slot: int = 0, home: Path | None = None) -> Path:
        return (home or self.home) / f"worker-{slot}.log"

    def publish(self, **bodies: str) -> dict[str, str]:
        """Publish an article per name, with that text. Returns the article ids by name."""
        articles = {
            name: RawArticle(
                id=_id(name),
                url=f"https://paper.example/{name}",
                source="paper",
                media_type="text/plain",
                body=body.encode(),
                body_sha256=hashlib.sha256(body.encode()).hexdigest(),
            )
            for name, body in bodies.items()
        }
        self.clients.publisher().publish(
            Record(self.prefix + RAW.name, article.id.encode(), encode(article)) for article in articles.values()
        )
        return {name: article.id for name, article in articles.items()}

    def names_in(self, partitions: Iterable[int], count: int) -> list[str]:
        """Return names of ``count`` articles that lie in these partitions."""
        wanted = set(partitions)
        names = (f"n{number}" for number in range(10_000))
        return list(islice((name for name in names if partition_for(_id(name).encode(), PARTITIONS) in wanted), count))

    def outcomes(self) -> dict[str, list[str]]:
        """Article id to what became of it; one entry each, or something was lost or done twice."""
        found: dict[str, list[str]] = {}
        for message in self.clients.messages(self.prefix + OUTCOMES.name):
            outcome = decode(message.value or b"", Outcome)
            found.setdefault(outcome.id, []).append(outcome.reason or outcome.status)
        return found

    def results(self) -> list[str]:
        """Return the ids of the clean articles, sorted."""
        return sorted((message.key or b"").decode() for message in self.clients.messages(self.prefix + CLEAN.name))

    def lag(self) -> int:
        admin, topic = self.clients.admin(), self.prefix + RAW.name
        committed, begin, end = admin.committed(self.group, topic), admin.begin_offsets(topic), admin.end_offsets(topic)
        return sum(end[number] - committed.get(number, begin[number]) for number in end)

    def close(self) -> None:
        """End what still runs, and leave its last words to the report of a failed test."""
        for process in self._started:
            process.kill()
            process.wait()
        for log in sorted(self.home.parent.glob("*/worker-*.log")):
            sys.stdout.write(f"{log}:\n{log.read_text(errors='replace')[-4000:]}\n")


@pytest.fixture
def workers_of(tmp_path: Path, topic_prefix: str, eventually: Callable[..., Any]) -> Iterator[Callable[..., Workers]]:
    """Make workers on the broker of some clients; ``environment`` sets more of their settings."""
    made: list[Workers] = []

    def make(clients: Clients, **environment: str) -> Workers:
        workers = Workers(clients, topic_prefix, tmp_path / "home", environment)
        workers.prepare(eventually)
        made.append(workers)
        return workers

    yield make
    for workers in made:
        workers.close()
