"""`copydesk demo`: the whole way, over the bundled newsroom."""

import click


@click.command(
    short_help="Run the whole way over the bundled newsroom and show what landed.",
    epilog="Example: copydesk demo",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object per article instead of the table.")
def command(*, as_json: bool) -> None:
    """Start the stack, run the ingest DAG twice over the bundled newsroom, and show what became of each article.

    The newsroom is a small web server on loopback with two feeds of invented articles. Between the two polls it
    publishes a second edition: one article is edited, and a page that failed is mended. Run again with the state
    kept, it finds nothing new and shows what is there. Exits with 1 if an article did not arrive as it should.
    """
    from copydesk.demo.command import run
    from infra.settings import load

    raise SystemExit(run(load(), as_json=as_json))
