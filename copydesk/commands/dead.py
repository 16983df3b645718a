"""`copydesk dead`: what could not be processed."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from copydesk.accounting.dead import DeadLetter

SHOWN_BYTES = 2_000


@click.group(short_help="List and show dead letters.", epilog="Example: copydesk dead list --json | jq .error")
def command() -> None:
    """Dead letters: messages that can never be processed as they are, with the bytes they came in."""


@command.command("list", short_help="List what is kept.", epilog="Example: copydesk dead list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object per dead letter.")
def list_(*, as_json: bool) -> None:
    """List the dead letters of the last 90 days."""
    from copydesk.accounting.dead import dead_letters
    from copydesk.wiring import open_desk
    from infra.settings import load
    from schemas.codec import encode

    with open_desk(load()) as desk:
        letters = [letter for letter, _ in dead_letters(desk)]
    if as_json:
        for letter in letters:
            click.echo(encode(letter), nl=False)
    elif letters:
        _show_table(letters)
    else:
        click.echo("no dead letters")


@command.command(short_help="Show one with its bytes.", epilog="Example: copydesk dead show 3/17 --out article.json")
@click.argument("letter", metavar="PARTITION/OFFSET|ID")
@click.option("--out", type=click.Path(path_type=Path), help="Save the original bytes in this new file.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object per dead letter, without the bytes.")
def show(letter: str, *, out: Path | None, as_json: bool) -> None:
    """Show the dead letter at a place, or those of an article: its headers, and the beginning of its bytes."""
    from copydesk.accounting.audit import payload
    from copydesk.accounting.dead import find
    from copydesk.wiring import open_desk
    from infra.settings import load
    from schemas.codec import encode

    with open_desk(load()) as desk:
        found = find(desk, letter)
        bodies = [payload(desk, message) or message.value or b"" for _, message in found]
    if out is not None and len(found) > 1:
        places = ", ".join(each.place for each, _ in found)
        raise click.UsageError(f"this article has several dead letters: {places}; name one to save it")
    for (described, _), body in zip(found, bodies, strict=True):
        if as_json:
            click.echo(encode(described), nl=False)
        else:
            _show(described, body)
    if out is not None:
        with out.open("xb") as file:
            file.write(bodies[0])
        click.echo(f"{len(bodies[0])} bytes saved in {out}", err=True)


def _show(letter: "DeadLetter", body: bytes) -> None:
    from copydesk.terminal import escaped, line

    click.echo(line(f"dead letter {letter.place}, article {letter.article_id}, {letter.time:%Y-%m-%d %H:%M:%S} UTC"))
    for name, value in letter.headers.items():
        click.echo(f"  {line(name)}: {line(value)}")
    click.echo(f"  bytes: {len(body)}")
    click.echo(escaped(body[:SHOWN_BYTES]))
    if len(body) > SHOWN_BYTES:
        click.echo(f"... {len(body) - SHOWN_BYTES} more bytes; save them with --out FILE")


def _show_table(letters: "list[DeadLetter]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from copydesk.terminal import line

    table = Table()
    for column in ("Place", "Time (UTC)", "Stage", "Error", "Message", "Article"):
        table.add_column(column, overflow="fold")
    for letter in letters:
        words = (letter.stage, letter.error, letter.message, letter.article_id)
        table.add_row(letter.place, f"{letter.time:%Y-%m-%d %H:%M:%S}", *(Text(line(word, 200)) for word in words))
    Console().print(table)
