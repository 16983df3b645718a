"""Teasers under linked headlines, which are no text."""

import pytest

from consumers.cards import carded_paragraphs
from consumers.page_tree import parse_html

NAMES = [
    "Ferry sold at last",
    "Road closed for winter",
    "Rovers lose again there",
    "Mill becomes forty flats",
    "Seal is still asleep",
]
TEASERS = [f"{name}, and this is what is known of it." for name in NAMES]
PAIRS = list(zip(NAMES, TEASERS, strict=True))
FORMS = {
    "headings and texts in a row": "<h3><a href=/{n}>{name}</a></h3><p>{text}</p>",
    "heading around link": "<div><h3><a href=/{n}>{name}</a></h3><p>{text}</p></div>",
    "link around heading": "<li><a href=/{n}><h3>{name}</h3></a><p>{text}</p></li>",
    "card inside link": "<article><a href=/{n}><h2>{name}</h2><p>{text}</p></a></article>",
    "plain link": "<div><a href=/{n}>{name}</a><div>{text}</div></div>",
    "header": "<article><header><h2><a href=/{n}>{name}</a></h2></header><p>{text}</p></article>",
}


def cards(form: str, count: int = 5) -> str:
    return "".join(form.format(n=n, name=name, text=text) for n, (name, text) in enumerate(PAIRS[:count]))


def found(markup: str, paragraphs: list[str], title: str | None = None) -> set[int]:
    return {*carded_paragraphs(parse_html(f"<html><body><main>{markup}</main></body></html>")[0], paragraphs, title)}


@pytest.mark.parametrize("form", FORMS)
def test_teasers_below_linked_headlines_are_found(form: str) -> None:
    assert found(cards(FORMS[form]) + "<h3><a href=/more>More</a></h3>", TEASERS) == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("form", FORMS)
def test_the_long_texts_of_a_round_up_are_no_teasers(form: str) -> None:
    texts = [f"{text} {'It is told at some length here. ' * 12}".strip() for text in TEASERS]
    markup = "".join(
        form.format(n=n, name=name, text=text) for n, (name, text) in enumerate(zip(NAMES, texts, strict=True))
    )
    assert found(markup, texts) == set()


@pytest.mark.parametrize("form", FORMS)
def test_a_few_related_stories_make_no_listing(form: str) -> None:
    assert found(cards(FORMS[form], 3), TEASERS) == set()


@pytest.mark.parametrize(
    "markup",
    [
        "".join(f"<h3><a href='#{n}'>{name}</a></h3><p>{text}</p>" for n, (name, text) in enumerate(PAIRS)),
        "".join(f"<div><h3>{name}</h3><p>{text}</p></div>" for name, text in PAIRS),
        "".join(f"<p>{text} <a href=/x>It was told here before</a></p>" for text in TEASERS),
        "".join(f"<div><a href=/x>{n}</a><p>{text}</p></div>" for n, text in enumerate(TEASERS)),
    ],
)  # fmt: skip
def test_an_article_with_headings_or_links_is_none(markup: str) -> None:
    assert found(markup, TEASERS) == set()


def test_the_articles_own_headline_is_no_card() -> None:
    markup = "".join(f"<div><h2><a href=/me>Ferry sold at last</a></h2><p>{text}</p></div>" for text in TEASERS)
    assert found(markup, TEASERS) == {0, 1, 2, 3, 4}
    assert found(markup, TEASERS, "Ferry sold at last") == set()


def test_nesting_ends_in_a_result() -> None:
    assert found("<div><a href=/x><h3>" * 20_000 + NAMES[0], TEASERS) == set()
