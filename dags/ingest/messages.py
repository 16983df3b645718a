"""The messages of a pull: raw articles, and outcomes of the stage ``pull``."""

import hashlib
from datetime import datetime

from dags.ingest.sources import Source
from infra.messaging import Record
from infra.web import Fetched
from schemas.articles import FeedItem, Outcome, RawArticle, Stage
from schemas.codec import BlobStore, encode, pack
from schemas.envelope import headers
from schemas.outcomes import outcome_event
from schemas.topics import OUTCOMES, RAW

KEPT_HEADERS = ("content-type", "content-language", "date", "etag", "last-modified", "link", "x-robots-tag")
LONGEST_HEADER = 2_000
STAGE: Stage = "pull"


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


def outcome_record(outcome: Outcome, *, trace: str, prefix: str) -> Record:
    """Return the message for ``news.outcomes``."""
    return Record(prefix + OUTCOMES.name, *outcome_event(outcome, trace=trace))
