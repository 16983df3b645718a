"""What a page says of itself in JSON-LD (schema.org), as far as an article needs it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.html import HtmlElement

_OTHER_ARTICLE_TYPES = frozenset({"BlogPosting", "LiveBlogPosting", "Report"})
"""schema.org's types of articles whose name does not end in Article."""
_MAX_SCRIPT = 2_000_000
"""Characters. A longer block is data for a map or a shop, not about an article."""
_MAX_NODES = 10_000
_MAX_TEXTS = 200
"""Entries of a list of authors, types and the like that are looked at."""

Node = dict[str, Any]


def read_blocks(tree: HtmlElement) -> tuple[object, ...]:
    """Return what the page's JSON-LD blocks hold, in document order.

    Broken blocks are passed over: a page may hold several, and meta tags say the same.
    """
    scripts = (script for script in tree.iter("script") if "ld+json" in (script.get("type") or "").lower())
    return tuple(block for block in (_load(script.text or "") for script in scripts) if block is not None)


def top_nodes(blocks: Iterable[object]) -> tuple[Node, ...]:
    """Return the objects that stand by themselves: those of the blocks, of lists in them, and of ``@graph``."""
    found: list[Node] = []
    for block in blocks:
        entries = block if isinstance(block, list) else [block]
        for entry in entries:
            graph = entry.get("@graph") if isinstance(entry, dict) else None
            inner = graph if isinstance(graph, list) else [entry]
            found += [node for node in inner if isinstance(node, dict)]
    return tuple(found[:_MAX_NODES])


def article_node(blocks: Iterable[object]) -> Node:
    """Return the first object, at any depth, that describes an article, or an empty one."""
    for block in blocks:
        for node in _nodes(block):
            if any(_is_article(kind) for kind in texts(node.get("@type"))):
                return node
    return {}


def texts(value: object) -> list[str]:
    """Return the strings in a value that may be a string, a node with a name or id, or a list of these."""
    values = value[:_MAX_TEXTS] if isinstance(value, list) else [value]
    found = (
        entry.get("name") or entry.get("@value") or entry.get("@id") if isinstance(entry, dict) else entry
        for entry in values
    )
    return [text for text in found if isinstance(text, str) and text.strip()]


def _is_article(kind: str) -> bool:
    name = kind.rsplit("/", 1)[-1]
    return name.endswith("Article") or name in _OTHER_ARTICLE_TYPES


def _load(script: str) -> object:
    if len(script) > _MAX_SCRIPT:
        return None
    script = script.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    try:
        # Line breaks inside strings are the commonest fault.
        return json.loads(script, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: object) -> Iterator[Node]:
    """Every object in document order, without recursion: nesting is the page's choice."""
    stack = [value]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        current = stack.pop()
        if isinstance(current, dict):
            yield current
            stack.extend(reversed(list(current.values())))
        elif isinstance(current, list):
            stack.extend(reversed(current))
