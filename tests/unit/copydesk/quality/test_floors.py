"""Floors rise by themselves and sink only with a reason."""

import json
from io import StringIO

import pytest
from rich.console import Console

from copydesk.quality.floors import Floor, Floors, Lowered, State, check, load_floors, pin, save
from copydesk.quality.measures import Failure, Measured, Table
from copydesk.quality.registry import MEASURES
from copydesk.quality.report import show, show_failures, summary
from infra.errors import Refused
from schemas.codec import encode

FLOORS = Floors(
    floors={
        "a.x": Floor(means="x of a", goal=0.9, floor=0.8),
        "a.y": Floor(means="y of a", floor=0.5),
        "b.z": Floor(means="z of b", goal=0.9),
    }
)


def states(**figures: float) -> list[State]:
    return [found.state for found in check(FLOORS, {name.replace("_", "."): v for name, v in figures.items()})]


@pytest.mark.parametrize(
    ("x", "state"),
    [(0.95, State.REACHED), (0.9, State.REACHED), (0.85, State.HELD), (0.8, State.HELD), (0.7999, State.BELOW)],
)
def test_a_figure_is_held_to_floor_and_goal(x, state):
    assert states(a_x=x, a_y=0.6, b_z=0.2) == [state, State.HELD, State.UNPINNED]


def test_what_processors_differ_by_is_not_below_the_floor_and_does_not_move_it():
    floors = Floors(floors={**FLOORS.floors, "ab.x": Floor(means="x of ab", floor=0.8)}, spread={"a": 0.002})
    found = check(floors, {"a.x": 0.7981, "a.y": 0.4979, "ab.x": 0.7999})
    assert [entry.state for entry in found] == [State.HELD, State.BELOW, State.ABSENT, State.BELOW]
    again = pin(floors, {"a.x": 0.7981, "a.y": 0.501})
    assert (again.floors["a.x"].floor, again.floors["a.y"].floor, again.spread) == (0.8, 0.501, {"a": 0.002})


def test_a_figure_that_could_not_be_measured_is_told_apart_from_one_below_its_floor():
    assert states(a_x=0.85) == [State.HELD, State.ABSENT, State.ABSENT]


def test_a_figure_that_the_file_does_not_know_is_refused():
    with pytest.raises(Refused, match=r"c\.w"):
        check(FLOORS, {"c.w": 1.0})


def test_floors_rise_to_what_is_measured_rounded_down():
    found = pin(FLOORS, {"a.x": 0.86789, "a.y": 0.5, "b.z": 0.3})
    assert {name: floor.floor for name, floor in found.floors.items()} == {"a.x": 0.8678, "a.y": 0.5, "b.z": 0.3}
    assert found.lowered == ()
    assert found.floors["a.x"].means == "x of a"


def test_a_pinned_floor_holds_the_very_figure_that_it_was_pinned_at():
    for value in (0.8678, 0.99999, 1.0, 6 / 7, 0.1 + 0.75):
        found = pin(FLOORS, {"a.x": value})
        assert check(found, {"a.x": value})[0].state is not State.BELOW


def test_floors_of_what_was_not_measured_stay():
    assert pin(FLOORS, {"a.x": 0.9}).floors["a.y"] == FLOORS.floors["a.y"]


@pytest.mark.parametrize(("lower", "reason"), [(False, ""), (False, "why"), (True, ""), (True, "  ")])
def test_a_floor_does_not_sink_without_flag_and_reason(lower, reason):
    with pytest.raises(Refused, match=r"a\.y"):
        pin(FLOORS, {"a.x": 0.85, "a.y": 0.4}, lower=lower, reason=reason)


def test_a_lowered_floor_keeps_its_reason():
    found = pin(FLOORS, {"a.x": 0.85, "a.y": 0.4}, lower=True, reason="labels were mended")
    assert found.floors["a.y"].floor == 0.4
    assert found.lowered == (Lowered(figure="a.y", before=0.5, after=0.4, reason="labels were mended"),)


def test_the_file_comes_back_as_it_was_saved(tmp_path):
    found = pin(FLOORS, {"a.x": 0.85, "a.y": 0.4, "b.z": 1 / 3}, lower=True, reason="labels: mended, “all”")
    save(found, tmp_path / "floors.yaml")
    assert load_floors(tmp_path / "floors.yaml") == found
    assert (tmp_path / "floors.yaml").read_text(encoding="utf-8").startswith("#")


@pytest.mark.parametrize("text", ["floors: {a: {floor: 1}}", "floors: {a: {means: x, floor: no}}", "{"])
def test_a_file_that_is_wrong_is_named(tmp_path, text):
    (tmp_path / "floors.yaml").write_text(text)
    with pytest.raises(Refused, match=r"floors\.yaml"):
        load_floors(tmp_path / "floors.yaml")


def test_the_projects_floors_belong_to_measures_and_say_what_they_mean():
    floors = load_floors()
    assert {name.split(".")[0] for name in floors.floors} == set(MEASURES)
    assert all(floor.means for floor in floors.floors.values())
    assert all(lowered.reason for lowered in floors.lowered)


MEASURED = Measured(
    tables=(Table(title="[red]T[/red]", columns=("set", "n", "share"), rows=(("[bold]dev", 3, 0.5), ("x", 1, None))),),
    figures={"a.x": 0.7},
    failures=(Failure(where="dev: a", what="body: taken out by [x]", text="\x1b[31mHello"),),
    skipped=("(c) pages: not here",),
)


def test_tables_floors_and_skips_are_printed_and_no_text_is_markup():
    out = StringIO()
    show([MEASURED], check(FLOORS, MEASURED.figures), Console(file=out, width=120))
    shown = out.getvalue()
    for expected in ("[red]T[/red]", "[bold]dev", "0.500", "a.x", "0.7000", "BELOW FLOOR", "skipped (c) pages"):
        assert expected in shown
    out = StringIO()
    show_failures(MEASURED.failures, Console(file=out, width=120))
    assert out.getvalue() == "dev: a: body: taken out by [x]\n  [31mHello\n"


def test_the_json_has_tables_and_figures():
    found = json.loads(encode(summary([MEASURED], check(FLOORS, MEASURED.figures))))
    assert found.keys() == {"tables", "figures", "skipped"}
    assert found["figures"][0] == {
        "name": "a.x", "means": "x of a", "value": 0.7, "floor": 0.8, "goal": 0.9, "state": "BELOW FLOOR"
    }  # fmt: skip
    assert found["tables"][0]["rows"] == [["[bold]dev", 3, 0.5], ["x", 1, None]]
