"""Inline elements, too many in one block: what is left of them, and that no text but an index is lost."""

import importlib
import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from consumers import page_crowds
from consumers.page_crowds import MANY_ELEMENTS, MAX_INLINE, join_text, unwrap_crowds
from consumers.page_tree import parse_html, readable_copy
from consumers.prepare import Draft, to_clean
from schemas.articles import RawArticle

Raw = Callable[..., RawArticle]
SOME = 40


def tree_of(markup: str) -> HtmlElement:
    """Return a tree of so many elements that it is looked through."""
    return parse_html(f"<html><body>{markup}{'<hr>' * MANY_ELEMENTS}</body></html>")[0]


def text_nodes(tree: HtmlElement) -> int:
    return len(tree.xpath("//text()"))


@pytest.mark.parametrize("tag", ["b", "span", "wbr", "mark", "sup"])
def test_of_formatting_only_the_text_is_kept(tag: str) -> None:
    words = "".join(f"<{tag}>word {number}</{tag}> and " for number in range(MAX_INLINE + 1))
    tree = tree_of(f"<p>First, {words}last.</p><p>Some <{tag}>more</{tag}>.</p>")
    before = tree.text_content()
    assert not unwrap_crowds(tree)
    first, second = tree.xpath("//p")
    assert (len(first), text_nodes(tree), len(second)) == (0, 4, 1)
    assert tree.text_content() == before


def test_as_many_as_are_read_stay() -> None:
    tree = tree_of("<p>" + "<b>x</b> " * MAX_INLINE + "</p>")
    assert not unwrap_crowds(tree)
    assert len(tree.xpath("//b")) == MAX_INLINE


def test_an_index_of_links_is_cut_and_what_stands_between_them_is_kept() -> None:
    links = "".join(f"<a href=x>Place <b>{number}</b></a> text {number}, " for number in range(MAX_INLINE))
    tree = tree_of(f"<div>Places: <p>A paragraph.</p>{links}<p>Another.</p> and on</div>")
    assert unwrap_crowds(tree)
    kept = MAX_INLINE // 2
    read = "".join(f"Place {number} text {number}, " for number in range(kept))
    cut = "".join(f" text {number}, " for number in range(kept, MAX_INLINE))
    assert tree.text_content() == f"Places: A paragraph.{read}{cut}Another. and on"
    assert len(tree.xpath("//a")) == kept


def test_links_among_other_elements_are_no_index() -> None:
    words = "<b>one</b> <i>two</i> <a href=x>three</a> " * MAX_INLINE
    tree = tree_of(f"<p>{words}</p>")
    assert not unwrap_crowds(tree)
    assert tree.text_content() == "one two three " * MAX_INLINE


def test_they_count_at_any_depth_and_across_what_stands_between_them() -> None:
    deep = tree_of("<p><span><i>" + "<b>x</b>" * MAX_INLINE + "</i></span></p>")
    assert not unwrap_crowds(deep)
    assert len(deep.xpath("//p/*")) == 0
    apart = tree_of("<div>" + "<b>x</b>y<br>z" * (MAX_INLINE + 1) + "</div>")
    assert not unwrap_crowds(apart)
    assert (len(apart.xpath("//b")), len(apart.xpath("//br"))) == (0, MAX_INLINE + 1)
    assert apart.text_content() == "xyz" * (MAX_INLINE + 1)


def test_what_holds_a_block_is_a_block() -> None:
    tree = tree_of("<div>" + "<a href=x><p>A card.</p></a>" * (MAX_INLINE + 1) + "</div>")
    assert not unwrap_crowds(tree)
    assert len(tree.xpath("//a/p")) == MAX_INLINE + 1


@given(st.lists(st.sampled_from(["<b>bold</b>", "<i>a<u>b</u></i>", "<br>", " plain ", "<p>", "</p>"]), max_size=SOME))
def test_no_text_is_lost_and_none_moves(pieces: list[str]) -> None:
    markup = "".join(itertools.chain.from_iterable(itertools.repeat(pieces, MAX_INLINE // SOME)))
    tree = tree_of(f"<div>{markup}{'<em>x</em>' * (MAX_INLINE + 1)}</div>")
    before, breaks = tree.text_content(), len(tree.xpath("//br"))
    assert not unwrap_crowds(tree)
    assert tree.text_content() == before
    assert len(tree.xpath("//br")) == breaks


@pytest.mark.parametrize(
    ("tag", "kept"), [("img", "<img>"), ("rt", "<rt>reading</rt>"), ("figure", "<figure><p>Who</p></figure>")]
)
def test_what_the_extractor_never_reads_does_not_hide_a_crowd(tag: str, kept: str) -> None:
    tree = tree_of("<p>" + f"<ruby>word{kept}</ruby> and " * (MAX_INLINE + 1) + "</p>")
    assert not unwrap_crowds(tree)
    assert not tree.xpath(f"//ruby | //{tag}")
    assert tree.text_content() == "word and " * (MAX_INLINE + 1)


def test_text_around_what_was_taken_away_is_one_node() -> None:
    tree = readable_copy(tree_of("<div>a<br>" + "b<script>1</script>" * (MAX_INLINE + 1) + "<i>c</i>d</div>"))
    before = tree.text_content()
    assert text_nodes(tree) > MAX_INLINE
    join_text(tree)
    assert tree.xpath("//text()") == ["a", "b" * (MAX_INLINE + 1), "c", "d"]
    assert tree.text_content() == before


def test_a_page_of_few_elements_is_left_alone() -> None:
    tree, _ = parse_html("<p>" + "<b>x</b>" * (MAX_INLINE + 1))
    assert not unwrap_crowds(tree)
    assert len(tree.xpath("//b")) == MAX_INLINE + 1


def test_the_lists_name_all_that_the_extractor_takes_away() -> None:
    """A new version of it may take more."""
    # Imported at the top, it warns of what only its downloader lacks; ``consumers.page_text`` sees to that.
    lists, tags = importlib.import_module("trafilatura.settings"), importlib.import_module("trafilatura.htmlprocessing")
    stripped = {*lists.MANUALLY_STRIPPED, *tags.REND_TAG_MAPPING}
    never_in_text = {"tbody", "tfoot", "thead"}
    may_hold_the_article = {"aside", "footer", "head", "nav"}
    assert stripped - page_crowds._INLINE - page_crowds._UNSEEN == never_in_text
    assert {*lists.MANUALLY_CLEANED} - page_crowds._UNSEEN == may_hold_the_article


@pytest.mark.parametrize(("tag", "cut"), [("b", False), ("a", True)])
def test_an_article_beside_a_crowd_is_read(tag: str, cut: bool, raw: Raw, body: tuple[str, ...]) -> None:
    crowd = f"<{tag} href=x>word</{tag}> " * (MANY_ELEMENTS + 1)
    draft = to_clean(raw(f"<article><p>{'</p><p>'.join(body)}</p><p>{crowd}</p></article>".encode()))
    assert isinstance(draft, Draft), draft
    assert draft.article.text.startswith("\n\n".join(body))
    assert ("page-cut" in draft.article.flags) is cut
