"""`copydesk enrich`: the whole way as a filter."""

import click

from copydesk.filters.options import filter_options, run_with_models


@click.command(
    short_help="Clean, sum up and tag an article: the whole way as a filter.",
    epilog="Example: cat story.html | copydesk enrich - > story.json",
)
@filter_options
def command(path: str, url: str | None, *, as_lines: bool) -> None:
    """Take FILE (HTML or plain text; `-` is standard input) the whole way, and print the enriched article as JSON.

    The bytes are those of the object that the pipeline stores for the first revision of these bytes. Needs no service.
    """
    from copydesk.filters.verbs import enriching

    run_with_models(enriching, path, url, as_lines=as_lines)
