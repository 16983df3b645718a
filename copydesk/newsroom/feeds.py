"""The RSS 2.0 feed of the wire and the Atom feed of the local paper.

Built with ElementTree, so that escaping is the library's business. No clock: a feed is as new as the newest
article in it, so two editions that carry the same articles give the same bytes.

RSS 2.0 has no element for a change of an item; `dcterms:modified` says it, as feed readers expect.
"""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree as ET

from copydesk.newsroom.catalogue import ArticleEdition, NewsroomArticle
from copydesk.newsroom.outlets import Outlet, OutletName

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
_FEED_STARTED = "2026-01-01"


def carried(outlet: Outlet, articles: Sequence[NewsroomArticle]) -> tuple[NewsroomArticle, ...]:
    """The articles that the outlet's feed lists, in the given order."""
    return tuple(article for article in articles if outlet.name in article.feed_links)


def feed_updated(items: Sequence[NewsroomArticle], edition: int) -> datetime:
    """When the newest of the items changed."""
    return max(article.at(edition).updated for article in items)


def render_feed(outlet: Outlet, items: Sequence[NewsroomArticle], edition: int, base_url: str) -> bytes:
    """The outlet's feed as UTF-8 XML, its links starting with `base_url` (no trailing slash)."""
    render = _rss if outlet.name is OutletName.WIRE else _atom
    xml: bytes = ET.tostring(render(outlet, items, edition, base_url), encoding="utf-8", xml_declaration=True)
    return xml


def _rss(outlet: Outlet, items: Sequence[NewsroomArticle], edition: int, base_url: str) -> ET.Element:
    _prefixes(atom=ATOM, content=CONTENT, dc=DC, dcterms=DCTERMS)
    rss = ET.Element("rss", version="2.0")
    channel = ET.SubElement(rss, "channel")
    _text(channel, "title", outlet.title)
    _text(channel, "link", base_url + outlet.front_path)
    _text(channel, "description", outlet.strapline)
    _text(channel, "language", outlet.language.lower())
    _text(channel, "copyright", outlet.copyright)
    _text(channel, "lastBuildDate", format_datetime(feed_updated(items, edition)))
    ET.SubElement(channel, f"{{{ATOM}}}link", href=base_url + outlet.feed_path, rel="self", type=outlet.feed_type)
    for article in items:
        printed = article.at(edition)
        item = ET.SubElement(channel, "item")
        _text(item, "title", printed.title)
        _text(item, "link", base_url + article.feed_links[outlet.name])
        _text(item, "guid", _tag_uri(article), isPermaLink="false")
        _text(item, "pubDate", format_datetime(article.published))
        _text(item, f"{{{DCTERMS}}}modified", printed.updated.isoformat())
        _text(item, f"{{{DC}}}creator", article.byline)
        _text(item, f"{{{DC}}}language", article.language)
        _text(item, "category", article.section)
        _text(item, "description", printed.standfirst)
        if article.full_text_feed:
            _text(item, f"{{{CONTENT}}}encoded", _html(printed))
    return rss


def _atom(outlet: Outlet, items: Sequence[NewsroomArticle], edition: int, base_url: str) -> ET.Element:
    _prefixes(**{"": ATOM})
    feed = ET.Element(f"{{{ATOM}}}feed", {"xml:lang": outlet.language})
    _text(feed, f"{{{ATOM}}}id", f"tag:{outlet.domain},{_FEED_STARTED}:feed")
    _text(feed, f"{{{ATOM}}}title", outlet.title)
    _text(feed, f"{{{ATOM}}}subtitle", outlet.strapline)
    _text(feed, f"{{{ATOM}}}updated", feed_updated(items, edition).isoformat())
    _text(feed, f"{{{ATOM}}}rights", outlet.copyright)
    ET.SubElement(feed, f"{{{ATOM}}}link", rel="self", type=outlet.feed_type, href=base_url + outlet.feed_path)
    ET.SubElement(feed, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=base_url + outlet.front_path)
    for article in items:
        printed = article.at(edition)
        entry = ET.SubElement(feed, f"{{{ATOM}}}entry", {"xml:lang": article.language})
        _text(entry, f"{{{ATOM}}}id", _tag_uri(article))
        _text(entry, f"{{{ATOM}}}title", printed.title)
        link = base_url + article.feed_links[outlet.name]
        ET.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=link)
        _text(entry, f"{{{ATOM}}}published", article.published.isoformat())
        _text(entry, f"{{{ATOM}}}updated", printed.updated.isoformat())
        author = ET.SubElement(entry, f"{{{ATOM}}}author")
        _text(author, f"{{{ATOM}}}name", article.byline)
        ET.SubElement(entry, f"{{{ATOM}}}category", term=article.section)
        _text(entry, f"{{{ATOM}}}summary", printed.standfirst)
        if article.full_text_feed:
            _text(entry, f"{{{ATOM}}}content", _html(printed), type="html")
    return feed


def _html(printed: ArticleEdition) -> str:
    """Every block as a paragraph: feeds carry what the desk typed, boilerplate or not."""
    return "".join(f"<p>{escape(block.text)}</p>" for block in printed.blocks)


def _tag_uri(article: NewsroomArticle) -> str:
    """A `tag:` URI (RFC 4151): the same on every host and in both editions."""
    return f"tag:{article.outlet.domain},{article.published:%Y-%m-%d}:{article.slug}"


def _prefixes(**namespaces: str) -> None:
    for prefix, uri in namespaces.items():
        ET.register_namespace(prefix, uri)


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text
