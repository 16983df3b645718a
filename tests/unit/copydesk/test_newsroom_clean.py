"""The demo newsroom's articles through the prepare step: every paragraph stays, every other line goes."""

import hashlib
from collections.abc import Iterable, Iterator

import pytest

from consumers.local import raw_from_bytes
from consumers.prepare import Draft, to_clean
from consumers.step import Rejected
from copydesk.newsroom.catalogue import ArticleEdition, Case, NewsroomArticle, load_articles
from copydesk.newsroom.feeds import render_feed
from copydesk.newsroom.pages import article_page
from dags.ingest.feeds import parse_feed
from schemas.articles import CleanArticle, FeedItem, RawArticle
from schemas.identity import article_id

BASE = "http://newsroom.example"
ARTICLES = load_articles()
ON_PAGE = tuple(article for article in ARTICLES if article.on_page)


def editions(articles: Iterable[NewsroomArticle]) -> Iterator[object]:
    for article in articles:
        for edition in article.editions[: article.revisions]:
            yield pytest.param(article, edition, id=f"{article.slug}-{edition.number}")


def cleaned(raw: RawArticle) -> CleanArticle:
    draft = to_clean(raw)
    assert isinstance(draft, Draft)
    return draft.article


def raw_page(article: NewsroomArticle, edition: ArticleEdition, item: FeedItem) -> RawArticle:
    body = article_page(article, ARTICLES, edition.number, BASE)
    url = BASE + article.path
    return RawArticle(
        id=article_id(url),
        url=url,
        source=article.outlet.name,
        media_type="text/html",
        charset="utf-8",
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        item=item,
    )


def page_of(article: NewsroomArticle, edition: ArticleEdition) -> CleanArticle:
    return cleaned(raw_page(article, edition, FeedItem(title="From the feed")))


def pulled(case: Case) -> tuple[NewsroomArticle, RawArticle]:
    """The article of a special case, and its page with what its feed says of it."""
    (article,) = (article for article in ARTICLES if article.case is case)
    outlet = article.outlet
    feed = parse_feed(render_feed(outlet, [article], 1, BASE), url=BASE + outlet.feed_path, limit=1)
    return article, raw_page(article, article.at(1), feed.entries[0].item)


def wanted(edition: ArticleEdition) -> list[str]:
    kept = {*edition.paragraphs, *edition.headings}
    return [block.text for block in edition.blocks if block.text in kept]


@pytest.mark.parametrize(("article", "edition"), list(editions(ON_PAGE)))
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


@pytest.mark.parametrize(("article", "edition"), list(editions(ARTICLES)))
def test_of_a_text_without_markup_the_article_is_left(article: NewsroomArticle, edition: ArticleEdition) -> None:
    found = cleaned(raw_from_bytes("\n".join(block.text for block in edition.blocks).encode()))
    assert found.text.split("\n\n") == wanted(edition)
    assert [piece.text.strip() for piece in found.removed] == list(edition.boilerplate)
    assert list(found.corrections) == list(edition.corrections)
    assert [line for line in edition.credits if line not in (found.credit or "")] == []
    assert found.language.code == article.language.split("-")[0]


def test_flags_tell_the_cases_apart() -> None:
    flags = {article.case: page_of(article, article.editions[-1]).flags for article in ON_PAGE}
    assert {case for case, found in flags.items() if "brief" in found} == {"brief"}
    assert {case for case, found in flags.items() if "corrected" in found} == {"correction"}
    assert {case for case, found in flags.items() if "live-blog" in found} == {"live-blog"}
    assert {case for case, found in flags.items() if "paywall-stub" in found} == {"paywall-stub"}
    assert {flag for found in flags.values() for flag in found} == {"brief", "corrected", "live-blog", "paywall-stub"}


def test_corrections_and_credits_are_kept_of_pages_too() -> None:
    for article in ON_PAGE:
        edition = article.editions[-1]
        found = page_of(article, edition)
        assert found.corrections == edition.corrections
        assert [line for line in edition.credits if line not in (found.credit or "")] == []


def test_behind_a_question_for_consent_the_feeds_text_is_taken() -> None:
    article, raw = pulled(Case.CONSENT)
    found = cleaned(raw)
    assert found.text.split("\n\n") == wanted(article.at(1))
    assert set(found.flags) == article.flags == {"consent", "text-from-feed"}
    assert (found.title, found.byline, found.section) == (article.title, article.byline, article.section)
    assert (found.published_at, found.published_at_found_in) == (article.published, "feed")


def test_of_a_paywall_the_beginning_is_kept_and_flagged() -> None:
    article, raw = pulled(Case.PAYWALL_STUB)
    found = cleaned(raw)
    assert found.text.split("\n\n") == wanted(article.at(1))
    assert set(found.flags) == article.flags == {"paywall-stub"}


def test_a_robot_check_without_text_in_the_feed_is_rejected() -> None:
    article, raw = pulled(Case.ROBOT_CHECK)
    rejected = to_clean(raw)
    assert isinstance(rejected, Rejected)
    assert rejected.reason == article.rejection == "robot-check"
