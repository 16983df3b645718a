"""What `make quality` prints: each measure's tables, then every figure beside its floor and goal."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from copydesk.quality.floors import Check, State
from copydesk.quality.measures import Cell, Failure, Measured, Table
from copydesk.terminal import line

_STYLE: Final[dict[str, Any]] = {"title_justify": "left", "box": SIMPLE_HEAD, "collapse_padding": True}
_STYLES = {State.REACHED: "green", State.BELOW: "bold red", State.HELD: "yellow"}


class FigureReport(msgspec.Struct, frozen=True, kw_only=True):
    """A figure in the JSON; ``value`` is null where what it is measured on is not here."""

    name: str
    means: str
    value: float | None
    floor: float | None
    goal: float | None
    state: str


class QualityReport(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of ``python -m copydesk.quality``."""

    tables: tuple[Table, ...]
    figures: tuple[FigureReport, ...]
    skipped: tuple[str, ...]


def summary(measured: Sequence[Measured], checks: Sequence[Check]) -> QualityReport:
    """Return the report for programs."""
    return QualityReport(
        tables=tuple(table for found in measured for table in found.tables),
        figures=tuple(
            FigureReport(
                name=check.figure, means=check.floor.means, value=check.value, floor=check.floor.floor,
                goal=check.floor.goal, state=check.state.value,
            )
            for check in checks
        ),
        skipped=tuple(words for found in measured for words in found.skipped),
    )  # fmt: skip


def show(measured: Sequence[Measured], checks: Sequence[Check], console: Console) -> None:
    """Print the tables for people."""
    for found in measured:
        for table in found.tables:
            _show_table(table, console)
    _show_checks(checks, console)
    for words in (words for found in measured for words in found.skipped):
        console.print(Text(f"skipped {line(words)}", style="yellow"))


def show_failures(failures: Sequence[Failure], console: Console) -> None:
    """Print the cases that came out wrong, of data that may be looked at."""
    for failure in failures:
        console.print(Text(line(f"{failure.where}: {failure.what}"), style="bold"), soft_wrap=True)
        console.print(Text("  " + line(failure.text)), soft_wrap=True)


def _show_table(given: Table, console: Console) -> None:
    table = RichTable(title=Text(given.title, style="bold"), **_STYLE)
    for number, column in enumerate(given.columns):
        numeric = all(not isinstance(row[number], str) for row in given.rows)
        table.add_column(Text(column), justify="right" if numeric else "left")
    for row in given.rows:
        table.add_row(*(Text(_cell(cell)) for cell in row))
    console.print(table)
    for note in given.notes:
        console.print(Text(note, style="dim"))
    console.print()


def _show_checks(checks: Sequence[Check], console: Console) -> None:
    table = RichTable(title=Text("Floors", style="bold"), **_STYLE)
    table.add_column("figure", overflow="fold")
    for column in ("value", "floor", "goal"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for check in checks:
        style = _STYLES.get(check.state, "dim")
        table.add_row(
            Text(check.figure), Text(_number(check.value), style=style), Text(_number(check.floor.floor)),
            Text(_number(check.floor.goal)), Text(check.state.value, style=style),
        )  # fmt: skip
    console.print(table)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _cell(cell: Cell) -> str:
    return "-" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else line(str(cell))
