"""`copydesk ingest`: files into the same topics as everything else."""

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from copydesk.intake.send import Result

TIMEOUT_S = 300.0
SHOWN = 200


@click.command(
    short_help="Send files through the desk: text, HTML, JSONL, WARC, folders.",
    epilog="Example: copydesk ingest story.html archive/ --wait",
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@click.option("--jsonl", "as_lines", is_flag=True, help="Standard input holds an object a line.")
@click.option("--url", metavar="URL", help="Where the one document comes from; it makes its id.")
@click.option("--wait", "waiting", is_flag=True, help="Wait until every input has its final outcome.")
@click.option(
    "--timeout", type=click.FloatRange(min=0), default=TIMEOUT_S, show_default=True, help="Seconds that --wait waits."
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object per input.")
def command(
    paths: tuple[str, ...], url: str | None, *, as_lines: bool, waiting: bool, timeout: float, as_json: bool
) -> None:
    """Send every PATH (a file, a folder, or `-`) through the same topics as what DAGs pull.

    Files are documents (HTML or text), `.jsonl` files with an object a line ({id, text} or {id, html, url}), or WARC
    files, whose HTTP responses are taken. Bytes without a URL are the article `urn:sha256:...` of their hash, so
    sending them again gives a duplicate. Exits with 1 if an input could not be sent, or, with --wait, if one ended as
    dead or rejected or had no outcome in time.
    """
    from copydesk.intake.inputs import find, read
    from copydesk.intake.send import send, wait
    from copydesk.progress import counting
    from copydesk.wiring import open_desk, open_publisher
    from infra.settings import load
    from schemas.codec import encode
    from schemas.topics import OUTCOMES

    files, others = find(paths)
    if url and (len(files) != 1 or as_lines):
        raise click.UsageError("--url is for one document")
    if others:
        click.echo(f"copydesk: {others} files of other kinds in these folders are left out", err=True)
    settings = load()
    late = None
    with open_desk(settings) as desk, open_publisher(settings) as publisher:
        start = desk.admin.end_offsets(desk.name(OUTCOMES))
        with counting("sending") as told:
            inputs = read(files, stdin=sys.stdin.buffer, url=url, as_lines=as_lines)
            results, places = send(desk, publisher, inputs, told=told)
        if waiting:
            with counting("waiting for outcomes", len(places)) as told:
                late = wait(desk, results, places, start=start, timeout_s=timeout, told=told)
    if as_json:
        for result in results:
            click.echo(encode(result), nl=False)
    else:
        _show(results)
    if late is not None:
        raise late
    if not all(result.good for result in results):
        raise SystemExit(1)


def _show(results: "list[Result]") -> None:
    from collections import Counter

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from copydesk.terminal import line

    table = Table()
    for column in ("Input", "Outcome", "Rev", "Article", "Object or reason"):
        table.add_column(column, overflow="fold")
    # All that need a look, and the first of the others.
    shown = [result for index, result in enumerate(results) if index < SHOWN or not result.good]
    for result in shown:
        last = result.object_key or ": ".join(word for word in (result.reason, result.detail) if word)
        cells = (result.input, result.outcome, str(result.revision or ""), result.id or "", last)
        table.add_row(*(Text(line(cell)) for cell in cells))
    console = Console()
    if shown:
        console.print(table)
    counts = Counter(result.outcome for result in results)
    console.print(Text(f"{len(results)} inputs: " + ", ".join(f"{count} {name}" for name, count in counts.items())))
