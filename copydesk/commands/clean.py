"""`copydesk clean`: an article without what is not part of it."""

import sys
from typing import TYPE_CHECKING

import click

from copydesk.filters.options import filter_options, memory_option, run

if TYPE_CHECKING:
    from copydesk.filters.verbs import Filter
    from schemas.articles import CleanArticle


@click.command(
    short_help="Take what is not the article out of a page or text.",
    epilog="""Examples:

    \b
    copydesk clean --explain story.html
    copydesk clean --html --out page.html story.html
    copydesk clean --learn --dry-run
    copydesk clean --memory memory.json --url https://paper.example/story story.html
    """,
)
@filter_options(file_required=False)
@click.option("--explain", "explained", is_flag=True, help="Show people what was taken out, by which rule and why.")
@click.option("--html", "as_page", is_flag=True, help="The same as a page for the browser; it loads nothing else.")
@memory_option
@click.option("--learn", "learning", is_flag=True, help="Learn from the bucket what hosts repeat. Takes no FILE.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True),
    help="Write the page of --html there, or what --learn learned.",
)
@click.option("--dry-run", is_flag=True, help="With --learn: change nothing in the bucket.")
@click.option("--json", "as_json", is_flag=True, help="With --learn: print one JSON object.")
def command(
    path: str | None,
    url: str | None,
    memory_file: str | None,
    out: str | None,
    *,
    as_lines: bool,
    explained: bool,
    as_page: bool,
    learning: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Clean FILE (HTML or plain text; `-` is standard input), and print the clean article as JSON.

    What was taken out stands in `removed`, with the rule; put in at their offsets, last first, the pieces restore the
    text as it came. --explain shows that instead, in the terminal; --html shows it as a page. Needs no service.

    With --learn, read the articles of the last weeks in the bucket instead, and learn which paragraphs each host
    repeats. Prepare workers use what was learned when they start the next time. Exits with 75 when the store does not
    answer or another run was faster: run it again.
    """
    if learning:
        if path or url or memory_file or as_lines or explained or as_page:
            raise click.UsageError(
                "--learn reads the bucket: leave out FILE, --url, --jsonl, --explain, --html and --memory"
            )
        _learn(out, write=not dry_run, as_json=as_json)
        return
    if dry_run or as_json:
        raise click.UsageError("--dry-run and --json belong to --learn")
    if out and not as_page:
        raise click.UsageError("--out is for --html and --learn; redirect what else is printed")
    if path is None:
        raise click.UsageError("Missing argument 'FILE'")
    if as_lines and (explained or as_page):
        raise click.UsageError("--explain and --html show one document; leave out --jsonl")
    if as_page:
        _write_page(_article(path, url, memory_file), out)
    elif explained:
        _explain(_article(path, url, memory_file))
    else:
        run(lambda: _make(memory_file), path, url, as_lines=as_lines)


def _make(memory_file: str | None) -> "Filter":
    from functools import partial

    from copydesk.filters.source import read_memory
    from copydesk.filters.verbs import cleaning

    return partial(cleaning, memory=read_memory(memory_file))


def _article(path: str, url: str | None, memory_file: str | None) -> "CleanArticle":
    from copydesk.filters.source import document, read_bytes, read_memory
    from copydesk.filters.verbs import draft

    return draft(document(read_bytes(path, sys.stdin.buffer), url), read_memory(memory_file)).article


def _explain(article: "CleanArticle") -> None:
    from rich.console import Console

    from copydesk.filters.explain import explain

    explain(article, Console())


def _write_page(article: "CleanArticle", out: str | None) -> None:
    from copydesk.filters.explain_html import page

    with click.open_file(out or "-", "wb") as file:
        file.write(page(article))
    if out and out != "-":
        click.echo(f"wrote {out}", err=True)


def _learn(out: str | None, *, write: bool, as_json: bool) -> None:
    from copydesk.learning import learn
    from infra.errors import Conflict, Unavailable
    from infra.settings import load

    try:
        learn(load(), out=out, write=write, as_json=as_json)
    except (Conflict, Unavailable) as error:
        raise _Again(str(error)) from error


class _Again(click.ClickException):
    """The same call may work later: EX_TEMPFAIL of sysexits.h."""

    exit_code = 75
