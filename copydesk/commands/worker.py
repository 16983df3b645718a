"""`copydesk worker`: run one consumer."""

import click

from schemas.articles import Stage


@click.command(
    short_help="Run one consumer: prepare or enrich.",
    epilog="Example: copydesk worker enrich --slot 0",
)
@click.argument("stage", type=click.Choice(["prepare", "enrich"]))
@click.option("--slot", type=click.IntRange(min=0), required=True, help="Seat in the group, from 0; one worker each.")
def command(stage: Stage, slot: int) -> None:
    """Run one consumer until it is told to stop.

    SIGTERM finishes the batch; a second one stops at once. The process ends by itself when a transaction fails or it
    no longer gets anywhere (exit 75: start it again, as the stack's supervisor does), when too many messages in a row
    are dead letters (exit 78: look first, see `copydesk dead list`), and after ten starts that came to nothing (78).
    """
    from copydesk.worker import run
    from infra.settings import load

    raise SystemExit(run(stage, slot, load()))
