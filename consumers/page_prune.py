"""What a page's markup says is not the article's text, beyond what the extractor leaves out by itself.

Only what standards and the widespread frameworks give one meaning to, and never much of a page:

- text for screen readers only (``visually-hidden`` and its kin: Bootstrap, WordPress, HTML5 Boilerplate);
- panels of a tab view that are not the one shown (Bootstrap's ``tab-pane``, ARIA's ``tabpanel``);
- regions that ARIA calls something else: navigation, search, complementary, content information, a dialogue;
- readers' comments, a box about the author, recommendations, by schema.org's type or by the names that themes and
  content systems give them;
- a box that is called a picture and holds one, with a few words: its caption;
- a pull quote (by name) whose words stand in the text as well.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml.html import HtmlElement

from consumers.head_strings import short_text

_TAGS = ("div", "p", "span", "section", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "li", "strong", "em")
_INLINE = frozenset({"span", "strong", "em"})
"""Elements that may stand in the middle of a sentence."""
_SENTENCES = ("p", "li", "td", "blockquote", "h2", "h3", "h4", "h5", "h6")
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
_COMMENTS = re.compile(
    r"(?:^|\s)(?!(?:no|has|with|show|hide|open|allow)[_-])(?:[a-z]+[_-])?comments?"
    r"(?![_-](?:open|closed|enabled|disabled|on|off|status))(?:[_-]|$|\s)",
    re.IGNORECASE,
)
_ABOUT_AUTHOR = re.compile(r"(?:^|[\s_-])(?:authors?|bio|biography)(?:$|[\s_-])", re.IGNORECASE)
_RECOMMENDED = re.compile(r"(?:^|[\s_-])recommend(?:ed|ations?|s)?(?:$|[\s_-])", re.IGNORECASE)
_MAX_NAME = 500
_PATTERNS = {
    "label": _FOR_READERS_ALOUD,
    "picture": _PICTURE,
    "quote": _PULL_QUOTE,
    "comments": _COMMENTS,
    "author": _ABOUT_AUTHOR,
    "recommended": _RECOMMENDED,
}
_MOST_WORDS = {"label": 20, "picture": 60, "author": 150, "recommended": 150}
"""Words that an element of a kind has at most; with more it is something else."""
_MAX_SHARE = 0.3
"""Share of the letters in the page's paragraphs that an element may have: where it has more, its name or role means
something else."""
_ENOUGH_LEFT = 1_500
"""Letters that must stay where readers' comments are longer than that: there may be any number of them."""
_MIN_QUOTE = 20
_MAX_QUOTES = 50
"""Pull quotes that are looked for in the text."""
_WORD = re.compile(r"\w+")


def prune(tree: HtmlElement) -> None:
    """Take out of ``tree`` what its markup says is not the article; nothing that would be much of the page."""
    found = list(_found(tree))
    if not found:
        return
    left = _letters(tree)
    for element, kinds in found:
        letters = _letters(element)
        enough = left - letters >= _ENOUGH_LEFT and "comments" in kinds
        if (letters <= _MAX_SHARE * left or enough) and next(element.iter("h1"), None) is None:
            left -= letters
            if element.getparent() is not None:
                element.drop_tree()


def _letters(tree: HtmlElement) -> int:
    return sum(len(paragraph.text_content()) for paragraph in tree.iter("p"))


def _found(tree: HtmlElement) -> Iterator[tuple[HtmlElement, frozenset[str]]]:
    """The outermost elements that are not the article's, and why."""
    inside: HtmlElement | None = None
    text: str | None = None
    quotes = 0
    for element in tree.iter(*_TAGS):
        names = element.get("class"), element.get("id"), element.get("role"), element.get("itemtype")
        kinds = _kinds(*names) if any(names) else frozenset()
        if element.tag in _INLINE and kinds and not kinds & {"label"} and _in_sentence(element):
            continue
        if not kinds or (inside is not None and inside in element.iterancestors()):
            continue
        if "quote" in kinds:
            quotes += 1
            if quotes > _MAX_QUOTES:
                continue
            text = _form(tree.text_content()) if text is None else text
        if _is_other(element, kinds, text or ""):
            inside = element
            yield element, kinds


def _is_other(element: HtmlElement, kinds: frozenset[str], text: str) -> bool:
    if kinds & {"role", "comments"}:
        return True
    if "panel" in kinds and _is_behind(element):
        return True
    if "quote" in kinds and _is_repeated(element, text):
        return True
    most = max((_MOST_WORDS[kind] for kind in kinds & set(_MOST_WORDS)), default=0)
    pictured = kinds != {"picture"} or next(element.iter("img", "picture"), None) is not None
    return pictured and most > 0 and len(element.text_content().split()) <= most


@lru_cache(maxsize=8_192)
def _kinds(classes: str | None, name: str | None, role: str | None, itemtype: str | None) -> frozenset[str]:
    """What an element's names make it a candidate for. Asked for every element; most share their names."""
    names = f"{classes or ''} {name or ''}"[:_MAX_NAME]
    found = {kind for kind, pattern in _PATTERNS.items() if pattern.search(names)}
    found |= {"role"} if role in _OTHER_ROLES else set()
    found |= {"panel"} if role == "tabpanel" or "tab-pane" in names.split() else set()
    found |= {"comments"} if itemtype and itemtype.rsplit("/", 1)[-1] == "Comment" else set()
    return frozenset(found)


def _in_sentence(element: HtmlElement) -> bool:
    """Whether an inline element is a part of a paragraph that says more."""
    block = next(element.iterancestors(*_SENTENCES), None)
    return block is not None and _form(short_text(block)) != _form(short_text(element))


def _is_behind(panel: HtmlElement) -> bool:
    """Whether another panel beside this one is the one shown."""
    parent = panel.getparent()
    return (
        parent is not None and not _is_shown(panel) and any(_is_shown(other) for other in parent if other is not panel)
    )


def _is_shown(panel: HtmlElement) -> bool:
    return "active" in (panel.get("class") or "").split() or panel.get("aria-hidden") == "false"


def _is_repeated(quote: HtmlElement, text: str) -> bool:
    """Whether the longest line of a pull quote stands on the page twice."""
    lines = [_form(short_text(element)) for element in quote.iter() if len(element) == 0 or element.tag == "p"]
    longest = max(lines, key=len, default="")
    return len(longest) >= _MIN_QUOTE and text.count(longest) > 1


def _form(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
