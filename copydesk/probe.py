"""Whether a service in a container works, for its health check: ``python -m copydesk.probe worker prepare --slot 0``.

The native stack asks the same questions in ``infra.native``. Exit code 0: it works; 1: not, with the reason.
"""

import sys
from datetime import UTC, datetime
from typing import NoReturn

import click

from consumers.slot import Slot
from infra.broker import KafkaAdmin
from infra.errors import InfraError
from infra.native.ready import airflow_ready
from infra.settings import load
from schemas.articles import Stage


@click.group()
def cli() -> None:
    """Ask one service whether it works."""


@cli.command()
@click.argument("stage", type=click.Choice(["prepare", "enrich"]))
@click.option("--slot", type=click.IntRange(min=0), required=True)
def worker(stage: Stage, slot: int) -> None:
    """Whether the broker lists this container's worker in its seat."""
    settings = load()
    seat = Slot(stage, slot, settings.home, settings.topic_prefix)
    halted = seat.file("halted")
    if halted.exists():
        _fail(f"halted: {halted.read_text(encoding='utf-8').strip()}")
    try:
        admin = KafkaAdmin(settings.kafka_bootstrap)
        try:
            members = admin.members(seat.group)
        finally:
            admin.close()
    except InfraError as error:
        _fail(str(error))
    if not any((member.instance_id, member.client_id) == (seat.static_id, seat.client_id) for member in members):
        _fail(f"the broker does not list {seat.client_id} in {seat.group}")


@cli.command()
@click.argument("component")
@click.option("--url", required=True, help="Base URL of the API server.")
def airflow(component: str, url: str) -> None:
    """Whether the API server calls one of Airflow's components (as its health page names them) healthy."""
    if not airflow_ready(url, component, since=datetime.fromtimestamp(0, UTC)):
        _fail(f"{url} does not call the {component} healthy")


def _fail(reason: str) -> NoReturn:
    sys.stderr.write(f"{reason}\n")
    sys.exit(1)


if __name__ == "__main__":
    cli()
