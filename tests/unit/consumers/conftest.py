"""Fixtures for the steps."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.articles import FeedItem, RawArticle
from schemas.identity import article_id

BODY = (
    "The council voted on Tuesday to close the old harbour road for the winter, after two years of complaints.",
    "Engineers found in March that the sea wall below it had moved by four centimetres since the last survey.",
    "The repairs will cost 3.2 million crowns, of which the state will pay half and the county the rest.",
    "Fishing boats may still land their catch at the north quay, where a crane has been set up for them.",
)


@pytest.fixture(scope="session")
def body() -> tuple[str, ...]:
    """Four paragraphs of an article that no rule touches."""
    return BODY


@pytest.fixture
def page() -> Callable[..., bytes]:
    """Make a page around some paragraphs."""

    def make(*paragraphs: str, head: str = "", charset: str = "utf-8") -> bytes:
        text = "".join(f"<p>{paragraph}</p>\n" for paragraph in (paragraphs or BODY))
        return (
            f"<!doctype html><html><head>{head}</head><body><nav><a href='/'>Home</a></nav>"
            f"<main><article>{text}</article></main></body></html>"
        ).encode(charset)

    return make


@pytest.fixture
def raw() -> Callable[..., RawArticle]:
    """Make a raw article of some bytes."""

    def make(
        data: bytes,
        *,
        url: str = "https://paper.example/harbour",
        media_type: str = "text/html",
        charset: str | None = None,
        captured_at: datetime | None = datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
        item: FeedItem | None = None,
    ) -> RawArticle:
        return RawArticle(
            id=article_id(url),
            url=url,
            source="paper",
            captured_at=captured_at,
            media_type=media_type,
            charset=charset,
            body=data,
            body_sha256=hashlib.sha256(data).hexdigest(),
            item=item,
        )

    return make


@pytest.fixture
def sample() -> bytes:
    """The article that the product's owner gave; it is a third party's and lies outside the repository."""
    path = Path(__file__).resolve().parents[4] / "shared" / "samples" / "the-national.txt"
    if not path.is_file():
        pytest.skip("../shared/samples/the-national.txt is not on this machine")
    return path.read_bytes()
