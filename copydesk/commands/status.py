"""`copydesk status`: services, lag and the last articles."""

from typing import Any

import click

ARTICLES = 5


@click.command(
    short_help="Show services, lag and the last articles.",
    epilog="Example: copydesk status --json | jq .lag",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> None:
    """Show the state of every service, asked of itself now, how far the consumers are behind, and the last articles.

    Exits with 1 when a service has given up or is being restarted.
    """
    import msgspec

    from infra.native.stack import Stack
    from infra.settings import load

    settings = load()
    services = Stack(settings).status()
    report: dict[str, Any] = {"services": services, **_flow(settings)}
    if as_json:
        click.echo(msgspec.json.encode(report, enc_hook=str))
    else:
        _show(report)
    if any(service.state in {"gave up", "restarting"} for service in services):
        raise SystemExit(1)


def _flow(settings: Any) -> dict[str, Any]:
    """Return lag, current memory and articles, or what keeps them from being known."""
    from consumers.memory_store import read_current
    from copydesk.overview import lags, latest
    from copydesk.wiring import open_desk
    from infra.errors import InfraError
    from infra.native.ready import broker_ready

    flow: dict[str, Any] = {"lag": None, "memory": None, "articles": None, "problem": None}
    if not broker_ready(settings.kafka_bootstrap):
        flow["problem"] = f"no broker answers at {settings.kafka_bootstrap}"
        return flow
    try:
        with open_desk(settings) as desk:
            flow["lag"] = lags(desk)
            flow["memory"], _ = read_current(desk.store)
            flow["articles"] = latest(desk, ARTICLES)
    except InfraError as error:
        flow["problem"] = str(error)
    return flow


def _show(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from copydesk.stack_view import services_table
    from copydesk.terminal import line

    console = Console()
    console.print(services_table(report["services"]))
    for lag in report["lag"] or ():
        console.print(Text(f"{lag.stage}: {lag.messages} messages behind on {lag.topic}"))
    if memory := report["memory"]:
        learned = f"{memory.learned_at:%Y-%m-%d %H:%M} UTC from {memory.articles} articles"
        console.print(Text(f"boilerplate: memory {memory.version}, learned {learned}"))
    if report["articles"]:
        table = Table(title="Last articles", title_justify="left")
        for column in ("Time (UTC)", "Article", "Rev", "Title", "Source"):
            table.add_column(column, overflow="fold")
        for article in report["articles"]:
            title = article.title if article.state == "enriched" else f"({article.state})"
            table.add_row(
                f"{article.time:%Y-%m-%d %H:%M:%S}",
                Text(line(article.id)),
                str(article.revision or ""),
                Text(line(title or "(no title)", 70)),
                Text(line(article.source or "")),
            )
        console.print(table)
    elif report["articles"] is not None:
        console.print("no articles yet: `copydesk demo` brings some")
    if report["problem"]:
        console.print(Text(line(report["problem"])))
