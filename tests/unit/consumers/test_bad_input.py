"""Bad input: a typed outcome each, and nothing lost. How long each may take is the test's time-out, generously.

What single functions make of bad input is tested beside them; here it goes the whole first step.
"""

import codecs
import gzip
import html
import json
import unicodedata
import zlib
from collections.abc import Callable

import pytest

from consumers.decode import decode, strip_controls
from consumers.local import raw_from_bytes
from consumers.normal_form import MOST_MARKS, normal_form, thin_marks
from consumers.page_tree import link_texts, parse_html
from consumers.paragraphs import collapse
from consumers.prepare import Draft, to_clean
from consumers.restore import restore
from consumers.step import Invalid, Rejected
from infra.content_encoding import unpack
from infra.web_errors import TooLarge
from schemas.articles import CleanArticle, FeedItem, RawArticle
from schemas.codec import decode as decode_payload
from schemas.codec import encode

Raw = Callable[..., RawArticle]
Page = Callable[..., bytes]
MB = 1_000_000

ARABIC = (
    "أغلقت البلدية طريق الميناء القديم أمام السيارات حتى نهاية الشتاء، بعد شكاوى استمرت عامين من سكان الحي.",
    "ووجد المهندسون في مارس أن الجدار البحري تحت الطريق تحرك أربعة سنتيمترات منذ المسح الأخير.",
)
HEBREW = (
    "המועצה החליטה ביום שלישי לסגור את דרך הנמל הישנה עד סוף החורף, לאחר תלונות של התושבים במשך שנתיים.",
    "מהנדסים מצאו במרץ שקיר הים שמתחת לדרך זז בארבעה סנטימטרים מאז הסקר האחרון שנערך בעיר.",
)
JAPANESE = (
    "市議会は火曜日、古い港の道路を冬の間閉鎖することを決めた。二年にわたる住民の苦情を受けたものである。",
    "技術者は三月、道路の下の護岸が前回の調査から四センチ動いていることを見つけたと市は説明している。",
)
CHINESE = (
    "市议会星期二决定在冬季关闭旧港口道路，此前居民已经投诉了两年。",
    "工程师三月发现道路下面的海堤自上次调查以来移动了四厘米，维修费用由国家和县分担。",
)
CZECH = (
    "Zastupitelé v úterý rozhodli, že starou přístavní cestu na zimu uzavřou, neboť si na ni lidé stěžovali.",
    "Inženýři v březnu zjistili, že se hráz pod ní od posledního měření posunula o čtyři centimetry směrem k moři.",
)


def draft_of(article: RawArticle) -> Draft:
    """Clean the article; check what holds for every draft."""
    draft = to_clean(article)
    assert isinstance(draft, Draft), draft
    assert restore(draft.article.text, draft.article.removed) == draft.extracted.text
    assert decode_payload(encode(draft.article), CleanArticle) == draft.article
    return draft


# Encodings


@pytest.mark.parametrize(
    ("paragraphs", "charset", "declared"),
    [
        (CZECH, "utf-8", "iso-8859-1"),
        (CZECH, "utf-8", "utf-16"),
        (CZECH, "cp1250", "utf-8"),
        (JAPANESE, "utf-8", "shift_jis"),
        (JAPANESE, "shift_jis", "utf-8"),
        (ARABIC, "utf-8", "no such charset"),
    ],
)
def test_a_charset_that_is_declared_wrongly_gives_way_to_the_bytes(
    raw: Raw, page: Page, paragraphs: tuple[str, ...], charset: str, declared: str
) -> None:
    article = draft_of(raw(page(*paragraphs * 3, charset=charset), charset=declared)).article
    assert article.text == "\n\n".join(paragraphs * 3)


