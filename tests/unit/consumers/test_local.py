"""Bytes handed to the command."""

import pytest

from consumers.local import raw_from_bytes
from consumers.step import Invalid
from schemas.articles import RawArticle
from schemas.codec import ValidationError, decode, encode


def test_bytes_without_a_url_are_named_by_their_hash() -> None:
    raw = raw_from_bytes(b"One line of text.")
    assert raw.url == f"urn:sha256:{raw.body_sha256}"
    assert raw == raw_from_bytes(b"One line of text.")
    assert raw.id != raw_from_bytes(b"Another line of text.").id
    assert (raw.source, raw.captured_at, raw.media_type) == ("local", None, "text/plain")
    assert decode(encode(raw), RawArticle) == raw


def test_a_url_names_the_article_whatever_the_bytes() -> None:
    one = raw_from_bytes(b"<html>1</html>", url="https://paper.example/a?utm_source=x", source="folder")
    two = raw_from_bytes(b"<html>2</html>", url="https://paper.example/a")
    assert one.id == two.id
    assert one.url == "https://paper.example/a?utm_source=x"
    assert (one.media_type, one.source) == ("text/html", "folder")


@pytest.mark.parametrize("body", [b"", b"\n", b"%PDF-1.4", b"PK\x03\x04...", b"\x89PNG\r\n\x1a\n"])
def test_what_holds_no_article_is_invalid(body: bytes) -> None:
    with pytest.raises(Invalid):
        raw_from_bytes(body)


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(ValidationError):
        raw_from_bytes(b"text", url="http://[broken")
