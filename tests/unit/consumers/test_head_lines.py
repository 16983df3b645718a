"""Lines that say title, standfirst, section or byline again go; the first paragraph stays."""

import pytest

from consumers.head_lines import repeats_of_head
from consumers.metadata import Metadata
from consumers.page_tree import parse_html

HEAD = Metadata(
    title="Harbour road shut: what now?",
    standfirst="The council wants the road shut until the spring, and the boats to land at the north quay",
    byline="Ida Holm",
    section="Local",
)


def repeated(markup: str, head: Metadata = HEAD) -> list[str]:
    tree, _ = parse_html(f"<html><body>{markup}</body></html>")
    return [element.text_content() for element in repeats_of_head(tree, head)]


@pytest.mark.parametrize(
    "markup",
    [
        "<h1>Harbour Road shut:what now</h1>",
        "<h2>Harbour road shut: what now?</h2>",
        "<h1>The road is shut</h1>",
        f"<h2>{HEAD.standfirst}</h2>",
        f"<p class=standfirst>{HEAD.standfirst}.</p>",
        "<p class=dek>The council wants the road shut until the spring…</p>",
        f"<header><p>{HEAD.standfirst}</p></header>",
        "<header><p>Local</p></header>",
        "<div class=byline>By Ida Holm</div>",
    ],
)
def test_it_is_found(markup: str) -> None:
    assert len(repeated(markup)) == 1


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{HEAD.standfirst}</p>",
        "<p>Harbour road shut: what now?</p>",
        "<h1>The road is shut</h1><h1>The bridge is open</h1>",
        f"<h1>{'Everything is in the heading. ' * 20}</h1>",
        "<p>It was <a class=author>Ida Holm</a> who saw it.</p>",
        "<p class=dek>The council wants…</p>",
        f"<div class=summary>{HEAD.standfirst} And {'then the story goes on. ' * 30}</div>",
    ],
)
def test_it_is_not(markup: str) -> None:
    assert repeated(markup) == []


def test_a_page_without_metadata_repeats_nothing() -> None:
    assert repeated("<h2></h2><p class=byline>By </p><h3>Local</h3>", Metadata()) == []


def test_a_description_cut_for_search_engines_is_the_line_that_goes_on() -> None:
    cut = Metadata(standfirst="The council wants the road shut until the spring, and ...")
    assert repeated(f"<p class=standfirst>{HEAD.standfirst}</p>", cut)
