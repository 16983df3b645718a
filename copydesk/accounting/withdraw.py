"""Taking an article down."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from consumers.identify import mark_withdrawn
from consumers.slot import group_name
from copydesk.accounting.audit import parse_key
from copydesk.accounting.desk import Desk
from copydesk.accounting.drain import drain
from copydesk.accounting.received import own_keys, read_received
from infra.messaging import Publisher, Record
from schemas.articles import Stage
from schemas.codec import POINTER_TYPE, ValidationError, decode_pointer
from schemas.envelope import headers, new_traceparent, read
from schemas.keys import ENRICHED_PREFIX
from schemas.topics import CLEAN, DEAD, ENRICHED, RAW, Topic

TIMEOUT_S = 60.0
"""Seconds that a withdrawal waits for the workers: several batches of the slowest stage."""


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
    return (*enriched, *own_keys(read_received(desk.store), article_id), *_payload_keys(desk, article_id))


def withdraw(
    desk: Desk,
    publisher: Publisher,
    article_id: str,
    now: datetime,
    *,
    timeout_s: float = TIMEOUT_S,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Withdrawal:
    """Take an article down; doing it again is harmless.

    Order of effects: the state, so that what comes later is rejected; waiting for what a worker took up before that,
    since its event and object would come after the tombstone; then see ``take_down``. Messages already in topics stay
    until their retention ends. Raises ``NotDrained`` after ``timeout_s`` seconds of waiting, ``Unavailable`` and
    ``Invalid`` (its state cannot be read).
    """
    revision = mark_withdrawn(desk.store, article_id)
    drain(desk, article_id, timeout_s=timeout_s, clock=clock, sleep=sleep)
    return Withdrawal(id=article_id, revision=revision, removed=take_down(desk, publisher, article_id, now))


def take_down(desk: Desk, publisher: Publisher, article_id: str, now: datetime) -> tuple[str, ...]:
    """Send the tombstone, then delete the objects of an article that is marked as withdrawn. Returns their keys.

    A crash in between leaves objects that `verify` names. Raises ``Unavailable``.
    """
    publisher.publish([tombstone(article_id, prefix=desk.prefix, now=now)])
    removed = keys_of(desk, article_id)
    for key in removed:
        desk.store.delete(key)
    return removed


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
