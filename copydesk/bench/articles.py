"""What is measured on: the pages of the demo newsroom, rendered in this process, and those of a folder."""

import gzip
import hashlib
from pathlib import Path
from statistics import median
from typing import BinaryIO, cast

import msgspec

from consumers.local import raw_from_bytes
from consumers.step import Invalid
from copydesk.filters.source import LIMIT
from copydesk.newsroom.catalogue import EDITIONS, load_articles
from copydesk.newsroom.pages import article_page
from infra.errors import Refused
from schemas.articles import RawArticle
from schemas.identity import article_id

NEWSROOM = "http://newsroom.example"
SUFFIXES = (".html", ".htm", ".html.gz", ".htm.gz")


class ArticleSet(msgspec.Struct, frozen=True, kw_only=True):
    """Which pages were measured; ``sha256`` is that of all their bytes, the median is per article."""

    name: str
    articles: int
    median_page_bytes: int
    sha256: str


class PageSet(msgspec.Struct, frozen=True, kw_only=True):
    """Pages to measure on."""

    name: str
    pages: tuple[RawArticle, ...]

    def describe(self) -> ArticleSet:
        """Return what names the set in a report."""
        return ArticleSet(
            name=self.name,
            articles=len(self.pages),
            median_page_bytes=round(median(len(page.body) for page in self.pages)),
            sha256=hashlib.sha256(b"".join(page.body for page in self.pages)).hexdigest(),
        )


def newsroom() -> PageSet:
    """Return every page of the demo newsroom that prints its whole article, as the last edition has it."""
    articles = load_articles()
    found = []
    for article in articles:
        if article.held_back:
            continue
        url = NEWSROOM + article.path
        body = article_page(article, articles, EDITIONS[-1], NEWSROOM)
        found.append(
            RawArticle(
                id=article_id(url),
                url=url,
                source=article.outlet.name,
                media_type="text/html",
                charset="utf-8",
                body=body,
                body_sha256=hashlib.sha256(body).hexdigest(),
            )
        )
    return PageSet(name="demo newsroom", pages=tuple(found))


def folder(path: Path) -> PageSet:
    """Return the pages of a folder (``SUFFIXES``), in the order of their names. Raises ``Refused`` and ``OSError``."""
    files = sorted(file for file in path.iterdir() if file.name.endswith(SUFFIXES))
    if not files:
        raise Refused(f"there is no page in {path}: the names of pages end with {', '.join(SUFFIXES)}")
    return PageSet(name=path.resolve().name, pages=tuple(map(_page, files)))


def _page(file: Path) -> RawArticle:
    try:
        with cast("BinaryIO", gzip.open(file)) if file.suffix == ".gz" else file.open("rb") as opened:
            body = opened.read(LIMIT + 1)
        if len(body) > LIMIT:
            raise Refused(f"{file} is larger than the {LIMIT} bytes that a page may have; take it out of the folder")
        return raw_from_bytes(body)
    except (Invalid, EOFError, gzip.BadGzipFile) as error:
        raise Refused(f"{file} is no page: {error}; take it out of the folder") from error
