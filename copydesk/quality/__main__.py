"""`python -m copydesk.quality`: measure, print, and fail below a floor."""

import sys
from pathlib import Path

import click
from rich.console import Console

from copydesk.progress import counting
from copydesk.quality.floors import FLOORS, Check, State, check, load_floors, pin, save
from copydesk.quality.measures import Context, Measured
from copydesk.quality.registry import MEASURES
from copydesk.quality.report import show, show_failures, summary
from infra.errors import InfraError
from schemas.codec import encode


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("names", metavar="[MEASURE]...", nargs=-1, type=click.Choice(list(MEASURES)))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the tables.")
@click.option("--show", "shown", is_flag=True, help="Show what came out wrong, of the data that may be looked at.")
@click.option("--reserve", is_flag=True, help="Measure on the reserved paragraphs too. Each look uses them up.")
@click.option(
    "--floors", "path", type=click.Path(dir_okay=False, path_type=Path), default=FLOORS, help="Another file of floors."
)
@click.option("--pin", "pinning", is_flag=True, help="Raise the floors to what is measured.")
@click.option("--lower", is_flag=True, help="With --pin: let floors sink too; --reason says why.")
@click.option("--reason", default="", help="Why floors are lowered; it is kept in the file.")
def command(
    names: tuple[str, ...],
    *,
    as_json: bool,
    shown: bool,
    reserve: bool,
    path: Path,
    pinning: bool,
    lower: bool,
    reason: str,
) -> None:
    """Measure how well Copydesk does its work, all measures or those named, and compare with the pinned floors.

    Ends with 1 where a figure is below its floor.
    """
    if (lower or reason) and not pinning:
        raise click.UsageError("--lower and --reason belong to --pin")
    try:
        measured = [MEASURES[name](Context(reserve=reserve, counting=counting)) for name in names or MEASURES]
        checks = _checks(measured, names, path)
        if pinning:
            figures = {name: value for found in measured for name, value in found.figures.items()}
            save(pin(load_floors(path), figures, lower=lower, reason=reason), path)
            checks = _checks(measured, names, path)
    except InfraError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(encode(summary(measured, checks)), nl=False)
    else:
        console = Console()
        show(measured, checks, console)
        if shown:
            show_failures([failure for found in measured for failure in found.failures], console)
    if below := [found.figure for found in checks if found.state is State.BELOW]:
        raise click.ClickException(
            f"below the floor: {', '.join(below)}; see with --show, and mend it (or see --pin --help to lower a floor)"
        )


def _checks(measured: list[Measured], names: tuple[str, ...], path: Path) -> tuple[Check, ...]:
    """The floors of the measures that ran, beside their figures."""
    figures = {name: value for found in measured for name, value in found.figures.items()}
    asked = {f"{name}." for name in names or MEASURES}
    return tuple(found for found in check(load_floors(path), figures) if found.figure.startswith(tuple(asked)))


if __name__ == "__main__":
    sys.exit(command())
