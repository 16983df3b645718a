"""Who wrote an article, when, under which title: what the page says, then what the feed said.

For each field the places are asked in the order in which they are reliable; dates keep where they were found.
Strings of pages and feeds are hostile: markup is taken out, controls too, and their length is bounded.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml.etree import ParserError
from lxml.html import HtmlElement, document_fromstring

from consumers.dates import Candidate, Choice, candidate, choose, parse_date
from consumers.decode import strip_controls
from consumers.jsonld import Node, article_node, texts
from consumers.paragraphs import collapse
from schemas.articles import FeedItem

MAX_LINE = 1_000
"""Characters of a title, byline or section; longer ones are cut at a word."""
MAX_STANDFIRST = 4_000
_MAX_PARTS = 40
"""Pieces of text (cut by inline elements) that a head line has at most."""
_PUBLISHED_META = (
    "article:published_time", "og:published_time", "parsely-pub-date", "sailthru.date", "datepublished", "pubdate",
    "publish-date", "publication_date", "dc.date.issued", "dcterms.created", "citation_publication_date", "dc.date",
    "date",
)  # fmt: skip
_UPDATED_META = (
    "article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "dcterms.modified",
    "dc.date.modified",
)  # fmt: skip
_BYLINE_PREFIX = re.compile(r"^(?:by|von|par|por)\s+", re.IGNORECASE)
_HEAD_CLASS = re.compile(
    r"(?:^|[\s_-])(?:standfirst|dek|deck|subhead(?:line)?|sub-?title|strapline|lede?|intro|summary|description|kicker"
    r"|eyebrow|section|category|byline|authors?)(?:$|[\s_-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """All nullable. Times are in UTC. ``flags`` are words of ``consumers.flags``."""

    title: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    section: str | None = None
    canonical_url: str | None = None
    published_at: datetime | None = None
    published_at_found_in: str | None = None
    updated_at: datetime | None = None
    updated_at_found_in: str | None = None
    flags: frozenset[str] = frozenset()


def read_metadata(
    tree: HtmlElement | None, *, item: FeedItem | None, base_url: str, captured_at: datetime | None
) -> Metadata:
    """Return what page (``tree``) and feed (``item``) say. No date is later than ``captured_at``."""
    item = item or FeedItem()
    page = _Page(tree)
    node = page.node
    published = choose(
        [*page.published(), candidate(item.published, "feed") if item.published else None], not_after=captured_at
    )
    updated = choose(
        [*page.updated(), candidate(item.updated, "feed") if item.updated else None], not_after=captured_at
    )
    if updated.date and published.date and updated.date.time < published.date.time:
        updated = replace(updated, date=None)
    return Metadata(
        title=_first([*texts(node.get("headline")), *page.titles(), item.title]),
        standfirst=_first(
            [*texts(node.get("description")), *page.meta("og:description", "description"),
             *page.itemprop("description"), *page.meta("twitter:description"), item.summary],
            limit=MAX_STANDFIRST,
        ),
        byline=_byline([_names(node.get("author")), *page.bylines(), item.author]),
        section=_first([*texts(node.get("articleSection")), *page.meta("article:section"), item.section]),
        canonical_url=page.canonical(base_url),
        published_at=published.date.time if published.date else None,
        published_at_found_in=published.date.found_in if published.date else None,
        updated_at=updated.date.time if updated.date else None,
        updated_at_found_in=updated.date.found_in if updated.date else None,
        flags=_date_flags(published, updated),
    )  # fmt: skip


def line(value: str | None, *, limit: int = MAX_LINE) -> str | None:
    """Return one clean line of a string that may hold HTML; None where nothing is left."""
    if not value:
        return None
    text = value[: 20 * limit]
    if "<" in text or "&" in text:
        try:
            # Within an element, so that a string that starts like a whole page is read like any other.
            text = document_fromstring(f"<div>{strip_controls(text)}</div>").text_content()
        except (ParserError, ValueError):
            return None
    text = collapse(strip_controls(text))
    if len(text) > limit:
        text = text[: limit - 1].rsplit(" ", 1)[0] + "…"
    return text or None


def without_by(byline: str | None) -> str | None:
    """Return a byline without its "By"."""
    return _BYLINE_PREFIX.sub("", byline) or None if byline else None


def repeats_of_head(tree: HtmlElement, metadata: Metadata) -> list[HtmlElement]:
    """Return the elements that only show title, standfirst, section or byline again: the text need not have them.

    What says the same as a standfirst but stands in the body may be the first paragraph; a place in a header or a
    telling class tells the two apart.
    """
    repeats = []
    for element in tree.iter("h1", "h2", "p", "div", "span", "b", "strong", "a"):
        text = collapse(_text_of(element))
        if not text or _in_sentence(element, text):
            continue
        if text == metadata.title:
            repeats += [element] if element.tag in ("h1", "h2") else []
        elif text in (metadata.standfirst, metadata.section) or _BYLINE_PREFIX.sub("", text) == metadata.byline:
            named = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
            in_header = next(element.iterancestors("header"), None) is not None
            if in_header or _HEAD_CLASS.search(named):
                repeats.append(element)
    return repeats


def _in_sentence(element: HtmlElement, text: str) -> bool:
    """Whether the element is a part of a paragraph that says more."""
    block = next(element.iterancestors("p", "li", "td", "blockquote"), None)
    return block is not None and collapse(_text_of(block)) != text


def _text_of(element: HtmlElement) -> str:
    """Return the element's text, or nothing where it is more than a head line is: nesting must not cost squares."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        parts.append(part)
        size += len(part)
        if size > 2 * MAX_STANDFIRST or len(parts) > _MAX_PARTS:
            return ""
    return "".join(parts)


