"""What is measured on: the pages of the demo newsroom, rendered in this process."""

import hashlib
from statistics import median

import msgspec

from copydesk.newsroom.catalogue import EDITIONS, load_articles
from copydesk.newsroom.pages import article_page
from schemas.articles import RawArticle
from schemas.identity import article_id

NEWSROOM = "http://newsroom.example"


class ArticleSet(msgspec.Struct, frozen=True, kw_only=True):
    """Which pages were measured; ``sha256`` is that of all their bytes, medians are per article."""

    name: str
    articles: int
    median_page_bytes: int
    median_words: int
    sha256: str


def pages() -> tuple[RawArticle, ...]:
    """Return every article's page, as its last edition prints it."""
    articles = load_articles()
    found = []
    for article in articles:
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
    return tuple(found)


def describe(given: tuple[RawArticle, ...]) -> ArticleSet:
    """Return what names the set in a report."""
    return ArticleSet(
        name="demo newsroom",
        articles=len(given),
        median_page_bytes=round(median(len(page.body) for page in given)),
        median_words=round(median(article.editions[-1].word_count for article in load_articles())),
        sha256=hashlib.sha256(b"".join(page.body for page in given)).hexdigest(),
    )
