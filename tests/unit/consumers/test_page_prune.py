"""What markup says is not the article goes, and only that."""

from collections.abc import Callable

import pytest

from consumers.extract import extract
from consumers.page_prune import prune
from consumers.page_tree import parse_html
from schemas.articles import RawArticle

PROSE = "The ferry will not sail before April, since its engine has to be taken out and sent to the yard. " * 3


def left(markup: str) -> str:
    tree, _ = parse_html(f"<html><body><article><p>{PROSE}</p>{markup}<p>{PROSE}</p></article></body></html>")
    prune(tree)
    return " ".join(tree.text_content().replace(PROSE, " ").split())


@pytest.mark.parametrize(
    "markup",
    [
        "<h2 class='visually-hidden'>Article content</h2>",
        "<span class='icon sr-only'>Opens in a new window</span>",
        "<div class='screen-reader-text'>Share</div>",
        "<div role=complementary><p>More on ferries</p></div>",
        "<section role=navigation><p>Home</p></section>",
        "<div role=dialog><p>Sign up</p></div>",
        "<div itemtype='https://schema.org/Comment'><p>I was on it</p></div>",
        "<div class='comments-area'><p>I was on it</p></div>",
        "<section id=comments><p>I was on it</p></section>",
        "<div class='author-box'><p>Ida Holm writes on ships.</p></div>",
        "<div class='story-recommended'><p>A headline of another story</p></div>",
        "<p><span class='author'>Ida Holm</span></p>",
        "<div class='lead-image'><img src=a.jpg><p>The ferry at its berth. Photo: Ida Holm</p></div>",
        "<div class='tab-content'><div class='tab-pane active'></div><div class='tab-pane'><p>In short</p></div></div>",
        f"<aside></aside><blockquote class='pull-quote'><p>{PROSE[:60]}</p><cite>Ida Holm</cite></blockquote>",
    ],
)
def test_it_is_taken_out(markup: str) -> None:
    assert left(markup) == ""


@pytest.mark.parametrize(
    "markup",
    [
        "<p class='lead'>It stays</p>",
        "<div class='image'><p>No picture is in this box</p></div>",
        f"<div class='has-image image'><img src=a.jpg>{'Many words are no caption. ' * 20}</div>",
        "<div class='visually-hidden'>" + "A whole story is not a label. " * 10 + "</div>",
        "<div class='tab-content'><div class='tab-pane'><p>The only panel</p></div></div>",
        "<blockquote class='pullquote'><p>These are words that nobody repeats on this page</p></blockquote>",
        "<p>It was <span class='author'>Ida Holm</span> who saw it first.</p>",
        "<div class='comments-open no-comments has-comments commentary'><p>It stays</p></div>",
        f"<div class='author-ida'>{'Many words are no box. ' * 60}</div>",
        "<div class='comments'><h1>The ferry</h1></div>",
        "<div role=main><p>It stays</p></div>",
    ],
)
def test_it_stays(markup: str) -> None:
    assert left(markup)


def test_nothing_goes_where_it_would_be_much_of_the_page() -> None:
    tree, _ = parse_html(f"<html><body><div role=complementary><p>{PROSE}</p></div><p>Short.</p></body></html>")
    prune(tree)
    assert PROSE.strip() in tree.text_content()


def test_readers_comments_may_be_longer_than_the_article() -> None:
    tree, _ = parse_html(
        f"<html><body><article>{f'<p>{PROSE}</p>' * 8}</article>"
        f"<div class=comment-list>{f'<p>I say that {PROSE}</p>' * 50}</div></body></html>"
    )
    prune(tree)
    assert "I say" not in tree.text_content()


def test_the_page_as_it_came_is_left_alone(raw: Callable[..., RawArticle]) -> None:
    extracted = extract(
        raw(f"<html><body><p>{PROSE}</p><h2 class=sr-only>Label</h2><p>{PROSE}</p></body></html>".encode())
    )
    assert extracted.tree is not None
    assert "Label" in extracted.tree.text_content()
    assert "Label" not in extracted.text
