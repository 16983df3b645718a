"""`copydesk withdraw`: take an article down."""

import sys

import click


@click.command(
    short_help="Take an article down: tell subscribers, delete its objects.",
    epilog="Example: copydesk withdraw https://example.org/story",
)
@click.argument("article", metavar="ID|URL")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--timeout", type=click.FloatRange(min=0), default=60.0, show_default=True, help="Seconds to wait for the workers."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(article: str, *, yes: bool, timeout: float, as_json: bool) -> None:
    """Take an article down, for good.

    It is marked as withdrawn, so that it is rejected whenever it comes again. When the workers are done with what is on
    its way of it, subscribers are told by an event without a value, and its objects are deleted from the bucket: every
    enriched one, the bytes as received and what lies beside them, and payloads too large for a message.

    What stays: its state, which is the mark; bytes that another article has too; and messages that are already in
    topics, until their time is over (see docs/topics.md). If it is pulled again the bytes received lie in the bucket
    again, though nothing is made of them: `copydesk verify --repair` deletes them, and so does doing this again.
    """
    from datetime import UTC, datetime

    from consumers.identify import read_state
    from copydesk.accounting.history import parse_id
    from copydesk.accounting.withdraw import withdraw
    from copydesk.progress import counting
    from copydesk.wiring import open_desk, open_publisher
    from infra.settings import load
    from schemas.codec import encode

    settings = load()
    identity = parse_id(article)
    with open_desk(settings) as desk:
        state = read_state(desk.store, identity)
        if not yes:
            known = f"{len(state.revisions)} revisions" if state else "nothing is known of it yet"
            _confirm(f"Take article {identity} down ({known})? Its objects cannot be brought back.")
        with open_publisher(settings) as publisher, counting("waiting for workers, looking for its objects"):
            done = withdraw(desk, publisher, identity, datetime.now(UTC), timeout_s=timeout)
    if as_json:
        click.echo(encode(done), nl=False)
    else:
        for key in done.removed:
            click.echo(f"removed {key}")
        click.echo(f"article {identity} is withdrawn; {len(done.removed)} objects removed")
    if state is None:
        click.echo(
            "nothing was known of this article: it is blocked from now on, but if you meant one that is published, "
            "check the URL with `copydesk trace`",
            err=True,
        )


def _confirm(question: str) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("nobody is there to ask; add --yes")
    click.confirm(question, abort=True, err=True)
