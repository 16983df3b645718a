"""How far the consumers are behind, and the newest articles: what `copydesk status` asks the broker."""

from dataclasses import dataclass
from datetime import datetime

from consumers.slot import group_name
from copydesk.accounting.desk import Desk
from infra.errors import NotFound
from infra.messaging import Message
from schemas.articles import EnrichedArticle, Stage
from schemas.codec import BlobStore, ValidationError, decode, unpack
from schemas.envelope import read
from schemas.topics import CLEAN, ENRICHED, RAW, Topic

STAGES: tuple[tuple[Stage, Topic], ...] = (("prepare", RAW), ("enrich", CLEAN))
COUNTED = 10_000
"""Messages that are counted one by one, in a second or so."""
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


def lags(desk: Desk) -> tuple[Lag, ...]:
    """Return the lag of each stage. Raises ``Unavailable``, or ``Refused`` when a topic is missing."""
    return tuple(Lag(stage, desk.name(topic), _behind(desk, stage, topic)) for stage, topic in STAGES)


def _behind(desk: Desk, stage: Stage, topic: Topic) -> int:
    """Count the messages; of a long backlog, the offsets, among which are some markers of transactions."""
    name = desk.name(topic)
    begin, end = desk.admin.begin_offsets(name), desk.admin.end_offsets(name)
    committed = desk.admin.committed(group_name(stage, desk.prefix), name)
    # What retention has removed is nobody's to finish any more.
    offsets = sum(end[part] - max(committed.get(part, 0), begin[part]) for part in end)
    return offsets if offsets > COUNTED else sum(1 for _ in desk.waiting(stage))


def latest(desk: Desk, count: int) -> tuple[Latest, ...]:
    """Return the newest events, newest first. Raises ``Unavailable``, or ``Refused`` when the topic is missing."""
    name = desk.name(ENRICHED)
    start = {part: max(0, end - count * _SLACK) for part, end in desk.admin.end_offsets(name).items()}
    newest = sorted(desk.reader.read(name, start=start), key=lambda message: message.timestamp_ms, reverse=True)
    return tuple(_latest(message, desk.store) for message in newest[:count])


def _latest(message: Message, store: BlobStore) -> Latest:
    headers = read(message.headers)
    article_id = (message.key or b"").decode(errors="replace")
    key = headers.get("ce_objectkey")
    if message.value is None:
        return Latest(message.time, article_id, None, None, None, "withdrawn", key)
    try:
        article = decode(unpack(message.value, headers.get("content-type", ""), store), EnrichedArticle)
    except (ValidationError, NotFound) as error:
        return Latest(message.time, article_id, None, None, None, f"unreadable: {error}", key)
    return Latest(message.time, article.id, article.revision.number, article.title, article.source, "enriched", key)
