"""The places of a page where it speaks of itself: JSON-LD, meta tags, microdata, headings, links.

Each method yields what one field may be, in the order in which the places are reliable, with the place's name. Nothing
is looked up before it is asked for.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from consumers.dates import Candidate, parse_date
from consumers.decode import strip_controls
from consumers.head_strings import join_names, short_text
from consumers.jsonld import Node, texts

Found = tuple[str | None, str]
"""What was found, and where."""
_PUBLISHED_META = (
    "article:published_time", "og:published_time", "parsely-pub-date", "sailthru.date", "datepublished", "pubdate",
    "publish-date", "publication_date", "dc.date.issued", "dcterms.created", "citation_publication_date", "dc.date",
    "date",
)  # fmt: skip
_UPDATED_META = (
    "article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "dcterms.modified",
    "dc.date.modified",
)  # fmt: skip
_DECK = re.compile(
    r"(?:^|[\s_-])(?:standfirst|dek|deck|strapline|sub-?head(?:line|ing)?|sub-?title)(?:$|[\s_-])", re.IGNORECASE
)
_MAX_BELOW = 6
"""Siblings below the headline among which its deck is looked for."""
_MIN_DECK_WORDS, _MAX_DECK_WORDS = 5, 80
_MAX_SAME = 4
"""Elements with the same microdata property that are looked at."""
_MAX_PROPERTIES = 2_000
_MAX_METAS = 50
"""Meta tags of the same name that are looked at: the authors of a long paper."""
_MAX_URL = 2_000
_NO_URL = frozenset(' <>"')
"""What stands in no URL, only in markup that was broken into one."""


class PageHead:
    """What a page says of itself. ``node`` is the object of its JSON-LD that describes the article."""

    def __init__(self, tree: HtmlElement | None, node: Node) -> None:
        self._tree = tree
        self._node = node
        self._metas: dict[str, list[str]] = {}
        self._properties: dict[str, list[HtmlElement]] = {}
        if tree is None:
            return
        for element in tree.iter("meta"):
            name = (element.get("property") or element.get("name") or "").strip().lower()
            content = element.get("content")
            if name and content and len(same := self._metas.setdefault(name, [])) < _MAX_METAS:
                same.append(content)
        for element in tree.xpath("//*[@itemprop]")[:_MAX_PROPERTIES]:
            for name in (element.get("itemprop") or "").split():
                self._properties.setdefault(name, []).append(element)

    def titles(self) -> Iterator[Found]:
        yield from self._in_node("headline")
        for title in self._meta("og:title"):
            yield self._without_site(title), "meta"
        yield from self._in_microdata("headline")
        headings = [] if self._tree is None else [short_text(element) for element in self._tree.iter("h1")]
        if len(headings) == 1:
            yield headings[0], "heading"
        yield from self._in_meta("twitter:title")
        if self._tree is not None:
            for element in self._tree.iter("title"):
                yield self._without_site(short_text(element)), "title"
        for heading in headings[:1]:
            yield heading, "heading"

    def standfirsts(self) -> Iterator[Found]:
        # What readers see under the headline; descriptions are often written for search engines.
        yield self._deck(), "text"
        yield from self._in_node("description")
        yield from self._in_meta("og:description", "description")
        yield from self._in_microdata("description")
        yield from self._in_meta("twitter:description")

    def bylines(self) -> Iterator[Found]:
        yield join_names(texts(self._node.get("author"))), "json-ld"
        yield join_names(self._meta("author", "article:author", "parsely-author", "dc.creator")), "meta"
        yield join_names(text for text, _ in self._in_microdata("author")), "microdata"
        if self._tree is not None:
            links = self._tree.xpath("//a[@rel='author']|//*[contains(concat(' ', @class, ' '), ' byline ')]")
            yield join_names(short_text(element) for element in links[:_MAX_SAME]), "text"

    def sections(self) -> Iterator[Found]:
        yield from self._in_node("articleSection")
        yield from self._in_meta("article:section")
        yield from self._in_microdata("articleSection")

    def published(self) -> Iterator[Candidate | None]:
        yield from _dates(self._in_node("datePublished"))
        yield from _dates(self._in_meta(*_PUBLISHED_META))
        yield from _dates(self._in_microdata("datePublished"))
        if self._tree is not None:
            for element in self._tree.xpath(
                "(//time[@datetime][ancestor::article|ancestor::main|ancestor::header])[1]"
            ):
                yield from _dates([(element.get("datetime"), "time")])

    def updated(self) -> Iterator[Candidate | None]:
        yield from _dates(self._in_node("dateModified"))
        yield from _dates(self._in_meta(*_UPDATED_META))
        yield from _dates(self._in_microdata("dateModified"))

    def canonical(self, base_url: str) -> str | None:
        links = [] if self._tree is None else self._tree.xpath("//link[@rel='canonical']/@href")
        claims = [*links, *self._meta("og:url"), *texts(self._node.get("url"))]
        return next((url for url in (_web_url(claim, base_url) for claim in claims) if url), None)

    def sites(self) -> list[str]:
        """What the page calls the paper."""
        return [*self._meta("og:site_name"), *texts(self._node.get("publisher"))]

    def _deck(self) -> str | None:
        """Return the line under the page's only top heading, by its name or as a heading of the second level."""
        headings = [] if self._tree is None else list(self._tree.iter("h1"))
        if len(headings) != 1:
            return None
        below = islice(headings[0].itersiblings("h2", "h3", "p", "div"), _MAX_BELOW)
        for number, element in enumerate(below):
            text = short_text(element)
            words = len(text.split())
            if words > _MAX_DECK_WORDS:
                return None
            is_deck = _DECK.search(element.get("class") or "") or (number == 0 and element.tag == "h2")
            if is_deck and words >= _MIN_DECK_WORDS:
                return text
        return None

    def _meta(self, *names: str) -> list[str]:
        return [value for name in names for value in self._metas.get(name, ())]

    def _in_node(self, field: str) -> Iterator[Found]:
        return ((text, "json-ld") for text in texts(self._node.get(field)))

    def _in_meta(self, *names: str) -> Iterator[Found]:
        return ((text, "meta") for text in self._meta(*names))

    def _in_microdata(self, name: str) -> Iterator[tuple[str, str]]:
        for element in self._properties.get(name, ())[:_MAX_SAME]:
            yield element.get("content") or element.get("datetime") or short_text(element), "microdata"

    def _without_site(self, title: str) -> str:
        for site in self._meta("og:site_name"):
            for separator in ("|", "-", "–", "—", "·", "::"):
                shortened = title.strip().removesuffix(site.strip()).rstrip()
                if shortened != title.strip() and shortened.endswith(separator):
                    return shortened.removesuffix(separator)
        return title


def _dates(found: Iterable[Found]) -> Iterator[Candidate | None]:
    return (parse_date(value, place) for value, place in found if value)


def _web_url(claim: str, base_url: str) -> str | None:
    try:
        url = urljoin(base_url, strip_controls(claim).strip())
        parts = urlsplit(url)
    except ValueError:
        return None
    usable = parts.scheme in ("http", "https") and parts.hostname and len(url) <= _MAX_URL
    return url if usable and url.isprintable() and not _NO_URL & {*url} else None
