"""How far the consumers are behind, and the newest articles: what `copydesk status` asks the broker."""

from dataclasses import dataclass
from datetime import datetime

from infra.messaging import Admin, Message, Reader
from schemas.articles import EnrichedArticle
from schemas.codec import BlobStore, ValidationError, decode, unpack
from schemas.envelope import read
from schemas.topics import CLEAN, ENRICHED, RAW

STAGES = (("prepare", RAW), ("enrich", CLEAN))
_SLACK = 4
"""Offsets looked back over per article wanted: the markers of transactions take offsets too."""


@dataclass(frozen=True, slots=True)
class Lag:
    """Messages of ``topic`` that ``stage`` has not finished."""

    stage: str
    topic: str
    messages: int


@dataclass(frozen=True, slots=True)
class Latest:
    """One event of ``news.enriched``. ``title`` and ``revision`` are None when it is a withdrawal or unreadable."""

    time: datetime
    id: str
    revision: int | None
    title: str | None
    source: str | None
    state: str
    object_key: str | None


def lags(admin: Admin, prefix: str) -> tuple[Lag, ...]:
    """Return the lag of each stage. Raises ``Unavailable``, or ``Refused`` when a topic is missing."""
    found = []
    for stage, topic in STAGES:
        name = prefix + topic.name
        begin, end = admin.begin_offsets(name), admin.end_offsets(name)
        committed = admin.committed(f"{prefix}copydesk-{stage}", name)
        # What retention has removed is nobody's to finish any more.
        behind = sum(end[part] - max(committed.get(part, 0), begin[part]) for part in end)
        found.append(Lag(stage, name, behind))
    return tuple(found)


def latest(admin: Admin, reader: Reader, store: BlobStore, prefix: str, count: int) -> tuple[Latest, ...]:
    """Return the newest events, newest first. Raises ``Unavailable``, or ``Refused`` when the topic is missing."""
    name = prefix + ENRICHED.name
    start = {part: max(0, end - count * _SLACK) for part, end in admin.end_offsets(name).items()}
    newest = sorted(reader.read(name, start=start), key=lambda message: message.timestamp_ms, reverse=True)[:count]
    return tuple(_latest(message, store) for message in newest)


def _latest(message: Message, store: BlobStore) -> Latest:
    headers = read(message.headers)
    article_id = (message.key or b"").decode(errors="replace")
    key = headers.get("ce_objectkey")
    if message.value is None:
        return Latest(message.time, article_id, None, None, None, "withdrawn", key)
    try:
        article = decode(unpack(message.value, headers.get("content-type", ""), store), EnrichedArticle)
    except ValidationError as error:
        return Latest(message.time, article_id, None, None, None, f"unreadable: {error}", key)
    return Latest(message.time, article.id, article.revision.number, article.title, article.source, "enriched", key)
