"""Cards: a headline that links to another page, with a line or two below it. Front, tag and result pages are made of
them, and an extractor that leaves the headlines out gives their teasers as if they were a text.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from consumers.paragraphs import collapse

MIN_CARDS = 4
"""Cards on a page from which it is made of them; one to three are an article's related stories."""
_MAX_TEXTS = 3
"""Paragraphs in one card."""
_TEASER_WORDS = 60
"""A longer paragraph below a linked headline is the text of a round-up, not a teaser."""
_HEADLINE_WORDS = 3
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CLIMB = 5
_HOLDERS = frozenset({"div", "li", "article", "section", "td", "header", "span", "figure"})
_MAX_LINKS, _MAX_LOOKED_AT, _MAX_PIECES, _MAX_CHARACTERS = 600, 20, 40, 2_000
"""Bounds, so that a page that is made of links costs no squares."""


def carded_paragraphs(tree: HtmlElement, paragraphs: Sequence[str], title: str | None) -> frozenset[int]:
    """Return the indices of the paragraphs that stand in cards, none where the page has fewer than ``MIN_CARDS``.

    A headline that says the same as ``title`` is the article's own.
    """
    places = {paragraph: index for index, paragraph in enumerate(paragraphs)}
    own = collapse(title or "")
    cards = 0
    found: set[int] = set()
    for link in islice(tree.iter("a"), _MAX_LINKS):
        headline = _headline(link)
        if not headline or headline == own or len(headline.split()) < _HEADLINE_WORDS:
            continue
        texts = [text for text in (*_texts_beside(link), *_texts_below(link)) if text != headline]
        inside = {places[text] for text in texts if text in places and len(text.split()) <= _TEASER_WORDS}
        if inside:
            cards += 1
            found |= inside
    return frozenset(found) if cards >= MIN_CARDS else frozenset()


def _headline(link: HtmlElement) -> str:
    """Return the text of a link that is a headline; nothing for a link in a sentence or within the page."""
    parent = link.getparent()
    if parent is None or (link.get("href") or "#").startswith("#"):
        return ""
    heading = next((element for element in link if element.tag in _HEADINGS), None)
    if heading is not None:
        return _text(heading)
    return _text(link) if parent.tag in _HEADINGS | _HOLDERS else ""


def _texts_beside(link: HtmlElement) -> Iterator[str]:
    """The paragraphs in the smallest element around a headline that has some, if it has few."""
    around = link
    for _ in range(_CLIMB):
        texts = _first_texts(around, "p") or [
            text for text in _first_texts(around, "div", "span") if text != _text(link)
        ]
        if texts:
            yield from texts if len(texts) <= _MAX_TEXTS else ()
            return
        parent = around.getparent()
        if parent is None or parent.tag not in _HEADINGS | _HOLDERS:
            return
        around = parent


def _texts_below(link: HtmlElement) -> Iterator[str]:
    """The paragraphs between a linked heading and the next one beside it, if they are few."""
    heading = next((element for element in islice(link.iterancestors(), _CLIMB) if element.tag in _HEADINGS), None)
    if heading is None:
        return
    texts: list[str] = []
    for element in heading.itersiblings():
        if element.tag in _HEADINGS:
            if element.tag == heading.tag and element.find(".//a") is not None:
                yield from texts
            return
        texts.append(_text(element))
        if len(texts) > _MAX_TEXTS:
            return


def _first_texts(around: HtmlElement, *tags: str) -> list[str]:
    """Return the texts of the first elements of some kinds that hold text themselves, one more than a card has."""
    texts = (
        _text(element)
        for element in islice(around.iter(*tags), _MAX_LOOKED_AT)
        if element.tag == "p" or not len(element)
    )
    return list(islice((text for text in texts if text), _MAX_TEXTS + 1))


def _text(element: HtmlElement) -> str:
    """Return the text of an element; nothing where it is more than a card holds."""
    pieces = list(islice(element.itertext(), _MAX_PIECES))
    if len(pieces) == _MAX_PIECES or sum(map(len, pieces)) > _MAX_CHARACTERS:
        return ""
    return collapse("".join(pieces))
