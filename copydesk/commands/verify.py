"""`copydesk verify`: proof that topics and bucket agree."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from copydesk.accounting.audit import Audit


@click.command(
    short_help="Prove that topics and bucket agree, and mend what a crash left.",
    epilog="Example: copydesk verify --repair",
)
@click.option("--repair", "mend", is_flag=True, help="Publish missing events, put back objects, finish withdrawals.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(*, mend: bool, as_json: bool) -> None:
    """Compare every event on news.enriched with its object, byte for byte, and every object with its event.

    What differs at two looks is named. A crash can leave an object without its event; --repair publishes it. Of a
    withdrawn article nothing may be there: --repair tells subscribers once more and deletes its objects and the bytes
    received, also those received after it was withdrawn. What cannot be told right from wrong is left to you. Exits
    with 1 when a finding is left.
    """
    from datetime import UTC, datetime

    import msgspec

    from copydesk.accounting.audit import audit
    from copydesk.progress import counting
    from copydesk.wiring import open_desk, open_publisher
    from infra.settings import load
    from schemas.codec import encode

    settings = load()
    with open_desk(settings) as desk:
        with counting("reading objects") as seen:
            result = audit(desk, seen=seen)
        if mend and result.findings:
            from copydesk.accounting.repair import repair

            with open_publisher(settings) as publisher:
                findings = repair(desk, publisher, result.findings, datetime.now(UTC))
            result = msgspec.structs.replace(result, findings=findings)
    if as_json:
        click.echo(encode(result), nl=False)
    else:
        _show(result)
    if any(not finding.repaired for finding in result.findings):
        raise SystemExit(1)


def _show(result: "Audit") -> None:
    from copydesk.terminal import line

    click.echo(
        f"{result.events} events, {result.objects} objects, {result.withdrawn} articles withdrawn, "
        f"{result.in_flight} objects in flight"
    )
    for finding in result.findings:
        click.echo(line(f"{finding.fault}: {finding.subject}: {finding.detail}{' (repaired)' * finding.repaired}"))
    left = sum(not finding.repaired for finding in result.findings)
    if left:
        click.echo(f"{left} findings; `copydesk verify --repair` mends what is missing and finishes withdrawals")
    else:
        click.echo("topics and bucket agree" if not result.findings else "all findings are repaired")
