"""The text of a page's tree by trafilatura, with these options, each for a reason:

- ``fast=True``: its own fallbacks (readability, jusText) would run on every page; ``consumers.candidates`` asks other
  ways only where the score is low, and says so;
- balanced focus: precision is the cleaner's work, which can be undone; what the extractor drops is gone;
- ``include_comments=False``: readers' comments are not the article;
- ``include_tables=True``: results and tables of figures are;
- no links, images or formatting: text is what the models read;
- ``deduplicate=False``: its memory is the process's, so one article's text would depend on those before it;
- ``with_metadata=False``: ``consumers.metadata`` reads it with its sources; trafilatura's date search asks the clock.
"""

import warnings

from lxml.etree import LxmlError, strip_attributes
from lxml.html import HtmlElement
from urllib3.exceptions import DependencyWarning

from consumers.decode import strip_controls
from consumers.paragraphs import collapse
from consumers.step import Invalid

with warnings.catch_warnings():
    # The package brings its downloader along, which warns that it cannot use SOCKS proxies. Nothing is fetched here.
    warnings.simplefilter("ignore", DependencyWarning)
    from trafilatura import bare_extraction
    from trafilatura.readability_lxml import Document as Readability

_READABLE_CHARACTERS = 25
"""Shortest paragraph that readability looks at: its own default, and trafilatura's."""
_MOST_INSIDE = 50
_FAILURES = (LxmlError, RecursionError, ValueError, TypeError, AttributeError, LookupError, AssertionError)
"""What Python code over a tree of a shape that its author did not foresee ends in. Nothing of ours runs there."""


def page_paragraphs(tree: HtmlElement) -> tuple[str, ...]:
    """Return the main text's paragraphs; ``tree`` loses nothing but the spans of its table cells.

    Raises ``Invalid`` (``unparsable``) where the extractor fails on the markup.
    """
    # The extractor fills them with up to 100 x 100 empty cells each, which say nothing and are dropped below.
    strip_attributes(tree, "colspan", "rowspan")
    # Paragraphs inside a paragraph, which broken tags lead to, take it time in squares.
    for paragraph in tree.xpath(f"//p[count(.//p) > {_MOST_INSIDE}]"):
        paragraph.tag = "div"
    try:
        document = bare_extraction(
            tree,
            fast=True,
            include_comments=False,
            include_tables=True,
            include_images=False,
            include_links=False,
            include_formatting=False,
            deduplicate=False,
            with_metadata=False,
        )
    except _FAILURES as error:
        raise Invalid("unparsable", f"no text can be had of the markup: {type(error).__name__}: {error}") from error
    text = getattr(document, "text", None) or ""  # None where the page holds nothing
    lines = (_unmarked(collapse(strip_controls(line))) for line in text.split("\n"))
    return tuple(line for line in lines if line)


def readable_markup(tree: HtmlElement) -> str:
    """Return what readability takes for the article, as HTML. ``tree`` is changed by it.

    Raises ``Invalid`` (``unparsable``) where it fails on the markup.
    """
    try:
        return str(Readability(tree, min_text_length=_READABLE_CHARACTERS).summary() or "")
    except _FAILURES as error:
        raise Invalid("unparsable", f"readability gave up: {type(error).__name__}: {error}") from error


def _unmarked(line: str) -> str:
    """Return a line without trafilatura's marks: ``- `` before list items, bars around the cells of a table row."""
    if line.startswith("|") and line.endswith("|"):
        return " | ".join(cell for cell in (cell.strip() for cell in line.split("|")) if cell and cell.strip("-:"))
    return line.removeprefix("- ")