@pytest.mark.parametrize(
    ("paragraphs", "charset", "flagged"),
    [
        (("„Überall fuhren Züge – außer hier“, sagte Jörg Müller, „und das für zwölf lange Jahre.“",), "cp1252", True),
        (JAPANESE, "shift_jis", True),
        (CZECH, "utf-16-le", False),
        (CZECH, "utf-16-be", False),
        (CZECH, "utf-16", False),
    ],
)
def test_a_charset_that_nobody_declares_is_found(
    raw: Raw, page: Page, paragraphs: tuple[str, ...], charset: str, flagged: bool
) -> None:
    article = draft_of(raw(page(*paragraphs * 8, charset=charset))).article
    assert article.text == "\n\n".join(paragraphs * 8)
    assert ("charset-guessed" in article.flags) == flagged


def test_utf8_with_a_broken_byte_keeps_the_rest_and_says_so(raw: Raw, page: Page) -> None:
    data = page(*CZECH).replace("úterý".encode(), "ú".encode()[:1] + "terý".encode())
    article = draft_of(raw(data)).article
    assert "\ufffdter" in article.text
    assert CZECH[1] in article.text
    assert "characters-replaced" in article.flags


@pytest.mark.parametrize(
    "broken", [b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\xff", b"&#xD800;", b"&#xDFFF;"]
)
def test_what_utf8_cannot_hold_never_comes_out(raw: Raw, page: Page, broken: bytes) -> None:
    article = draft_of(raw(page().replace(b"The council", b"The " + broken + b"council"))).article
    article.text.encode()
    assert article.text.endswith("set up for them.")


# What is no article


@pytest.mark.parametrize(
    ("body", "reason", "named"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 100, "unsupported-media-type", "PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"<html>" * 50, "unsupported-media-type", "JPEG"),
        (b"%PDF-1.7\n%\xe2\xe3<html><body><p>text</p>", "unsupported-media-type", "PDF"),
        (gzip.compress(b"<html><body><p>The road was shut.</p>"), "unsupported-media-type", "gzip"),
        (b"", "empty", "no bytes"),
        (b" \r\n\t\x0c ", "empty", "no bytes"),
        (b"\x00" * 10_000, "empty", "no bytes"),
    ],
)
def test_what_is_called_html_and_is_none_is_invalid(raw: Raw, body: bytes, reason: str, named: str) -> None:
    with pytest.raises(Invalid, match=named) as caught:
        to_clean(raw(body))
    assert caught.value.reason == reason
    with pytest.raises(Invalid, match=named) as caught:  # the way of a file
        raw_from_bytes(body)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "body",
    [b"<html><body></body></html>", b"<p>&nbsp;&#8203;</p>" * 50, "\u2003\u00a0\u3000\n".encode() * 50, b"<!-- -->"],
)
def test_what_holds_no_word_is_rejected(raw: Raw, body: bytes) -> None:
    rejected = to_clean(raw(body))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "no-text"


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_decompression_bomb_stops_at_the_door(pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(b"<p>" + b"\x00" * 100 * MB)
    fed = 0

    def pieces() -> object:
        nonlocal fed
        for start in range(0, len(bomb), 1_000):
            fed += 1_000
            yield bomb[start : start + 1_000]

    with pytest.raises(TooLarge):
        unpack(pieces(), ("gzip" if pack is gzip.compress else "deflate",), limit=10 * MB)
    assert fed < len(bomb) / 5


# Zero bytes and controls


def test_zero_bytes_are_dropped_and_flagged(raw: Raw, page: Page, body: tuple[str, ...]) -> None:
    article = draft_of(raw(page().replace(b"council", b"coun\x00cil").replace(b"<p>", b"<\x00p>", 1))).article
    assert article.text == "\n\n".join(body)
    assert "controls-dropped" in article.flags


HOSTILE = "\x1b[31m\x07\x9bRed\u202e\u202d\x00\ufffe\ufeff\x1b]0;title\x07"


@pytest.mark.parametrize("escaped", [False, True])
def test_controls_and_overrides_of_direction_are_dropped_wherever_they_stand(
    raw: Raw, page: Page, body: tuple[str, ...], escaped: bool
) -> None:
    hostile = "".join(f"&#{ord(char)};" for char in HOSTILE) if escaped else HOSTILE
    head = f"<title>{hostile}road</title><meta name=author content='{hostile}Ida Holm'>"
    data = page(hostile + body[0], *body[1:], head=head)
    feed = FeedItem(section=HOSTILE, summary=f"<p>{HOSTILE}the road below the wall is closed")
    article = draft_of(raw(data, item=feed)).article
    strings = (article.title, article.byline, article.section, article.standfirst, article.text)
    for value in strings:
        assert value is not None
        assert not [char for char in value if unicodedata.category(char) in {"Cc", "Cs"} and char != "\n"]
        assert not {"\u202d", "\u202e", "\ufffe", "\ufeff"} & {*value}
    assert body[0] in article.text


@pytest.mark.parametrize("length", [10, 5_000, 50_000])
def test_a_text_of_any_length_loses_what_no_text_may_hold(length: int) -> None:
    text = "The road “below” the wall. " * (length // 20)
    for code in (*range(9), *range(14, 32), *range(127, 133), *range(134, 160), 0x202D, 0x202E, 0xD800, 0xDFFF,
                 0xFDD0, 0xFEFF, 0xFFF9, 0xFFFC, 0xFFFE, 0xFFFF):  # fmt: skip
        assert strip_controls(f"{text}{chr(code)}{text}") == text + text, hex(code)


def test_marks_that_scripts_and_mixed_directions_need_stay_in_plain_text(raw: Raw) -> None:
    lines = (ARABIC[0] + " \u2067" + HEBREW[0] + "\u2069 \u200f2026\u200f", "می\u200cخواهم به شهر بروم", *ARABIC)
    assert draft_of(raw("\n\n".join(lines).encode(), media_type="text/plain")).article.text == "\n\n".join(lines)


# Scripts


@pytest.mark.parametrize(
    ("paragraphs", "code"), [(ARABIC, "ar"), (HEBREW, "he"), (JAPANESE, "ja"), (CHINESE, "zh"), (CZECH, "cs")]
)
def test_any_script_is_kept_counted_and_told(raw: Raw, page: Page, paragraphs: tuple[str, ...], code: str) -> None:
    article = draft_of(raw(page(*paragraphs * 4))).article
    assert article.text == "\n\n".join(paragraphs * 4)
    assert article.language.code == code
    assert "brief" not in article.flags or len(article.text) < 600


# Size and shape


@pytest.mark.parametrize("tag", ["div", "b", "p", "table", "ul><li", "blockquote", "a href=x", "font", "h1", "svg"])
def test_a_hundred_thousand_nested_tags_end_in_an_outcome(raw: Raw, body: tuple[str, ...], tag: str) -> None:
    markup = f"<html><body><article><p>{' '.join(body)}</p>" + f"<{tag}>" * 100_000 + "after</article>"
    outcome = to_clean(raw(markup.encode()))
    assert isinstance(outcome, Draft)
    assert body[0] in outcome.article.text


def test_text_beyond_the_parsers_buffer_is_flagged() -> None:
    assert parse_html("<p>a</p><p>" + "word " * 2_100_000)[1] == {"page-cut"}
    assert parse_html("<p>a</p><p>" + "word " * 1_900_000)[1] == frozenset()


def test_a_paragraph_of_a_megabyte_on_one_line_stays(raw: Raw) -> None:
    text = "The road below the wall was shut again that night, and nobody knew why. " * 14_000
    for data, media_type in ((text, "text/plain"), (f"<article><p>{text}</p></article>", "text/html")):
        article = draft_of(raw(data.encode(), media_type=media_type)).article
        assert article.text == text.strip()
        assert len(article.text) > MB


def test_long_runs_of_combining_marks_are_thinned_before_they_are_put_in_order() -> None:
    """Putting them in order takes time in squares: two hundred thousand of them would take minutes."""
    pairs = ("\u0316\u0315", "\uff9e\u0316", "\u0344\u0316", "\U0001e8d0\u0315", "\u0f73\u0f71", "\u0316\u200b\u0315")
    for marks in pairs:
        assert len(normal_form("a" + marks * 100_000)) <= 2 * MOST_MARKS
    assert len(collapse("a" + "\u0316\u0315" * 100_000)) == MOST_MARKS + 1
    for text in (*ARABIC, *JAPANESE, "Việt Nam", "नगर परिषद ने", "🚀" * 100, "e" + "\u0301" * MOST_MARKS):
        assert thin_marks(text) == text


def test_the_form_of_a_long_paragraph_is_not_many_times_as_long() -> None:
    assert len(normal_form("\ufdfa " * 1_000)) > 15_000
    assert len(normal_form("\ufdfa " * 1_000_000)) < 2_000_000


def test_combining_marks_without_end_end_in_an_outcome(raw: Raw, page: Page, body: tuple[str, ...]) -> None:
    marks = "\u0316\u0315" * 400_000
    data = page(body[0] + marks, *body[1:], head=f"<title>Road{marks}</title>")
    article = draft_of(raw(data)).article
    assert "".join(char for char in article.text if not unicodedata.combining(char)) == "\n\n".join(body)


def test_a_title_of_a_megabyte_is_cut_at_a_word(raw: Raw, page: Page) -> None:
    long = "long title " * 100_000
    for head in (f"<title>{long}</title>", f"<meta property=og:title content='{long}'>"):
        title = draft_of(raw(page(head=head))).article.title
        assert title is None or (len(title) <= 1_000 and title.endswith("…"))
    item = FeedItem(title=long)
    title = draft_of(raw(page(), item=item)).article.title
    assert title is not None
    assert len(title) <= 1_000


# Markup that attacks


def test_entities_that_expand_are_not_expanded(raw: Raw, page: Page, body: tuple[str, ...]) -> None:
    declared = "".join(f'<!ENTITY a{level + 1} "{f"&a{level};" * 10}">' for level in range(30))
    doctype = f'<!DOCTYPE html [<!ENTITY a0 "boom">{declared}<!ENTITY file SYSTEM "file:///etc/hosts">]>'
    data = page(*body, "&a30; &file; is what it says, and nothing came of it.")
    data = data.replace(b"<!doctype html>", doctype.encode())
    for prolog in (b"", b"<?xml version='1.0'?>"):
        article = draft_of(raw(prolog + data)).article
        assert body[0] in article.text
        assert "boomboom" not in article.text
        assert "localhost" not in article.text
        assert len(article.text) < 10_000


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,<p>x",
        "//[broken",
        "https://paper.example:99999999/x",
        "file:///etc/hosts",
        "https://paper.example/" + "a" * 100_000,
        "https://\u202eevil.example/\x00",
        "\\\\paper.example\\x",
        "https://paper.example/road below",
        "https://paper.example/a\u00a0b",
        "https://paper.example</h1>&#10;<p class=",
    ],
)
def test_hostile_urls_are_followed_nowhere_and_published_nowhere(raw: Raw, page: Page, url: str) -> None:
    head = f"<base href='{url}'><link rel=canonical href='{url}'><meta property=og:url content='{url}'>"
    article = draft_of(raw(page(head=head))).article
    found = article.canonical_url
    assert found is None or (found.startswith("https://") and found.isprintable() and len(found) <= 2_000)


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"@graph":[', '{"@type":"NewsArticle","author":['])
def test_json_ld_nested_ten_thousand_deep_is_passed_over(
    raw: Raw, page: Page, body: tuple[str, ...], opening: str
) -> None:
    closing = "".join({"[": "]", "{": "}"}[char] for char in reversed(opening) if char in "[{")
    for script in (opening * 10_000, opening * 10_000 + "1" + closing * 10_000):
        head = f'<script type="application/ld+json">{script}</script><title>The road</title>'
        article = draft_of(raw(page(head=head))).article
        assert article.title == "The road"
        assert article.text == "\n\n".join(body)


def test_what_a_page_says_of_itself_many_times_is_read_a_few_times(raw: Raw, page: Page, body: tuple[str, ...]) -> None:
    """Titles times names of the site, or a hundred thousand authors: the first few decide."""
    names = [{"name": f"A &amp; {number}"} for number in range(50_000)]
    authors = json.dumps({"@type": "NewsArticle", "author": names})
    head = (
        "<meta property=og:title content='&lt;b&gt;'><meta property=og:site_name content=x>" * 10_000
        + "<meta name=author content='A &amp;amp; B'>" * 10_000
        + f'<script type="application/ld+json">{authors}</script>'
    )
    article = draft_of(raw(page(head=head))).article
    assert article.text == "\n\n".join(body)
    assert article.byline is not None
    assert len(article.byline) <= 1_000


def test_links_around_nested_blocks_do_not_cost_squares() -> None:
    markup = "<a href=x>" + "<div>" * 200 + "word " * 1_500_000 + "</div>" * 200 + "</a><a href=y>Read more</a>"
    assert link_texts(parse_html(markup)[0]) == {"Read more"}


def test_a_byte_order_mark_before_another_charset_is_believed() -> None:
    assert decode(codecs.BOM_UTF8 + "Über".encode("latin-1")).flags == {"characters-replaced"}


@pytest.mark.parametrize("reference", ["&#27;", "&#x1b", "&#0;", "&#xFFFE;", "&#0012;", "&#&#27;27;", "&#x0000b;"])
def test_a_reference_to_a_control_character_costs_no_article(raw: Raw, body: tuple[str, ...], reference: str) -> None:
    """lxml reads such a character, and fails when an element beside it is taken out."""
    data = (
        f"<html><head><title>The road</title></head><body><article><header><h1>The road</h1>{reference}</header>"
        f"<p>{reference}{body[0]}</p>{reference}<p>{body[1]}<br>{reference}{body[2]}</p><ul><li>{body[3]}{reference}</ul>"
    )
    article = draft_of(raw(data.encode())).article
    assert all(paragraph in article.text for paragraph in body)
    assert "\x1b" not in article.text
    assert "\ufeff" not in article.text


@pytest.mark.parametrize(
    "reference", ["&#9;", "&#10;", "&#13;", "&#32;", "&#270;", "&#x1b0;", "&#65;", "&#x41;", "&#8212;"]
)
def test_other_references_are_read(reference: str) -> None:
    assert "".join(parse_html(f"<p>a{reference}b")[0].itertext()) == f"a{html.unescape(reference)}b"


def test_ten_thousand_paragraphs_inside_a_paragraph_do_not_cost_squares(raw: Raw, body: tuple[str, ...]) -> None:
    lines = [f"Boat {number} came in. {body[number % 4]}" for number in range(10_000)]
    data = f"<article><p><p<li><p>{'</p><p>'.join(lines)}</p></article>"
    assert draft_of(raw(data.encode())).article.text == "\n\n".join(lines)


def test_spans_of_table_cells_are_not_filled_with_cells(raw: Raw, body: tuple[str, ...]) -> None:
    rows = "<tr><td colspan=1000 rowspan=1000>Berth<td colspan=99>4" * 5_000
    article = draft_of(raw(f"<article><p>{' '.join(body)}</p><table>{rows}</table></article>".encode())).article
    assert article.text == "\n\n".join([" ".join(body), *["Berth | 4"] * 5_000])


@pytest.mark.parametrize("before", [0, 1, 4_999, 9_999, 10_000, 15_001])
def test_a_long_tag_is_found_wherever_it_begins(before: int) -> None:
    swarm = ("a " * 10_001)[:20_000]
    assert parse_html(f"<p>{'x' * before}<b {swarm}>y</b></p>")[0].find(".//b") is None
    assert parse_html(f"<p>{'x' * before}<b {swarm[:19_990]}>y</b></p>")[0].find(".//b") is not None


def test_a_tag_of_a_hundred_thousand_attributes_is_dropped_and_the_rest_is_read(
    raw: Raw, body: tuple[str, ...]
) -> None:
    swarm = " ".join(f"a{number}='x y'" for number in range(100_000))
    article = draft_of(raw(f"<article><p>{body[0]}</p><p {swarm}>{body[1]}</p><p>{body[2]}</p>".encode())).article
    assert all(paragraph in article.text for paragraph in body[:3])
    picture = f"<p>a<img src='data:image/png;base64,{'QUJD ' * 10_000}' alt=x>"
    assert parse_html(picture)[0].find(".//img") is not None
