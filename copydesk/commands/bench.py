"""`copydesk bench`: the performance table."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.bench.articles import PageSet
    from copydesk.bench.measure import Offer
    from copydesk.bench.report import Report

ROUNDS = 5
GROUPS = ("desk", "clean", "models")
"""What can be asked for; see ``_offers``."""


@click.command(
    short_help="Measure speed and memory, against the naive way in the same run.",
    epilog="""Examples:

    \b
    copydesk bench --rounds 9 --out bench.json
    copydesk bench clean --pages saved-pages
    copydesk bench models --plot cost.svg
    copydesk bench models --only "article of 200" --only vectors
    """,
)
@click.argument("group", metavar="[GROUP]", type=click.Choice(GROUPS), default="desk")
@click.option(
    "--pages",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Measure the rows of cleaning on these pages too (.html, .html.gz).",
)
@click.option(
    "--rounds", type=click.IntRange(min=1), default=ROUNDS, show_default=True, help="Samples of each variant."
)
@click.option("--only", multiple=True, metavar="NAME", help="Only rows whose name has this in it; can be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the JSON there too."
)
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw what an article costs by its length, as SVG (`models` alone).",
)
def command(
    group: str,
    *,
    pages: Path | None,
    rounds: int,
    only: tuple[str, ...],
    as_json: bool,
    out: Path | None,
    plot: Path | None,
) -> None:
    """Measure Copydesk over the articles of the demo newsroom, with the shipped models. Needs no service.

    GROUP is `desk`, what one process of the desk costs; `clean`, the way from page to clean article alone; or `models`,
    our engines against torch with the same weights, and an article by its length: some minutes, 4 GB of memory and of
    room for temporary files, and the packages of requirements/torch.txt and requirements/ctranslate2.txt for the naive
    side.

    Naive and ours take turns; the table gives medians of wall and CPU time and their ratio. Run it on a machine that
    does nothing else, with 3 rounds or more.
    """
    for option, path in (("--out", out), ("--plot", plot)):
        if path is not None and not path.parent.is_dir():
            raise click.BadParameter(f"there is no folder {path.parent}", param_hint=option)
    if group == "models" and pages is not None:
        raise click.BadParameter("`models` has no rows of pages: leave it out", param_hint="--pages")
    if group != "models" and plot is not None:
        raise click.BadParameter(f"`{group}` has no curve: ask for `copydesk bench models`", param_hint="--plot")
    report = _measure(group, pages, rounds, only, drawn=plot is not None)
    from rich.console import Console

    from copydesk.bench.plot import curve, draw
    from copydesk.bench.report import processor_and_versions, show
    from schemas.codec import encode

    if as_json:
        click.echo(encode(report), nl=False)
    else:
        show(report, Console())
    if out is not None:
        out.write_bytes(encode(report))
    if plot is not None:
        plot.write_text(draw(curve(report.rows), processor_and_versions(report)), encoding="utf-8")


def _measure(group: str, pages: Path | None, rounds: int, only: tuple[str, ...], *, drawn: bool) -> "Report":
    from copydesk.preflight import install_remedy, missing_modules
    from infra.errors import Refused

    if missing := missing_modules("worker"):
        raise Refused(f"{', '.join(missing)} is not installed: {install_remedy('worker')}")
    from datetime import UTC, datetime

    from copydesk.bench import report
    from copydesk.bench.articles import folder, newsroom
    from copydesk.bench.measure import Clock, Skipped, measure, planned
    from copydesk.progress import counting

    started, results, skipped = datetime.now(UTC), [], []
    sets = (newsroom(), *((folder(pages),) if pages else ()))
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as scratch:
        for offer in _chosen(_offers(group, sets, Path(scratch)), only, drawn=drawn):
            with counting(f"{offer.name}: making it ready"):
                row = offer.make()
            if isinstance(row, Skipped):
                skipped.append(row)
                continue
            with counting(row.name, planned(row, rounds)) as seen:
                results.append(measure(row, rounds=rounds, clock=Clock(), seen=seen))
    return report.Report(
        measured_at=started,
        rounds=rounds,
        machine=report.this_machine(),
        versions=report.versions(),
        article_sets=tuple(given.describe() for given in sets),
        rows=tuple(results),
        skipped=tuple(skipped),
    )


def _chosen(offers: "tuple[Offer, ...]", only: tuple[str, ...], *, drawn: bool) -> "tuple[Offer, ...]":
    """Those asked for. Raises ``click.BadParameter`` before anything is measured in vain."""
    for part in only:
        if not any(part.casefold() in offer.name.casefold() for offer in offers):
            names = "; ".join(offer.name for offer in offers)
            raise click.BadParameter(f"no row has {part!r} in its name. They are: {names}", param_hint="--only")
    wanted = tuple(
        offer for offer in offers if not only or any(part.casefold() in offer.name.casefold() for part in only)
    )
    if drawn and not any(offer.of_curve for offer in wanted):
        raise click.BadParameter('no row of the curve is asked for: add `--only "article of"`', param_hint="--plot")
    return wanted


def _offers(group: str, sets: "Sequence[PageSet]", scratch: Path) -> "tuple[Offer, ...]":
    """The rows of a group. Another group is another module of rows, imported only when it is asked for."""
    from copydesk.bench.measure import Offer

    if group == "models":
        from copydesk.bench.model_rows import model_offers

        return model_offers(sets[0], scratch)
    if group == "clean":
        from copydesk.bench.clean_rows import clean_rows

        return tuple(map(Offer.of, clean_rows(sets)))
    from copydesk.bench.rows import rows

    return tuple(map(Offer.of, rows(sets)))
