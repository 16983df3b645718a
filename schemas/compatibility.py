"""Whether a contract may be changed from one JSON Schema to another within a major version.

Only additions are compatible: a field that may be missing. Everything else breaks somebody. What is taken away breaks
those who read it; what is required or narrowed breaks the reading of older data, which the topics and the bucket still
hold; what is widened breaks readers who relied on it. This is what schema registries call full compatibility.
Understands the part of JSON Schema 2020-12 that msgspec writes.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

ANNOTATIONS = frozenset({"title", "description", "examples", "$schema", "$comment", "$defs"})
"""Keywords that do not decide what is valid."""
_STRUCTURE = frozenset({"type", "enum", "anyOf", "$ref", "properties", "required", "items", "additionalProperties"})


def incompatible_changes(old: Schema, new: Schema) -> list[str]:
    """Return one sentence for each change from ``old`` to ``new`` that breaks a reader or older data.

    Raises ``KeyError`` when a ``$ref`` points to nothing.
    """
    return list(dict.fromkeys(_Comparison(old, new).compare("", old, new)))


class _Comparison:
    def __init__(self, old: Schema, new: Schema) -> None:
        self._old = old
        self._new = new
        self._under_way: set[tuple[str, str]] = set()

    def compare(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        refs = (str(old.get("$ref", "")), str(new.get("$ref", "")))
        if all(refs):
            if refs in self._under_way:
                return
            self._under_way.add(refs)
        yield from self._default(path, old, new)
        yield from self._alternatives(path, _alternatives(self._old, old), _alternatives(self._new, new))
        self._under_way.discard(refs)

    def _default(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        if "default" in old and "default" in new and old["default"] != new["default"]:
            yield _say(path, f"means {new['default']!r} when it is missing, and meant {old['default']!r}")

    def _alternatives(self, path: str, old: Mapping[str, Schema], new: Mapping[str, Schema]) -> Iterator[str]:
        lost, gained = old.keys() - new.keys(), new.keys() - old.keys()
        if lost and gained:
            yield _say(path, f"changed its type from {_words(old)} to {_words(new)}")
        elif lost:
            yield _say(path, f"is narrowed: no longer {_words(lost)}")
        elif gained:
            yield _say(path, f"is widened: now also {_words(gained)}")
        for kind in sorted(old.keys() & new.keys()):
            yield from self._same_type(path, old[kind], new[kind])

    def _same_type(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        yield from _enums(path, old.get("enum"), new.get("enum"))
        for name in sorted((old.keys() | new.keys()) - ANNOTATIONS - _STRUCTURE - {"default"}):
            if old.get(name) != new.get(name):
                yield _say(path, f"has {name} {new.get(name, 'unset')}, and had {old.get(name, 'unset')}")
        yield from self._properties(path, old, new)
        for name, step in (("items", "[]"), ("additionalProperties", ".*")):
            before, after = old.get(name, True), new.get(name, True)
            if isinstance(before, Mapping) and isinstance(after, Mapping):
                yield from self.compare(path + step, before, after)
            elif before != after:
                yield _say(path, f"has {name} {after}, and had {before}")

    def _properties(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed, needs = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            field = f"{path}.{name}"
            if name not in after:
                yield _say(field, "was removed")
                continue
            if name in needs - needed:
                yield _say(field, "became required; older data lacks it")
            if name in needed - needs:
                yield _say(field, "may be missing now")
            yield from self.compare(field, before[name], after[name])
        for name in sorted(needs - before.keys()):
            yield _say(f"{path}.{name}", "is new and required; give it a default, since older data lacks it")


def _alternatives(document: Schema, node: Schema) -> dict[str, Schema]:
    """Return what a node allows, by JSON type (msgspec has at most one alternative of each)."""
    while "$ref" in node:
        node = document["$defs"][node["$ref"].removeprefix("#/$defs/")]
    if "anyOf" in node:
        return {kind: found for part in node["anyOf"] for kind, found in _alternatives(document, part).items()}
    if "enum" in node and "type" not in node:
        return {"string" if isinstance(value, str) else type(value).__name__: node for value in node["enum"]}
    return {str(node.get("type", "anything")): node}


def _enums(path: str, old: list[object] | None, new: list[object] | None) -> Iterator[str]:
    if old is None and new is not None:
        yield _say(path, f"is narrowed to {_words(map(repr, new))}")
    elif old is not None and new is None:
        yield _say(path, "is widened: it was one of a fixed set of values")
    elif old is not None and new is not None:
        if lost := [value for value in old if value not in new]:
            yield _say(path, f"is narrowed: no longer {_words(map(repr, lost))}")
        if gained := [value for value in new if value not in old]:
            yield _say(path, f"is widened: now also {_words(map(repr, gained))}")


def _words(names: Iterable[str]) -> str:
    return " or ".join(sorted(names))


def _say(path: str, what: str) -> str:
    return f"{path.removeprefix('.') or 'the payload'} {what}"
