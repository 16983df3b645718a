"""A small news site behind httpx.MockTransport, and the in-memory twins of store and broker."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape

import httpx
import pytest

from dags.ingest.pull import PullCounts, pull
from dags.ingest.sources import Source
from dags.ingest.state import SourceState, load_state
from infra.memory import MemoryBroker, MemoryStore
from infra.messaging import Message
from infra.web import Web
from schemas.articles import Outcome, RawArticle
from schemas.codec import JSON_TYPE, decode, unpack
from schemas.envelope import read
from schemas.topics import OUTCOMES, RAW

SITE = "http://site.example"


class Clock:
    """Time that passes a second with each look, and in leaps when told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    def leap(self, **span: int) -> None:
        self.time += timedelta(**span)


@dataclass
class Item:
    """An item of the RSS feed. ``link`` None leaves it out."""

    link: str | None
    title: str = "Title"
    published: str = "Sun, 01 Mar 2026 10:00:00 GMT"
    description: str = "In short."

    def xml(self) -> str:
        link = f"<link>{escape(self.link)}</link>" if self.link is not None else ""
        return (
            f"<item><title>{escape(self.title)}</title>{link}<pubDate>{self.published}</pubDate>"
            f"<description>{escape(self.description)}</description></item>"
        )


@dataclass
class Site:
    """Feed at ``/feed``, pages at their paths; both answer conditional requests as a good server does."""

    items: list[Item] = field(default_factory=list)
    pages: dict[str, bytes] = field(default_factory=dict)
    broken: dict[str, int | Exception] = field(default_factory=dict)
    with_etags: bool = True
    asked: list[str] = field(default_factory=list)

    def add(self, *paths: str) -> None:
        for path in paths:
            self.items.append(Item(SITE + path, title=f"About {path}"))
            self.pages[path] = f"<p>The story of {path}</p>".encode()

    def feed(self) -> bytes:
        items = "".join(item.xml() for item in self.items)
        return f'<rss version="2.0"><channel><title>Site</title>{items}</channel></rss>'.encode()

    @property
    def pages_asked(self) -> list[str]:
        return [path for path in self.asked if path != "/feed"]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        self.asked.append(path)
        trouble = self.broken.get(path)
        if isinstance(trouble, Exception):
            raise trouble
        if trouble is not None:
            return httpx.Response(trouble)
        body = self.feed() if path == "/feed" else self.pages.get(path)
        if body is None:
            return httpx.Response(404)
        etag = f'"{hashlib.sha256(body).hexdigest()[:8]}"'
        if self.with_etags and request.headers.get("if-none-match") == etag:
            return httpx.Response(304, headers={"ETag": etag})
        kind = "application/rss+xml" if path == "/feed" else "text/html; charset=utf-8"
        headers = {"Content-Type": kind} | ({"ETag": etag} if self.with_etags else {})
        return httpx.Response(200, headers=headers, content=body)


class Desk:
    """One source, one site, the twins, and what went out."""

    def __init__(self, prefix: str = "") -> None:
        self.clock = Clock()
        self.site = Site()
        self.store = MemoryStore()
        self.broker = MemoryBroker()
        self.source = Source(name="site", group="test", url=f"{SITE}/feed", rights="ours")
        self.web = Web(
            user_agent="test",
            timeout_s=20,
            max_bytes=2_000_000,
            transport=httpx.MockTransport(self.site),
            now=self.clock,
        )

    def pull(self, *sources: Source) -> PullCounts:
        self.site.asked.clear()
        return pull(sources or (self.source,), self.web, self.store, self.broker.publisher(), now=self.clock)

    def state(self, name: str = "site") -> SourceState:
        return load_state(self.store, name).state

    def messages(self, topic: str) -> list[Message]:
        return sorted(self.broker.reader().read(topic), key=lambda message: message.timestamp_ms)

    def raw(self) -> list[RawArticle]:
        found = []
        for message in self.messages(RAW.name):
            headers = read(message.headers)
            found.append(decode(unpack(message.value or b"", headers["content-type"], self.store), RawArticle))
        return found

    def outcomes(self) -> list[Outcome]:
        messages = self.messages(OUTCOMES.name)
        assert all(read(message.headers)["content-type"] == JSON_TYPE for message in messages)
        return [decode(message.value or b"", Outcome) for message in messages]

    def ended(self) -> list[tuple[str, str, str | None]]:
        """Path, status and reason of every outcome since the last call."""
        found = [
            ((each.url or "").removeprefix(SITE), each.status, each.reason) for each in self.outcomes()[self._told :]
        ]
        self._told += len(found)
        return found

    _told = 0


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def make_item() -> Callable[..., Item]:
    return Item
