"""Captures of WARC files (ISO 28500): HTTP responses that hold an article."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from consumers.step import Invalid
from copydesk.filters.source import LIMIT
from dags.ingest.messages import KEPT_HEADERS, LONGEST_HEADER
from schemas.articles import RawArticle
from schemas.identity import LOCAL_SOURCE, article_id

TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
OK = "200"


def records(path: Path) -> Iterator[tuple[int, RawArticle | Invalid]]:
    """Every response with status 200 and a page or text in it, with its number in the file, from 1.

    The capture time is the record's, so that older captures do not supersede later ones. Other records are passed
    over, and one whose headers cannot be used is an ``Invalid`` among the others. A file that is broken gives what can
    be read of it, then an ``Invalid``. Raises ``OSError``.
    """
    number = 0
    with path.open("rb") as file:
        try:
            for number, record in enumerate(ArchiveIterator(file), 1):
                if (article := _read(record)) is not None:
                    yield number, article
        except (ArchiveLoadFailed, EOFError, ValueError, AttributeError) as error:
            # The library trips over headers that are missing.
            yield number + 1, Invalid("broken-warc", f"it cannot be read from record {number + 1} on: {error}")
            return
    if number == 0:
        yield 1, Invalid("broken-warc", "there is no WARC record in it")


def _read(record: ArcWarcRecord) -> RawArticle | Invalid | None:
    """Return the record's article, why it has none, or None for a record to pass over.

    The archive's own errors pass through: after those nothing more can be read.
    """
    try:
        return _article(record) if _is_article(record) else None
    except (ValueError, AttributeError) as error:
        return Invalid("bad-record", f"its headers cannot be used: {error}")


def _is_article(record: ArcWarcRecord) -> bool:
    return (
        record.rec_type == "response"
        and record.http_headers is not None
        and record.http_headers.get_statuscode() == OK
        and _media_type(record) in TYPES
    )


def _article(record: ArcWarcRecord) -> RawArticle | Invalid:
    body = record.content_stream().read(LIMIT + 1)
    if len(body) > LIMIT:
        return Invalid("too-large", f"a document may have {LIMIT} bytes")
    if record.raw_stream.read(1) or getattr(record.raw_stream, "limit", 0) > 0:
        # The reader says nothing of a file that ends within a record.
        return Invalid("broken-warc", "the file ends before the response does")
    if not body:
        return Invalid("empty", "the response has no bytes")
    url = record.rec_headers.get_header("WARC-Target-URI", "")
    captured_at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date", ""))
    if captured_at.tzinfo is None:
        return Invalid("bad-record", "its WARC-Date has no zone")
    return RawArticle(
        id=article_id(url),
        url=url,
        source=LOCAL_SOURCE,
        captured_at=captured_at,
        media_type=_media_type(record),
        charset=_charset(record),
        headers={
            name: record.http_headers.get_header(name)[:LONGEST_HEADER]
            for name in KEPT_HEADERS
            if record.http_headers.get_header(name)
        },
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
    )


def _media_type(record: ArcWarcRecord) -> str:
    declared: str = record.http_headers.get_header("content-type", "")
    return declared.partition(";")[0].strip().lower()


def _charset(record: ArcWarcRecord) -> str | None:
    declared: str = record.http_headers.get_header("content-type", "")
    for parameter in declared.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'") or None
    return None
