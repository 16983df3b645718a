"""Ids of articles. They are a contract: a pinned id that changes orphans every stored article."""

import hashlib

import pytest

from schemas.codec import ValidationError
from schemas.identity import article_id, bytes_url, is_article_id, normalise_url

PLAIN = "https://news.example/local/ferry"
PINNED = {
    PLAIN: "64e68d0cf32c03ae4f8ae6a9b0551d46",
    "https://news.example/local/ferry?page=2": "c1dccfec77c8e829256424b1de199284",
    "http://news.example/": "ce59c8e5373a3d3c2cf6afce89fc86f4",
    "https://news.example/søk?q=båt": "655843fe3ef49aa0dbd002840608d528",
    "urn:sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": "9fc9a075c9e7e8788b99dd1b1fd39171",
    "file:archive/1998/ferry.txt": "8340a3f112b1e8e45ecf54b63fba0f62",
}


@pytest.mark.parametrize(("url", "expected"), PINNED.items())
def test_pinned_ids(url: str, expected: str) -> None:
    assert article_id(url) == expected


def test_the_id_is_half_a_sha256_of_the_normalised_url() -> None:
    assert article_id(f"{PLAIN}#top") == hashlib.sha256(PLAIN.encode()).hexdigest()[:32]


@pytest.mark.parametrize(
    "url",
    [
        f"{PLAIN}?utm_source=rss&utm_medium=feed",
        f"{PLAIN}?fbclid=abc123",
        f"{PLAIN}?gclid=abc123",
        f"{PLAIN}#comments",
        f"{PLAIN}?utm_campaign=x#comments",
        "https://news.example:443/local/ferry",
        "https://NEWS.Example/local/ferry",
        "HTTPS://news.example/local/ferry",
        f"  {PLAIN}\n",
    ],
)
def test_one_article_under_another_spelling(url: str) -> None:
    assert normalise_url(url) == PLAIN
    assert article_id(url) == article_id(PLAIN)


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/local/ferry",
        "https://news.example:8443/local/ferry",
        "https://news.example/Local/ferry",
        f"{PLAIN}?id=7",
        f"{PLAIN}/2",
        "https://www.news.example/local/ferry",
        "https://other.example/local/ferry",
    ],
)
def test_another_article(url: str) -> None:
    assert article_id(url) != article_id(PLAIN)


def test_what_tells_articles_apart_survives_beside_what_does_not() -> None:
    assert normalise_url(f"{PLAIN}?utm_source=x&id=7") == f"{PLAIN}?id=7"


@pytest.mark.parametrize("url", [*PINNED, f"{PLAIN}?utm_source=rss", f"{PLAIN}?b=1&a=2#x"])
def test_normalising_twice_changes_nothing(url: str) -> None:
    assert normalise_url(normalise_url(url)) == normalise_url(url)


@pytest.mark.parametrize("url", ["urn:sha256:AbC#x", "file:a/b?utm_source=x", "mailto:a@b.example"])
def test_other_schemes_stay_as_they_are(url: str) -> None:
    assert normalise_url(url) == url


@pytest.mark.parametrize("url", ["http://[::1/x", "https://news.example/\ud800", "urn:x:\udfff"])
def test_what_is_no_url_is_refused_with_the_remedy(url: str) -> None:
    with pytest.raises(ValidationError, match="give it as http"):
        article_id(url)


def test_bytes_without_a_url_have_one() -> None:
    assert bytes_url(b"") == "urn:sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert article_id(bytes_url(b"a")) != article_id(bytes_url(b"b"))


def test_ids_are_told_from_what_is_none() -> None:
    assert is_article_id(article_id(PLAIN))
    assert not any(map(is_article_id, ("", PLAIN, "A" * 32, "a" * 31, "a" * 33, "g" * 32)))
