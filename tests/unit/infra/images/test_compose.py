"""docker-compose.yml: valid, locked down, and the same stack as the native one."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from infra import env_file
from infra.native.airflow_server import COMPONENTS, AirflowServer
from infra.native.broker_server import BrokerServer
from infra.native.build import STORE_VERSION
from infra.native.home import Home
from infra.native.jars import KAFKA_VERSION
from infra.native.store_server import StoreServer
from infra.native.worker_process import seats
from infra.settings import ROOT, Settings

ONCE = {"setup", "airflow-init", "copydesk"}
"""Services that end when their work is done."""
OURS = {"setup", "prepare-0", "enrich-0", "copydesk"}
AIRFLOW = {"airflow-init", "airflow-api", "airflow-scheduler", "airflow-dags"}
Services = dict[str, dict[str, Any]]


@pytest.fixture
def defaults(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with nothing set."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"COPYDESK_{name.upper()}", raising=False)
    monkeypatch.setenv("COPYDESK_HOME", "/nowhere")
    monkeypatch.delenv("COPYDESK_CONFIG", raising=False)
    return Settings()


def test_valid_under_the_compose_schema() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            ROOT / "docker-compose.yml",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_services_are_the_native_ones_and_what_containers_need(services: Services, defaults: Settings) -> None:
    native = {"broker", "store", "newsroom", *COMPONENTS, *(seat.name for seat in seats(defaults))}
    assert native <= services.keys()
    assert services.keys() - native == {"setup", "airflow-db", "airflow-init", "copydesk"}


def test_everything_published_is_on_loopback(services: Services) -> None:
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert len(ports) == 4
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in ports), ports


def test_published_ports_are_the_native_ones(services: Services, defaults: Settings) -> None:
    published = {name: [port.split(":")[1] for port in service.get("ports", ())] for name, service in services.items()}
    assert published["broker"] == [str(defaults.kafka_port)]
    assert published["store"] == [str(defaults.s3_port), str(defaults.s3_console_port)]
    assert published["airflow-api"] == [str(defaults.airflow_port)]
    assert services["newsroom"]["command"][1] == str(defaults.newsroom_port)


def test_variables_are_settings_or_secrets(compose_text: str, services: Services) -> None:
    names = {f"COPYDESK_{name.upper()}" for name in Settings.model_fields}
    used = set(re.findall(r"\$\{(\w+)", compose_text))
    assert used - names == {name for name in env_file.SECRETS if name.startswith("AIRFLOW_")}
    given = {name for service in services.values() for name in service.get("environment", ())}
    assert {name for name in given if name.startswith("COPYDESK_")} <= names


def test_every_setting_that_containers_know_can_be_set(compose_text: str, services: Services) -> None:
    fixed = {"home", "kafka_bootstrap", "s3_endpoint", "s3_secret_key_file", "sources_file"}
    # The worker image has no torch, which the hub's models and the quality tier need.
    hub = {"tagger", "summarizer", "tier", "summarizer_engine", "precision", "device", "models_dir"}
    slots = {"prepare_slots", "enrich_slots"}
    native = {name for name, field in Settings.model_fields.items() if (field.description or "").startswith("Native")}
    given = {name for service in services.values() for name in service.get("environment", ())}
    given |= set(re.findall(r"\$\{(\w+):-", compose_text))
    expected = {f"COPYDESK_{name.upper()}" for name in Settings.model_fields.keys() - fixed - hub - slots - native}
    assert expected <= given


def test_defaults_are_those_of_the_settings(compose_text: str, defaults: Settings) -> None:
    for name, value in re.findall(r"\$\{COPYDESK_(\w+):-([^}]*)\}", compose_text):
        if name == "AIRFLOW_PARALLELISM":  # 0 sizes it to the machine, which Airflow itself cannot
            assert int(value) > 0
            continue
        assert value == str(getattr(defaults, name.lower())), name


def test_secrets_have_no_defaults_and_the_command_makes_every_one(compose_text: str, services: Services) -> None:
    required = set(re.findall(r"\$\{(\w+):\?set it in \.env; `python3 -m infra\.env_file` makes one\}", compose_text))
    assert required == set(env_file.SECRETS)
    assert len(re.findall(r"\$\{\w+:\?", compose_text)) == len(re.findall(r":\?set it in \.env;", compose_text))
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD$|SECRET|_KEY$|ACCESS_KEY|ROOT_USER", variable):
                assert re.fullmatch(r"<\w+>", value), f"{name} has a default for {variable}"


def test_every_service_has_a_health_check_or_ends(services: Services) -> None:
    for name, service in services.items():
        assert ("healthcheck" in service) == (name not in ONCE), name
        assert service["restart"] == ("no" if name in ONCE else "unless-stopped"), name
        if name not in ONCE:
            check = service["healthcheck"]
            assert check["test"][0] == "CMD", f"{name}: no shell"
            assert {"interval", "timeout", "retries", "start_period"} <= check.keys(), name


def test_every_service_is_locked_down(services: Services) -> None:
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["init"] is True, name
        assert not {"privileged", "cap_add", "pid", "ipc", "devices"} & service.keys(), name
        # Kafka's image writes its configuration into its own folder at each start.
        assert service.get("read_only", False) == (name != "broker"), name
        for volume in service.get("volumes", ()):
            assert "docker.sock" not in volume
            assert not volume.startswith(".") or volume == "./dags:/opt/copydesk/dags:ro"


def test_nothing_runs_as_root(services: Services, dockerfiles: dict[str, Any]) -> None:
    for name, service in services.items():
        if "build" in service:
            image = dockerfiles[Path(service["build"]["dockerfile"]).stem]
            assert image.all("USER") == ["10001:10001"], name
            assert "user" not in service, name
        else:
            assert service["user"] in {"appuser", "postgres"}, name


def test_images_are_pinned(services: Services, dockerfiles: dict[str, Any]) -> None:
    ours = {"copydesk/worker", "copydesk/airflow", "copydesk/store"}
    for name, service in services.items():
        repository, _, tag = service["image"].partition(":")
        assert re.match(r"\d|[0-9a-f]{12}$", tag), f"{name}: {service['image']}"
        # An image of ours is never pulled: the name may be somebody else's in a registry.
        assert (service.get("pull_policy") == "build") == (repository in ours) == ("build" in service), name
    for file in dockerfiles.values():
        for base in file.all("FROM"):
            assert re.match(r"[a-z]+:\d+\.\d+\.\d+", base), f"{file.path.name}: {base}"


def test_versions_are_those_of_the_native_stack(services: Services) -> None:
    assert services["broker"]["image"] == f"apache/kafka:{KAFKA_VERSION}"
    assert services["store"]["image"] == f"copydesk/store:{STORE_VERSION.rpartition('-')[2]}"
    pinned = (ROOT / "requirements" / "airflow.txt").read_text(encoding="utf-8")
    assert f"\napache-airflow=={version('apache-airflow')} " in pinned


def test_dependencies_wait_for_the_right_thing(services: Services) -> None:
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            wanted = {"setup": "service_completed_successfully", "airflow-init": "service_completed_successfully"}
            expected = "service_started" if name == "newsroom" else wanted.get(other, "service_healthy")
            assert how["condition"] == expected, f"{name} on {other}"
    for name in ("prepare-0", "enrich-0", "airflow-scheduler"):
        assert "setup" in services[name]["depends_on"]
    assert set(services["setup"]["depends_on"]) == {"broker", "store"}


def test_volumes_are_named_and_kept(compose: dict[str, Any], services: Services) -> None:
    used = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", ())}
    assert used - {"./dags"} == compose["volumes"].keys()


def test_the_database_is_reached_by_airflow_alone(compose: dict[str, Any], services: Services) -> None:
    assert compose["networks"]["database"]["internal"] is True
    inside = {name for name, service in services.items() if "database" in service.get("networks", ())}
    assert inside == AIRFLOW | {"airflow-db"}
    assert services["airflow-db"]["networks"] == ["database"]


def test_the_broker_has_the_native_settings(services: Services) -> None:
    # The listeners and the quorum differ: one reaches containers and the host, the other loopback only.
    differing = {
        "advertised.listeners",
        "controller.quorum.bootstrap.servers",
        "listener.security.protocol.map",
        "listeners",
        "log.dirs",
    }
    native = BrokerServer(Path("java"), (), Path("/data"), 1, 2).properties()
    given = {
        name.removeprefix("KAFKA_").lower().replace("_", "."): value
        for name, value in services["broker"]["environment"].items()
        if name != "KAFKA_HEAP_OPTS"
    }
    assert given.keys() - native.keys() == {"controller.quorum.voters"}
    assert native.keys() - given.keys() == {"controller.quorum.bootstrap.servers"}
    assert {name: value for name, value in given.items() if name in native and name not in differing} == {
        name: value for name, value in native.items() if name not in differing
    }
    heap = BrokerServer(Path("java"), (), Path("/data"), 1, 2).service().command
    assert set(services["broker"]["environment"]["KAFKA_HEAP_OPTS"].split()) <= set(heap)


def test_the_store_is_started_as_the_native_one(services: Services, dockerfiles: dict[str, Any]) -> None:
    native = StoreServer(Path("minio"), Path("/f"), 9000, 9001, access_key="a", secret_key="s").service()
    started = dockerfiles["store"].all("CMD")[0].strip("[]").replace('"', "").split(", ")
    local = [part.replace("127.0.0.1:", ":").replace("/f/", "/var/lib/minio/") for part in native.command[1:]]
    assert started == local
    environment = services["store"]["environment"]
    assert environment.keys() == native.environment.keys()
    for name in ("MINIO_SITE_REGION", "MINIO_UPDATE", "MINIO_BROWSER_REDIRECT"):
        assert environment[name] == native.environment[name]


def test_airflow_has_the_native_settings(services: Services, defaults: Settings, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create()
    environment = AirflowServer(home, defaults).environment()
    native = {name: value for name, value in environment.items() if name.startswith("AIRFLOW__")}
    own = {
        "AIRFLOW_HOME",
        "AIRFLOW__API__HOST",
        "AIRFLOW__API__PORT",
        "AIRFLOW__CORE__DAGS_FOLDER",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
        "AIRFLOW__CORE__PARALLELISM",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER",
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY",
    } | {name for name in native if re.search("FERNET_KEY|SECRET", name)}
    for name in AIRFLOW:
        given = {key: value for key, value in services[name]["environment"].items() if key.startswith("AIRFLOW__")}
        assert given.keys() == native.keys() - {"AIRFLOW_HOME"}
        assert {key: value for key, value in given.items() if key not in own} == {
            key: value for key, value in native.items() if key not in own
        }


def test_airflows_parts_are_the_native_ones(services: Services, defaults: Settings, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create()
    for native in AirflowServer(home, defaults).services():
        service = services[native.name]
        assert tuple(service["command"]) == native.command[3:], "after `python -m airflow`"
        probe = service["healthcheck"]["test"]
        assert probe[1:6] == ["python", "-m", "copydesk.probe", "airflow", COMPONENTS[native.name]]


def test_every_slot_has_its_seat_its_name_and_its_notes(services: Services, defaults: Settings) -> None:
    for seat in seats(defaults):
        service = services[seat.name]
        assert service["hostname"] == seat.name
        assert service["command"] == ["worker", seat.stage, "--slot", str(seat.slot)]
        assert tuple(service["command"]) == seat.service().command[3:], "after `python -m copydesk.main`"
        assert service["volumes"] == [f"{seat.name}:/var/lib/copydesk"]
        assert service["healthcheck"]["test"][1:] == ["python", "-m", "copydesk.probe", *service["command"]]


def test_grace_periods_are_not_shorter_than_the_native_ones(
    services: Services, defaults: Settings, tmp_path: Path
) -> None:
    home = Home(tmp_path)
    home.create()
    native = [
        BrokerServer(Path("java"), (), tmp_path, 1, 2).service(),
        StoreServer(Path("minio"), tmp_path, 1, 2, access_key="a", secret_key="s").service(),
        *AirflowServer(home, defaults).services(),
        *(seat.service() for seat in seats(defaults)),
    ]
    for service in native:
        assert int(services[service.name]["stop_grace_period"].removesuffix("s")) >= service.stop_seconds


def test_the_bucket_and_the_addresses_reach_every_process_of_ours(services: Services, defaults: Settings) -> None:
    for name in OURS | AIRFLOW:
        environment = services[name]["environment"]
        assert environment["COPYDESK_S3_BUCKET"] == defaults.s3_bucket
        assert environment["COPYDESK_S3_ENDPOINT"] == "http://store:9000"
        assert environment["COPYDESK_KAFKA_BOOTSTRAP"] == "broker:9092"
        assert environment["COPYDESK_TOPIC_PREFIX"] == defaults.topic_prefix
    assert services["setup"]["entrypoint"] == ["python", "-m", "infra.setup"], "topics and bucket as `copydesk up`"
