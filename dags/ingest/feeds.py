"""Feeds: bytes in, items with their URLs out. RSS and Atom of every age, well-formed or not, by feedparser."""

import calendar
import io
import re
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import feedparser

from dags.ingest.sources import Kind
from infra.web import check_url
from infra.web_errors import BadUrl
from schemas.articles import FeedItem
from schemas.codec import ValidationError
from schemas.identity import article_id

ACCEPT_FEED = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
LONGEST_LINE = 2_000
"""Characters of a title, name or section; what is longer is no such thing and not carried."""
LONGEST_TEXT = 200_000
"""Characters of a link, summary or body; likewise."""
MOST_OVER_LIMIT = 2_000
"""Items after the limit that are looked at, so that each gets its outcome; what comes after them is counted only."""
NO_LINK = "no-link"
_CHARACTER_REFERENCE = re.compile(rb"&#([xX][0-9a-fA-F]+|[0-9]+);?")
_MOST_DIGITS = 8


class NotAFeed(Exception):
    """The bytes hold no feed of the kind expected. The message says what came instead."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a feed with the id and URL of its page."""

    id: str
    url: str
    item: FeedItem


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item that cannot be pulled. ``reason`` is a short, stable word, ``detail`` a sentence.

    ``key`` tells it apart from others of the feed: its link as it stands there, or else its own id or title. None where
    it repeats an item, whose outcome is its own.
    """

    reason: str
    detail: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed holds, in its order. ``version`` is feedparser's name of the format, e.g. ``rss20``, ``atom10``.

    ``entries`` stand within the limit, ``over_limit`` after it; ``unread`` counts the items after those.
    """

    version: str
    entries: tuple[Entry, ...]
    over_limit: tuple[Entry, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    unread: int = 0

    @property
    def items(self) -> int:
        """How many items stand in it."""
        return len(self.entries) + len(self.over_limit) + len(self.skipped) + self.unread


def parse_feed(body: bytes, *, url: str, content_type: str | None = None, kind: Kind = "auto", limit: int) -> Feed:
    """Return the items of the feed that ``url`` gave, the first ``limit`` of them as those to pull.

    Relative links are resolved against ``url``. Of two items with one id the first counts. Raises ``NotAFeed``.
    """
    parsed = _parse(body, url, content_type)
    version = str(parsed.get("version") or "")
    family = "atom" if version.startswith("atom") else "rss" if version else ""
    if not family:
        raise NotAFeed(f"{url} gave {content_type or 'bytes of no declared type'}, which is no RSS or Atom feed")
    if kind not in {"auto", family}:
        raise NotAFeed(f"{url} gave {family} ({version}), but sources.yaml says `kind: {kind}`; `auto` takes either")
    entries: dict[str, Entry] = {}
    over_limit: dict[str, Entry] = {}
    skipped: list[Skipped] = []
    most = limit + MOST_OVER_LIMIT
    for number, each in enumerate(parsed["entries"][:most]):
        found = _entry(each, url)
        if isinstance(found, Skipped):
            skipped.append(found)
        elif same := entries.get(found.id) or over_limit.get(found.id):
            skipped.append(Skipped("repeated", f"{found.url} is the same article as {same.url}", None))
        elif number < limit:
            entries[found.id] = found
        else:
            over_limit[found.id] = found
    unread = max(0, len(parsed["entries"]) - most)
    return Feed(version, tuple(entries.values()), tuple(over_limit.values()), tuple(skipped), unread)


def _parse(body: bytes, url: str, content_type: str | None) -> Any:
    headers = {"content-location": url}
    if content_type:
        headers["content-type"] = content_type
    try:
        # A stream: given bytes or text, feedparser would try them as the name of a local file, then as a URL.
        return feedparser.parse(io.BytesIO(_CHARACTER_REFERENCE.sub(_possible, body)), response_headers=headers)
    except Exception as error:
        # Hostile bytes against a tolerant parser with a long memory: whatever it trips over, this is no feed.
        raise NotAFeed(f"{url} gave what the feed parser cannot read: {type(error).__name__}: {error}") from error


def _possible(reference: re.Match[bytes]) -> bytes:
    """Replace a reference to what is no character: over it, feedparser would refuse the other items too."""
    digits, base = reference[1].lower().removeprefix(b"x"), 16 if reference[1][:1] in b"xX" else 10
    code = int(digits, base) if len(digits) <= _MOST_DIGITS else sys.maxunicode + 1
    return reference[0] if 0 < code <= sys.maxunicode and not 0xD800 <= code <= 0xDFFF else b"&#xFFFD;"


def _entry(entry: Any, feed_url: str) -> Entry | Skipped:
    title = _text(entry, "title", LONGEST_LINE)
    link = _text(entry, "link", LONGEST_TEXT)
    if link is None:
        own = _text(entry, "id", LONGEST_TEXT) or title or _text(entry, "summary", LONGEST_TEXT) or ""
        return Skipped(NO_LINK, f"an item without a link: {title or 'no title'}", own)
    try:
        url = check_url(urljoin(feed_url, link))
        identity = article_id(url)
    except (BadUrl, ValidationError, ValueError) as error:
        return Skipped("bad-link", f"an item whose link cannot be fetched: {error}"[:LONGEST_LINE], link)
    content = dict.get(entry, "content") or [{}]
    tags = dict.get(entry, "tags") or [{}]
    item = FeedItem(
        title=title,
        summary=_text(entry, "summary", LONGEST_TEXT),
        content=_text(content[0], "value", LONGEST_TEXT),
        author=_text(entry, "author", LONGEST_LINE),
        published=_time(entry, "published_parsed"),
        updated=_time(entry, "updated_parsed"),
        section=_text(tags[0], "term", LONGEST_LINE),
    )
    return Entry(identity, url, item)


def _text(holder: dict[str, Any], key: str, limit: int) -> str | None:
    # dict.get: feedparser's own lookup answers with other fields, and warns, where one is missing.
    value = dict.get(holder, key)
    if not isinstance(value, str) or len(value) > limit:
        return None
    # Escaped twice, character references can still spell lone surrogates, which no encoding takes.
    return value.encode("utf-8", "replace").decode().replace("\0", "").strip() or None


def _time(entry: dict[str, Any], key: str) -> datetime | None:
    value = dict.get(entry, key)
    if not isinstance(value, time.struct_time):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None
