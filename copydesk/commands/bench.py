"""`copydesk bench`: the performance table."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from copydesk.bench.articles import PageSet
    from copydesk.bench.measure import Row
    from copydesk.bench.report import Report

ROUNDS = 5
GROUPS = ("all", "clean")
"""What can be asked for; see ``_rows``."""


@click.command(
    short_help="Measure speed and memory, against the naive way in the same run.",
    epilog="""Examples:

    \b
    copydesk bench --rounds 9 --out bench.json
    copydesk bench clean --pages saved-pages
    """,
)
@click.argument("group", metavar="[GROUP]", type=click.Choice(GROUPS), default="all")
@click.option(
    "--pages",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Measure the rows of cleaning on these pages too (.html, .html.gz).",
)
@click.option(
    "--rounds", type=click.IntRange(min=1), default=ROUNDS, show_default=True, help="Samples of each variant."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the JSON there too."
)
def command(group: str, *, pages: Path | None, rounds: int, as_json: bool, out: Path | None) -> None:
    """Measure Copydesk over the articles of the demo newsroom, with the shipped models. Needs no service.

    GROUP is `all`, or `clean` for the way from page to clean article alone.

    Naive and ours take turns; the table gives medians of wall and CPU time and their ratio. Run it on a machine that
    does nothing else, with 3 rounds or more.
    """
    if out is not None and not out.parent.is_dir():
        raise click.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
    report = _measure(group, pages, rounds)
    from rich.console import Console

    from copydesk.bench.report import show
    from schemas.codec import encode

    if as_json:
        click.echo(encode(report), nl=False)
    else:
        show(report, Console())
    if out is not None:
        out.write_bytes(encode(report))


def _measure(group: str, pages: Path | None, rounds: int) -> "Report":
    from copydesk.preflight import install_remedy, missing_modules
    from infra.errors import Refused

    if missing := missing_modules("worker"):
        raise Refused(f"{', '.join(missing)} is not installed: {install_remedy('worker')}")
    from datetime import UTC, datetime

    from copydesk.bench import report
    from copydesk.bench.articles import folder, newsroom
    from copydesk.bench.measure import Clock, measure, planned
    from copydesk.progress import counting

    started, results = datetime.now(UTC), []
    sets = (newsroom(), *((folder(pages),) if pages else ()))
    for row in _rows(group, sets):
        with counting(row.name, planned(row, rounds)) as seen:
            results.append(measure(row, rounds=rounds, clock=Clock(), seen=seen))
    return report.Report(
        measured_at=started,
        rounds=rounds,
        machine=report.this_machine(),
        versions=report.versions(),
        article_sets=tuple(given.describe() for given in sets),
        rows=tuple(results),
    )


def _rows(group: str, sets: "Sequence[PageSet]") -> "tuple[Row, ...]":
    """The rows of a group. Another group is another module of rows, imported only when it is asked for."""
    if group == "clean":
        from copydesk.bench.clean_rows import clean_rows

        return clean_rows(sets)
    from copydesk.bench.rows import rows

    return rows(sets)
