"""`copydesk up`: start what is missing of the stack on this machine."""

import click

DEFAULT_PARTS = ("broker", "store", "airflow", "workers")
PARTS = (*DEFAULT_PARTS, "newsroom")


def chosen_parts(_context: click.Context, _option: click.Parameter, value: str) -> frozenset[str]:
    """Read the value of ``--only``."""
    parts = frozenset(part.strip() for part in value.split(",") if part.strip())
    if unknown := parts - set(PARTS):
        raise click.BadParameter(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return parts


@click.command(
    short_help="Start what is missing of the stack on this machine.",
    epilog="Example: copydesk up --only broker,store",
)
@click.option(
    "--only",
    "parts",
    default=",".join(DEFAULT_PARTS),
    show_default=True,
    callback=chosen_parts,
    help="Parts to start, separated by commas; `newsroom` is the demo's.",
)
def command(parts: frozenset[str]) -> None:
    """Start Kafka, MinIO, Airflow and the workers as processes of yours on loopback, and wait until all of it works.

    What runs already goes on. The first time, Kafka's jars are fetched (44 MB) and MinIO is compiled, since upstream
    ships no binaries any more: a few minutes, kept for this user. State, logs and credentials lie in COPYDESK_HOME
    (default .copydesk), which only you can read.
    """
    from rich.console import Console

    from copydesk.preflight import check
    from copydesk.stack_view import StackProgress, services_table
    from infra.native.parts import PartName
    from infra.native.stack import Stack
    from infra.settings import load

    settings = load()
    wanted = frozenset(PartName(part) for part in parts)
    check(settings, wanted)
    stack = Stack(settings)
    with StackProgress() as progress:
        stack.up(wanted, progress)
    Console().print(services_table(service for service in stack.status() if service.pid))
