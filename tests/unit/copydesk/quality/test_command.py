"""`python -m copydesk.quality`, with a measure of this test's own."""

import json

import pytest
from click.testing import CliRunner, Result

from copydesk.quality.__main__ import command
from copydesk.quality.floors import Floor, Floors, load_floors, save
from copydesk.quality.measures import Failure, Measured, Table
from copydesk.quality.registry import MEASURES


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A file of floors for two measures, of which `pages` gives a figure of 0.7 and is not here for the other."""
    found = Measured(
        tables=(Table(title="Pages", columns=("n",), rows=((1,),)),),
        figures={"pages.f": 0.7},
        failures=(Failure(where="here", what="body: taken out by x", text="Shown."),),
    )
    monkeypatch.setitem(MEASURES, "pages", lambda _context: found)
    monkeypatch.setitem(MEASURES, "injected", lambda _context: Measured(tables=(), figures={}, skipped=("(b): away",)))
    for other in MEASURES.keys() - {"pages", "injected"}:
        monkeypatch.delitem(MEASURES, other)
    path = tmp_path / "floors.yaml"
    pinned(path, 0.6)
    return path


def pinned(path, floor: float | None) -> None:
    floors = {"pages.f": Floor(means="F", goal=0.9, floor=floor), "injected.x": Floor(means="x", floor=0.5)}
    save(Floors(floors=floors), path)


def run(path, *arguments: str) -> Result:
    return CliRunner().invoke(command, ["--floors", str(path), *arguments])


def test_tables_floors_and_skips_are_printed(path):
    done = run(path)
    assert done.exit_code == 0
    for expected in ("Pages", "pages.f", "0.7000", "above floor", "not measured", "skipped (b): away"):
        assert expected in done.stdout
    assert "Shown." not in done.stdout


def test_below_a_floor_it_fails_and_names_the_figure(path):
    pinned(path, 0.71)
    done = run(path)
    assert done.exit_code == 1
    assert "pages.f" in done.stderr
    assert "BELOW FLOOR" in done.stdout


def test_one_measure_can_be_asked_for_and_failures_shown(path):
    done = run(path, "pages", "--show")
    assert done.exit_code == 0
    assert "injected" not in done.stdout
    assert "Shown." in done.stdout


def test_the_json_is_one_object(path):
    found = json.loads(run(path, "--json").stdout)
    assert [(figure["name"], figure["state"]) for figure in found["figures"]] == [
        ("pages.f", "above floor"), ("injected.x", "not measured")
    ]  # fmt: skip


def test_pinning_raises_a_floor(path):
    assert run(path, "--pin").exit_code == 0
    assert load_floors(path).floors["pages.f"].floor == 0.7


def test_pinning_lowers_a_floor_only_with_a_reason(path):
    pinned(path, 0.8)
    refused = run(path, "--pin")
    assert refused.exit_code == 1
    assert "--lower --reason" in refused.stderr
    assert load_floors(path).floors["pages.f"].floor == 0.8
    assert run(path, "--pin", "--lower", "--reason", "labels mended").exit_code == 0
    assert load_floors(path).lowered[0].reason == "labels mended"


def test_lowering_belongs_to_pinning(path):
    assert run(path, "--lower", "--reason", "x").exit_code == 2


def test_an_unknown_measure_is_refused(path):
    assert run(path, "nonsense").exit_code == 2
