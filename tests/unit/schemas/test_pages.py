"""docs/outputs.md and docs/topics.md say what the types and the code say."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from consumers.clean import restore
from consumers.flags import FLAGS
from consumers.records import dead_record
from consumers.step import Invalid
from infra.messaging import Message
from schemas.articles import EnrichedArticle, Origin
from schemas.codec import INLINE_LIMIT, decode
from schemas.envelope import headers
from schemas.generate import ROOT
from schemas.keys import NO_DATE, enriched_key
from schemas.topics import ENRICHED, OFFSETS_RETENTION_DAYS

OUTPUTS = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
TOPICS_PAGE = (ROOT / "docs" / "topics.md").read_text(encoding="utf-8")
EXAMPLES = sorted((ROOT / "schemas" / "examples" / "news.enriched").glob("*.json"))


def rows(text: str, heading: str) -> list[list[str]]:
    """Cells of the first table under a heading."""
    lines = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]


def test_every_field_is_explained_in_its_order() -> None:
    named = [row[0].strip("`") for row in rows(OUTPUTS, "The fields")]
    assert named == [field.name for field in msgspec.structs.fields(EnrichedArticle)]


def test_nullable_fields_are_called_so() -> None:
    for name, kind, _ in rows(OUTPUTS, "The fields"):
        (field,) = (field for field in msgspec.structs.fields(EnrichedArticle) if field.name == name.strip("`"))
        schema = msgspec.json.schema(field.type)
        assert ("null" in kind) == ({"type": "null"} in schema.get("anyOf", ())), name


def test_every_flag_is_explained() -> None:
    assert {row[0].strip("`"): row[1] for row in rows(OUTPUTS, "Flags")} == FLAGS


def test_the_recipe_that_restores_is_the_cleaners_own() -> None:
    code = re.search(r"^def restore\(.*?^    return text$", OUTPUTS, re.MULTILINE | re.DOTALL)
    assert code is not None
    scope: dict[str, Any] = {}
    exec(code[0], scope)  # noqa: S102 -- the code of our own page
    seen = 0
    for path in EXAMPLES:
        article = decode(path.read_bytes(), EnrichedArticle)
        removed = json.loads(path.read_bytes())["removed"]
        assert scope["restore"](article.text, removed) == restore(article.text, article.removed)
        seen += len(removed)
    assert seen


def test_the_example_key_is_that_of_the_example() -> None:
    article = decode((EXAMPLES[0].with_name("revision-2.json")).read_bytes(), EnrichedArticle)
    key = enriched_key(article.id, article.revision.number, article.pipeline, article.published_at)
    assert key in OUTPUTS
    assert NO_DATE in OUTPUTS


@pytest.mark.parametrize("value", [f"{INLINE_LIMIT:,} bytes", f"{OFFSETS_RETENTION_DAYS} days"])
def test_numbers_on_the_page_of_topics(value: str) -> None:
    assert value in TOPICS_PAGE


def test_every_header_is_explained() -> None:
    origin = Origin(topic="news.raw", partition=0, offset=1)
    now = datetime(2026, 10, 5, tzinfo=UTC)
    event = headers(
        ENRICHED, event_id="e", stage="enrich", time=now, traceparent="t", origin=origin, extensions={"objectkey": "k"}
    )
    message = Message("news.raw", 0, 1, b"k", b"v", (), 0)
    dead = dead_record(
        Invalid("invalid", "why"),
        message,
        article_id="0" * 32,
        prefix="",
        stage="prepare",
        origin=origin,
        attempts=1,
        trace="t",
        now=now,
    )
    for name, _ in (*event, *dead.headers):
        assert f"`{name}`" in TOPICS_PAGE, name
