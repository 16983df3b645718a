"""What a page's markup says is not the article's text, beyond what the extractor leaves out by itself.

Only what standards and the widespread frameworks give one meaning to, and never much of a page:

- text for screen readers only (``visually-hidden`` and its kin: Bootstrap, WordPress, HTML5 Boilerplate);
- panels of a tab view that are not the one shown (Bootstrap's ``tab-pane``, ARIA's ``tabpanel``);
- regions that ARIA calls something else: navigation, search, complementary, content information, a dialogue;
- readers' comments marked with schema.org's type;
- a box that is called a picture and holds one, with a few words: its caption;
- a pull quote (by name) whose words stand in the text as well.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml.html import HtmlElement

from consumers.head_strings import short_text

_TAGS = ("div", "p", "span", "section", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "li", "strong", "em")
_FOR_READERS_ALOUD = re.compile(
    r"(?:^|\s)(?:u-)?(?:visually-?hidden|sr-only|screen-?reader(?:-text|-only)?|a11y-(?:hidden|text))(?:\s|$)",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"(?:^|[\s_-])(?:image|img|photo|picture|caption(?:ed)?|figure)(?:$|[\s_-])", re.IGNORECASE)
_PULL_QUOTE = re.compile(r"(?:^|[\s_-])pull-?quote(?:$|[\s_-])", re.IGNORECASE)
_OTHER_ROLES = frozenset(
    {"navigation", "search", "complementary", "contentinfo", "dialog", "alertdialog", "menu", "menubar", "toolbar",
     "tooltip", "alert"}
)  # fmt: skip
_MAX_NAME = 500
_MAX_LABEL_WORDS, _MAX_CAPTION_WORDS = 20, 60
_MAX_SHARE = 0.3
"""Share of the words in the page's paragraphs that may go; where it would be more, the markup means something else."""
_MIN_QUOTE = 20
_WORD = re.compile(r"\w+")


def prune(tree: HtmlElement) -> None:
    """Take out of ``tree`` what its markup says is not the article; nothing where that would be too much of it."""
    found = list(_found(tree))
    if not found:
        return
    total = sum(len(paragraph.text_content()) for paragraph in tree.iter("p"))
    gone = sum(len(paragraph.text_content()) for element in found for paragraph in element.iter("p"))
    if gone > _MAX_SHARE * total:
        return
    for element in found:
        if element.getparent() is not None:
            element.drop_tree()


def _found(tree: HtmlElement) -> Iterator[HtmlElement]:
    """The outermost elements that are not the article's."""
    inside: HtmlElement | None = None
    text: str | None = None
    for element in tree.iter(*_TAGS):
        kinds = _kinds(element.get("class"), element.get("role"))
        if not kinds and "Comment" not in (element.get("itemtype") or ""):
            continue
        if inside is not None and inside in element.iterancestors():
            continue
        if "quote" in kinds:
            text = _form(tree.text_content()) if text is None else text
        if _is_other(element, kinds, text or ""):
            inside = element
            yield element


def _is_other(element: HtmlElement, kinds: frozenset[str], text: str) -> bool:
    if "role" in kinds or not kinds:
        return True
    if "label" in kinds and len(element.text_content().split()) <= _MAX_LABEL_WORDS:
        return True
    if "panel" in kinds and _is_behind(element):
        return True
    if "picture" in kinds and _is_captioned_picture(element):
        return True
    return "quote" in kinds and _is_repeated(element, text)


@lru_cache(maxsize=8_192)
def _kinds(names: str | None, role: str | None) -> frozenset[str]:
    """What an element's classes and role make it a candidate for. Asked for every element; most share their classes."""
    found = {"role"} if role in _OTHER_ROLES else set()
    found |= {"panel"} if role == "tabpanel" else set()
    if names:
        names = names[:_MAX_NAME]
        tests = {"label": _FOR_READERS_ALOUD, "picture": _PICTURE, "quote": _PULL_QUOTE}
        found |= {kind for kind, pattern in tests.items() if pattern.search(names)}
        found |= {"panel"} if "tab-pane" in names.split() else set()
    return frozenset(found)


def _is_behind(panel: HtmlElement) -> bool:
    """Whether another panel beside this one is the one shown."""
    parent = panel.getparent()
    return (
        parent is not None and not _is_shown(panel) and any(_is_shown(other) for other in parent if other is not panel)
    )


def _is_shown(panel: HtmlElement) -> bool:
    return "active" in (panel.get("class") or "").split() or panel.get("aria-hidden") == "false"


def _is_captioned_picture(element: HtmlElement) -> bool:
    if next(element.iter("img", "picture"), None) is None:
        return False
    return len(element.text_content().split()) <= _MAX_CAPTION_WORDS


def _is_repeated(quote: HtmlElement, text: str) -> bool:
    """Whether the longest line of a pull quote stands on the page twice."""
    lines = [_form(short_text(element)) for element in quote.iter() if len(element) == 0 or element.tag == "p"]
    longest = max(lines, key=len, default="")
    return len(longest) >= _MIN_QUOTE and text.count(longest) > 1


def _form(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
