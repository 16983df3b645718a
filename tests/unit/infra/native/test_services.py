"""How the servers are described: on loopback, durable as promised, with no secret where others can read it."""

import re
from pathlib import Path

import pytest

from consumers.slot import Slot
from copydesk.worker import EXIT_HALTED
from infra.messaging import Member
from infra.native.airflow_server import COMPONENTS, AirflowServer
from infra.native.broker_server import BrokerServer
from infra.native.home import Home
from infra.native.service import EXIT_FINAL, Service
from infra.native.store_server import StoreServer
from infra.native.worker_process import Seat, seats
from infra.settings import Settings
from schemas.topics import OFFSETS_RETENTION_DAYS


def broker(tmp_path: Path, advertised_port: int | None = None) -> BrokerServer:
    return BrokerServer(Path("/java"), (Path("/a.jar"), Path("/b.jar")), tmp_path, 1111, 2222, advertised_port)


def store(tmp_path: Path) -> StoreServer:
    return StoreServer(Path("/minio"), tmp_path, 3333, 4444, "user", "very-secret")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    return home


@pytest.fixture
def airflow(home: Home) -> AirflowServer:
    return AirflowServer(home, Settings(home=home.path, airflow_port=5555))


@pytest.fixture
def services(tmp_path: Path, home: Home, airflow: AirflowServer) -> list[Service]:
    workers = [seat.service() for seat in seats(Settings(home=home.path))]
    return [broker(tmp_path).service(), store(tmp_path).service(), *airflow.services(), *workers]


def test_every_address_is_loopback(tmp_path: Path, services: list[Service]) -> None:
    text = " ".join(part for service in services for part in (*service.command, *service.environment.values()))
    assert set(re.findall(r"\d+\.\d+\.\d+\.\d+", text)) == {"127.0.0.1"}
    assert "localhost" not in text
    listeners = broker(tmp_path).properties()["listeners"]
    assert listeners == "PLAINTEXT://127.0.0.1:1111,CONTROLLER://127.0.0.1:2222"


def test_no_secret_is_on_a_command_line_or_in_a_repr(home: Home, services: list[Service]) -> None:
    secrets = {file.read_text().strip() for file in (home.path / "secrets").iterdir()} | {"very-secret"}
    assert len(secrets) > 3
    for service in services:
        shown = " ".join(service.command) + repr(service)
        assert not [secret for secret in secrets if secret in shown]


def test_broker_keeps_offsets_as_long_as_the_topics_promise(tmp_path: Path) -> None:
    assert broker(tmp_path).properties()["offsets.retention.minutes"] == str(OFFSETS_RETENTION_DAYS * 24 * 60)


def test_broker_makes_no_topic_by_itself_and_transactions_need_no_replica(tmp_path: Path) -> None:
    properties = broker(tmp_path).properties()
    assert properties["auto.create.topics.enable"] == "false"
    assert {properties[name] for name in properties if name.endswith(("replication.factor", "min.isr"))} == {"1"}


def test_broker_behind_a_proxy_advertises_the_proxy(tmp_path: Path) -> None:
    properties = broker(tmp_path, advertised_port=9999).properties()
    assert properties["advertised.listeners"].startswith("PLAINTEXT://127.0.0.1:9999,")
    assert properties["listeners"].startswith("PLAINTEXT://127.0.0.1:1111,")


def test_airflow_finds_its_own_api_and_brings_no_examples(airflow: AirflowServer) -> None:
    environment = airflow.environment()
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:5555/execution/"
    assert environment["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:5555"
    assert environment["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert {service.name for service in airflow.services()} == COMPONENTS.keys()


@pytest.mark.parametrize(("setting", "cores", "expected"), [(0, 6, "6"), (0, None, "2"), (3, 6, "3")])
def test_parallelism_is_sized_to_the_machine(
    home: Home, monkeypatch: pytest.MonkeyPatch, setting: int, cores: int | None, expected: str
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    environment = AirflowServer(home, Settings(home=home.path, airflow_parallelism=setting)).environment()
    assert environment["AIRFLOW__CORE__PARALLELISM"] == expected


def test_seat_and_slot_agree(tmp_path: Path) -> None:
    for seat in seats(Settings(home=tmp_path, prepare_slots=2, enrich_slots=3)):
        slot = Slot("prepare" if seat.stage == "prepare" else "enrich", seat.slot, tmp_path, "p.")
        assert seat.group("p.") == slot.group
        assert seat.file(Home(tmp_path), "ready") == slot.file("ready")
        assert seat.taken([Member(slot.static_id, slot.client_id, "")])
        assert Seat.named(seat.name) == seat


def test_seat_is_not_taken_by_another_number() -> None:
    assert not Seat("enrich", 1).taken([Member("copydesk-enrich-11", "", ""), Member("copydesk-prepare-1", "", "")])


def test_only_the_process_asked_about_is_ready(home: Home) -> None:
    seat = Seat("enrich", 0)
    assert not seat.loop_entered(home, 12)
    seat.file(home, "ready").parent.mkdir()
    seat.file(home, "ready").write_text("12")
    assert seat.loop_entered(home, 12)
    assert not seat.loop_entered(home, 1)


def test_halted_worker_is_not_started_again() -> None:
    assert EXIT_HALTED == EXIT_FINAL
