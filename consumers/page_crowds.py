"""Inline elements and text nodes, too many in one block for the extractor.

It takes inline elements away and keeps their text, which leaves a text node for each, and then asks every text node of
a paragraph for its parent: lxml finds that by walking back over all text nodes before it. 20,000 links in one paragraph
took 45 seconds.
"""

from collections.abc import Callable, Iterator
from itertools import accumulate

from lxml.etree import strip_elements
from lxml.html import HtmlElement

MAX_INLINE = 500
"""Inline elements of one block that are read as elements. A law with a link at every other word has half as many."""
MANY_ELEMENTS = 2_000
"""A page of fewer is not looked through. Long live blogs come near."""
_INLINE = frozenset((
    "a", "abbr", "acronym", "address", "b", "bdi", "bdo", "big", "cite", "data", "dfn", "em", "font", "hgroup", "i",
    "ins", "kbd", "mark", "nobr", "ruby", "samp", "small", "span", "strong", "sub", "sup", "template", "tt", "u", "var",
    "wbr",
))  # fmt: skip
"""What the extractor takes away and keeps the text of: its ``MANUALLY_STRIPPED``, and formatting."""
_UNSEEN = frozenset((
    "applet", "area", "audio", "blink", "button", "canvas", "datalist", "dialog", "embed", "fencedframe", "fieldset",
    "figure", "form", "frame", "frameset", "iframe", "img", "input", "label", "legend", "link", "map", "marquee",
    "math", "menu", "menuitem", "meta", "noindex", "noscript", "object", "optgroup", "option", "output", "param",
    "picture", "progress", "rp", "rt", "rtc", "script", "select", "source", "style", "svg", "textarea", "time", "track",
    "use", "video",
))  # fmt: skip
"""What it takes away with all that is in it: its ``MANUALLY_CLEANED``, without what may hold an article."""


def unwrap_crowds(tree: HtmlElement) -> bool:
    """Leave only the text of inline elements where a block has more than ``MAX_INLINE``; return whether text is cut.

    It is cut where most of them are links: that is an index, and as plain text it would pass for prose. Its first
    links stay, and so does all text between links.
    """
    if tree.xpath("count(//*)") <= MANY_ELEMENTS:
        return False
    cut = False
    for block, crowd in list(_crowds(tree)):
        if 2 * sum(1 for child in crowd for _ in child.iter("a")) < sum(crowd.values()):
            _replace(block, [*crowd], _text)
        else:
            sizes = accumulate(crowd.values())
            _replace(block, [child for child, size in zip(crowd, sizes, strict=True) if size > MAX_INLINE], _unlinked)
            cut = True
    return cut


def join_text(tree: HtmlElement) -> None:
    """Make one text node of those that stand together: elements that were taken away have left many."""
    for block in tree.xpath(f"//*[count(text()) > {MAX_INLINE}]"):
        block.text = block.text
        for child in block:
            child.tail = child.tail


def _crowds(tree: HtmlElement) -> Iterator[tuple[HtmlElement, dict[HtmlElement, int]]]:
    """Blocks with too many elements in their inline children, and those children with the number of each."""
    sizes = _sizes(tree)
    for block in tree.iter():
        if block in sizes or block.tag in _UNSEEN:
            continue
        crowd = {child: sizes[child] for child in block if child in sizes}
        if sum(crowd.values()) > MAX_INLINE:
            yield block, crowd


def _sizes(tree: HtmlElement) -> dict[HtmlElement, int]:
    """For each element that is inline with all that is seen of it, how many elements that is."""
    sizes: dict[HtmlElement, int] = {}
    for element in reversed([*tree.iter()]):  # what is in an element stands after it in the document
        if element.tag not in _INLINE:
            continue
        seen = [child for child in element if child.tag not in _UNSEEN]
        if all(child in sizes for child in seen):
            sizes[element] = 1 + sum(sizes[child] for child in seen)
    return sizes


def _replace(block: HtmlElement, children: list[HtmlElement], text_of: Callable[[HtmlElement], str]) -> None:
    """Put what ``text_of`` says in the place of children; one text node for those that stand together."""
    gone = {*children}
    kept: HtmlElement | None = None
    parts = [block.text or ""]
    for child in [*block]:
        if child in gone:
            parts += (text_of(child), child.tail or "")
            block.remove(child)
            continue
        _set_text_after(kept, block, parts)
        kept, parts = child, [child.tail or ""]
    _set_text_after(kept, block, parts)


def _set_text_after(element: HtmlElement | None, block: HtmlElement, parts: list[str]) -> None:
    text = "".join(parts)
    if element is None:
        block.text = text
    else:
        element.tail = text


def _text(element: HtmlElement) -> str:
    strip_elements(element, *_UNSEEN, with_tail=False)
    return str(element.text_content())


def _unlinked(element: HtmlElement) -> str:
    """Return the text that is in no link. The links lose theirs."""
    for link in element.iter("a"):
        link.text = None
        for part in link.iterdescendants():
            part.text = part.tail = None
    return _text(element)
