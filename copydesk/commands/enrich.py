"""`copydesk enrich`: the whole way as a filter."""

import click

from copydesk.filters.options import filter_options, memory_option, run_with_models, title_option


@click.command(
    short_help="Clean, sum up and tag an article: the whole way as a filter.",
    epilog="Example: cat story.html | copydesk enrich - > story.json",
)
@filter_options()
@title_option
@memory_option
def command(path: str, url: str | None, title: str | None, memory_file: str | None, *, as_lines: bool) -> None:
    """Take FILE (HTML or plain text; `-` is standard input) the whole way, and print the enriched article as JSON.

    The bytes are those of the object that the pipeline stores for the first revision of these bytes, if MEMORY is the
    version that its workers have (none, where nothing was learned yet). Needs no service.
    """
    from functools import partial

    from copydesk.filters.source import read_memory
    from copydesk.filters.verbs import enriching

    make = partial(enriching, memory=read_memory(memory_file))
    run_with_models(make, path, url, as_lines=as_lines, title=title)
