"""`copydesk bench` as people run it. What it finds is not judged: a benchmark is no test."""

import json
import subprocess
import sys
from pathlib import Path

from copydesk.bench.articles import pages
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
    expected = rows(pages())
    assert [row["name"] for row in report["rows"]] == [row.name for row in expected]
    for row, planned in zip(report["rows"], expected, strict=True):
        kinds = ("memory",) if row["unit"] == "MiB" else ("wall", "cpu")
        assert all(row["ours"][kind] > 0 for kind in kinds)
        assert len(row["ours"]["samples"]) == planned.calls
        assert (row["naive"] is None) == (row["ratio"] is None) == (planned.naive is None)
        assert row["naive"] is None or all(row["naive"][kind] > 0 and row["ratio"][kind] > 0 for kind in kinds)


def test_one_pass_gives_what_three_passes_give():
    (row,) = [row for row in rows(pages()) if row.name == "names, summary and headline"]
    assert row.naive
    assert row.naive() == row.ours() != []


def test_a_folder_that_is_not_there_is_told_before_anything_is_measured(tmp_path):
    done = bench("--out", str(tmp_path / "absent" / "bench.json"))
    assert done.returncode == 2
    assert "there is no folder" in done.stderr
    assert done.stdout == ""
