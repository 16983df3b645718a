"""`copydesk trace`: one article's way."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from copydesk.accounting.history import History, Step


@click.command(
    short_help="Show every stage of one article, with its times.",
    epilog="Example: copydesk trace https://example.org/story",
)
@click.argument("article", metavar="ID|URL")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(article: str, *, as_json: bool) -> None:
    """Show what topics and bucket still hold of an article: captures, messages, outcomes, revisions, objects.

    The article is named by its id or by any URL that differs from its own by tracking parameters only. Exits with 1 if
    nothing is known of it.
    """
    from copydesk.accounting.history import history, parse_id
    from copydesk.progress import counting
    from copydesk.wiring import open_desk
    from infra.errors import NotFound
    from infra.settings import load
    from schemas.codec import encode

    identity = parse_id(article)
    with open_desk(load()) as desk, counting("reading topics"):
        told = history(desk, identity)
    if as_json:
        click.echo(encode(told), nl=False)
    elif told.steps or told.state:
        _show(told)
    if not (told.steps or told.state):
        raise NotFound(
            f"nothing is known of article {identity}; messages are kept for 7 to 90 days, see docs/topics.md"
        )


def _show(told: "History") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    console.print(Text(f"article {told.id}"))
    table = Table()
    for column in ("Time (UTC)", "What", "Detail", "Where"):
        table.add_column(column, overflow="fold")
    for step in told.steps:
        table.add_row(
            f"{step.time:%Y-%m-%d %H:%M:%S.%f}"[:-3], Text(_what(step)), Text(_detail(step)), Text(step.place)
        )
    console.print(table)
    if told.state is None:
        return
    for known in told.state.revisions:
        revision = known.revision
        console.print(Text(f"revision {revision.number}: {revision.cause}, content {revision.hash[:12]}"))
    if told.state.withdrawn:
        console.print(Text("withdrawn", style="bold red"))
    for key in told.raw_keys:
        console.print(Text(f"as received: {key}"))


def _what(step: "Step") -> str:
    from copydesk.terminal import line

    words = [step.what, step.stage, step.status, f"({step.reason})" if step.reason else None]
    return line(" ".join(word for word in words if word))


def _detail(step: "Step") -> str:
    from copydesk.terminal import line

    words = [
        f"revision {step.revision}" if step.revision else None,
        f"in {step.seconds:.3f} s" if step.seconds is not None else None,
        step.detail,
        step.object_key,
    ]
    return "\n".join(line(word) for word in words if word)
