"""What is printed: the fields of the JSON, and a table that reads nothing as markup."""

import gzip
import json
from datetime import UTC, datetime
from io import StringIO

import msgspec
import pytest
from rich.console import Console

from copydesk.bench import articles
from copydesk.bench.articles import folder, newsroom
from copydesk.bench.clean_rows import InTurn
from copydesk.bench.measure import Figure, Result, Skipped, Unit, Values
from copydesk.bench.report import Machine, Report, show, this_machine, versions
from infra.errors import Refused
from schemas.codec import encode


def result(name: str, unit: Unit, ours: Figure, naive: Figure | None = None, ratio: Values | None = None) -> Result:
    return Result(
        name=name,
        unit=unit,
        note="a [bold]note[/bold]",
        article_set="a set",
        articles=2,
        naive=naive,
        ours=ours,
        ratio=ratio,
    )


@pytest.fixture
def report() -> Report:
    sampled = (Values(wall=0.2, cpu=0.1),)
    return Report(
        measured_at=datetime(2026, 10, 5, 9, tzinfo=UTC),
        rounds=1,
        machine=Machine(processor="Abacus [red]3[/red]", cores=2, system="Linux"),
        versions={"python": "3.11.0"},
        article_sets=(newsroom().describe(),),
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
    assert found.keys() == {"measured_at", "rounds", "machine", "versions", "article_sets", "rows", "skipped"}
    assert found["machine"].keys() == {"processor", "cores", "system"}
    assert found["article_sets"][0].keys() == {"name", "articles", "median_page_bytes", "sha256"}
    pair, alone = found["rows"]
    assert pair.keys() == {"name", "unit", "note", "article_set", "articles", "naive", "ours", "ratio", "words"}
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
        "19 pages",
    ):
        assert expected in shown


def test_machine_and_versions_are_named():
    machine = this_machine()
    assert machine.processor.strip()
    assert machine.cores >= 1
    assert {"python", "onnxruntime", "trafilatura"} <= versions().keys()


def test_with_several_sets_a_row_says_which_it_is_of(report):
    out = StringIO()
    both = msgspec.structs.replace(report, article_sets=report.article_sets * 2)
    show(both, Console(file=out, width=100))
    assert "pair, a set" in out.getvalue()


def test_the_demo_set_is_every_article_printed_whole_and_the_same_each_time():
    given = newsroom()
    assert len({page.id for page in given.pages}) == given.describe().articles == 19
    assert given.describe() == newsroom().describe()
    assert all(page.body.lstrip().lower().startswith(b"<!doctype html") for page in given.pages)


def test_a_folder_gives_its_pages_in_order_packed_or_not(tmp_path):
    (tmp_path / "b.html").write_bytes(b"<html>b")
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(b"<html>a"))
    (tmp_path / "notes.txt").write_bytes(b"no page")
    assert [page.body for page in folder(tmp_path).pages] == [b"<html>a", b"<html>b"]


@pytest.mark.parametrize(("name", "content"), [("a.html", b""), ("a.html.gz", b"no gzip"), ("a.txt", b"text")])
def test_a_folder_without_pages_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused, match=str(tmp_path)):
        folder(tmp_path)


def test_a_packed_page_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(articles, "LIMIT", 1_000)
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(b"a" * 100_000))
    with pytest.raises(Refused, match="larger"):
        folder(tmp_path)


def test_articles_come_in_turn_and_again_from_the_first():
    taken: list[str] = []
    call = InTurn("abc", taken.append)
    for _ in range(5):
        call()
    assert taken == [*"abcab"]


def test_a_row_that_was_skipped_says_what_to_do_and_a_curve_is_drawn_as_bars(report):
    out = StringIO()
    curved = msgspec.structs.replace(report.rows[0], name="article of 50 words", words=50)
    skipped = Skipped(name="absent", remedy="run [b]this[/b]")
    given = msgspec.structs.replace(report, rows=(*report.rows, curved), skipped=(skipped,))
    show(given, Console(file=out, width=100))
    assert "skipped: run [b]this[/b]" in out.getvalue()
    assert "█" in out.getvalue()
    assert "article of 50 words" not in out.getvalue()
    assert json.loads(encode(given))["skipped"] == [{"name": "absent", "remedy": "run [b]this[/b]"}]
