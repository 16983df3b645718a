"""What to take for the article where the page held it back: the feed's own text if that is one.

A page that came in the article's place (a robot check, a question for consent, a log-in, a "not found") is never the
article, nor is its title. The beginning of an article behind a paywall is, unless the feed carries more of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from consumers.cards import carded_paragraphs
from consumers.extract import MIN_WORDS, Extracted, feed_instead
from consumers.gate import judge
from consumers.jsonld import article_node
from consumers.metadata import read_metadata
from consumers.page_kind import Page, PageKind, recognise, visible_lines
from consumers.page_tree import link_texts, linked_paragraphs
from consumers.paragraphs import count_words
from schemas.articles import FeedItem, RawArticle

MIN_SUMMARY_WORDS = 60
"""Words from which a feed's summary counts as the article's text where the page was held back; teasers have fewer."""
MORE_WORDS = 1.3
"""How many times a stub's words the feed's text must have to be taken instead."""
_TEXT_LINE = 12
"""Words from which a line of a page may be text."""


@dataclass(frozen=True, slots=True)
class Way:
    """A text to take for the article.

    ``kinds`` are those of the page that still hold for it, ``links`` the indices of its paragraphs that are only a
    link, or the teaser below one.
    """

    extracted: Extracted
    kinds: tuple[PageKind, ...]
    links: frozenset[int] = frozenset()


def kinds_of(extracted: Extracted, raw: RawArticle) -> tuple[PageKind, ...]:
    """Return the kinds of the page that was extracted."""
    paragraphs = extracted.paragraphs
    if extracted.extraction.chosen == "feed" and extracted.tree is not None:
        paragraphs = tuple(line for line in visible_lines(extracted.tree) if len(line.split()) >= _TEXT_LINE)
    page = Page(
        extracted.tree,
        paragraphs,
        nodes=extracted.nodes,
        titles=(extracted.metadata.title or "",) if extracted.tree is not None else (),
        requested=raw.url,
        final=raw.final_url,
    )
    return recognise(page)


def ways_to_have(extracted: Extracted, raw: RawArticle, kinds: tuple[PageKind, ...]) -> Iterator[Way]:
    """Yield the texts that may stand for the article, the best first."""
    flags = extracted.flags | {kind.name for kind in kinds}
    extracted = replace(extracted, flags=flags)
    held_back = next((kind.effect for kind in kinds if kind.effect != "shown"), None)
    if held_back == "withheld":
        feed = _feed(_without_page(extracted, raw), raw)
        if feed:
            yield Way(feed, ())
        return
    feed = _feed(extracted, raw) if held_back == "stub" else None
    if feed and count_words(feed.paragraphs) >= MORE_WORDS * count_words(extracted.paragraphs):
        yield Way(feed, ())
    yield Way(extracted, kinds, _links(extracted))
    feed = _feed(extracted, raw) if extracted.extraction.chosen != "feed" and not held_back else None
    if feed:
        yield Way(feed, ())


def _links(extracted: Extracted) -> frozenset[int]:
    """Return the paragraphs that are only a link or stand in cards.

    Pages that say in JSON-LD that they are an article are not asked for cards.
    """
    chosen = extracted.extraction.chosen
    if extracted.tree is None or chosen in ("feed", "json-ld"):
        return extracted.linked
    links = extracted.linked or linked_paragraphs(extracted.paragraphs, link_texts(extracted.tree))
    if article_node(extracted.nodes):
        return links
    return links | carded_paragraphs(extracted.tree, extracted.paragraphs, extracted.metadata.title)


def _feed(extracted: Extracted, raw: RawArticle) -> Extracted | None:
    """Return the article with the feed's text if that is an article, not a teaser."""
    instead = feed_instead(extracted, raw)
    if instead is None:
        return None
    item = raw.item or FeedItem()
    least = MIN_WORDS if (item.content or "").strip() else MIN_SUMMARY_WORDS
    return instead if count_words(instead.paragraphs) >= least and judge(instead.paragraphs).passes else None


def _without_page(extracted: Extracted, raw: RawArticle) -> Extracted:
    """Return the article without what the page said of itself: its title is "Access denied"."""
    metadata = read_metadata(None, {}, item=raw.item, base_url=raw.final_url or raw.url, captured_at=raw.captured_at)
    return replace(extracted, metadata=metadata, flags=(extracted.flags - extracted.metadata.flags) | metadata.flags)
