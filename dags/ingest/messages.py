"""The messages of a pull: raw articles, and outcomes of the stage ``pull``."""

import hashlib
from datetime import datetime

from dags.ingest.sources import Source
from infra.messaging import Message, Record
from infra.web import Fetched
from schemas.articles import FeedItem, Origin, Outcome, RawArticle, Status
from schemas.codec import BlobStore, encode, pack
from schemas.envelope import format_origin, headers
from schemas.topics import OUTCOMES, RAW

KEPT_HEADERS = ("content-type", "content-language", "date", "etag", "last-modified", "link", "x-robots-tag")
LONGEST_HEADER = 2_000
STAGE = "pull"


def raw_article(identity: str, url: str, page: Fetched, source: Source, item: FeedItem) -> RawArticle:
    """Return the page as it arrived, with what the feed said of it."""
    return RawArticle(
        id=identity,
        url=url,
        final_url=page.final_url,
        source=source.name,
        captured_at=page.captured_at,
        media_type=page.media_type,
        charset=page.charset,
        headers={name: page.headers[name][:LONGEST_HEADER] for name in KEPT_HEADERS if name in page.headers},
        body=page.body,
        body_sha256=hashlib.sha256(page.body).hexdigest(),
        item=item,
        rights=source.rights,
    )


def raw_record(article: RawArticle, *, trace: str, time: datetime, prefix: str, store: BlobStore) -> Record:
    """Return the message for ``news.raw``; the same bytes of one article always get the same ``ce_id``.

    Too large a payload goes to the store. Raises the store's errors.
    """
    value, content_type = pack(encode(article), store)
    return Record(
        topic=prefix + RAW.name,
        key=article.id.encode(),
        value=value,
        headers=headers(
            RAW,
            event_id=f"{article.id}.{article.body_sha256[:16]}",
            stage=STAGE,
            time=time,
            traceparent=trace,
            content_type=content_type,
        ),
    )


def outcome_record(
    status: Status,
    *,
    identity: str,
    url: str,
    source: Source,
    trace: str,
    prefix: str,
    started_at: datetime,
    ended_at: datetime,
    reason: str | None = None,
    detail: str | None = None,
    message: Message | None = None,
) -> Record:
    """Return the event that tells how one item's pull ended. ``message`` is the raw one, as acknowledged."""
    origin = None
    if message is not None:
        origin = Origin(topic=message.topic, partition=message.partition, offset=message.offset)
    outcome = Outcome(
        id=identity,
        stage="pull",
        status=status,
        reason=reason,
        detail=detail,
        origin=origin,
        source=source.name,
        url=url,
        started_at=started_at,
        ended_at=ended_at,
    )
    event = format_origin(origin) if origin else f"{identity}.{source.name}.{started_at.isoformat()}"
    return Record(
        topic=prefix + OUTCOMES.name,
        key=identity.encode(),
        value=encode(outcome),
        headers=headers(
            OUTCOMES, event_id=f"{event}.{STAGE}", stage=STAGE, time=ended_at, traceparent=trace, origin=origin
        ),
    )
