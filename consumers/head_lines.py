"""The lines above an article's body that say title, standfirst, section or byline again."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from consumers.head_strings import short_text
from consumers.metadata import Metadata, without_by

_WORD = re.compile(r"\w+")
_HEADINGS = ("h1", "h2", "h3", "h4")
_TAGS = (*_HEADINGS, "p", "div", "span", "b", "strong", "a")
_HEAD_NAME = re.compile(
    r"(?:^|[\s_-])(?:standfirst|dek|deck|subhead(?:line)?|sub-?title|strapline|lede?|intro|summary|description|kicker"
    r"|eyebrow|section|category|byline|authors?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_NAME = 500
_CUT = ("…", "...")
_MIN_CUT = 40
"""Characters that a standfirst cut short (for a search engine, or on the page) must share with the line it is."""
_MAX_CUT_WORDS = 80
_MAX_TITLE_WORDS = 60


def repeats_of_head(tree: HtmlElement, metadata: Metadata) -> list[HtmlElement]:
    """Return the elements that only show title, standfirst, section or byline again: the text need not have them.

    A page's only top heading is its title, in other words at most. What says the same as a standfirst but stands in the
    body may be the first paragraph; a heading, a place in a header or a telling class tells the two apart. Letters and
    digits are compared.
    """
    title = _form(metadata.title)
    said = {_form(metadata.standfirst), _form(metadata.section), _form(metadata.byline)} - {""}
    top = list(islice(tree.iter("h1"), 2))
    only_heading = top[0] if len(top) == 1 else None
    repeats = []
    for element in _candidates(tree):
        text = short_text(element)
        form = _form(text)
        if not form:
            continue
        if element is only_heading:
            says_again = len(form.split()) <= _MAX_TITLE_WORDS
        elif form == title:
            says_again = element.tag in ("h1", "h2")
        elif form in said or _says_with_by(text, form, said) or _is_cut(text, metadata.standfirst):
            says_again = element.tag in _HEADINGS or _is_named(element) or _in_header(element)
        else:
            continue
        if says_again and not _in_sentence(element, form):
            repeats.append(element)
    return repeats


def _form(text: str | None) -> str:
    return " ".join(_WORD.findall(text.casefold())) if text else ""


def _says_with_by(text: str, form: str, said: AbstractSet[str]) -> bool:
    """Whether a text is what was said with "By" before it, or a date behind."""
    return any(words in form for words in said) and _form(without_by(text.strip())) in said


def _is_cut(text: str, standfirst: str | None) -> bool:
    """Whether one of the two is the other cut short."""
    text = text.rstrip()
    if not standfirst or not (text.endswith(_CUT) or standfirst.endswith(_CUT)) or len(text.split()) > _MAX_CUT_WORDS:
        return False
    short, long = sorted((_form(text), _form(standfirst)), key=len)
    return len(short) >= _MIN_CUT and long.startswith(short)


def _candidates(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Headings, what has a telling name, and what is in a header, in document order."""
    outer = (header for header in tree.iter("header") if not _in_header(header))  # not again what nested ones hold
    headed = {element for header in outer for element in header.iter(*_TAGS)}
    for element in tree.iter(*_TAGS):
        if element.tag in _HEADINGS or _is_named(element) or element in headed:
            yield element


def _is_named(element: HtmlElement) -> bool:
    get = element.get
    return _tells(get("class")) or _tells(get("id")) or _tells(get("itemprop"))


@lru_cache(maxsize=8_192)
def _tells(name: str | None) -> bool:
    """Whether a name is a head line's. Asked for every element, and most of them share their names."""
    return name is not None and _HEAD_NAME.search(name[:_MAX_NAME]) is not None


def _in_header(element: HtmlElement) -> bool:
    return next(element.iterancestors("header"), None) is not None


def _in_sentence(element: HtmlElement, form: str) -> bool:
    """Whether the element is a part of a paragraph that says more."""
    block = next(element.iterancestors("p", "li", "td", "blockquote"), None)
    return block is not None and _form(short_text(block)) != form
