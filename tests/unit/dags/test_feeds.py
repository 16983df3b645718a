"""Feeds of every kind and state, hostile ones too."""

import tarfile
import warnings
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from dags.ingest import feeds
from dags.ingest.feeds import NotAFeed, parse_feed
from schemas.codec import encode
from schemas.identity import article_id

CORPUS = Path(__file__).resolve().parents[4] / "shared/corpora/feeds/feedparser_fixtures.tar.gz"
URL = "https://news.example/feeds/all.xml"

RSS = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Desk</title><link>https://news.example/</link>
<item><title>F\xe4hre &amp; Hafen</title><link>/2026/ferry?a=1&amp;b=2</link><dc:creator>Ann Quill</dc:creator>
<pubDate>Sun, 01 Mar 2026 10:00:00 +0100</pubDate><category>Local</category><category>Sea</category>
<description>In &lt;b&gt;short&lt;/b&gt;.</description>
<content:encoded><![CDATA[<p>All of it.</p><script>alert(1)</script>]]></content:encoded></item>
</channel></rss>"""

ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://other.example/base/"><title>Desk</title>
<entry><title type="html">A &lt;i&gt;title&lt;/i&gt;</title><id>urn:x:1</id>
<link rel="edit" href="/edit/1"/><link rel="alternate" href="one"/>
<published>2026-03-01T10:00:00Z</published><updated>2026-03-01T12:30:00+01:00</updated>
<author><name>Ben Ink</name></author><summary>Short.</summary><content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>Whole.</p></div></content></entry>
</feed>"""


def rss(items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()


def test_rss_gives_items_with_absolute_links() -> None:
    feed = parse_feed(RSS, url=URL, content_type="application/rss+xml", kind="rss", limit=10)
    (entry,) = feed.entries
    assert feed.version == "rss20"
    assert entry.url == "https://news.example/2026/ferry?a=1&b=2"
    assert entry.id == article_id(entry.url)
    assert entry.item.title == "Fähre & Hafen"
    assert entry.item.summary == "In <b>short</b>."
    assert entry.item.content == "<p>All of it.</p>"
    assert entry.item.author == "Ann Quill"
    assert entry.item.section == "Local"
    assert entry.item.published == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert entry.item.updated is None


def test_atom_gives_items_and_resolves_against_xml_base() -> None:
    (entry,) = parse_feed(ATOM, url=URL, kind="atom", limit=10).entries
    assert entry.url == "https://other.example/base/one"
    assert entry.item.title == "A <i>title</i>"
    assert entry.item.author == "Ben Ink"
    assert entry.item.published == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert entry.item.updated == datetime(2026, 3, 1, 11, 30, tzinfo=UTC)
    assert entry.item.summary == "Short."
    assert "<p>Whole.</p>" in (entry.item.content or "")


def test_a_feed_of_the_other_kind_is_refused_and_auto_takes_both() -> None:
    with pytest.raises(NotAFeed, match="gave atom"):
        parse_feed(ATOM, url=URL, kind="rss", limit=10)
    with pytest.raises(NotAFeed, match="gave rss"):
        parse_feed(RSS, url=URL, kind="atom", limit=10)
    assert parse_feed(ATOM, url=URL, kind="auto", limit=10).entries
    assert parse_feed(RSS, url=URL, kind="auto", limit=10).entries


def test_a_permanent_guid_stands_for_a_missing_link() -> None:
    (entry,) = parse_feed(rss("<item><guid>https://news.example/g</guid></item>"), url=URL, limit=10).entries
    assert entry.url == "https://news.example/g"


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("", "no-link"),
        ("<link/>", "no-link"),
        ("<link>mailto:a@b.example</link>", "bad-link"),
        ("<link>javascript:alert(1)</link>", "bad-link"),
        ("<link>file:///etc/passwd</link>", "bad-link"),
        ("<link>http://[::1</link>", "no-link"),
        ("<link>https://me:secret@news.example/</link>", "bad-link"),
        (f"<link>https://news.example/{'a' * 5000}</link>", "bad-link"),
        (f"<link>https://news.example/{'a' * 500_000}</link>", "no-link"),
    ],
)
def test_an_item_without_a_usable_link_is_skipped_with_a_reason(link: str, reason: str) -> None:
    feed = parse_feed(rss(f"<item><title>T</title>{link}</item>"), url=URL, limit=10)
    assert feed.entries == ()
    assert [each.reason for each in feed.skipped] == [reason]


