"""`copydesk tag`: the names in an article."""

from typing import TYPE_CHECKING

import click

from copydesk.filters.options import filter_options, run

if TYPE_CHECKING:
    from copydesk.filters.verbs import Filter


@click.command(
    short_help="Find the names in an article.",
    epilog="Example: copydesk tag story.html | jq '.entities[] | [.label, .text]'",
)
@filter_options
def command(path: str, url: str | None, *, as_lines: bool) -> None:
    """Find people, organisations and places in FILE (HTML or plain text; `-`: standard input), and print them as JSON.

    A document is cleaned first. With --jsonl, a line's "text" is taken as it is, so that `copydesk clean --jsonl` can
    go before. Offsets are code points of the `text` printed. Needs no service.
    """
    run(_make, path, url, as_lines=as_lines)


def _make() -> "Filter":
    from copydesk.filters.verbs import tagging
    from copydesk.wiring import load_models
    from infra.settings import load

    return tagging(load_models(load()))
