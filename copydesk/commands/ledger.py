"""`copydesk ledger`: the balance over all raw messages."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from copydesk.accounting.ledger import Ledger


@click.command(
    short_help="Show whether every article is accounted for.",
    epilog="Example: copydesk ledger --json | jq .balanced",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(*, as_json: bool) -> None:
    """Count where every raw message that is still kept has ended.

    raw = enriched + duplicate + superseded + rejected + dead + in flight, where in flight is what was read between
    committed offsets and the ends of topics. Exits with 1 when that does not balance.
    """
    from copydesk.accounting.ledger import take_ledger
    from copydesk.progress import counting
    from copydesk.wiring import open_desk
    from infra.settings import load
    from schemas.codec import encode

    with open_desk(load()) as desk, counting("reading topics"):
        ledger = take_ledger(desk)
    if as_json:
        click.echo(encode(ledger), nl=False)
    else:
        _show(ledger)
    if not ledger.balanced:
        raise SystemExit(1)


def _show(ledger: "Ledger") -> None:
    click.echo(f"raw messages kept {ledger.raw:>9}")
    for name in ("enriched", "duplicate", "superseded", "rejected", "dead", "in_flight"):
        click.echo(f"  {name.replace('_', ' '):15} {getattr(ledger, name):>9}")
    if ledger.balanced:
        click.echo("balanced")
        return
    click.echo(f"NOT BALANCED: {ledger.missing_count} missing (no outcome, and not in flight)")
    for what, places in (
        ("missing", ledger.missing),
        ("more than one final outcome", ledger.repeated),
        ("an outcome that cannot be read", ledger.unreadable),
    ):
        for place in places:
            click.echo(f"  {place}: {what}")
    click.echo("look at one with `copydesk trace ID`; `copydesk verify` compares topics and bucket")
