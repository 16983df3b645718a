"""A slot on the twins of broker and store, for the tests of the loop."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from consumers.poison import Journal
from consumers.runtime import Limits, Loop
from consumers.step import Done, Result
from consumers.watchdog import Watchdog
from infra.memory import MemoryBroker, MemoryStore
from infra.messaging import Batch, Message, Partition, Record, partition_for
from schemas.articles import (
    CleanArticle,
    Language,
    Origin,
    Outcome,
    Provenance,
    RawArticle,
    RawObject,
    Revision,
    Stage,
)
from schemas.codec import JSON_TYPE, decode, encode
from schemas.envelope import headers
from schemas.topics import CLEAN, ENRICHED, OUTCOMES, RAW, Topic

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
GROUP = "copydesk-prepare"


class Killed(BaseException):
    """What kill -9 is to the loop: nothing runs after it."""


def article_id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def raw(name: str, body: bytes = b"text") -> RawArticle:
    return RawArticle(
        id=article_id(name),
        url=f"https://paper.example/{name}",
        source="paper",
        media_type="text/plain",
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
    )


def clean(name: str, text: str = "Text.") -> CleanArticle:
    return CleanArticle(
        id=article_id(name),
        revision=Revision(number=1, hash="0" * 64, cause="first"),
        url=f"https://paper.example/{name}",
        source="paper",
        language=Language(code="en", confidence=1.0),
        text=text,
        text_hash=hashlib.sha256(text.encode()).hexdigest(),
        provenance=Provenance(raw=RawObject(key="raw/x", sha256="1" * 64), rules="r1", extractor="none"),
    )


def done(name: str, text: str = "Text.") -> Done:
    article = clean(name, text)
    return Done(article, encode(article), f"{article.id}.r1.0123456789ab", 1, object_key=f"enriched/v1/{name}")


class Script:
    """A step that does what the test wrote down for an article: return a result, or raise. Unlisted ones are done."""

    stage: Stage = "prepare"
    input: Topic = RAW
    output: Topic = CLEAN

    def __init__(self) -> None:
        self.behaviour: dict[str, Callable[[], Result]] = {}
        self.seen: list[str] = []
        self.origins: list[Origin] = []

    def read(self, data: bytes) -> RawArticle:
        return decode(data, RawArticle)

    def __call__(self, article: RawArticle, origin: Origin) -> Result:
        name = article.url.rsplit("/", 1)[-1]
        self.seen.append(name)
        self.origins.append(origin)
        return self.behaviour.get(name, lambda: done(name))()


class EnrichScript(Script):
    """The same at the second stage."""

    stage: Stage = "enrich"
    input: Topic = CLEAN
    output: Topic = ENRICHED

    def read(self, data: bytes) -> CleanArticle:  # type: ignore[override]
        return decode(data, CleanArticle)


def raising(error: BaseException) -> Callable[[], Result]:
    def act() -> Result:
        raise error

    return act


def same_partition(count: int) -> list[str]:
    """Names whose ids all lie in one partition, so that their order is fixed."""
    names = (f"a{number}" for number in range(1000))
    return [name for name in names if partition_for(article_id(name).encode(), RAW.partitions) == 0][:count]


class Desk:
    """A broker, a store and the files of one slot; ``start`` is what a new process of the slot does."""

    Killed = Killed
    EnrichScript = EnrichScript
    NOW = NOW
    GROUP = GROUP
    id = staticmethod(article_id)
    raw = staticmethod(raw)
    clean = staticmethod(clean)
    done = staticmethod(done)
    raising = staticmethod(raising)
    same_partition = staticmethod(same_partition)

    def __init__(self, home: Path) -> None:
        self.home = home
        self.broker = MemoryBroker()
        self.store = MemoryStore()
        self.step: Script = Script()
        self.now = 1000.0
        self.stopped = False
        self.ended: list[str] = []
        self.transactions: list[int] = []
        self.watchdog = Watchdog(
            clock=lambda: self.now, end=self.ended.append, arm=lambda _seconds: None, disarm=lambda: None
        )

    @property
    def halt_file(self) -> Path:
        return self.home / "halted"

    def start(self, *, prefix: str = "", **limits: Any) -> Loop[Any]:
        publisher = self.broker.transactional_publisher(f"{GROUP}-0", GROUP)
        desk = self

        class Counting:
            """Notes how many messages every transaction settles."""

            def commit(self, records: Sequence[Record], batch: Batch, offsets: Mapping[Partition, int]) -> None:
                publisher.commit(records, batch, offsets)
                desk.transactions.append(sum(record.topic == prefix + OUTCOMES.name for record in records))

            def heal(self, topic: str) -> None:
                publisher.heal(topic)

            def close(self) -> None:
                publisher.close()

        return Loop(
            self.step,
            consumer=self.broker.consumer(prefix + self.step.input.name, GROUP, f"{GROUP}-0"),
            publisher=Counting(),
            store=self.store,
            journal=Journal(self.home / "journal.json"),
            watchdog=self.watchdog,
            halt_file=self.halt_file,
            limits=Limits(**limits),
            stop=lambda: self.stopped,
            prefix=prefix,
            clock=lambda: self.now,
            now=lambda: NOW,
        )

    def publish(self, *names: str) -> None:
        for name in names:
            self.send(encode(raw(name)), key=article_id(name).encode())

    def send(
        self,
        value: bytes | None,
        *,
        key: bytes | None = None,
        content_type: str = JSON_TYPE,
        topic: Topic = RAW,
        origin: Origin | None = None,
        prefix: str = "",
    ) -> Message:
        envelope = headers(
            topic,
            event_id="x",
            stage="pull",
            time=NOW,
            traceparent=TRACE,
            content_type=content_type,
            origin=origin,
        )
        (message,) = self.broker.publisher().publish(
            [Record(prefix + topic.name, key or article_id("x").encode(), value, envelope)]
        )
        return message

    def read(self, topic: Topic, prefix: str = "") -> list[Message]:
        return list(self.broker.reader().read(prefix + topic.name))

    def outcomes(self, prefix: str = "") -> list[Outcome]:
        return [decode(message.value or b"", Outcome) for message in self.read(OUTCOMES, prefix)]

    def statuses(self) -> dict[str, list[str]]:
        """Article name to the statuses it got: exactly one, or something is lost or twice."""
        found: dict[str, list[str]] = {}
        for outcome in self.outcomes():
            name = (outcome.url or outcome.id).rsplit("/", 1)[-1]
            found.setdefault(name, []).append(outcome.status)
        return found

    def lag(self, topic: Topic = RAW) -> int:
        committed = self.broker.admin().committed(GROUP, topic.name)
        end = self.broker.admin().end_offsets(topic.name)
        return sum(end[number] - committed.get(number, 0) for number in end)

    def starts_until_done(self, error: type[BaseException], **limits: Any) -> int:
        """Start the slot again after every death, as a supervisor does. Returns how many processes died."""
        for deaths in range(20):
            loop = self.start(**limits)
            try:
                while self.lag():
                    loop.turn()
            except error:
                continue
            return deaths
        pytest.fail("the slot never got through")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with every topic, an empty store and a step under which all goes well."""
    return Desk(tmp_path)
