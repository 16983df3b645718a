"""`copydesk summarize`: an article in few sentences."""

import click

from copydesk.filters.options import filter_options, run_with_models


@click.command(
    short_help="Sum an article up.",
    epilog="Example: copydesk summarize story.html | jq -r '.summary.sentences[].text'",
)
@filter_options()
def command(path: str, url: str | None, *, as_lines: bool) -> None:
    """Sum FILE up (HTML or plain text; `-` is standard input), and print the summary as JSON.

    A document is cleaned first. With --jsonl, a line's "text" is taken as it is, so that `copydesk clean --jsonl` can
    go before. Offsets are code points of the `text` printed. Needs no service.
    """
    from copydesk.filters.verbs import summarizing

    run_with_models(summarizing, path, url, as_lines=as_lines)
