from xml.etree import ElementTree as ET

import feedparser
import msgspec
import pytest

from copydesk.newsroom.catalogue import Block, BlockKind, Case
from copydesk.newsroom.feeds import ATOM, carried, render_feed
from copydesk.newsroom.outlets import COURIER, OUTLETS, WIRE, Outlet

BASE = "http://news.test:8080"
BOTH = pytest.mark.parametrize("outlet", OUTLETS.values(), ids=list(OUTLETS))
BOTH_EDITIONS = pytest.mark.parametrize("edition", [1, 2])


@pytest.fixture
def feed(articles):
    """``feed(outlet, edition)``: the bytes of a feed."""
    return lambda outlet, edition=1: render_feed(outlet, carried(outlet, articles), edition, BASE)


@BOTH
@BOTH_EDITIONS
def test_a_feed_reader_finds_every_article_with_its_data(feed, articles, outlet: Outlet, edition: int):
    parsed = feedparser.parse(feed(outlet, edition))
    assert not parsed.bozo
    assert parsed.version == {"wire": "rss20", "courier": "atom10"}[outlet.name]
    assert parsed.feed.title == outlet.title
    items = carried(outlet, articles)
    assert len(parsed.entries) == len(items) >= 8
    for entry, article in zip(parsed.entries, items, strict=True):
        assert entry.title == article.at(edition).title
        assert entry.summary == article.at(edition).standfirst
        assert entry.author == article.byline
        assert entry.link == BASE + article.feed_links[outlet.name]
        assert entry.tags[0].term == article.section
        assert entry.published_parsed[:6] == article.published.utctimetuple()[:6]
        assert entry.updated_parsed[:6] == article.at(edition).updated.utctimetuple()[:6]
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries)


@BOTH
def test_a_full_text_feed_carries_every_block_and_others_carry_none(articles, outlet: Outlet):
    (article,) = (article for article in articles if article.full_text_feed)
    items = [msgspec.structs.replace(article, outlet=outlet, feed_links={outlet.name: article.path})]
    items += [item for item in carried(outlet, articles) if not item.full_text_feed]
    entries = feedparser.parse(render_feed(outlet, items, 1, BASE)).entries
    assert entries[0].content[0].value == "".join(f"<p>{block.text}</p>" for block in article.at(1).blocks)
    assert entries[0].summary == article.standfirst
    assert not [entry.title for entry in entries[1:] if "content" in entry]


@BOTH
def test_text_is_escaped_once_for_markup_and_once_for_the_feed(articles, outlet: Outlet):
    (article,) = (article for article in articles if article.full_text_feed)
    printed = msgspec.structs.replace(article.at(1), blocks=(Block(BlockKind.PARAGRAPH, "<b>5 < 6 & 7</b>"),))
    item = msgspec.structs.replace(
        article, outlet=outlet, feed_links={outlet.name: article.path}, editions=(printed, printed)
    )
    (entry,) = feedparser.parse(render_feed(outlet, [item], 1, BASE)).entries
    assert entry.content[0].value == "<p>&lt;b&gt;5 &lt; 6 &amp; 7&lt;/b&gt;</p>"


@BOTH
def test_identifiers_stay_the_same_from_edition_to_edition_and_host_to_host(feed, articles, outlet: Outlet):
    elsewhere = render_feed(outlet, carried(outlet, articles), 2, "http://other.test")
    first, second = feedparser.parse(feed(outlet)), feedparser.parse(elsewhere)
    assert [entry.id for entry in first.entries] == [entry.id for entry in second.entries]


def test_only_the_feed_with_the_edited_article_changes_with_the_edition(feed):
    assert feed(WIRE, 1) == feed(WIRE, 2)
    assert feed(COURIER, 1) != feed(COURIER, 2)


def test_the_edited_article_is_newer_in_the_second_edition(feed, articles):
    (edited,) = (article for article in articles if article.case is Case.EDITED)
    link = BASE + edited.feed_links[COURIER.name]
    (before,) = (e for e in feedparser.parse(feed(COURIER, 1)).entries if e.link == link)
    (after,) = (e for e in feedparser.parse(feed(COURIER, 2)).entries if e.link == link)
    assert after.updated_parsed > before.updated_parsed
    assert after.published_parsed == before.published_parsed
    assert after.title != before.title


def test_both_feeds_carry_one_article_under_two_urls(feed):
    links = [{entry.link for entry in feedparser.parse(feed(outlet)).entries} for outlet in (WIRE, COURIER)]
    assert not links[0] & links[1]
    bare = [{link.partition("?")[0] for link in feed_links} for feed_links in links]
    assert len(bare[0] & bare[1]) == 1


def test_rss_has_what_the_format_requires(feed):
    channel = ET.fromstring(feed(WIRE)).find("channel")  # noqa: S314 - our own output
    assert channel is not None
    for required in ("title", "link", "description"):
        assert channel.findtext(required)
    for item in channel.iter("item"):
        assert item.find("guid").get("isPermaLink") == "false"
        assert item.findtext("pubDate").endswith(("+0000", "+0100", "-0800"))


def test_atom_has_what_the_format_requires(feed):
    root = ET.fromstring(feed(COURIER))  # noqa: S314 - our own output
    for element in (root, *root.iter(f"{{{ATOM}}}entry")):
        for required in ("id", "title", "updated"):
            assert element.findtext(f"{{{ATOM}}}{required}")
    assert all(entry.findtext(f"{{{ATOM}}}author/{{{ATOM}}}name") for entry in root.iter(f"{{{ATOM}}}entry"))
    assert {link.get("rel") for link in root.findall(f"{{{ATOM}}}link")} == {"self", "alternate"}
