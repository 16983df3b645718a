"""From bytes to paragraphs and metadata. The paragraphs, joined by a blank line, are the cleaner's input.

Which text it is, is a scored choice (``consumers.candidates``) that is kept with its reasons in ``extraction``.
"""

import hashlib
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.metadata import version

from lxml.html import HtmlElement

from consumers.candidates import DOUBTFUL, Tried, choose, from_feed, from_json_ld, from_readability
from consumers.decode import HTML, Decoded, decode, media_type_of
from consumers.extraction_score import Facts, score_paragraphs
from consumers.head_lines import repeats_of_head
from consumers.host_rules import FOUND_IN, HostRule
from consumers.jsonld import Node, article_node, read_blocks, top_nodes
from consumers.metadata import Metadata, read_metadata
from consumers.page_crowds import join_text, unwrap_crowds
from consumers.page_prune import prune
from consumers.page_text import page_paragraphs
from consumers.page_tree import link_texts, linked_paragraphs, parse_html, readable_copy
from consumers.paragraphs import SEPARATOR, count_words, split_plain
from consumers.step import Invalid
from schemas.articles import Extraction, RawArticle

__all__ = ["MIN_WORDS", "Extracted", "count_words", "extract", "feed_instead"]

MIN_WORDS = 20
"""Fewer words are no article."""
MAX_PARAGRAPHS = 50_000
"""Of a text that are read, a hundred times as many as long reads have; what stands after is left out and flagged."""
PLAIN_EXTRACTOR = "copydesk-paragraphs"
Way = Callable[[], Tried | None]


@dataclass(frozen=True, slots=True)
class Extracted:
    """What an article's bytes hold. ``text`` is the cleaner's input: paragraphs parted by one blank line.

    ``linked`` are the indices of paragraphs that are the text of a link and nothing else. ``tree`` is the page as it
    was parsed, None for plain text; ``nodes`` are the objects of its JSON-LD.
    """

    paragraphs: tuple[str, ...]
    metadata: Metadata
    media_type: str
    extractor: str
    flags: frozenset[str]
    extraction: Extraction
    linked: frozenset[int] = frozenset()
    tree: HtmlElement | None = field(default=None, compare=False, repr=False)
    nodes: tuple[Node, ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        return SEPARATOR.join(self.paragraphs)


def extract(raw: RawArticle, rule: HostRule | None = None) -> Extracted:
    """Return paragraphs and metadata of any bytes, in time that grows with their number.

    ``rule`` is that of the page's host; the text that it finds is taken (``host-rule``), whatever it scores.
    Raises ``Invalid``: ``empty``, ``unsupported-media-type`` (see ``consumers.decode``), ``unparsable`` where the
    parser or extractor gives up on the markup, or ``corrupt`` where the bytes are not those that were fetched.
    """
    if hashlib.sha256(raw.body).hexdigest() != raw.body_sha256:
        raise Invalid("corrupt", "the body does not have the hash that the message promises; pull the article again")
    media_type = media_type_of(raw.media_type, raw.body)
    decoded = decode(raw.body, raw.charset, media_type=media_type)
    if media_type == HTML:
        return _of_page(raw, decoded, rule)
    metadata = _metadata(raw, None, {})
    paragraphs, cut = _within_limit(split_plain(decoded.text))
    main = Tried(paragraphs, score_paragraphs("plain", paragraphs))
    ways = (lambda: from_feed(raw.item, Facts()),)
    best, extraction = _choose(main, ways)
    return Extracted(
        paragraphs=best.paragraphs,
        metadata=metadata,
        media_type=media_type,
        extractor=extractor_name(media_type),
        flags=decoded.flags | metadata.flags | _flags(extraction) | cut,
        extraction=extraction,
    )


def _of_page(raw: RawArticle, decoded: Decoded, rule: HostRule | None) -> Extracted:
    page, unread = parse_html(decoded.text)
    blocks = read_blocks(page)
    metadata = _metadata(raw, page, article_node(blocks))
    tree = readable_copy(page)
    body: tuple[str, ...] = ()
    if rule and rule.fits(tree):
        metadata = rule.metadata(tree, metadata, captured_at=raw.captured_at)
        rule.drop(tree)
        body = rule.body(tree)
    if unwrap_crowds(tree):
        unread |= {"page-cut"}
    join_text(tree)
    prune(tree)
    for element in repeats_of_head(tree, metadata):
        if element.getparent() is not None:
            element.drop_tree()
    paragraphs, cut = _within_limit(body or page_paragraphs(tree))
    linked = linked_paragraphs(paragraphs, link_texts(tree))
    facts = Facts(metadata.title, metadata.words)
    name = FOUND_IN if body else "page"
    main = Tried(paragraphs, score_paragraphs(name, paragraphs, facts, linked=linked), linked)
    ways = (
        lambda: from_json_ld(metadata.body, facts),
        lambda: from_feed(raw.item, facts),
        # The page as it came: what was taken out of the copy may have been the article.
        lambda: from_readability(copy(page), facts),
    )
    best, extraction = _choose(main, () if body else ways)
    missed = {"host-rule-missed"} if rule and rule.has_body and not body else set[str]()
    return Extracted(
        paragraphs=best.paragraphs,
        metadata=metadata,
        media_type=HTML,
        extractor=extractor_name(HTML),
        flags=decoded.flags | metadata.flags | _flags(extraction) | unread | cut | missed,
        extraction=extraction,
        linked=best.linked,
        tree=page,
        nodes=top_nodes(blocks),
    )


def _within_limit(paragraphs: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the paragraphs that are read, and ``page-cut`` if these are not all."""
    cut = len(paragraphs) > MAX_PARAGRAPHS
    return paragraphs[:MAX_PARAGRAPHS], frozenset({"page-cut"} if cut else ())


def feed_instead(extracted: Extracted, raw: RawArticle) -> Extracted | None:
    """Return the article with the feed's text in place of the page's, for a page that could not be had.

    ``None`` where the feed carries no text. Flagged ``text-from-feed``.
    """
    facts = Facts(extracted.metadata.title)
    feed = from_feed(raw.item, facts)
    if feed is None:
        return None
    if extracted.extraction.chosen == feed.result.name:
        return extracted
    rest = [candidate for candidate in extracted.extraction.candidates if candidate.name != feed.result.name]
    return replace(
        extracted,
        paragraphs=feed.paragraphs,
        flags=extracted.flags | {"text-from-feed"},
        extraction=Extraction(
            chosen=feed.result.name,
            score=feed.result.score,
            reason="the page could not be had",
            candidates=(feed.result, *rest),
        ),
        linked=frozenset(),
    )


def _metadata(raw: RawArticle, tree: HtmlElement | None, node: Node) -> Metadata:
    return read_metadata(tree, node, item=raw.item, base_url=raw.final_url or raw.url, captured_at=raw.captured_at)


def _choose(main: Tried, ways: Iterable[Way]) -> tuple[Tried, Extraction]:
    """Choose among the main text and, where that is doubtful, the other ways."""
    doubtful = main.result.score < DOUBTFUL
    return choose(main, [found for found in (way() for way in ways) if found] if doubtful else [])


def _flags(extraction: Extraction) -> frozenset[str]:
    return frozenset({"text-from-feed"} if extraction.chosen == "feed" else ())


@lru_cache(maxsize=2)
def extractor_name(media_type: str) -> str:
    """Return library and version that make text of this media type."""
    return f"trafilatura {version('trafilatura')}" if media_type == HTML else PLAIN_EXTRACTOR
