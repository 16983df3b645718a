"""What `copydesk bench` prints: the measured rows, and on what they were measured."""

import os
import platform
import re
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from copydesk.bench.articles import ArticleSet
from copydesk.bench.measure import Result, Skipped, Values
from copydesk.bench.plot import curve, show_bars
from copydesk.terminal import line

PACKAGES = ("onnxruntime", "tokenizers", "trafilatura", "lxml", "numpy")
EXTRA_PACKAGES = ("torch", "transformers", "ctranslate2")
"""Named where they are installed."""
_CPUINFO = Path("/proc/cpuinfo")


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Where it ran. ``cores`` are those that this process may use."""

    processor: str
    cores: int
    system: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of ``copydesk bench``. ``versions`` are those of Python and the packages that do the work.

    ``skipped`` are the rows that cannot be measured here.
    """

    measured_at: datetime
    rounds: int
    machine: Machine
    versions: dict[str, str]
    article_sets: tuple[ArticleSet, ...]
    rows: tuple[Result, ...]
    skipped: tuple[Skipped, ...] = ()


def this_machine() -> Machine:
    """Return what the operating system says of itself."""
    found = re.search(r"^model name\s*:\s*(.+)$", _CPUINFO.read_text(), re.MULTILINE) if _CPUINFO.exists() else None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Machine(
        processor=found[1] if found else platform.processor() or platform.machine(),
        cores=cores,
        system=f"{platform.system()} {platform.machine()}",
    )


def versions() -> dict[str, str]:
    """Return version by package, that of Python first."""
    found = {"python": platform.python_version(), **{package: version(package) for package in PACKAGES}}
    for package in EXTRA_PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def processor_and_versions(report: Report) -> str:
    """Return the line that says on what it was measured."""
    machine = report.machine
    packages = ", ".join(f"{name} {number}" for name, number in report.versions.items())
    return f"{machine.processor}, {machine.cores} cores, {machine.system}; {packages}"


def show(report: Report, console: Console) -> None:
    """Print the table for people."""
    table = Table(show_lines=True)
    table.add_column("What", ratio=1)
    for column in ("Unit", "", "Naive", "Ours", "Ratio"):
        table.add_column(column, justify="right" if column in {"Naive", "Ours", "Ratio"} else "left", no_wrap=True)
    points = curve(report.rows)
    for row in report.rows:
        if row in points:
            continue
        kinds = ("memory",) if row.ours.memory is not None else ("wall", "cpu")
        table.add_row(
            Text.assemble(line(_name(row, report)), ("\n" + line(row.note), "dim")),
            Text(row.unit),
            Text("\n".join({"wall": "wall", "cpu": "CPU", "memory": "peak"}[kind] for kind in kinds), style="dim"),
            _cell(row.naive, kinds),
            _cell(row.ours, kinds, style="bold"),
            _cell(row.ratio, kinds, "x"),
        )
    for skipped in report.skipped:
        remedy = Text.assemble(line(skipped.name), (f"\nskipped: {line(skipped.remedy)}", "dim"))
        table.add_row(remedy, *([Text("-")] * 5))
    if table.row_count:
        console.print(table)
    if points:
        show_bars(points, console)
    for sentence in _small_print(report):
        console.print(Text(line(sentence), style="dim"), soft_wrap=True)


def _name(row: Result, report: Report) -> str:
    return row.name if len(report.article_sets) == 1 or not row.article_set else f"{row.name}, {row.article_set}"


def _cell(given: Values | None, kinds: tuple[str, ...], after: str = "", style: str = "") -> Text:
    values = [getattr(given, kind, None) for kind in kinds]
    return Text("\n".join("-" if value is None else f"{_rounded(value)}{after}" for value in values), style=style)


def _rounded(value: float) -> str:
    """Three digits: what is beyond them is noise."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _small_print(report: Report) -> tuple[str, ...]:
    return (
        processor_and_versions(report),
        *(
            f"{given.name}: {given.articles} pages, in the median of {given.median_page_bytes / 1000:.1f} kB"
            for given in report.article_sets
        ),
        f"rounds: {report.rounds} or as few as a row says, after a warm-up, naive and ours in turns; one model thread",
        "figures are medians",
        "ratio: naive to ours in time or memory; above 1 ours is better",
    )
