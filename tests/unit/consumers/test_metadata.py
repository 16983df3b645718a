"""What a page and a feed say of an article."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consumers.head_strings import MAX_LINE, line
from consumers.jsonld import article_node, read_blocks, top_nodes
from consumers.metadata import Metadata, read_metadata, without_by
from consumers.page_tree import parse_html
from schemas.articles import FeedItem

CAPTURED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
URL = "https://paper.example/news/harbour?page=1"


def read(head: str = "", body: str = "", item: FeedItem | None = None) -> Metadata:
    tree, _ = parse_html(f"<html><head>{head}</head><body>{body}</body></html>")
    return read_metadata(tree, article_node(read_blocks(tree)), item=item, base_url=URL, captured_at=CAPTURED)


def ld(**fields: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def test_json_ld_comes_first() -> None:
    found = read(
        ld(
            headline="The harbour road",
            description="Shut until spring",
            author=[{"@type": "Person", "name": "Ida Holm"}, {"name": "Olu Bankole"}],
            datePublished="2026-11-18T10:30:00+01:00",
            dateModified="2026-11-18T12:30:00+01:00",
            articleSection=["News", "Local"],
        )
        + "<meta property=og:title content='Another title'><meta name=date content='2020-01-01'>"
    )
    assert found == Metadata(
        title="The harbour road",
        standfirst="Shut until spring",
        byline="Ida Holm, Olu Bankole",
        section="News",
        published_at=datetime(2026, 11, 18, 9, 30, tzinfo=UTC),
        published_at_found_in="json-ld",
        updated_at=datetime(2026, 11, 18, 11, 30, tzinfo=UTC),
        updated_at_found_in="json-ld",
        found_in=dict.fromkeys(("title", "standfirst", "byline", "section"), "json-ld"),
    )


def test_meta_tags_fill_in() -> None:
    found = read(
        "<meta property=og:site_name content='The Paper'><meta property=og:title content='The road | The Paper'>"
        "<meta name=description content='Shut &amp; silent'><meta name=author content='By Ida Holm'>"
        "<meta property=article:published_time content='2026-11-18T10:30:00Z'>"
        "<meta property=article:modified_time content='2026-11-18T10:31:00Z'>"
        "<meta property=article:section content=News><link rel=canonical href='/news/harbour'>"
    )
    assert (found.title, found.standfirst, found.byline) == ("The road", "Shut & silent", "Ida Holm")
    assert (found.section, found.canonical_url) == ("News", "https://paper.example/news/harbour")
    assert (found.published_at_found_in, found.updated_at_found_in) == ("meta", "meta")


def test_microdata_headings_and_time_elements_fill_in() -> None:
    found = read(
        "<title>Ignored because of the heading</title>",
        "<article><h1>The <i>road</i></h1><span itemprop=author>Ida Holm</span>"
        "<time datetime='2026-11-18T10:30Z'>Wednesday</time></article>",
    )
    assert (found.title, found.byline, found.published_at_found_in) == ("The road", "Ida Holm", "time")
    found = read(body="<span itemprop=datePublished content='2026-11-18T10:30Z'></span>")
    assert found.published_at_found_in == "microdata"


@pytest.mark.parametrize(
    "deck",
    [
        "<p class='article-standfirst'>Shut until the spring, says the council</p>",
        "<div class=meta>Tuesday</div><div class='sub-headline'>Shut until the spring, says the council</div>",
        "<h2>Shut until the spring, says the council</h2>",
    ],
)
def test_the_line_under_the_headline_is_the_standfirst(deck: str) -> None:
    found = read(
        ld(description="Roads in winter"), f"<article><h1>The road</h1>{deck}<p>{'Words. ' * 90}</p></article>"
    )
    assert (found.standfirst, found.found_in["standfirst"]) == ("Shut until the spring, says the council", "text")


@pytest.mark.parametrize(
    "below",
    [
        "<p>A first paragraph that nothing calls a standfirst</p>",
        "<h2>Too short</h2>",
        f"<p>{'Long words. ' * 50}</p><p class=standfirst>This stands too far below to be one</p>",
        "<p class=standfirst>Two headlines are two articles, see</p><h1>Another</h1>",
    ],
)
def test_not_every_line_under_the_headline_is_one(below: str) -> None:
    assert read(ld(description="Roads"), f"<article><h1>The road</h1>{below}</article>").standfirst == "Roads"


def test_where_each_field_was_found_is_kept() -> None:
    found = read(
        ld(headline="The road") + "<meta property=article:section content=News>",
        "<p itemprop=description>Shut until spring</p><a rel=author>Ida Holm</a>",
    )
    assert found.found_in == {"title": "json-ld", "section": "meta", "standfirst": "microdata", "byline": "text"}
    assert read(body="<h1>The road</h1>").found_in == {"title": "heading"}
    assert read("<title>The road</title>").found_in == {"title": "title"}
    assert read(item=FeedItem(title="The road", author="Ida Holm")).found_in == {"title": "feed", "byline": "feed"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"articleBody": "One two three."}, 3),
        ({"wordCount": 812}, 812),
        ({"wordCount": "812"}, 812),
        ({"wordCount": "many"}, None),
        ({"wordCount": -3}, None),
        ({"wordCount": 10**9}, None),
        ({"articleBody": [" "]}, None),
        ({}, None),
    ],
)
def test_json_ld_tells_the_articles_length(fields: dict[str, object], words: int | None) -> None:
    assert read(ld(**fields)).words == words


def test_the_objects_of_json_ld_are_told_apart() -> None:
    tree, _ = parse_html(
        '<script type="application/ld+json">{"@graph": [{"@type": "WebPage"}, 3]}</script>'
        '<script type="application/ld+json">{broken</script>'
        '<script type="application/ld+json">[{"@type": "Person", "knows": {"@type": "Person"}}, "x"]</script>'
    )
    assert [node["@type"] for node in top_nodes(read_blocks(tree))] == ["WebPage", "Person"]


def test_the_feed_fills_what_the_page_lacks() -> None:
    item = FeedItem(
        title="From the <b>feed</b>",
        summary="<p>Shut &amp; silent</p>",
        author="Ida Holm",
        section="News",
        published=datetime(2026, 11, 18, 10, 30, tzinfo=UTC),
        updated=datetime(2026, 11, 18, 11, 30, tzinfo=UTC),
    )
    found = read(item=item)
    assert (found.title, found.standfirst, found.byline, found.section) == (
        "From the feed",
        "Shut & silent",
        "Ida Holm",
        "News",
    )
    assert (found.published_at_found_in, found.updated_at_found_in) == ("feed", "feed")
    assert read("<title>From the page</title>", item=item).title == "From the page"


def test_an_empty_page_says_nothing() -> None:
    assert read() == Metadata()
    assert read_metadata(None, {}, item=None, base_url=URL, captured_at=None) == Metadata()


def test_dates_in_the_future_and_without_a_zone_are_flagged() -> None:
    found = read(ld(datePublished="2027-01-01T00:00:00Z") + "<meta name=date content='2026-11-18'>")
    assert found.published_at == datetime(2026, 11, 18, tzinfo=UTC)
    assert found.flags == {"date-in-future", "date-guessed-zone"}


def test_an_update_before_the_publication_is_dropped() -> None:
    found = read(ld(datePublished="2026-11-18T10:30:00Z", dateModified="2026-11-17T10:30:00Z"))
    assert found.updated_at is None
    assert found.updated_at_found_in is None


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "urn:x", "http://[broken", "data:text/html,x", "ftp://paper.example/x"]
)
def test_a_canonical_link_that_is_no_web_address_is_not_taken(href: str) -> None:
    assert read(f"<link rel=canonical href='{href}'>").canonical_url is None


def test_hostile_strings_become_short_clean_lines() -> None:
    assert line("<script>alert(1)</script>Road\u0000 shut\n\nnow") == "alert(1)Road shut now"
    assert line("a\ud800b") == "ab"
    long = line("word " * 10_000)
    assert long is not None
    assert len(long) <= MAX_LINE
    assert long.endswith("…")
    assert line("  \n ") is None


@pytest.mark.parametrize(
    "script",
    ["{broken", "[" * 100_000, "null", "[1, 2]", '{"@type": 7}', '{"@type": "NewsArticle", "headline": {"name": 3}}'],
)
def test_broken_json_ld_is_passed_over(script: str) -> None:
    found = read(f'<script type="application/ld+json">{script}</script><title>The road</title>')
    assert found.title == "The road"


def test_json_ld_is_found_in_graphs_and_comments_and_with_line_breaks_in_strings() -> None:
    script = '<!-- {"@graph": [{"@type": "WebPage"}, {"@type": ["Thing", "NewsArticle"], "headline": "The\nroad"}]} -->'
    assert read(f'<script type="application/ld+json">{script}</script>').title == "The road"


def test_a_lone_surrogate_in_json_ld_does_no_harm() -> None:
    found = read('<script type="application/ld+json">{"@type": "NewsArticle", "headline": "a\\ud800b"}</script>')
    assert found.title == "ab"


def test_other_things_in_json_ld_are_no_article() -> None:
    tree, _ = parse_html(ld(headline="A job").replace("NewsArticle", "JobPosting"))
    assert article_node(read_blocks(tree)) == {}


@given(st.text(max_size=300))
@example("<HTML></0")
@example("<html><frameset>")
@example("<!doctype html><body>a<body>b")
def test_any_string_becomes_a_line_or_none(text: str) -> None:
    found = line(text)
    assert found is None or (found.strip() == found and "\n" not in found and found.encode())


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        ("By Ida Holm", "Ida Holm"),
        ("BY IDA HOLM @idaholm", "IDA HOLM"),
        ("Ida Holm (@idaholm)", "Ida Holm"),
        ("Ida Holm, ida.holm@paper.example", "Ida Holm"),
        ("Ida Holm | 5 Nov 2026, 10:42", "Ida Holm"),
        ("Ida Holm | Valley Press", "Ida Holm | Valley Press"),
        ("@idaholm", None),
        ("By ", None),
    ],
)
def test_a_byline_is_a_name_and_no_more(byline: str, name: str | None) -> None:
    assert without_by(byline) == name
