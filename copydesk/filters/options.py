"""What the filters' commands share. Light: it is imported to show a verb's help."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from copydesk.filters.verbs import Filter
    from models.factory import Models

F = TypeVar("F", bound=Callable[..., Any])


def filter_options(*, file_required: bool = True) -> Callable[[F], F]:
    """Add FILE, --url and --jsonl. A required FILE may be left out where something is piped in."""
    file = click.Path(exists=True, dir_okay=False, allow_dash=True)

    def add(command: F) -> F:
        for option in (
            click.option(
                "--jsonl", "as_lines", is_flag=True, help="An object a line: {id, title, text} or {id, html, url}."
            ),
            click.option("--url", metavar="URL", help="Where the document comes from; it makes its id."),
            click.argument(
                "path", metavar="[FILE]", type=file, required=False, callback=_or_piped if file_required else None
            ),
        ):
            command = option(command)
        return command

    return add


def _or_piped(_context: click.Context, _parameter: click.Parameter, path: str | None) -> str:
    """FILE, or standard input where it is no terminal."""
    if path is None and sys.stdin.isatty():
        raise click.UsageError("name a FILE, or pipe a text into this command (`-` reads what is typed)")
    return "-" if path is None else path


memory_option = click.option(
    "--memory",
    "memory_file",
    metavar="MEMORY",
    type=click.Path(exists=True, dir_okay=False),
    help="Take out what was learned of the host, too: a file of `copydesk clean --learn --out`.",
)


title_option = click.option(
    "--title", metavar="TITLE", help="The document's title, where it does not name it itself; it helps to sum up."
)


def run_with_models(
    make: "Callable[[Models], Filter]", path: str, url: str | None, *, as_lines: bool, title: str | None = None
) -> None:
    """As ``run``, for a filter of the models that the settings name."""

    def load_and_make() -> "Filter":
        from copydesk.wiring import load_models
        from infra.settings import load

        return make(load_models(load()))

    run(load_and_make, path, url, as_lines=as_lines, title=title)


def run(make: "Callable[[], Filter]", path: str, url: str | None, *, as_lines: bool, title: str | None = None) -> None:
    """Run the filter that ``make`` gives over what the options name. Raises ``ClickException`` if a line failed."""
    if as_lines and url:
        raise click.UsageError('--url is for one document; with --jsonl every line has its own "url"')
    if as_lines and title:
        raise click.UsageError('--title is for one document; with --jsonl every line has its own "title"')
    from copydesk.filters.run import run_document, run_lines

    work = make()
    if not as_lines:
        run_document(work, path, url, stdin=sys.stdin.buffer, stdout=sys.stdout.buffer, title=title)
        return
    with click.open_file(path, "rb") as file:
        failed, total = run_lines(work, file, sys.stdout.buffer)
    if failed:
        raise click.ClickException(f'{failed} of {total} lines have no result; their objects have "error"')
