"""Bytes to paragraphs and metadata, whatever the bytes are."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consumers.extract import MIN_WORDS, count_words, extract
from consumers.page_text import page_paragraphs
from consumers.page_tree import parse_html
from consumers.step import Invalid
from schemas.articles import FeedItem, RawArticle

Raw = Callable[..., RawArticle]
Page = Callable[..., bytes]


def test_a_page_gives_its_paragraphs(raw: Raw, page: Page, body: tuple[str, ...]) -> None:
    extracted = extract(raw(page()))
    assert extracted.paragraphs == body
    assert extracted.text == "\n\n".join(body)
    assert extracted.extractor.startswith("trafilatura ")
    assert not extracted.flags


def test_plain_text_gives_its_paragraphs(raw: Raw, body: tuple[str, ...]) -> None:
    extracted = extract(raw("\n".join(body).encode(), media_type="text/plain"))
    assert extracted.paragraphs == body
    assert extracted.extractor == "copydesk-paragraphs"


def test_a_repeated_line_stays_repeated(raw: Raw, page: Page, body: tuple[str, ...]) -> None:
    """The extractor's own de-duplication would make a text depend on the texts before it."""
    first, second = (extract(raw(page())).paragraphs for _ in range(2))
    assert first == second == body


def test_title_standfirst_section_and_byline_are_not_said_twice(raw: Raw, body: tuple[str, ...]) -> None:
    head = (
        "<meta name=description content='Shut until spring'><meta name=author content='Ida Holm'>"
        "<meta property=article:section content=Harbour>"
    )
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    extracted = extract(
        raw(
            f"<html><head>{head}</head><body><article><header><p class=kicker>Harbour</p><h1>The road</h1>"
            f"<p class=standfirst>Shut until spring</p><p class=byline>By Ida Holm</p></header>{paragraphs}"
            f"<p>It was <a class=author href=/x>Ida Holm</a> who saw it first, on her way to the boats.</p>"
            "</article></body></html>".encode()
        )
    )
    assert extracted.metadata.title == "The road"
    assert extracted.paragraphs == (*body, "It was Ida Holm who saw it first, on her way to the boats.")


def test_a_first_paragraph_that_the_description_repeats_stays(raw: Raw, page: Page, body: tuple[str, ...]) -> None:
    extracted = extract(raw(page(head=f"<meta name=description content='{body[0]}'>")))
    assert extracted.metadata.standfirst == body[0]
    assert extracted.paragraphs == body


def test_lists_and_tables_carry_no_marks(raw: Raw, page: Page, body: tuple[str, ...]) -> None:
    markup = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    markup += "<ul><li>one boat lay at the quay</li><li>two boats lay off the pier</li></ul>"
    markup += "<table><tr><td>Boats in port</td><td>3</td></tr><tr><td>Boats at sea</td><td>11</td></tr></table>"
    extracted = extract(raw(f"<html><body><article>{markup}</article></body></html>".encode()))
    assert extracted.paragraphs[len(body) :] == (
        "one boat lay at the quay",
        "two boats lay off the pier",
        "Boats in port | 3",
        "Boats at sea | 11",
    )


def test_the_feed_stands_in_for_a_page_without_text(raw: Raw, body: tuple[str, ...]) -> None:
    content = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    extracted = extract(raw(b"<html><body><p>Accept cookies</p></body></html>", item=FeedItem(content=content)))
    assert extracted.paragraphs == body
    assert extracted.flags == {"text-from-feed"}
    plain = extract(raw(b"<html><body></body></html>", item=FeedItem(summary="\n".join(body))))
    assert plain.paragraphs == body


def test_a_pages_own_text_is_preferred_to_the_feeds(raw: Raw, page: Page, body: tuple[str, ...]) -> None:
    extracted = extract(raw(page(), item=FeedItem(content="<p>" + "Other words. " * 200 + "</p>")))
    assert extracted.paragraphs == body


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "iso-8859-1", "cp1252"])
def test_the_charset_does_not_matter(raw: Raw, page: Page, charset: str) -> None:
    text = "Die Fähre über den Fluß fährt seit März nicht mehr, weil die Brücke für Lastwagen gesperrt ist."
    extracted = extract(raw(page(text, text.replace("März", "Mai"), charset=charset), charset=charset))
    assert text in extracted.paragraphs


