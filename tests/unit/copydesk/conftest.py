"""A desk in memory, and hands that move articles through it as the real parts do."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import msgspec
import pytest

from consumers.identify import content_hash, identify
from consumers.records import dead_record, outcome_record, result_record
from consumers.slot import group_name
from consumers.step import Done, Invalid, Result
from copydesk.accounting.desk import Desk
from dags.ingest.messages import raw_record
from dags.ingest.raw import keep_raw
from infra.memory import MemoryBroker, MemoryStore
from infra.messaging import Batch, Partition
from schemas.articles import (
    CleanArticle,
    EnrichedArticle,
    Language,
    Origin,
    Provenance,
    RawArticle,
    RawObject,
    Revision,
    Summary,
)
from schemas.codec import decode, encode, unpack
from schemas.envelope import new_traceparent
from schemas.identity import article_id
from schemas.keys import enriched_key, raw_key
from schemas.topics import CLEAN, ENRICHED, TOPICS

PREFIX = "test."
NOW = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
PIPELINE = "0123456789ab"


@dataclass
class Press:
    """Two workers and a puller, run by hand."""

    broker: MemoryBroker
    store: MemoryStore
    desk: Desk
    raw_articles: dict[str, RawArticle] = field(default_factory=dict)

    def pull(self, url: str, text: str = "Some text.") -> RawArticle:
        body = text.encode()
        article = RawArticle(
            id=article_id(url),
            url=url,
            source="demo",
            captured_at=NOW,
            media_type="text/plain",
            body=body,
            body_sha256=hashlib.sha256(body).hexdigest(),
        )
        keep_raw(self.store, article)
        record = raw_record(article, trace=new_traceparent(), time=NOW, prefix=PREFIX, store=self.store)
        self.broker.publisher().publish([record])
        self.raw_articles[article.id] = article
        return article

    def prepare(self, *, result: Result | Invalid | None = None) -> None:
        """Take the next raw message; without a ``result`` it becomes a clean article."""
        batch, origin = self._next("prepare")
        message = batch.messages[0]
        raw = self.raw_articles[(message.key or b"").decode()]
        if result is None:
            clean = self._clean(raw, origin)
            result = Done(clean, encode(clean), f"{raw.id}.r{clean.revision.number}", clean.revision.number)
        self._commit("prepare", batch, origin, result, raw)

    def enrich(self, *, result: Result | Invalid | None = None, commit: bool = True) -> str:
        """Take the next clean message. Returns the key of its object; without ``commit`` the worker dies after it."""
        batch, origin = self._next("enrich")
        message = batch.messages[0]
        content_type = dict(message.headers)["content-type"].decode()
        clean = decode(unpack(message.value or b"", content_type, self.store), CleanArticle)
        enriched = EnrichedArticle(
            **{name: getattr(clean, name) for name in clean.__struct_fields__}, summary=Summary(method="lead"),
            pipeline=PIPELINE,
        )  # fmt: skip
        data, number = encode(enriched), clean.revision.number
        key = enriched_key(clean.id, number, PIPELINE, None)
        if result is None:
            self.store.put_if_absent(key, data)
            digest = hashlib.sha256(data).hexdigest()
            result = Done(
                enriched, data, f"{clean.id}.r{number}.{PIPELINE}", number, key,
                {"objectkey": key, "objectsha256": digest},
            )  # fmt: skip
        if commit:
            self._commit("enrich", batch, origin, result, self.raw_articles[clean.id])
        return key

    def whole_way(self, url: str, text: str = "Some text.") -> tuple[RawArticle, str]:
        article = self.pull(url, text)
        self.prepare()
        return article, self.enrich()

    def _clean(self, raw: RawArticle, origin: Origin) -> CleanArticle:
        text = raw.body.decode()
        clean = CleanArticle(
            id=raw.id,
            revision=Revision(number=1, hash="0" * 64, cause="first"),
            url=raw.url,
            source=raw.source,
            language=Language(code="en", confidence=1.0),
            text=text,
            text_hash=hashlib.sha256(raw.body).hexdigest(),
            provenance=Provenance(
                raw=RawObject(key=raw_key(raw.body_sha256), sha256=raw.body_sha256), rules="1", extractor="test"
            ),
        )
        revision = identify(
            self.store, raw.id, digest=content_hash(clean), body_sha256=raw.body_sha256, captured_at=NOW,
            origin=f"{origin.topic}/{origin.partition}/{origin.offset}",
        )  # fmt: skip
        assert isinstance(revision, Revision)
        return msgspec.structs.replace(clean, revision=revision)

    def _next(self, stage: str) -> tuple[Batch, Origin]:
        message = next(self.desk.waiting(stage))
        headers = dict(message.headers)
        if stage == "enrich":
            topic, partition, offset = headers["ce_origin"].decode().split("/")
            origin = Origin(topic=topic, partition=int(partition), offset=int(offset))
        else:
            origin = Origin(topic=message.topic, partition=message.partition, offset=message.offset)
        consumer = self.broker.consumer(message.topic, group_name(stage, PREFIX), "slot")
        membership = consumer.poll(timeout_s=0, limit=0).membership
        return Batch((message,), membership), origin

    def _commit(self, stage: str, batch: Batch, origin: Origin, result: Result | Invalid, raw: RawArticle) -> None:
        (message,) = batch.messages
        common = {"prefix": PREFIX, "stage": stage, "origin": origin, "trace": new_traceparent()}
        records = [
            outcome_record(result, article_id=raw.id, article=raw, started_at=NOW, ended_at=NOW, **common),
        ]
        if isinstance(result, Done):
            topic = CLEAN if stage == "prepare" else ENRICHED
            records.append(result_record(topic, result, now=NOW, store=self.store, **common))
        if isinstance(result, Invalid):
            records.append(dead_record(result, message, article_id=raw.id, attempts=1, now=NOW, **common))
        publisher = self.broker.transactional_publisher(f"{PREFIX}{stage}", group_name(stage, PREFIX))
        publisher.commit(records, batch, {Partition(message.topic, message.partition): message.offset + 1})


@pytest.fixture
def press() -> Press:
    store = MemoryStore()
    broker = MemoryBroker([replace(topic, name=PREFIX + topic.name) for topic in TOPICS])
    return Press(broker, store, Desk(store, broker.reader(), broker.admin(), PREFIX))
