"""`copydesk summarize`: an article in few sentences."""

import click

from copydesk.filters.options import filter_options, run_with_models, title_option


@click.command(
    short_help="Sum an article up.",
    epilog="Example: copydesk summarize story.html | jq -r '.summary.sentences[].text'",
)
@filter_options()
@title_option
def command(path: str, url: str | None, title: str | None, *, as_lines: bool) -> None:
    """Sum FILE up (HTML or plain text; `-` is standard input), and print the summary as JSON.

    A document is cleaned first. With --jsonl, a line's "text" is taken as it is, so that `copydesk clean --jsonl` can
    go before. A title (the page's, --title, or a line's "title") helps to choose. Offsets are code points of the `text`
    printed. Needs no service.
    """
    from copydesk.filters.verbs import summarizing

    run_with_models(summarizing, path, url, as_lines=as_lines, title=title)
