"""XPath 1.0 in the part of it that ends soon on any page, for the rules of one host.

libxml2 cannot be interrupted, so what may take long is refused when a rule is loaded: variables and extension
functions (which may run code), the axes that look along siblings and through the rest of the document, and more than
``MAX_DESCENTS`` looks into the depth. On a tree of ``MAX_ELEMENTS`` made to be slow a path takes about a second.
"""

import re

from lxml.etree import XPath, XPathError, fromstring
from lxml.html import HtmlElement

from consumers.step import Invalid

MAX_ELEMENTS = 10_000
"""Elements of a page from which no rule is applied to it."""
MAX_LENGTH = 400
"""Characters of a path."""
MAX_DESCENTS = 2
"""How often a path may say ``//``, or an axis for it or for ancestors, outside predicates; inside, once."""
MAX_UNIONS = 3
_AXES = frozenset({"child", "attribute", "self", "parent"})
_DEEP_AXES = frozenset({"descendant", "descendant-or-self", "ancestor", "ancestor-or-self"})
_FUNCTIONS = frozenset(
    {"concat", "contains", "starts-with", "normalize-space", "not", "position", "last", "count", "string",
     "string-length", "translate", "true", "false", "boolean", "number"}
)  # fmt: skip
_NODE_TESTS = frozenset({"text", "node"})
_TOKEN = re.compile(
    r"""\s*(?:(?P<literal>"[^"]*"|'[^']*')|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w.-]*)"""
    r"""|(?P<sign>::|//|\.\.|!=|<=|>=|[/.@*=<>|,()\[\]+-]))"""
)
_OPENS = {"[": 1, "]": -1}
_EMPTY = fromstring("<html><body/></html>")


class UnsafePath(ValueError):
    """A path that is wrong or not allowed; the message says why."""


class Path:
    """A checked XPath that selects elements, or texts and attributes."""

    def __init__(self, text: str) -> None:
        """Compile ``text``. Raises ``UnsafePath``."""
        _check(text)
        try:
            self._path = XPath(text, regexp=False, smart_strings=False)
            found = self._path(_EMPTY)
        except XPathError as error:
            raise UnsafePath(f"it is no XPath ({error})") from error
        if not isinstance(found, list):
            raise UnsafePath("it computes a value; it must select elements, texts or attributes")

    def elements(self, tree: HtmlElement) -> list[HtmlElement]:
        """Return the elements selected, in document order. Raises ``Invalid`` (``unparsable``)."""
        return [found for found in self._select(tree) if isinstance(found, HtmlElement)]

    def strings(self, tree: HtmlElement) -> list[str]:
        """Return the texts, attributes and texts of the elements selected. Raises ``Invalid`` (``unparsable``)."""
        found = self._select(tree)
        return ["".join(item.itertext()) if isinstance(item, HtmlElement) else str(item) for item in found]

    def _select(self, tree: HtmlElement) -> list[HtmlElement | str]:
        try:
            return list(self._path(tree))
        except XPathError as error:
            raise Invalid("unparsable", f"the rule for the host gave up on the page: {error}") from error


def _check(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise UnsafePath(f"it has {len(text)} characters, {MAX_LENGTH} are allowed")
    tokens = _tokens(text)
    depth = unions = 0
    descents = [0, 0]
    for index, (kind, word) in enumerate(tokens):
        following = tokens[index + 1][1] if index + 1 < len(tokens) else ""
        inside = depth > 0
        if kind == "name" and following == "(" and word not in _FUNCTIONS | _NODE_TESTS:
            raise UnsafePath(f"the function {word}() is not allowed; {', '.join(sorted(_FUNCTIONS))} are")
        if kind == "name" and following == "::" and word not in _AXES | _DEEP_AXES:
            raise UnsafePath(f"the axis {word}:: is not allowed; {', '.join(sorted(_AXES | _DEEP_AXES))} are")
        descents[inside] += word in _DEEP_AXES if following == "::" else kind == "sign" and word == "//"
        if kind == "sign":
            depth += _OPENS.get(word, 0)
            unions += word == "|"
            if word == "|" and not inside:
                descents[0] = 0
        if descents[0] > MAX_DESCENTS or descents[1] > 1:
            raise UnsafePath(
                f"it goes into the depth too often; // and the like may stand {MAX_DESCENTS} times, and once more in "
                "predicates; name the steps between instead"
            )
    if unions > MAX_UNIONS:
        raise UnsafePath(f"it joins more than {MAX_UNIONS + 1} paths by |; make several of it")


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens = []
    end = 0
    while text[end:].strip():
        match = _TOKEN.match(text, end)
        if not match:
            raise UnsafePath(f"{text[end:].strip()[0]!r} at character {end + 1} is not allowed in it")
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        end = match.end()
    if not tokens:
        raise UnsafePath("it is empty")
    return tokens
