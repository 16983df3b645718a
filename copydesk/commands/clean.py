"""`copydesk clean`: an article without what is not part of it."""

import sys
from typing import TYPE_CHECKING

import click

from copydesk.filters.options import filter_options, run

if TYPE_CHECKING:
    from copydesk.filters.verbs import Filter


@click.command(
    short_help="Take what is not the article out of a page or text.",
    epilog="Example: copydesk clean --explain story.html",
)
@filter_options
@click.option("--explain", "explained", is_flag=True, help="Show people what was taken out, and by which rule.")
def command(path: str, url: str | None, *, as_lines: bool, explained: bool) -> None:
    """Clean FILE (HTML or plain text; `-` is standard input), and print the clean article as JSON.

    What was taken out stands in `removed`, with the rule; put in at their offsets, last first, the pieces restore the
    text as it came. Needs no service.
    """
    if explained:
        if as_lines:
            raise click.UsageError("--explain shows one document; leave out --jsonl")
        _explain(path, url)
    else:
        run(_make, path, url, as_lines=as_lines)


def _make() -> "Filter":
    from copydesk.filters.verbs import cleaning

    return cleaning


def _explain(path: str, url: str | None) -> None:
    from rich.console import Console

    from copydesk.filters.explain import explain
    from copydesk.filters.source import document, read_bytes
    from copydesk.filters.verbs import draft

    explain(draft(document(read_bytes(path, sys.stdin.buffer), url)).article, Console())
