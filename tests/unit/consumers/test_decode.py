"""Bytes to text."""

import codecs
import gzip
import io
import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.decode import HTML, PLAIN, decode, media_type_of, sniff_media_type, strip_controls
from consumers.step import Invalid


def zip_bytes() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("article.txt", "text")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html></html>",
        b"\xef\xbb\xbf\n  <html lang=en>",
        b"<p>A fragment.</p>",
        b"<!-- made by hand --><div>text</div>",
        b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="http://www.w3.org/1999/xhtml"></html>',
        b"Some words first <html><body>and then a page</body></html>",
        codecs.BOM_UTF16_LE + "<html><body>wide</body></html>".encode("utf-16-le"),
        "<html><body>wide without a mark</body></html>".encode("utf-16-be"),
    ],
)
def test_pages_are_html(body: bytes) -> None:
    assert sniff_media_type(body) == HTML


@pytest.mark.parametrize(
    "body",
    [
        b"A plain line of text.",
        "Über den Hafen".encode("latin-1"),
        "Plain text in two bytes each.".encode("utf-16-le"),
        b"Two < three and { is a brace",
        b"{ this is no JSON, it only begins so",
        b"text with one\x00 zero byte in it and a good many other letters around it",
    ],
)
def test_other_text_is_plain(body: bytes) -> None:
    assert sniff_media_type(body) == PLAIN


@pytest.mark.parametrize(
    ("body", "reason", "word"),
    [
        (b"", "empty", "no bytes"),
        (b" \r\n\t\x00\x00", "empty", "no bytes"),
        (b"%PDF-1.7\n%\xe2\xe3", "unsupported-media-type", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "unsupported-media-type", "PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "unsupported-media-type", "JPEG"),
        (zip_bytes(), "unsupported-media-type", "ZIP"),
        (gzip.compress(b"<html>"), "unsupported-media-type", "gzip"),
        (b'{"id": "1", "text": "An article."}', "unsupported-media-type", "JSON"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "unsupported-media-type", "feed"),
        (b'<?xml version="1.0"?><invoice/>', "unsupported-media-type", "XML"),
        (bytes(range(32)) * 64, "unsupported-media-type", "no text"),
    ],
)
def test_what_is_no_article_is_refused_by_name(body: bytes, reason: str, word: str) -> None:
    with pytest.raises(Invalid, match=word) as caught:
        sniff_media_type(body)
    assert caught.value.reason == reason


def test_a_picture_called_html_is_refused() -> None:
    with pytest.raises(Invalid, match="PNG"):
        media_type_of("text/html", b"\x89PNG\r\n\x1a\n")


def test_an_unreadable_media_type_is_refused() -> None:
    with pytest.raises(Invalid, match="application/json"):
        media_type_of("application/json; charset=utf-8", b"text")


def test_the_bytes_decide_where_the_server_says_nothing() -> None:
    assert media_type_of("application/octet-stream", b"<html>") == HTML
    assert media_type_of("TEXT/PLAIN; charset=utf-8", b"<html>") == PLAIN


TEXT = "Žluťoučký kůň stál u přístavu a čekal na loď, která nepřijela."


@pytest.mark.parametrize(
    ("body", "charset", "expected"),
    [
        (codecs.BOM_UTF8 + TEXT.encode(), "latin-1", "utf-8"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), None, "utf-16-be"),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), None, "utf-32-le"),
        (TEXT.encode(), "iso-8859-1", "utf-8"),
        (TEXT.encode("iso-8859-2"), "ISO-8859-2", "iso8859-2"),
        (TEXT.encode("utf-16-le"), "utf-16le", "utf-16-le"),
        (b"<meta charset='iso-8859-2'><p>" + TEXT.encode("iso-8859-2"), None, "iso8859-2"),
        (b"<?xml version='1.0' encoding='iso-8859-2'?>" + TEXT.encode("iso-8859-2"), None, "iso8859-2"),
        (
            b"<meta http-equiv=Content-Type content='text/html; charset=windows-1250'>" + TEXT.encode("cp1250"),
            "",
            "cp1250",
        ),
    ],
)
def test_the_charset_is_found(body: bytes, charset: str | None, expected: str) -> None:
    decoded = decode(body, charset)
    assert decoded.charset == expected
    assert TEXT in decoded.text
    assert not decoded.flags


def test_seven_bit_charsets_that_are_declared_are_used() -> None:
    text = "港の新聞は火曜日に発行された。"
    assert decode(text.encode("iso2022_jp"), "iso-2022-jp").text == text


def test_without_a_declaration_the_charset_is_guessed_and_flagged() -> None:
    text = "Die Fähre fährt über den Fluß, weil die Brücke für Lastwagen gesperrt worden ist. " * 5
    decoded = decode(text.encode("cp1252"), media_type=PLAIN)
    assert decoded.text == text
    assert decoded.flags == {"charset-guessed"}


def test_a_few_broken_bytes_do_not_make_it_another_charset() -> None:
    body = TEXT.encode() * 3 + b"\xff" + TEXT.encode()
    for charset in ("utf-8", None):
        decoded = decode(body, charset)
        assert decoded.text == TEXT * 3 + "\ufffd" + TEXT
        assert (decoded.charset, decoded.flags) == ("utf-8", {"characters-replaced"})


def test_a_wrong_declaration_gives_way_to_the_bytes() -> None:
    text = "Die Fähre fährt über den Fluß, weil die Brücke für Lastwagen gesperrt worden ist. " * 5
    decoded = decode(text.encode("cp1252"), "utf-8")
    assert decoded.text == text
    assert decoded.flags == {"charset-guessed"}


def test_codecs_that_are_no_charset_are_not_used() -> None:
    assert decode(b"\\u0041 stays \xe9", "unicode_escape").text.startswith("\\u0041")
    assert decode(b"abc", "punycode").charset == "utf-8"
    assert decode(b"abc", "no such thing\x00").charset == "utf-8"


def test_zero_bytes_and_controls_are_dropped_and_flagged() -> None:
    decoded = decode(b"The\x00 har\x08bour\r\nroad\x0cis shut")
    assert decoded.text == "The harbour\nroad\nis shut"
    assert decoded.flags == {"controls-dropped"}


def test_bytes_that_fit_no_charset_are_replaced_and_flagged() -> None:
    decoded = decode(b"\xef\xbb\xbfa broken \xff byte")
    assert decoded.text == "a broken \ufffd byte"
    assert decoded.flags == {"characters-replaced"}


def test_strip_controls_drops_lone_surrogates_and_keeps_line_breaks() -> None:
    assert strip_controls("a\ud800b\u2028c\r\nd\te") == "ab\nc\nd\te"


@given(st.binary(max_size=300), st.none() | st.text(max_size=12), st.sampled_from([HTML, PLAIN]))
def test_any_bytes_become_text_that_utf8_can_hold(body: bytes, charset: str | None, media_type: str) -> None:
    decoded = decode(body, charset, media_type=media_type)
    decoded.text.encode()
    assert strip_controls(decoded.text) == decoded.text


@given(st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"))))
def test_clean_utf8_text_comes_through_unchanged(text: str) -> None:
    assert decode(text.encode(), media_type=PLAIN).text == text.replace("\ufeff", "")


def test_random_bytes_are_no_text() -> None:
    chance = random.Random(20261122)  # noqa: S311
    for _ in range(50):
        with pytest.raises(Invalid, match="unsupported-media-type"):
            sniff_media_type(chance.randbytes(5_000))