@pytest.mark.parametrize(
    ("body", "media_type", "reason"),
    [
        (b"", "text/html", "empty"),
        (b"\x00" * 50, "text/plain", "empty"),
        (b"GIF89a....", "text/html", "unsupported-media-type"),
        (b"{}", "application/json", "unsupported-media-type"),
    ],
)
def test_what_holds_no_article_is_invalid(raw: Raw, body: bytes, media_type: str, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        extract(raw(body, media_type=media_type))
    assert caught.value.reason == reason


def test_a_body_that_is_not_the_one_fetched_is_invalid(raw: Raw, page: Page) -> None:
    article = raw(page())
    broken = RawArticle(
        id=article.id, url=article.url, source="x", media_type="text/html", body=b"<p>x", body_sha256="0" * 64
    )
    with pytest.raises(Invalid) as caught:
        extract(broken)
    assert caught.value.reason == "corrupt"


NESTED = ["div", "b", "p", "table", "ul><li", "blockquote", "span", "section", "h1", "svg", "select"]


@pytest.mark.parametrize("tag", NESTED)
def test_a_hundred_thousand_nested_tags_end_in_a_result(raw: Raw, tag: str, body: tuple[str, ...]) -> None:
    markup = f"<html><body><p>{body[0]}</p>" + f"<{tag}>" * 100_000 + body[1]
    extracted = extract(raw(markup.encode()))
    assert isinstance(extracted.paragraphs, tuple)


def test_nesting_beyond_the_parser_is_flagged(raw: Raw, body: tuple[str, ...]) -> None:
    markup = f"<html><body><article><p>{' '.join(body)}</p>" + "<div>" * 1_000 + "<p>lost</p>"
    extracted = extract(raw(markup.encode()))
    assert extracted.flags == {"deep-markup"}


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body>" + b"\x00" * 1_000 + b"<p>text",
        b"<html><body><p>\xff\xfe\xfa</p>",
        b"<html",
        b"<!doctype html>",
        b"<html><head><title>x</title></head><frameset><frame src=a></frameset></html>",
        b"<html><body><svg><foreignObject><p>x</p></foreignObject></svg></body></html>",
        b"<!-- " + b"<p>x</p>" * 100,
        b"<html><body>" + b"<a href='" * 1_000,
        b"<html><body>&#xD800;&#0;&#x110000;&bogus;<p>text &nbsp; more</body></html>",
        b"<html><body><script>" + b"</scr" * 1_000 + b"</body></html>",
        b"<html xmlns:x='y'><body><x:p>text</x:p><?php echo 1 ?></body></html>",
        '<html dir="rtl"><body><article><p>أغلقت البلدية طريق الميناء القديم</p></article></body></html>'.encode(),
    ],
)
def test_odd_pages_end_in_a_result(raw: Raw, data: bytes) -> None:
    for paragraph in extract(raw(data)).paragraphs:
        assert paragraph.encode()
        assert "\x00" not in paragraph


PIECES = st.sampled_from(
    ["<p>", "</p>", "<div class='article'>", "</div>", "<table><tr><td>", "<ul><li>", "<br>", "<!--", "-->", "<h1>",
     "<script>", "</script>", "<article>", "<blockquote>", "\x00", "&#0;", "&amp", "<a href='x'>", "<![CDATA[", "]]>"]
)  # fmt: skip


def reasons_or_paragraphs(article: RawArticle) -> tuple[str, ...]:
    try:
        return extract(article).paragraphs
    except Invalid as invalid:
        return (invalid.reason,)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECES | st.text(max_size=80), max_size=60))
def test_any_markup_gives_paragraphs_or_a_reason(raw: Raw, pieces: list[str]) -> None:
    data = ("<html><body>" + "".join(pieces)).encode(errors="replace")
    found = reasons_or_paragraphs(raw(data))
    assert all("\n" not in paragraph and paragraph.strip() == paragraph != "" for paragraph in found)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=2_000), media_type=st.sampled_from(["text/html", "text/plain", ""]))
def test_any_bytes_give_paragraphs_or_a_reason(raw: Raw, data: bytes, media_type: str) -> None:
    found = reasons_or_paragraphs(raw(data, media_type=media_type))
    assert all(paragraph.encode() and paragraph.strip() == paragraph for paragraph in found)


def test_words_are_counted_in_scripts_without_spaces_too() -> None:
    assert count_words(("one two three", "four")) == 4
    assert count_words(("港の古い道路は冬の間閉鎖されることになった",)) >= 10
    assert MIN_WORDS < 60


def test_an_extractor_that_fails_makes_the_article_invalid(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("consumers.page_text.bare_extraction", fail)
    tree, _ = parse_html("<p>text</p>")
    with pytest.raises(Invalid) as caught:
        page_paragraphs(tree)
    assert caught.value.reason == "unparsable"
