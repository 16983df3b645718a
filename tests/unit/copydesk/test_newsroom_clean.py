"""The demo newsroom's articles through the prepare step: every paragraph stays, every other line goes."""

import hashlib
from collections.abc import Iterator

import pytest

from consumers.local import raw_from_bytes
from consumers.prepare import Draft, to_clean
from copydesk.newsroom.catalogue import ArticleEdition, NewsroomArticle, load_articles
from copydesk.newsroom.pages import article_page
from schemas.articles import CleanArticle, FeedItem, RawArticle
from schemas.identity import article_id

BASE = "http://newsroom.example"
ARTICLES = load_articles()


def editions() -> Iterator[object]:
    for article in ARTICLES:
        for edition in article.editions[: article.revisions]:
            yield pytest.param(article, edition, id=f"{article.slug}-{edition.number}")


def cleaned(raw: RawArticle) -> CleanArticle:
    draft = to_clean(raw)
    assert isinstance(draft, Draft)
    return draft.article


def page_of(article: NewsroomArticle, edition: ArticleEdition) -> CleanArticle:
    body = article_page(article, ARTICLES, edition.number, BASE)
    url = BASE + article.path
    return cleaned(
        RawArticle(
            id=article_id(url),
            url=url,
            source=article.outlet.name,
            media_type="text/html",
            charset="utf-8",
            body=body,
            body_sha256=hashlib.sha256(body).hexdigest(),
            item=FeedItem(title="From the feed"),
        )
    )


def wanted(edition: ArticleEdition) -> list[str]:
    kept = {*edition.paragraphs, *edition.headings}
    return [block.text for block in edition.blocks if block.text in kept]


@pytest.mark.parametrize(("article", "edition"), list(editions()))
def test_of_a_page_the_article_is_left(article: NewsroomArticle, edition: ArticleEdition) -> None:
    found = page_of(article, edition)
    assert found.text.split("\n\n") == wanted(edition)
    assert (found.title, found.standfirst, found.section) == (edition.title, edition.standfirst, article.section)
    assert (found.published_at, found.updated_at) == (article.published, edition.updated)
    assert (found.published_at_found_in, found.updated_at_found_in) == ("json-ld", "json-ld")
    assert found.byline == article.byline.replace(" and ", ", ")
    assert found.canonical_url == BASE + article.path
    assert found.language.code == article.language.split("-")[0]
    assert not [line for line in article.outlet.furniture if line in found.text]


@pytest.mark.parametrize(("article", "edition"), list(editions()))
def test_of_a_text_without_markup_the_article_is_left(article: NewsroomArticle, edition: ArticleEdition) -> None:
    found = cleaned(raw_from_bytes("\n".join(block.text for block in edition.blocks).encode()))
    assert found.text.split("\n\n") == wanted(edition)
    assert [piece.text.strip() for piece in found.removed] == list(edition.boilerplate)
    assert list(found.corrections) == list(edition.corrections)
    assert [line for line in edition.credits if line not in (found.credit or "")] == []
    assert found.language.code == article.language.split("-")[0]


def test_flags_tell_the_cases_apart() -> None:
    flags = {article.case: page_of(article, article.editions[-1]).flags for article in ARTICLES}
    assert {case for case, found in flags.items() if "brief" in found} == {"brief"}
    assert {case for case, found in flags.items() if "corrected" in found} == {"correction"}
    assert {case for case, found in flags.items() if "live-blog" in found} == {"live-blog"}
    assert {flag for found in flags.values() for flag in found} == {"brief", "corrected", "live-blog"}


def test_corrections_and_credits_are_kept_of_pages_too() -> None:
    for article in ARTICLES:
        edition = article.editions[-1]
        found = page_of(article, edition)
        assert found.corrections == edition.corrections
        assert [line for line in edition.credits if line not in (found.credit or "")] == []
