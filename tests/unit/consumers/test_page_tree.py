"""A page's tree: what is left out before its text is taken, and which paragraphs are links."""

import pytest

from consumers.page_tree import link_texts, linked_paragraphs, parse_html, readable_copy

TEXT = "The ferry will not sail before April, since its engine has to be taken out. " * 10


def readable(markup: str) -> str:
    tree, _ = parse_html(f"<html><body>{markup}</body></html>")
    before = tree.text_content()
    text = readable_copy(tree).text_content()
    assert tree.text_content() == before
    return " ".join(text.split())


@pytest.mark.parametrize("tag", ["nav", "footer", "aside", "script", "style", "svg", "noscript", "button", "select"])
def test_what_stands_beside_an_article_is_not_read(tag: str) -> None:
    assert readable(f"<p>{TEXT}</p><{tag}>Home</{tag}>and on") == f"{TEXT}and on"


@pytest.mark.parametrize("tag", ["nav", "footer", "aside"])
def test_an_article_inside_such_an_element_is_read(tag: str) -> None:
    assert readable(f"<{tag}><p>{TEXT}</p><script>1</script></{tag}>and on") == f"{TEXT}and on"
    assert TEXT.strip() in readable(f"<p>Short.</p><{tag}><p>{TEXT}</p>never closed")


def test_paragraphs_of_link_text_only_are_told() -> None:
    tree, _ = parse_html(
        "<p>See <a href=a>the ferry</a> sail.</p><p><a href=b>Bridge&nbsp;open\n again</a></p>"
        "<a href=c><h3>A card</h3><div>with <b>two</b> lines</div></a><h2>Sport</h2><nav><a href=d>Sport</a></nav>"
    )
    paragraphs = ("See the ferry sail.", "Bridge open again", "A card", "with two lines", "Sport")
    assert linked_paragraphs(paragraphs, link_texts(tree)) == {1, 2, 3}


def test_a_link_around_an_article_is_no_link_text() -> None:
    assert link_texts(parse_html(f"<a href=a><p>{TEXT}</p></a>")[0]) == frozenset()


@pytest.mark.parametrize("markup", ["", " ", "<!-- only a comment -->", "<?php ?>", "<html></html>", "<"])
def test_nothing_is_a_tree_too(markup: str) -> None:
    tree, flags = parse_html(markup)
    assert not tree.text_content().strip("<")
    assert not flags


@pytest.mark.parametrize("tag", ["div", "font", "ul><li", "blockquote"])
def test_tags_that_were_never_closed_do_not_end_the_page(tag: str) -> None:
    tree, flags = parse_html("<html><body>" + f"<{tag}>" * 280 + "<p>still read</p>")
    assert not flags
    assert tree.text_content() == "still read"


@pytest.mark.parametrize("levels", [700, 3_000, 100_000])
def test_nesting_by_intent_is_read_to_the_parsers_limit(levels: int) -> None:
    tree, flags = parse_html("<html><body><p>read</p>" + "<div>" * levels + "<p>lost</p>")
    assert "deep-markup" in flags
    assert tree.text_content() == "read"


def test_many_elements_far_down_are_not_walked() -> None:
    _, flags = parse_html("<html><body>" + "<div>" * 500 + "<p>x</p>" * 5_000)
    assert flags == {"deep-markup"}