class _Page:
    """The places of a page where it speaks of itself."""

    def __init__(self, tree: HtmlElement | None) -> None:
        self._tree = tree
        self._metas: dict[str, list[str]] = {}
        self._properties: dict[str, list[HtmlElement]] = {}
        self.node: Node = {}
        if tree is None:
            return
        self.node = article_node(tree)
        for element in tree.iter("meta"):
            name = (element.get("property") or element.get("name") or "").strip().lower()
            if name and element.get("content"):
                self._metas.setdefault(name, []).append(element.get("content") or "")
        for element in tree.xpath("//*[@itemprop]"):
            for name in (element.get("itemprop") or "").split():
                self._properties.setdefault(name, []).append(element)

    def meta(self, *names: str) -> list[str]:
        return [value for name in names for value in self._metas.get(name, ())]

    def itemprop(self, name: str) -> list[str]:
        return [
            element.get("content") or element.get("datetime") or _text_of(element)
            for element in self._properties.get(name, ())[:4]
        ]

    def titles(self) -> Iterator[str | None]:
        yield from (self._without_site(title) for title in self.meta("og:title"))
        yield from self.itemprop("headline")
        if self._tree is None:
            return
        headings = [_text_of(element) for element in self._tree.iter("h1")]
        if len(headings) == 1:
            yield headings[0]
        yield from self.meta("twitter:title")
        yield from (self._without_site(_text_of(element)) for element in self._tree.iter("title"))
        yield from headings[:1]

    def bylines(self) -> Iterator[str | None]:
        yield _join_names(self.meta("author", "article:author", "parsely-author", "dc.creator"))
        yield _join_names(self.itemprop("author"))
        if self._tree is not None:
            links = self._tree.xpath("//a[@rel='author']|//*[contains(concat(' ', @class, ' '), ' byline ')]")
            yield _join_names([_text_of(element) for element in links[:4]])

    def published(self) -> Iterator[Candidate | None]:
        yield from _dates(texts(self.node.get("datePublished")), "json-ld")
        yield from _dates(self.meta(*_PUBLISHED_META), "meta")
        yield from _dates(self.itemprop("datePublished"), "microdata")
        if self._tree is not None:
            for element in self._tree.xpath("(//article|//main|//header)//time[@datetime]")[:1]:
                yield from _dates([element.get("datetime")], "time")

    def updated(self) -> Iterator[Candidate | None]:
        yield from _dates(texts(self.node.get("dateModified")), "json-ld")
        yield from _dates(self.meta(*_UPDATED_META), "meta")
        yield from _dates(self.itemprop("dateModified"), "microdata")

    def canonical(self, base_url: str) -> str | None:
        links = [] if self._tree is None else self._tree.xpath("//link[@rel='canonical']/@href")
        claims = [*links, *self.meta("og:url"), *texts(self.node.get("url"))]
        return next((url for url in (_web_url(claim, base_url) for claim in claims) if url), None)

    def _without_site(self, title: str) -> str:
        for site in self.meta("og:site_name"):
            for separator in ("|", "-", "–", "—", "·", "::"):
                shortened = title.strip().removesuffix(site.strip()).rstrip()
                if shortened != title.strip() and shortened.endswith(separator):
                    return shortened.removesuffix(separator)
        return title


def _first(values: Iterable[str | None], *, limit: int = MAX_LINE) -> str | None:
    return next((text for text in (line(value, limit=limit) for value in values) if text), None)


def _byline(values: Iterable[str | None]) -> str | None:
    return without_by(_first(values))


def _names(value: object) -> str | None:
    return _join_names(texts(value))


def _join_names(names: Iterable[str]) -> str | None:
    """Join the names of several authors; profile URLs are no names."""
    clean = [name for name in (line(name) for name in names) if name and not name.startswith(("http:", "https:"))]
    return ", ".join(dict.fromkeys(clean)) or None


def _dates(values: Iterable[str | None], found_in: str) -> Iterator[Candidate | None]:
    return (parse_date(value, found_in) for value in values if value)


def _web_url(claim: str, base_url: str) -> str | None:
    try:
        url = urljoin(base_url, strip_controls(claim).strip())
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname and len(url) <= 2_000 else None


def _date_flags(*choices: Choice) -> frozenset[str]:
    flags: Mapping[str, bool] = {
        "date-guessed-zone": any(choice.date and choice.date.zone_guessed for choice in choices),
        "date-in-future": any(choice.in_future for choice in choices),
    }
    return frozenset(flag for flag, holds in flags.items() if holds)
