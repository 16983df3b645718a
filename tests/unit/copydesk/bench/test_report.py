"""What is printed: the fields of the JSON, and a table that reads nothing as markup."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from copydesk.bench.articles import describe, pages
from copydesk.bench.measure import Figure, Result, Unit, Values
from copydesk.bench.report import Machine, Report, show, this_machine, versions
from schemas.codec import encode


def result(name: str, unit: Unit, ours: Figure, naive: Figure | None = None, ratio: Values | None = None) -> Result:
    return Result(name=name, unit=unit, note="a [bold]note[/bold]", articles=2, naive=naive, ours=ours, ratio=ratio)


@pytest.fixture
def report() -> Report:
    sampled = (Values(wall=0.2, cpu=0.1),)
    return Report(
        measured_at=datetime(2026, 10, 5, 9, tzinfo=UTC),
        rounds=1,
        machine=Machine(processor="Abacus [red]3[/red]", cores=2, system="Linux"),
        versions={"python": "3.11.0"},
        article_set=describe(pages()),
        rows=(
            result(
                "pair", Unit.MS, Figure(wall=100.0, cpu=12.345, samples=sampled),
                Figure(wall=321.4, cpu=50.0, samples=sampled), Values(wall=3.214, cpu=4.05),
            ),
            result("alone", Unit.MIB, Figure(memory=77.7, samples=(Values(memory=1),))),
        ),
    )  # fmt: skip


def test_the_json_has_the_documented_fields(report):
    found = json.loads(encode(report))
    assert found.keys() == {"measured_at", "rounds", "machine", "versions", "article_set", "rows"}
    assert found["machine"].keys() == {"processor", "cores", "system"}
    assert found["article_set"].keys() == {"name", "articles", "median_page_bytes", "median_words", "sha256"}
    pair, alone = found["rows"]
    assert pair.keys() == {"name", "unit", "note", "articles", "naive", "ours", "ratio"}
    assert pair["ours"] == {
        "wall": 100.0, "cpu": 12.345, "memory": None, "samples": [{"wall": 0.2, "cpu": 0.1, "memory": None}]
    }  # fmt: skip
    assert pair["ratio"] == {"wall": 3.214, "cpu": 4.05, "memory": None}
    assert (alone["unit"], alone["naive"], alone["ratio"], alone["ours"]["memory"]) == ("MiB", None, None, 77.7)


def test_the_table_shows_figures_and_no_text_is_markup(report):
    out = StringIO()
    show(report, Console(file=out, width=100))
    shown = out.getvalue()
    for expected in (
        "321",
        "12.3",
        "3.21x",
        "4.05x",
        "77.7",
        "[bold]note[/bold]",
        "Abacus [red]3[/red]",
        "19 articles",
    ):
        assert expected in shown


def test_machine_and_versions_are_named():
    machine = this_machine()
    assert machine.processor.strip()
    assert machine.cores >= 1
    assert {"python", "onnxruntime", "trafilatura"} <= versions().keys()


def test_the_set_is_every_article_and_the_same_each_time():
    given = pages()
    assert len({page.id for page in given}) == len(given) == 19
    assert describe(given) == describe(pages())
    assert all(page.body.lstrip().lower().startswith(b"<!doctype html") for page in given)
