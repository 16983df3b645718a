"""Short strings of pages and feeds made into clean lines. They are hostile: markup and controls out, length bounded."""

from collections.abc import Iterable

from lxml.etree import ParserError
from lxml.html import HtmlElement, document_fromstring

from consumers.decode import strip_controls
from consumers.paragraphs import collapse

MAX_LINE = 1_000
"""Characters of a title, byline or section; longer ones are cut at a word."""
MAX_STANDFIRST = 4_000
_MAX_PARTS = 40
"""Pieces of text (cut by inline elements) that a head line has at most."""


def line(value: str | None, *, limit: int = MAX_LINE) -> str | None:
    """Return one clean line of a string that may hold HTML; None where nothing is left."""
    if not value:
        return None
    text = value[: 20 * limit]
    if "<" in text or "&" in text:
        try:
            # Within an element, so that a string that starts like a whole page is read like any other.
            text = document_fromstring(f"<div>{strip_controls(text)}</div>").text_content()
        except (ParserError, ValueError):
            return None
    text = collapse(strip_controls(text))
    if len(text) > limit:
        text = text[: limit - 1].rsplit(" ", 1)[0] + "…"
    return text or None


def join_names(names: Iterable[str]) -> str | None:
    """Join the names of several authors; profile URLs are no names."""
    clean = [name for name in (line(name) for name in names) if name and not name.startswith(("http:", "https:"))]
    return ", ".join(dict.fromkeys(clean)) or None


def short_text(element: HtmlElement) -> str:
    """Return the element's text, or nothing where it is more than a head line is: nesting must not cost squares."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        parts.append(part)
        size += len(part)
        if size > 2 * MAX_STANDFIRST or len(parts) > _MAX_PARTS:
            return ""
    return "".join(parts)
