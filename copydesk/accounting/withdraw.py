"""Taking an article down."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from consumers.identify import mark_withdrawn
from consumers.slot import group_name
from copydesk.accounting.audit import parse_key
from copydesk.accounting.desk import Desk
from infra.messaging import Publisher, Record
from schemas.articles import Stage
from schemas.codec import POINTER_TYPE, ValidationError, decode_pointer
from schemas.envelope import headers, new_traceparent, read
from schemas.keys import ENRICHED_PREFIX, raw_key
from schemas.topics import CLEAN, DEAD, ENRICHED, RAW, Topic

RAW_META_PREFIX = "raw-meta/"


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """What was done. ``revision`` is the latest that was published, 0 if none was; ``removed`` are object keys."""

    id: str
    revision: int
    removed: tuple[str, ...]


def keys_of(desk: Desk, article_id: str) -> tuple[str, ...]:
    """Return the keys of everything in the bucket that holds the article, its state left out.

    The whole bucket is listed: enriched objects lie by their date, and raw bytes stay when another article has the
    same. Payloads of messages that are still to be processed stay too, for the loop has to read them to reject them.
    Raises ``Unavailable``.
    """
    enriched = (info.key for info in desk.store.list(ENRICHED_PREFIX) if parse_key(info.key)[0] == article_id)
    return (*enriched, *_raw_keys(desk, article_id), *_payload_keys(desk, article_id))


def withdraw(desk: Desk, publisher: Publisher, article_id: str, now: datetime) -> Withdrawal:
    """Take an article down; doing it again is harmless.

    Order of effects: the state, so that what is on its way is rejected and later pulls are too; the tombstone on
    ``news.enriched``; the objects. A crash in between leaves objects that `verify` names. Messages already in topics
    stay until their retention ends. Raises ``Unavailable`` and ``Invalid`` (its state cannot be read).
    """
    revision = mark_withdrawn(desk.store, article_id)
    publisher.publish([tombstone(article_id, prefix=desk.prefix, now=now)])
    removed = keys_of(desk, article_id)
    for key in removed:
        desk.store.delete(key)
    return Withdrawal(id=article_id, revision=revision, removed=removed)


def tombstone(article_id: str, *, prefix: str, now: datetime) -> Record:
    """Return the event that tells subscribers to forget an article."""
    return Record(
        topic=prefix + ENRICHED.name,
        key=article_id.encode(),
        value=None,
        headers=headers(
            ENRICHED,
            event_id=f"{article_id}.withdrawn",
            stage="withdraw",
            time=now,
            traceparent=new_traceparent(),
        ),
    )


def _raw_keys(desk: Desk, article_id: str) -> Iterator[str]:
    mine: dict[str, str] = {}
    shared: set[str] = set()
    for info in desk.store.list(RAW_META_PREFIX):
        owner, _, name = info.key.removeprefix(RAW_META_PREFIX).partition("/")
        digest = name.removesuffix(".json")
        if owner == article_id:
            mine[digest] = info.key
        else:
            shared.add(digest)
    for digest, key in mine.items():
        yield key
        if digest not in shared:
            yield raw_key(digest)


def _payload_keys(desk: Desk, article_id: str) -> Iterator[str]:
    stages: dict[str, Stage] = {RAW.name: "prepare", CLEAN.name: "enrich"}
    for topic in (RAW, CLEAN, ENRICHED, DEAD):
        stage = stages.get(topic.name)
        done = desk.admin.committed(group_name(stage, desk.prefix), desk.name(topic)) if stage else None
        yield from _pointers(desk, topic, article_id, done)


def _pointers(desk: Desk, topic: Topic, article_id: str, done: dict[int, int] | None) -> Iterator[str]:
    for message in desk.messages_of(topic, article_id):
        if done is not None and message.offset >= done.get(message.partition, 0):
            continue
        if read(message.headers).get("content-type") == POINTER_TYPE:
            try:
                yield decode_pointer(message.value or b"").key
            except ValidationError:
                continue  # whatever it is, it names no object
