"""`copydesk extract`: pages and texts to paragraphs and metadata."""

from typing import TYPE_CHECKING

import click

from copydesk.filters.options import filter_options, run

if TYPE_CHECKING:
    from copydesk.filters.verbs import Filter


@click.command(
    short_help="Take text and metadata out of a page.",
    epilog="Example: copydesk extract --url https://example.org/story story.html | jq .title",
)
@filter_options()
def command(path: str, url: str | None, *, as_lines: bool) -> None:
    """Take text and metadata out of FILE (HTML or plain text; `-` is standard input), and print them as JSON.

    The text is what the cleaner is given: paragraphs, parted by one blank line. Needs no service.
    """
    run(_make, path, url, as_lines=as_lines)


def _make() -> "Filter":
    from copydesk.filters.verbs import extracting

    return extracting
