"""The other ways to have a text, and the choice among them."""

from collections.abc import Callable

import pytest

from consumers.candidates import (
    DOUBTFUL,
    Tried,
    block_paragraphs,
    choose,
    from_feed,
    from_json_ld,
    from_readability,
)
from consumers.extract import extract, feed_instead
from consumers.extraction_score import NO_FACTS
from consumers.page_tree import parse_html
from schemas.articles import Candidate, FeedItem, RawArticle

Raw = Callable[..., RawArticle]
STUB = "<html><head>{head}</head><body><div><p>Loading</p></div></body></html>"


def tried(name: str, score: float, *paragraphs: str) -> Tried:
    words = sum(len(paragraph.split()) for paragraph in paragraphs)
    return Tried(paragraphs, Candidate(name=name, words=words, score=score, parts={}))


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{text}"}}</script>'


def test_the_main_text_stays_unless_another_is_better_by_a_margin() -> None:
    main = tried("page", 0.5, "a b c")
    for other in (tried("feed", 0.55, "d e f"), tried("readability", 0.6, "d e f"), tried("json-ld", 0.4, "d e")):
        best, extraction = choose(main, [other])
        assert best is main
        assert (extraction.chosen, extraction.score) == ("page", 0.5)
        assert [candidate.name for candidate in extraction.candidates] == ["page", other.result.name]
    best, extraction = choose(main, [tried("feed", 0.65, "d e f"), tried("json-ld", 0.8, "g h i")])
    assert best.result.name == extraction.chosen == "json-ld"
    assert "json-ld scores 0.80, the page's own text only 0.50" in extraction.reason


def test_a_long_text_without_paragraphs_must_be_clearly_better() -> None:
    main, block = tried("page", 0.5, "a b c"), "word " * 300
    assert choose(main, [tried("json-ld", 0.65, block)])[0] is main
    assert choose(main, [tried("json-ld", 0.75, block)])[0] is not main
    assert choose(main, [tried("json-ld", 0.65, block, block)])[0] is not main


@pytest.mark.parametrize(
    ("main", "others", "says"),
    [
        (tried("page", 0.9, "a"), [], "no other way was tried"),
        (tried("page", 0.2, "a"), [], "there is no other way"),
        (tried("page", 0.2, "a"), [tried("feed", 0.2, "b")], "clearly better"),
    ],
)
def test_the_reason_is_said(main: Tried, others: list[Tried], says: str) -> None:
    assert says in choose(main, others)[1].reason


@pytest.mark.parametrize(
    ("body", "paragraphs"),
    [
        ("First.\\n\\nSecond.", ("First.", "Second.")),
        ("First.\nSecond.", ("First.", "Second.")),
        ("<p>First.</p><p>Sec<b>ond</b>.</p>", ("First.", "Second.")),
        ("First &amp; last.\nSecond.", ("First & last.", "Second.")),
        ("No breaks. At all.", ("No breaks. At all.",)),
        ("  ", ()),
        (None, ()),
    ],
)
def test_json_ld_bodies_are_split_into_paragraphs(body: str | None, paragraphs: tuple[str, ...]) -> None:
    found = from_json_ld(body.replace("\\n", "\n") if body else None, NO_FACTS)
    assert (found.paragraphs if found else ()) == paragraphs


def test_the_feeds_content_comes_before_its_summary() -> None:
    both = FeedItem(content="<p>One.</p><p>Two.</p>", summary="Short.")
    found = [from_feed(item, NO_FACTS) for item in (both, FeedItem(summary="Short."), FeedItem(content=" "), None)]
    assert [way.paragraphs if way else None for way in found] == [("One.", "Two."), ("Short.",), None, None]


def test_blocks_are_paragraphs_and_inline_elements_are_not() -> None:
    tree, _ = parse_html("<div>One <i>long</i> line<br>and another<ul><li>item</li></ul>tail<script>x</script></div>")
    assert block_paragraphs(tree) == ("One long line", "and another", "item", "tail")


def test_readability_finds_a_body_or_nothing(body: tuple[str, ...]) -> None:
    markup = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    tree, _ = parse_html(f"<html><body><div><ul><li><a href=/>x</a></li></ul></div><div>{markup}</div></body></html>")
    found = from_readability(tree, NO_FACTS)
    assert found
    assert found.paragraphs == body
    assert from_readability(parse_html("<html></html>")[0], NO_FACTS) is None


def test_a_script_built_page_gives_its_json_ld_body(raw: Raw, body: tuple[str, ...]) -> None:
    extracted = extract(raw(STUB.format(head=ld("\\n\\n".join(body))).encode()))
    assert extracted.paragraphs == body
    assert extracted.extraction.chosen == "json-ld"
    assert extracted.extraction.score > DOUBTFUL
    assert not extracted.flags
    assert {candidate.name for candidate in extracted.extraction.candidates} >= {"page", "json-ld"}


def test_a_page_with_its_text_asks_nobody_else(raw: Raw, page: Callable[..., bytes], body: tuple[str, ...]) -> None:
    extracted = extract(raw(page(head=ld("Other words. " * 300))))
    assert extracted.paragraphs == body
    assert [candidate.name for candidate in extracted.extraction.candidates] == ["page"]


def test_the_feed_can_be_taken_instead(raw: Raw, page: Callable[..., bytes], body: tuple[str, ...]) -> None:
    article = raw(page(), item=FeedItem(content=f"<p>{body[0]}</p>"))
    instead = feed_instead(extract(article), article)
    assert instead
    assert (instead.paragraphs, instead.flags, instead.extraction.chosen) == (body[:1], {"text-from-feed"}, "feed")
    assert [candidate.name for candidate in instead.extraction.candidates] == ["feed", "page"]
    assert feed_instead(instead, article) is instead
    assert feed_instead(extract(raw(page())), raw(page())) is None
