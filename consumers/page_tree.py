"""A page's markup as a tree, and what can be told of it before its text is taken: its unread parts, its links."""

import re
from collections.abc import Sequence
from copy import copy
from itertools import islice

from lxml.etree import ElementDefaultClassLookup, HTMLParser, LxmlError, fromstring, iterwalk, strip_elements
from lxml.html import HtmlElement

from consumers.paragraphs import collapse
from consumers.step import Invalid

MAX_TAGS = 50_000
"""Opening tags of a page that are read: five times as many as the longest live blogs have. Extractors and cleaner take
tens of microseconds and a kilobyte or more for each, and some of that in squares."""
_TAG = re.compile(r"<[a-zA-Z]")
_MAX_ATTRIBUTES = 2_000
"""Of a tag: libxml2 compares each with all before it."""
_LONG = 20_000
"""Characters of a tag that may have so many attributes."""
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_CONTROL_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)"
    r"|[xX]0*(?:[0-8bBcCeEfF]|1[\da-fA-F]|[fF]{3}[eEfF])(?![\da-fA-F]));?"
)
"""References to characters that libxml2 lets into the tree, and that lxml then refuses to move from node to node."""
_DROPPED_LATER = "\ufeff"
"""By ``consumers.decode.strip_controls``. With nothing in its place, what stands around a reference might make one."""
_MAX_DEPTH = 600
"""Levels of a page that is read beyond libxml2's 256: extractors written in Python recurse into some elements."""
_MAX_LEVELS = 2_000_000
"""Sum, over the beginnings and ends of all elements, of the levels above them."""
_DEEP = "Excessive depth"
_LIMIT = "Resource limit"
_EMPTY = b"<html></html>"
_UNREAD = (
    "script", "style", "svg", "iframe", "noscript", "link", "meta", "source", "select", "button", "input", "video",
    "audio",
)  # fmt: skip
_BESIDE = ("nav", "footer", "aside")
"""What stands beside an article, as HTML has it. The extractor leaves it out too, but later and at a price."""
_LITTLE = 500
"""Characters of a page. If no more stand outside those elements, they hold the article, or were never closed."""
_MAX_LINK = 400
"""Characters of a link's text; a longer one is a card with an article in it."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_ELEMENTS = ElementDefaultClassLookup(element=HtmlElement)
"""All elements are of one class. lxml.html's own look-up calls Python for each element that is touched, to tell forms
and fields apart, which nobody asks for here; it took a third of the time spent with the tree."""


def parse_html(text: str) -> tuple[HtmlElement, frozenset[str]]:
    """Return the tree, and flags for what is not in it. Raises ``Invalid`` (``unparsable``).

    ``deep-markup``: there are more levels than libxml2's limit of 256, and so many that we stop there; ``page-cut``: it
    stopped at 10 million characters without a tag, or we did at ``MAX_TAGS``.
    """
    text = _without_swarms(_CONTROL_REFERENCE.sub(_DROPPED_LATER, text))
    cut = next(islice(_TAG.finditer(text), MAX_TAGS, None), None) if text.count("<") > MAX_TAGS else None
    if cut:
        text = text[: cut.start()]
    tree, told = _parse(text)
    if any(_DEEP in message for message in told):
        # Tags that were never closed nest this deep by accident.
        deeper, told_deeper = _parse(text, huge_tree=True)
        if _is_bearable(deeper) and not any(_DEEP in message for message in told_deeper):
            tree, told = deeper, told_deeper
    found = {
        "deep-markup": any(_DEEP in message for message in told),
        "page-cut": cut is not None or any(_LIMIT in message for message in told),
    }
    return tree, frozenset(flag for flag, holds in found.items() if holds)


def _is_bearable(tree: HtmlElement) -> bool:
    """Whether extractors can walk a tree this deep: some of their time goes with the levels above each element."""
    depth = levels = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        levels += depth
        if depth > _MAX_DEPTH or levels > _MAX_LEVELS:
            return False
    return True


def _parse(text: str, *, huge_tree: bool = False) -> tuple[HtmlElement, list[str]]:
    """Return the tree and what the parser had to say. An empty document is a tree too."""
    parser = HTMLParser(
        encoding="utf-8",
        collect_ids=False,
        default_doctype=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=huge_tree,
    )
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        tree = fromstring(text.encode(), parser=parser)
    except (LxmlError, ValueError, AssertionError) as error:
        raise Invalid("unparsable", f"the markup cannot be parsed: {error}") from error
    if tree is None:  # lxml's word for a document without any element
        return fromstring(_EMPTY, parser=parser), []
    return tree, [entry.message for entry in parser.error_log]


def _without_swarms(text: str) -> str:
    """Return a page without the long tags that have more attributes than any that means something.

    A long tag leaves half of its length without a bracket, wherever one begins to look: a hundred times as fast as an
    expression that reads all tags.
    """
    half = _LONG // 2
    parts: list[str] = []
    done = start = 0
    while start + half <= len(text):
        if text.find("<", start, start + half) >= 0 or text.find(">", start, start + half) >= 0:
            start += half
            continue
        begin = max(text.rfind("<", done, start), text.rfind(">", done, start))
        end = min((at for at in (text.find("<", start), text.find(">", start)) if at >= 0), default=len(text))
        if begin >= 0 and end - begin - 2 >= _LONG and _TAG.match(text, begin) and _is_swarm(text[begin:end]):
            parts.append(text[done:begin])
            done = end
        start = end
    return "".join([*parts, text[done:]]) if parts else text


def _is_swarm(tag: str) -> bool:
    return len(_VALUE.sub("", tag).split()) > _MAX_ATTRIBUTES


def readable_copy(tree: HtmlElement) -> HtmlElement:
    """Return a copy without what no extractor reads, so that the rest costs less to walk and to copy again."""
    readable = copy(tree)
    strip_elements(readable, *_UNREAD, *_BESIDE, with_tail=False)
    if len(readable.text_content()) > _LITTLE:
        return readable
    whole = copy(tree)
    strip_elements(whole, *_UNREAD, with_tail=False)
    return whole


def link_texts(tree: HtmlElement) -> frozenset[str]:
    """Return the texts of links, and of the blocks inside links, as ``collapse`` gives them.

    A text that is also a heading without a link is left out: a section's name stands in menus too.
    """
    found: set[str] = set()
    for link in tree.iter("a"):
        if len(link) == 0:
            _add(found, link.text)
            continue
        _add(found, _short_text(link))
        for part in link.iterdescendants("p", "div", "span", *_HEADINGS):
            _add(found, _short_text(part) if len(part) else part.text)
    for heading in tree.iter(*_HEADINGS):
        if next(heading.iter("a"), None) is None and next(heading.iterancestors("a"), None) is None:
            found.discard(collapse(_short_text(heading)))
    return frozenset(found)


def linked_paragraphs(paragraphs: Sequence[str], texts: frozenset[str]) -> frozenset[int]:
    """Return the indices of the paragraphs that are the text of a link and nothing else."""
    return frozenset(index for index, paragraph in enumerate(paragraphs) if paragraph in texts)


def _short_text(element: HtmlElement) -> str:
    """Return the element's text, or nothing where it is longer than a link's: nesting must not cost squares."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        parts.append(part)
        size += len(part)
        if size > _MAX_LINK or len(parts) > _MAX_LINK:
            return ""
    return "".join(parts)


def _add(found: set[str], text: str | None) -> None:
    if text and len(text) <= _MAX_LINK and (line := collapse(text)):
        found.add(line)
