"""Fixtures of the demo newsroom: the real articles, behind the app without a socket."""

from collections.abc import Callable
from pathlib import Path

import pytest

from copydesk.newsroom.app import Newsroom
from copydesk.newsroom.catalogue import NewsroomArticle, load_articles
from copydesk.newsroom.edition import EditionFile
from copydesk.newsroom.exchange import Request, Response

Ask = Callable[..., Response]


@pytest.fixture(scope="session")
def articles() -> tuple[NewsroomArticle, ...]:
    """All articles of the demo newsroom."""
    return load_articles()


@pytest.fixture
def newsroom(articles: tuple[NewsroomArticle, ...], tmp_path: Path) -> Newsroom:
    """A newsroom in its first edition."""
    return Newsroom(articles, EditionFile(tmp_path))


@pytest.fixture
def ask(newsroom: Newsroom) -> Ask:
    """``ask(target, method="GET", client="127.0.0.1", **headers)``: put one request to the newsroom."""

    def put(target: str, method: str = "GET", client: str = "127.0.0.1", **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return newsroom.respond(
            Request(method=method, target=target, headers={"host": "news.test:8080", **named}, client=client)
        )

    return put
