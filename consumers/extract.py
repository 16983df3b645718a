"""From bytes to paragraphs and metadata. The paragraphs, joined by a blank line, are the cleaner's input.

HTML goes through trafilatura with these options, each for a reason:

- the full cascade (``fast=False``): readability and jusText are asked where the main extractor finds little;
- balanced focus: precision is the cleaner's work, which can be undone; what the extractor drops is gone;
- ``include_comments=False``: readers' comments are not the article;
- ``include_tables=True``: results and tables of figures are;
- no links, images or formatting: text is what the models read;
- ``deduplicate=False``: its memory is the process's, so one article's text would depend on those before it;
- ``with_metadata=False``: ``consumers.metadata`` reads it with its sources; trafilatura's date search asks the clock.
"""

import hashlib
import warnings
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version

from lxml.etree import LxmlError, ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from urllib3.exceptions import DependencyWarning

from consumers.decode import HTML, decode, media_type_of, strip_controls
from consumers.metadata import Metadata, read_metadata, repeats_of_head
from consumers.paragraphs import SEPARATOR, collapse, split_plain
from consumers.step import Invalid
from schemas.articles import FeedItem, RawArticle

with warnings.catch_warnings():
    # The package brings its downloader along, which warns that it cannot use SOCKS proxies. Nothing is fetched here.
    warnings.simplefilter("ignore", DependencyWarning)
    from trafilatura import bare_extraction

MIN_WORDS = 20
"""Fewer words on a page are no article: the feed's text is taken if it has more (and the gate comes later)."""
PLAIN_EXTRACTOR = "copydesk-paragraphs"
_DEEP = "Excessive depth"


@dataclass(frozen=True, slots=True)
class Extracted:
    """What an article's bytes hold. ``text`` is the cleaner's input: paragraphs parted by one blank line."""

    paragraphs: tuple[str, ...]
    metadata: Metadata
    media_type: str
    extractor: str
    flags: frozenset[str]

    @property
    def text(self) -> str:
        return SEPARATOR.join(self.paragraphs)


def extract(raw: RawArticle) -> Extracted:
    """Return paragraphs and metadata of any bytes, in time that grows with their number.

    Raises ``Invalid``: ``empty``, ``unsupported-media-type`` (see ``consumers.decode``), ``unparsable`` where the
    parser or extractor gives up on the markup, or ``corrupt`` where the bytes are not those that were fetched.
    """
    if hashlib.sha256(raw.body).hexdigest() != raw.body_sha256:
        raise Invalid("corrupt", "the body does not have the hash that the message promises; pull the article again")
    media_type = media_type_of(raw.media_type, raw.body)
    decoded = decode(raw.body, raw.charset, media_type=media_type)
    flags = set(decoded.flags)
    tree: HtmlElement | None = None
    if media_type == HTML:
        tree, deep = parse_html(decoded.text)
        flags |= {"deep-markup"} if deep else set()
    base_url = raw.final_url or raw.url
    metadata = read_metadata(tree, item=raw.item, base_url=base_url, captured_at=raw.captured_at)
    paragraphs = split_plain(decoded.text) if tree is None else html_paragraphs(tree, metadata)
    from_feed = _feed_paragraphs(raw.item) if count_words(paragraphs) < MIN_WORDS else ()
    if count_words(from_feed) > count_words(paragraphs):
        paragraphs = from_feed
        flags.add("text-from-feed")
    return Extracted(
        paragraphs=paragraphs,
        metadata=metadata,
        media_type=media_type,
        extractor=extractor_name(media_type),
        flags=frozenset(flags | metadata.flags),
    )


def parse_html(text: str) -> tuple[HtmlElement, bool]:
    """Return the tree, and whether libxml2 stopped at its limit of 256 levels. Raises ``Invalid`` (``unparsable``)."""
    parser = HTMLParser(
        encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True
    )
    try:
        tree = document_fromstring(text.encode(), parser=parser)
    except ParserError:  # lxml's word for a document without any element
        return document_fromstring("<html></html>"), False
    except (LxmlError, ValueError, AssertionError) as error:
        raise Invalid("unparsable", f"the markup cannot be parsed: {error}") from error
    return tree, any(_DEEP in entry.message for entry in parser.error_log)


def html_paragraphs(tree: HtmlElement, metadata: Metadata | None = None) -> tuple[str, ...]:
    """Return the main text's paragraphs. Elements that repeat the metadata are taken out of ``tree``.

    Raises ``Invalid`` (``unparsable``) where the extractor fails on the markup.
    """
    if metadata is not None:
        for element in repeats_of_head(tree, metadata):
            if element.getparent() is not None:
                element.drop_tree()
    try:
        document = bare_extraction(
            tree,
            fast=False,
            include_comments=False,
            include_tables=True,
            include_images=False,
            include_links=False,
            include_formatting=False,
            deduplicate=False,
            with_metadata=False,
        )
    except (LxmlError, RecursionError, ValueError, TypeError, AttributeError, LookupError, AssertionError) as error:
        # What Python code over a tree of a shape that its author did not foresee ends in. Nothing of ours runs here.
        raise Invalid("unparsable", f"no text can be had of the markup: {type(error).__name__}: {error}") from error
    text = getattr(document, "text", None) or ""  # None where the page holds nothing
    lines = (_unmarked(collapse(strip_controls(line))) for line in text.split("\n"))
    return tuple(line for line in lines if line)


def _unmarked(line: str) -> str:
    """Return a line without trafilatura's marks: ``- `` before list items, bars around the cells of a table row."""
    if line.startswith("|") and line.endswith("|"):
        return " | ".join(cell for cell in (cell.strip() for cell in line.split("|")) if cell and cell.strip("-:"))
    return line.removeprefix("- ")


def count_words(paragraphs: tuple[str, ...]) -> int:
    """Return the number of words; two ideographs or kana count as one."""
    words = 0
    for paragraph in paragraphs:
        wide = sum("\u2e80" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" for char in paragraph)
        words += wide // 2 if wide > len(paragraph) // 3 else len(paragraph.split())
    return words


@lru_cache(maxsize=2)
def extractor_name(media_type: str) -> str:
    """Return library and version that make text of this media type."""
    return f"trafilatura {version('trafilatura')}" if media_type == HTML else PLAIN_EXTRACTOR


def _feed_paragraphs(item: FeedItem | None) -> tuple[str, ...]:
    """Return the paragraphs of what the feed carries of the article, content first."""
    for value in (item.content, item.summary) if item else ():
        if not value or not value.strip():
            continue
        if "<" not in value:
            return split_plain(strip_controls(value))
        tree, _ = parse_html(f"<html><body><article>{strip_controls(value)}</article></body></html>")
        return html_paragraphs(tree)
    return ()
