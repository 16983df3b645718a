"""`copydesk tag`: the names in an article."""

import click

from copydesk.filters.options import filter_options, run_with_models


@click.command(
    short_help="Find the names in an article.",
    epilog="Example: copydesk tag < story.txt | jq '.entities[] | [.label, .text]'",
)
@filter_options()
def command(path: str, url: str | None, *, as_lines: bool) -> None:
    """Find people, organisations and places in FILE (HTML or plain text), or in standard input, and print them as JSON.

    One line of JSON: each name once, with its label (PER, ORG, LOC), a score and all its mentions. The score is the
    share of such names that are right. Offsets are code points of the `text` printed: text[start:end] is the name.

    A document is cleaned first. With --jsonl, a line's "text" is taken as it is, so that `copydesk clean --jsonl` can
    go before; a line that fails has an "error". Needs no service.
    """
    from copydesk.filters.verbs import tagging

    run_with_models(tagging, path, url, as_lines=as_lines)
