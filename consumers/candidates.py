"""The ways in which an article's text can be had besides the main extractor, and the choice among them.

They are asked only where the main extraction scores below ``DOUBTFUL``, since they cost time and are mostly worse:

- ``json-ld``: the page's ``articleBody``: the whole text behind a script-built page, but often without paragraphs;
- ``feed``: what the feed carried, its content before its summary;
- ``readability``: Mozilla's algorithm in the port that trafilatura keeps, over the page as it came.

The main extraction stays unless another scores better by a margin, since each of the others may hold what is no article
(a teaser, another story) and looks well by its form alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from consumers.decode import strip_controls
from consumers.extraction_score import Facts, score_paragraphs
from consumers.page_text import readable_markup
from consumers.page_tree import parse_html
from consumers.paragraphs import collapse, split_plain
from consumers.step import Invalid
from schemas.articles import Candidate, Extraction, FeedItem

DOUBTFUL = 0.6
"""Score of the main extraction below which the other ways are tried."""
MARGIN: Final = {"json-ld": 0.1, "feed": 0.1, "readability": 0.15}
"""By how much another way must score better than the page's own text."""
ONE_BLOCK_MARGIN = 0.2
"""The same for a long text without any paragraph break: it can be read but not cleaned."""
_ONE_BLOCK_WORDS = 150
_MAX_BODY = 500_000
"""Characters of a JSON-LD body or a feed's content that are read."""
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>|&(?:#\d{2,6}|#x[0-9a-fA-F]{2,6}|[a-zA-Z]{2,8});")
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "table", "tr",
     "h1", "h2", "h3", "h4", "h5", "h6", "figure", "figcaption", "header", "footer", "aside", "br", "hr", "body"}
)  # fmt: skip
_SKIPPED = frozenset({"script", "style", "svg", "noscript", "template", "head", "figure", "aside", "nav", "form"})


@dataclass(frozen=True, slots=True)
class Tried:
    """A way that was tried: its paragraphs, how they score, and which of them are the text of a link."""

    paragraphs: tuple[str, ...]
    result: Candidate
    linked: frozenset[int] = frozenset()


def choose(main: Tried, others: Sequence[Tried]) -> tuple[Tried, Extraction]:
    """Return the best of all and why it is: ``main``, unless another is better by its margin."""
    best, lead = main, 0.0
    for other in others:
        ahead = other.result.score - main.result.score - _margin(other)
        if other.result.words and ahead >= 0 and (best is main or ahead > lead):
            best, lead = other, ahead
    rest = sorted(
        (tried.result for tried in (main, *others) if tried is not best),
        key=lambda result: (-result.score, result.name),
    )
    return best, Extraction(
        chosen=best.result.name,
        score=best.result.score,
        reason=_reason(main.result, best.result, len(others)),
        candidates=(best.result, *rest),
    )


def from_json_ld(body: str | None, facts: Facts) -> Tried | None:
    """Return the text of an ``articleBody``, or None where there is none."""
    return _tried("json-ld", _paragraphs(body), facts)


def from_feed(item: FeedItem | None, facts: Facts) -> Tried | None:
    """Return the text that the feed carries, or None where there is none."""
    values = (item.content, item.summary) if item else ()
    return _tried("feed", next(filter(None, (_paragraphs(value) for value in values)), ()), facts)


def from_readability(tree: HtmlElement, facts: Facts) -> Tried | None:
    """Return what readability finds in ``tree``, which is changed by it; None where it finds nothing or gives up."""
    try:
        markup = readable_markup(tree)
        paragraphs = block_paragraphs(parse_html(markup)[0]) if markup else ()
    except Invalid:  # it is one way among several
        return None
    return _tried("readability", paragraphs, facts)


def block_paragraphs(tree: HtmlElement) -> tuple[str, ...]:
    """Return the text of a piece of markup that is an article's body, one paragraph for each block."""
    lines = "".join(_pieces(tree)).split("\n\x00")
    return tuple(line for line in (collapse(strip_controls(line)) for line in lines) if line)


def _pieces(tree: HtmlElement) -> Iterator[str]:
    """The text in document order, with a mark between blocks; without recursion, since nesting is the page's choice."""
    stack: list[HtmlElement | str] = [tree]
    while stack:
        current = stack.pop()
        if isinstance(current, str):
            yield current
            continue
        if not isinstance(current.tag, str) or current.tag in _SKIPPED:
            continue
        mark = "\n\x00" if current.tag in _BLOCKS else ""
        yield mark + (current.text or "")
        stack.append(mark)
        for child in reversed(current):
            if child.tail:
                stack.append(child.tail)
            stack.append(child)


def _paragraphs(value: str | None) -> tuple[str, ...]:
    """Return the paragraphs of a string that may hold HTML."""
    text = strip_controls((value or "")[:_MAX_BODY])
    if not text.strip():
        return ()
    if _TAG.search(text):
        if "<" not in text or not re.search(r"<(?:p|br|div|li)\b", text, re.IGNORECASE):
            text = text.replace("\n", "<br>")
        return block_paragraphs(parse_html(f"<html><body><div>{text}</div></body></html>")[0])
    return split_plain(text)


def _tried(name: str, paragraphs: tuple[str, ...], facts: Facts) -> Tried | None:
    return Tried(paragraphs, score_paragraphs(name, paragraphs, facts)) if paragraphs else None


def _margin(tried: Tried) -> float:
    one_block = len(tried.paragraphs) == 1 and tried.result.words > _ONE_BLOCK_WORDS
    return ONE_BLOCK_MARGIN if one_block else MARGIN[tried.result.name]


def _reason(main: Candidate, best: Candidate, others: int) -> str:
    if best is not main:
        return f"{best.name} scores {best.score:.2f}, the page's own text only {main.score:.2f}"
    if others:
        return f"no other way is clearly better than the page's own text, which scores {main.score:.2f}"
    if main.score < DOUBTFUL:
        return f"before cleaning it scores {main.score:.2f}, and there is no other way to have the text"
    return f"before cleaning it scores {main.score:.2f}, so that no other way was tried"