@pytest.mark.parametrize("reference", ["&#xD800;", "&#XDFFF;", "&#0;", "&#x110000;", "&#99999999999;", "&#xD800"])
def test_a_reference_to_no_character_costs_neither_the_item_nor_the_others(reference: str) -> None:
    feed = parse_feed(
        rss(
            f"<item><title>a{reference}-z</title><link>https://news.example/1</link>"
            f"<description>{reference} &amp;{reference[1:]}</description></item>"
            f"<item><title>fine &#233;&#xe9;</title><link>https://news.example/{reference}</link></item>"
            "<item><title>fine</title><link>https://news.example/3</link></item>"
        ),
        url=URL,
        limit=10,
    )
    assert len(feed.entries) == 3
    for entry in feed.entries:
        encode(entry.item)
        entry.url.encode()
    assert feed.entries[0].item.title == "a\ufffd-z"
    assert feed.entries[1].item.title == "fine éé"


@pytest.mark.parametrize(
    "date", ["yesterday", "Sun, 99 Mar 2026 10:00:00 GMT", "99999999-01-01T00:00:00Z", "0001-01-01T00:00:00+23:00", ""]
)
def test_a_date_that_is_none_is_left_out(date: str) -> None:
    feed = parse_feed(
        rss(f"<item><link>https://news.example/1</link><pubDate>{date}</pubDate></item>"), url=URL, limit=10
    )
    published = feed.entries[0].item.published
    assert published is None or published.tzinfo is UTC
    encode(feed.entries[0].item)


def test_a_text_that_is_too_long_is_not_carried() -> None:
    long = "x" * (feeds.LONGEST_LINE + 1)
    feed = parse_feed(rss(f"<item><title>{long}</title><link>https://news.example/1</link></item>"), url=URL, limit=10)
    assert feed.entries[0].item.title is None


def test_bytes_that_name_a_local_file_or_a_url_are_only_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given bytes, feedparser tries them as a file name first; given text, as a URL."""
    local = tmp_path / "feed.xml"
    local.write_bytes(RSS)
    with pytest.raises(NotAFeed):
        parse_feed(bytes(local), url=URL, limit=10)
    monkeypatch.setattr(feedparser.api.http, "get", lambda *_, **__: pytest.fail("asked the network"))
    with pytest.raises(NotAFeed):
        parse_feed(b"http://127.0.0.1/feed", url=URL, limit=10)


def test_entities_neither_blow_up_nor_reach_files() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/hosts">]>'
    body = bomb.encode() + rss("<item><title>&l11; &f;</title><link>https://news.example/1</link></item>")
    feed = parse_feed(body, url=URL, limit=10)
    title = feed.entries[0].item.title or ""
    assert "localhost" not in title
    assert len(title) <= feeds.LONGEST_LINE


def test_what_the_parser_trips_over_is_no_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(feedparser, "parse", trip)
    with pytest.raises(NotAFeed, match="RecursionError"):
        parse_feed(RSS, url=URL, limit=10)


@pytest.mark.parametrize("charset", ["utf-8", "idna", "punycode", "unicode_escape", "zlib", "no-such", "utf-16"])
def test_a_declared_charset_that_is_wrong_is_survived(charset: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # unicode_escape warns of what it finds in the bytes
        try:
            feed = parse_feed(RSS, url=URL, content_type=f"application/rss+xml; charset={charset}", limit=10)
        except NotAFeed:
            return
    assert len(feed.entries) == 1


def test_no_feed_of_the_corpus_crashes_the_parser() -> None:
    if not CORPUS.exists():
        pytest.skip("shared/corpora/feeds/feedparser_fixtures.tar.gz is not here")
    parsed, refused = 0, []
    with tarfile.open(CORPUS) as archive:
        for member in archive:
            if not member.isfile() or not member.name.endswith(".xml"):
                continue
            handle = archive.extractfile(member)
            assert handle is not None
            try:
                feed = parse_feed(handle.read(), url=URL, limit=100)
            except NotAFeed as error:
                refused.append(str(error))
                continue
            parsed += 1
            for entry in feed.entries:
                encode(entry.item)
    assert parsed > 450
    assert len(refused) < 5
    assert not [each for each in refused if "cannot read" in each]
