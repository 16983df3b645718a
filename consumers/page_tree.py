"""A page's markup as a tree, and what can be told of it before its text is taken: its unread parts, its links."""

from collections.abc import Sequence
from copy import copy

from lxml.etree import ElementDefaultClassLookup, HTMLParser, LxmlError, fromstring, strip_elements
from lxml.html import HtmlElement

from consumers.paragraphs import collapse
from consumers.step import Invalid

_DEEP = "Excessive depth"
_EMPTY = b"<html></html>"
_UNREAD = ("script", "style", "svg")
_MAX_LINK = 400
"""Characters of a link's text; a longer one is a card with an article in it."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_ELEMENTS = ElementDefaultClassLookup(element=HtmlElement)
"""All elements are of one class. lxml.html's own look-up calls Python for each element that is touched, to tell forms
and fields apart, which nobody asks for here; it took a third of the time spent with the tree."""


def parse_html(text: str) -> tuple[HtmlElement, bool]:
    """Return the tree, and whether libxml2 stopped at its limit of 256 levels. Raises ``Invalid`` (``unparsable``)."""
    parser = HTMLParser(
        encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        tree = fromstring(text.encode(), parser=parser)
    except (LxmlError, ValueError, AssertionError) as error:
        raise Invalid("unparsable", f"the markup cannot be parsed: {error}") from error
    if tree is None:  # lxml's word for a document without any element
        return fromstring(_EMPTY, parser=parser), False
    return tree, any(_DEEP in entry.message for entry in parser.error_log)


def readable_copy(tree: HtmlElement) -> HtmlElement:
    """Return a copy without what no extractor reads, so that the rest costs less to walk and to copy again."""
    readable = copy(tree)
    strip_elements(readable, *_UNREAD, with_tail=False)
    return readable


def link_texts(tree: HtmlElement) -> frozenset[str]:
    """Return the texts of links, and of the blocks inside links, as ``collapse`` gives them.

    A text that is also a heading without a link is left out: a section's name stands in menus too.
    """
    found: set[str] = set()
    for link in tree.iter("a"):
        if len(link) == 0:
            _add(found, link.text)
            continue
        _add(found, "".join(link.itertext()))
        for part in link.iterdescendants("p", "div", "span", *_HEADINGS):
            _add(found, "".join(part.itertext()) if len(part) else part.text)
    for heading in tree.iter(*_HEADINGS):
        if next(heading.iter("a"), None) is None and next(heading.iterancestors("a"), None) is None:
            found.discard(collapse("".join(heading.itertext())))
    return frozenset(found)


def linked_paragraphs(paragraphs: Sequence[str], texts: frozenset[str]) -> frozenset[int]:
    """Return the indices of the paragraphs that are the text of a link and nothing else."""
    return frozenset(index for index, paragraph in enumerate(paragraphs) if paragraph in texts)


def _add(found: set[str], text: str | None) -> None:
    if text and len(text) <= _MAX_LINK and (line := collapse(text)):
        found.add(line)
