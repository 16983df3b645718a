"""The health checks of the containers."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from consumers.slot import Slot
from copydesk import probe
from infra.errors import Unavailable
from infra.memory import MemoryBroker
from infra.settings import Settings
from schemas.topics import RAW

Ask = Callable[..., Result]


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MemoryBroker:
    """A broker in memory behind the door to Kafka; the home is a fresh folder."""
    twin = MemoryBroker()
    monkeypatch.setattr(probe, "KafkaAdmin", lambda _bootstrap: twin.admin())
    monkeypatch.setattr(probe, "load", lambda: Settings(home=tmp_path, topic_prefix=""))
    return twin


@pytest.fixture
def ask() -> Ask:
    """Run the probe with arguments."""
    return lambda *arguments: CliRunner().invoke(probe.cli, list(arguments))


def sit_down(broker: MemoryBroker, slot: Slot, client_id: str = "") -> None:
    broker.consumer(RAW.name, slot.group, slot.static_id, client_id or slot.client_id).poll(timeout_s=0, limit=1)


def test_a_worker_in_its_seat_is_healthy(broker: MemoryBroker, ask: Ask, tmp_path: Path) -> None:
    assert ask("worker", "prepare", "--slot", "0").exit_code == 1
    sit_down(broker, Slot("prepare", 0, tmp_path))
    assert ask("worker", "prepare", "--slot", "0").exit_code == 0
    assert ask("worker", "prepare", "--slot", "1").exit_code == 1
    assert ask("worker", "enrich", "--slot", "0").exit_code == 1


def test_somebody_else_in_the_seat_is_not_this_worker(broker: MemoryBroker, ask: Ask, tmp_path: Path) -> None:
    sit_down(broker, Slot("prepare", 0, tmp_path), client_id="copydesk-prepare-0@another-host")
    done = ask("worker", "prepare", "--slot", "0")
    assert done.exit_code == 1
    assert "the broker does not list copydesk-prepare-0@" in done.stderr


def test_a_halted_worker_says_why(broker: MemoryBroker, ask: Ask, tmp_path: Path) -> None:
    slot = Slot("prepare", 0, tmp_path)
    sit_down(broker, slot)
    slot.file("halted").parent.mkdir()
    slot.file("halted").write_text("20 dead letters in a row\n", encoding="utf-8")
    done = ask("worker", "prepare", "--slot", "0")
    assert (done.exit_code, done.stderr) == (1, "halted: 20 dead letters in a row\n")


def test_without_a_broker_no_worker_is_healthy(broker: MemoryBroker, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_bootstrap: str) -> None:
        raise Unavailable("Kafka did not answer")

    monkeypatch.setattr(probe, "KafkaAdmin", fail)
    done = ask("worker", "prepare", "--slot", "0")
    assert (done.exit_code, done.stderr) == (1, "Kafka did not answer\n")


@pytest.mark.parametrize("healthy", [True, False])
def test_airflows_parts_are_what_the_api_server_says(healthy: bool, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def ready(url: str, component: str, *, since: datetime) -> bool:
        asked.append((url, component))
        assert since.tzinfo is not None
        return healthy

    monkeypatch.setattr(probe, "airflow_ready", ready)
    done = ask("airflow", "scheduler", "--url", "http://airflow-api:8080")
    assert done.exit_code == (0 if healthy else 1)
    assert asked == [("http://airflow-api:8080", "scheduler")]
