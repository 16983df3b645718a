"""`copydesk bench` as people run it. What it finds is not judged: a benchmark is no test."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

from copydesk.bench.articles import newsroom
from copydesk.bench.rows import rows

ROOT = Path(__file__).resolve().parents[3]


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "copydesk.main", "bench", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_every_row_is_measured(tmp_path):
    out = tmp_path / "bench.json"
    done = bench("--rounds", "1", "--json", "--out", str(out))
    assert (done.returncode, done.stderr) == (0, "")
    assert out.read_text() == done.stdout
    report = json.loads(done.stdout)
    assert report["rounds"] == 1
    expected = rows([newsroom()])
    assert [row["name"] for row in report["rows"]] == [row.name for row in expected]
    for row, planned in zip(report["rows"], expected, strict=True):
        kinds = ("memory",) if row["unit"] == "MiB" else ("wall", "cpu")
        assert all(row["ours"][kind] > 0 for kind in kinds)
        assert len(row["ours"]["samples"]) == planned.calls
        assert (row["naive"] is None) == (row["ratio"] is None) == (planned.naive is None)
        assert row["naive"] is None or all(row["naive"][kind] > 0 and row["ratio"][kind] > 0 for kind in kinds)


def test_one_pass_gives_what_three_passes_give():
    (row,) = [row for row in rows([newsroom()]) if row.name == "names, summary and headline"]
    assert row.naive
    assert row.naive() == row.ours() != []


def test_the_rows_of_cleaning_are_measured_on_a_folder_too(tmp_path):
    pages = tmp_path / "saved"
    pages.mkdir()
    for number, page in enumerate(newsroom().pages[:2]):
        (pages / f"{number}.html.gz").write_bytes(gzip.compress(page.body))
    done = bench("clean", "--rounds", "1", "--json", "--pages", str(pages))
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert [given["name"] for given in report["article_sets"]] == ["demo newsroom", "saved"]
    assert [(row["name"], row["article_set"], len(row["ours"]["samples"])) for row in report["rows"]] == [
        (name, article_set, count)
        for article_set, count in (("demo newsroom", 19), ("saved", 2))
        for name in ("page to clean article", "cleaning of extracted text")
    ]


def test_a_folder_without_pages_is_refused(tmp_path):
    done = bench("clean", "--pages", str(tmp_path))
    assert done.returncode == 1
    assert ".html.gz" in done.stderr


def test_a_folder_that_is_not_there_is_told_before_anything_is_measured(tmp_path):
    done = bench("--out", str(tmp_path / "absent" / "bench.json"))
    assert done.returncode == 2
    assert "there is no folder" in done.stderr
    assert done.stdout == ""
