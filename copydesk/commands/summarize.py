"""`copydesk summarize`: an article in few sentences."""

from typing import TYPE_CHECKING

import click

from copydesk.filters.options import filter_options, run

if TYPE_CHECKING:
    from copydesk.filters.verbs import Filter


@click.command(
    short_help="Sum an article up.",
    epilog="Example: copydesk summarize story.html | jq -r '.summary.sentences[].text'",
)
@filter_options
def command(path: str, url: str | None, *, as_lines: bool) -> None:
    """Sum FILE up (HTML or plain text; `-` is standard input), and print the summary as JSON.

    A document is cleaned first. With --jsonl, a line's "text" is taken as it is, so that `copydesk clean --jsonl` can
    go before. Offsets are code points of the `text` printed. Needs no service.
    """
    run(_make, path, url, as_lines=as_lines)


def _make() -> "Filter":
    from copydesk.filters.verbs import summarizing
    from copydesk.wiring import load_models
    from infra.settings import load

    return summarizing(load_models(load()))
