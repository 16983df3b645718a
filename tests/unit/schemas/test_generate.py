"""The files made from the types: up to date, deterministic, valid JSON Schema."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from schemas import generate
from schemas.topics import TOPICS


def test_checked_in_files_are_what_the_types_give() -> None:
    assert generate.stale() == [], "run `python -m schemas.generate` and commit what it writes"
    assert generate.main(["--check"]) == 0


def test_writing_to_an_empty_folder_gives_every_file_and_then_nothing(tmp_path: Path) -> None:
    assert set(generate.write(tmp_path)) == set(generate.files())
    assert generate.write(tmp_path) == []
    for path, text in generate.files().items():
        assert (tmp_path / path).read_text(encoding="utf-8") == text


def test_stale_files_are_named_and_mended(tmp_path: Path) -> None:
    generate.write(tmp_path)
    changed = tmp_path / generate.JSON / "outcome.v1.schema.json"
    changed.write_text("{}\n", encoding="utf-8")
    left_over = tmp_path / generate.JSON / "article.gone.v1.schema.json"
    left_over.write_text("{}\n", encoding="utf-8")
    expected = sorted(path.relative_to(tmp_path) for path in (changed, left_over))
    assert generate.stale(tmp_path) == expected
    assert generate.write(tmp_path) == expected
    assert not left_over.exists()
    assert generate.stale(tmp_path) == []


def test_check_writes_nothing_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "stale", lambda: [Path("schemas/json/outcome.v1.schema.json")])
    assert generate.main(["--check"]) == 1
    assert "outcome.v1.schema.json is stale: run `python -m schemas.generate`" in capsys.readouterr().out


@pytest.mark.parametrize("path", [path for path in generate.files() if path.name.endswith(".schema.json")], ids=str)
def test_schemas_are_2020_12_and_name_themselves(path: Path) -> None:
    schema = json.loads((generate.ROOT / path).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert generate.schema_file(schema["$id"]) == path
    assert "    " not in json.dumps(schema), "a docstring's indentation is in a description"


def test_every_payload_has_a_schema_under_the_id_that_events_carry() -> None:
    ids = {topic.name: topic.schema_id for topic in TOPICS}
    assert ids == {
        "news.raw": "urn:copydesk:schema:article.raw.v1",
        "news.clean": "urn:copydesk:schema:article.clean.v1",
        "news.enriched": "urn:copydesk:schema:article.enriched.v1",
        "news.outcomes": "urn:copydesk:schema:outcome.v1",
        "news.dead": None,
    }
    for schema_id in filter(None, ids.values()):
        assert generate.schema_file(schema_id) in generate.files()


def test_topics_are_listed_for_programs_and_for_people() -> None:
    listed = json.loads((generate.ROOT / generate.JSON / "topics.json").read_text(encoding="utf-8"))
    assert [(row["name"], row["partitions"], row["configs"]) for row in listed] == [
        (topic.name, topic.partitions, topic.configs) for topic in TOPICS
    ]
    page = (generate.ROOT / generate.TOPICS_PAGE).read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `news.")]
    assert [row.split("`")[1] for row in rows] == [topic.name for topic in TOPICS]
    assert "| 8 | 7 days |" in rows[0]
    assert "the latest per key for ever, earlier ones 7 days at least" in rows[2]


def test_the_table_is_replaced_and_the_prose_kept() -> None:
    page = generate.files()[generate.TOPICS_PAGE]
    assert page.count(generate.TABLE_BEGIN) == page.count(generate.TABLE_END) == 1
    assert page.startswith("# Topics\n")
    assert "## Withdrawn articles" in page.partition(generate.TABLE_END)[2]


def test_formats_are_checked(validator: Callable[[dict[str, Any]], Draft202012Validator]) -> None:
    schema = {"type": "string", "format": "date-time"}
    for good in ("2026-10-05T05:40:00Z", "2026-10-05T05:40:00.120000Z", "2026-10-05T06:40:00+01:00"):
        validator(schema).validate(good)
    for bad in ("2026-10-05", "2026-10-05 05:40:00Z", "2026-10-05T05:40:00", "2026-13-05T05:40:00Z"):
        with pytest.raises(ValidationError):
            validator(schema).validate(bad)
