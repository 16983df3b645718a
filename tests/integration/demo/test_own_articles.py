"""Articles handed to the command: the owner's sample on the real stack, and the bytes that a filter prints."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.store import S3Store

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "docs" / "example-article.txt"
SAMPLE = ROOT.parent / "shared" / "samples" / "the-national.txt"
needs_sample = pytest.mark.skipif(not SAMPLE.is_file(), reason=f"{SAMPLE.name} lies beside the project, not in it")


def _object(desk: Any, path: Path) -> bytes:
    """Ingest a file and return the object that the stack stored for it."""
    (record,) = desk.records("ingest", str(path), "--wait", "--json")
    assert record["outcome"] in {"enriched", "duplicate"}, record
    store = S3Store.from_settings(desk.settings())
    (info,) = [info for info in store.list("enriched/v1/") if f"/{record['id']}.r1." in info.key]
    data: bytes = store.get(info.key)
    return data


@pytest.mark.parametrize("path", [EXAMPLE, pytest.param(SAMPLE, marks=needs_sample)], ids=lambda path: path.name)
def test_filter_prints_the_bytes_of_the_object(desk: Any, path: Path) -> None:
    assert desk.run("enrich", "-", stdin=path.read_bytes()).stdout == _object(desk, path)


@needs_sample
def test_sample_comes_out_as_its_owner_wants_it(desk: Any) -> None:
    lines = [line for line in SAMPLE.read_text(encoding="utf-8").splitlines() if line.strip()]
    footer = next(number for number, line in enumerate(lines) if line.endswith("?"))
    boilerplate = [line for line in lines[:footer] if line.startswith("READ MORE")] + lines[footer:]
    body = [line for line in lines if line not in boilerplate]
    assert (len(body), len(boilerplate)) == (12, 13)

    article = json.loads(_object(desk, SAMPLE))
    assert article["text"].split("\n\n") == body
    assert sorted(piece["text"].strip() for piece in article["removed"]) == sorted(boilerplate)

    summary = " ".join(sentence["text"] for sentence in article["summary"]["sentences"])
    names = {entity["text"]: entity["label"] for entity in article["entities"]}
    for line in boilerplate:
        assert line not in summary
        assert line not in json.dumps(article["entities"], ensure_ascii=False)
    assert {"33", "troops", "presidents", "phone"} <= set(summary.split())
    by_last_word = {name.split()[-1]: label for name, label in names.items()}
    for person in ("Erdogan", "Putin", "Merkel", "Guterres"):
        assert by_last_word[person] == "PER"
    for place in ("Turkey", "Syria", "Greece", "Bulgaria"):
        assert names[place] == "LOC"
    assert names["Nato"] == "ORG"
