"""Version 1 may only grow: the types against the frozen baseline, and the comparer itself."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from schemas.compatibility import incompatible_changes
from schemas.generate import ROOT, files, json_schema

BASELINE = ROOT / "tests" / "data" / "contracts-v1"
FROZEN = sorted(BASELINE.glob("*.schema.json"))


def test_every_contract_of_version_1_is_frozen() -> None:
    generated = {path.name for path in files() if path.name.endswith(".v1.schema.json")}
    assert {path.name for path in FROZEN} == generated


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda path: path.name)
def test_types_are_compatible_with_version_1(frozen: Path) -> None:
    old = json.loads(frozen.read_text(encoding="utf-8"))
    new = json.loads(files()[Path("schemas/json") / frozen.name])
    breaking = incompatible_changes(old, new)
    assert not breaking, (
        f"{frozen.name} breaks version 1: {'; '.join(breaking)}. Keep it compatible, or make a new major version "
        "with its own event type and topic (docs/outputs.md, Compatibility)"
    )


class Part(msgspec.Struct):
    start: Annotated[int, Meta(ge=0)]
    note: str | None = None


class Base(msgspec.Struct):
    """As it was."""

    name: str
    kind: Literal["a", "b"]
    score: float
    code: Annotated[str, Meta(pattern="^[a-z]+$")]
    part: Part
    parts: tuple[Part, ...] = ()
    byline: str | None = None
    size: int = 1
    labels: dict[str, str] = {}


def schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return json_schema(kind, "urn:copydesk:schema:test.v1")


def changed(**fields: Any) -> dict[str, Any]:
    """The schema of Base with fields of other types; a value is a type, (type, default), or None for no field."""
    hints: dict[str, Any] = {
        "name": str,
        "kind": Literal["a", "b"],
        "score": float,
        "code": Annotated[str, Meta(pattern="^[a-z]+$")],
        "part": Part,
        "parts": (tuple[Part, ...], ()),
        "byline": (str | None, None),
        "size": (int, 1),
        "labels": (dict[str, str], {}),
    } | fields
    rows = [(name, *(kind if isinstance(kind, tuple) else (kind,))) for name, kind in hints.items() if kind is not None]
    return schema(msgspec.defstruct("Base", rows, kw_only=True))


def part(*fields: Any) -> type[msgspec.Struct]:
    return msgspec.defstruct("OtherPart", fields, kw_only=True)


class Renamed(msgspec.Struct):
    """The same as Part under another name."""

    start: Annotated[int, Meta(ge=0)]
    note: str | None = None


class Tree(msgspec.Struct):
    name: str
    children: "tuple[Tree, ...]" = ()


class TreeOfNumbers(msgspec.Struct):
    name: int
    children: "tuple[TreeOfNumbers, ...]" = ()


class Wood(msgspec.Struct):
    trees: tuple[Tree, ...]


class WoodOfNumbers(msgspec.Struct):
    trees: tuple[TreeOfNumbers, ...]


COMPATIBLE = {
    "nothing": {},
    "an optional field": {"section": (str | None, None)},
    "an optional object": {"extra": (Part | None, None)},
    "a description": {"name": Annotated[str, Meta(description="The name.")]},
    "another name of a part": {"part": Renamed},
    "an optional field of a part": {
        "part": part(("start", Annotated[int, Meta(ge=0)]), ("note", str | None, None), ("more", int, 0))
    },
}
BREAKING = {
    "a removed field": ({"name": None}, "name was removed"),
    "a removed optional field": ({"byline": None}, "byline was removed"),
    "a new required field": ({"section": str}, "section is new and required"),
    "an optional field that became required": ({"size": int}, "size became required"),
    "a required field that became optional": ({"name": (str, "")}, "name may be missing now"),
    "a changed type": ({"name": int}, "name changed its type from string to integer"),
    "a number that became whole": ({"score": int}, "score changed its type from number to integer"),
    "null no longer allowed": ({"byline": (str, None)}, "byline is narrowed: no longer null"),
    "null newly allowed": ({"name": str | None}, "name is widened: now also null"),
    "an enum value less": ({"kind": Literal["a"]}, "kind is narrowed: no longer 'b'"),
    "an enum value more": ({"kind": Literal["a", "b", "c"]}, "kind is widened: now also 'c'"),
    "an enum of a string": ({"name": Literal["x"]}, "name is narrowed to 'x'"),
    "a string of an enum": ({"kind": str}, "kind is widened: it was one of a fixed set"),
    "another pattern": (
        {"code": Annotated[str, Meta(pattern="^[a-f]+$")]},
        "code has pattern ^[a-f]+$, and had ^[a-z]+$",
    ),
    "a new limit": ({"score": Annotated[float, Meta(le=1.0)]}, "score has maximum 1.0, and had unset"),
    "another default": ({"size": (int, 2)}, "size means 2 when it is missing, and meant 1"),
    "a removed field of a part": ({"part": part(("start", Annotated[int, Meta(ge=0)]))}, "part.note was removed"),
    "a changed part of a list": (
        {"parts": (tuple[part(("start", str), ("note", str | None, None)), ...], ())},  # type: ignore[misc]
        "parts[].start changed its type from integer to string",
    ),
    "another type of values": ({"labels": (dict[str, int], {})}, "labels.* changed its type from string to integer"),
    "a list of an object": ({"part": tuple[Part, ...]}, "part changed its type from object to array"),
}


@pytest.mark.parametrize("fields", COMPATIBLE.values(), ids=COMPATIBLE)
def test_additions_pass(fields: dict[str, Any]) -> None:
    assert incompatible_changes(schema(Base), changed(**fields)) == []


@pytest.mark.parametrize(("fields", "message"), BREAKING.values(), ids=BREAKING)
def test_everything_else_is_named(fields: dict[str, Any], message: str) -> None:
    breaking = incompatible_changes(schema(Base), changed(**fields))
    assert len(breaking) == 1
    assert breaking[0].startswith(message)


def test_every_change_is_reported_with_its_place() -> None:
    assert incompatible_changes(schema(Base), changed(name=int, byline=None)) == [
        "name changed its type from string to integer",
        "byline was removed",
    ]


def test_types_that_hold_themselves() -> None:
    assert incompatible_changes(schema(Wood), schema(Wood)) == []
    assert incompatible_changes(schema(Wood), schema(WoodOfNumbers)) == [
        "trees[].name changed its type from string to integer"
    ]


def test_closing_a_type_against_unknown_fields_is_a_change() -> None:
    closed = {**schema(Base), "additionalProperties": False}
    assert incompatible_changes(schema(Base), closed) == ["the payload has additionalProperties False, and had True"]
