"""Who wrote an article, when, under which title: what the page says, then what the feed said.

For each field the places are asked in the order in which they are reliable, and the place that answered is kept.
Strings of pages and feeds are hostile: markup is taken out, controls too, and their length is bounded.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from lxml.html import HtmlElement

from consumers.dates import Candidate, Choice, candidate, choose
from consumers.head_strings import MAX_LINE, MAX_STANDFIRST, line
from consumers.jsonld import Node
from consumers.page_head import Found, PageHead
from consumers.paragraphs import count_words
from schemas.articles import FeedItem

_BYLINE_PREFIX = re.compile(r"^(?:by|von|par|por)\s+", re.IGNORECASE)
#: How to reach the writer, and when: "Ada Holt @adaholt", "Ada Holt | 5 Nov 2026".
_BYLINE_REST = re.compile(r"\s*[,|·•(–-]?\s*\S*@\S+$|\s*[|·•]\s*[^|·•]*\d.*$")
_MAX_WORDS = 1_000_000
_MAX_SITES = 4


@dataclass(frozen=True, slots=True)
class Metadata:
    """All nullable. Times are in UTC. ``flags`` are words of ``consumers.flags``.

    ``found_in`` has the place of title, standfirst, byline and section: ``json-ld``, ``meta``, ``microdata``,
    ``heading``, ``title`` (the element), ``text`` (a line of the page) or ``feed``. ``body`` and ``words`` are the text
    and its length as the page's JSON-LD has them; ``sites`` is what the page calls the paper.
    """

    title: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    section: str | None = None
    canonical_url: str | None = None
    published_at: datetime | None = None
    published_at_found_in: str | None = None
    updated_at: datetime | None = None
    updated_at_found_in: str | None = None
    found_in: Mapping[str, str] = field(default_factory=dict)
    body: str | None = field(default=None, repr=False)
    words: int | None = None
    sites: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()


def read_metadata(
    tree: HtmlElement | None, node: Node, *, item: FeedItem | None, base_url: str, captured_at: datetime | None
) -> Metadata:
    """Return what the page (``tree``, and ``node`` of its JSON-LD) and the feed (``item``) say.

    No date is later than ``captured_at``.
    """
    item = item or FeedItem()
    head = PageHead(tree, node)
    published = choose(_with_feed(head.published(), item.published), not_after=captured_at)
    updated = choose(_with_feed(head.updated(), item.updated), not_after=captured_at)
    if updated.date and published.date and updated.date.time < published.date.time:
        updated = replace(updated, date=None)
    found = {
        "title": _first(head.titles(), item.title),
        "standfirst": _first(head.standfirsts(), item.summary, limit=MAX_STANDFIRST),
        "byline": _first(head.bylines(), item.author),
        "section": _first(head.sections(), item.section),
    }
    body = _body(node)
    return Metadata(
        title=found["title"][0],
        standfirst=found["standfirst"][0],
        byline=without_by(found["byline"][0]),
        section=found["section"][0],
        canonical_url=head.canonical(base_url),
        published_at=published.date.time if published.date else None,
        published_at_found_in=published.date.found_in if published.date else None,
        updated_at=updated.date.time if updated.date else None,
        updated_at_found_in=updated.date.found_in if updated.date else None,
        found_in={name: place for name, (value, place) in found.items() if value},
        body=body,
        words=count_words((body,)) if body else _told_words(node),
        sites=tuple(text for name in head.sites()[:_MAX_SITES] if (text := line(name))),
        flags=_date_flags(published, updated),
    )


def without_by(byline: str | None) -> str | None:
    """Return a byline without its "By", without a handle, an address or a date behind it; None if nothing is left."""
    return _BYLINE_REST.sub("", _BYLINE_PREFIX.sub("", byline)).strip() or None if byline else None


def _first(found: Iterable[Found], from_feed: str | None, *, limit: int = MAX_LINE) -> Found:
    """Return the first that is more than markup and white space."""
    for value, place in found:
        if text := line(value, limit=limit):
            return text, place
    return line(from_feed, limit=limit), "feed"


def _with_feed(dates: Iterator[Candidate | None], from_feed: datetime | None) -> Iterator[Candidate | None]:
    yield from dates
    if from_feed:
        yield candidate(from_feed, "feed")


def _body(node: Node) -> str | None:
    body = node.get("articleBody")
    return body if isinstance(body, str) and body.strip() else None


def _told_words(node: Node) -> int | None:
    """Return JSON-LD's ``wordCount``, which comes as a number or a string."""
    told = node.get("wordCount")
    if isinstance(told, str):
        told = int(told) if told.isascii() and told.isdigit() and len(told) < 8 else None
    return told if isinstance(told, int) and 0 < told <= _MAX_WORDS else None


def _date_flags(*choices: Choice) -> frozenset[str]:
    flags: Mapping[str, bool] = {
        "date-guessed-zone": any(choice.date and choice.date.zone_guessed for choice in choices),
        "date-in-future": any(choice.in_future for choice in choices),
    }
    return frozenset(flag for flag, holds in flags.items() if holds)
