"""What comes of a page that held its article back, with and without a feed that carries it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from consumers.flags import FLAGS
from consumers.prepare import Draft, to_clean
from consumers.step import Rejected
from schemas.articles import CleanArticle, FeedItem, RawArticle

Raw = Callable[..., RawArticle]
Page = Callable[..., bytes]
HEAD = "<meta property=article:published_time content='2026-11-01T08:00:00Z'><meta name=author content='The Web Team'>"


def html(title: str, body: str, head: str = HEAD) -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


WITHHELD = {
    "robot-check": html("Just a moment...", "<h1>Verify you are human</h1><p>Checking your browser before access.</p>"),
    "consent": html(
        "Before you continue",
        "<p>We and our partners use cookies to process personal data.</p><button>Accept all</button>",
    ),
    "login-wall": html("Log in", "<form><p>Please log in to continue reading.</p><input type=password></form>"),
    "soft-404": html("Page not found", "<p>Sorry, the page you were looking for could not be found.</p>"),
}
TEASER = (
    "<p>The ferry that has crossed the Skerne since 1961 was sold on Tuesday to a company whose owner has not been</p>"
)
STUB = html("Ferry sold", f"<article>{TEASER}<p>Subscribe to continue reading</p></article>", HEAD + (
    "<script type=application/ld+json>{\"@type\": \"NewsArticle\", \"isAccessibleForFree\": false}</script>"
))  # fmt: skip


def made(raw: RawArticle) -> CleanArticle:
    draft = to_clean(raw)
    assert isinstance(draft, Draft), draft
    return draft.article


def rejected(raw: RawArticle) -> Rejected:
    found = to_clean(raw)
    assert isinstance(found, Rejected), found
    return found


def feed(body: tuple[str, ...], **fields: object) -> FeedItem:
    return FeedItem(title="The road", content="".join(f"<p>{text}</p>" for text in body), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", WITHHELD)
def test_the_feeds_text_stands_in_and_the_page_names_nothing(raw: Raw, kind: str, body: tuple[str, ...]) -> None:
    published = datetime(2026, 11, 18, tzinfo=UTC)
    article = made(raw(WITHHELD[kind], item=feed(body, author="Ida Holm", published=published)))
    assert article.text == "\n\n".join(body)
    assert {kind, "text-from-feed"} <= {*article.flags} <= FLAGS.keys()
    assert (article.title, article.byline, article.published_at) == ("The road", "Ida Holm", published)
    assert article.published_at_found_in == "feed"
    assert article.extraction
    assert article.extraction.chosen == "feed"


@pytest.mark.parametrize("kind", WITHHELD)
@pytest.mark.parametrize(
    "item",
    [
        None,
        FeedItem(
            title="The road", summary="A council has voted to close a road for the winter. Read more on our site."
        ),
        FeedItem(content="<p>Short.</p>"),
        FeedItem(content="<p>" + "</p><p>".join(["Home", "News", "Sport", "World news"] * 8) + "</p>"),
    ],
)
def test_without_it_the_reason_is_the_kind(raw: Raw, kind: str, item: FeedItem | None) -> None:
    found = rejected(raw(WITHHELD[kind], item=item))
    assert found.reason == kind
    assert "the feed has no article either" in found.detail


def test_a_long_summary_is_an_article_too(raw: Raw, body: tuple[str, ...]) -> None:
    article = made(raw(WITHHELD["consent"], item=FeedItem(summary="\n".join(body))))
    assert article.text == "\n\n".join(body)


def test_of_a_stub_the_feed_may_have_more(raw: Raw, body: tuple[str, ...]) -> None:
    article = made(raw(STUB, item=feed(body)))
    assert article.text == "\n\n".join(body)
    assert {"paywall-stub", "text-from-feed"} <= {*article.flags}
    assert (article.title, article.byline) == ("Ferry sold", "The Web Team")


def test_a_stub_with_little_text_is_rejected(raw: Raw) -> None:
    assert rejected(raw(STUB)).reason == "paywall-stub"
    assert rejected(raw(STUB, item=FeedItem(content=TEASER))).reason == "paywall-stub"


def test_a_stub_with_real_text_is_published_as_one(raw: Raw, body: tuple[str, ...]) -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    article = made(raw(STUB.replace(TEASER.encode(), text.encode())))
    assert article.text == "\n\n".join(body)
    assert "paywall-stub" in article.flags
    assert article.extraction
    assert article.extraction.candidates[0].parts["gate.stub"] <= 1.0


@pytest.mark.parametrize(
    ("kind", "node"), [("live-blog", "LiveBlogPosting"), ("gallery", "ImageGallery"), ("video", "VideoObject")]
)
def test_pages_of_another_form_are_flagged(raw: Raw, page: Page, kind: str, node: str) -> None:
    head = f'<script type=application/ld+json>{{"@type": "{node}"}}</script>'
    assert kind in made(raw(page(head=head))).flags
    assert rejected(raw(page("A few words.", head=head))).reason == "no-text"


def test_an_article_is_not_touched_by_any_of_it(raw: Raw, page: Page, body: tuple[str, ...]) -> None:
    article = made(raw(page(), item=feed(("Something else. " * 30,))))
    assert article.text == "\n\n".join(body)
    assert not {"text-from-feed", *WITHHELD} & {*article.flags}


def test_a_page_below_the_floor_gives_way_to_the_feed(raw: Raw, body: tuple[str, ...]) -> None:
    menu = html("News", "<main>" + "".join(f"<p>Section {word}</p>" for word in "abcdefghijklmnopqrst") + "</main>")
    assert rejected(raw(menu)).reason in {"low-score", "no-text"}
    article = made(raw(menu, item=feed(body)))
    assert article.text == "\n\n".join(body)
    assert "text-from-feed" in article.flags
