"""The services of the compose file, run with their own commands, environments and health checks, as their own user."""

import shutil
import signal
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.broker import KafkaAdmin
from infra.native import ready
from infra.native.build import STORE_MODULE, STORE_VERSION, ensure_store_binary
from infra.native.jars import ensure_jars
from infra.native.ports import free_port
from infra.native.toolchain import find_go, find_java
from infra.store import S3Store
from schemas.topics import TOPICS

Build = Callable[[str], Any]


@pytest.fixture(scope="module")
def broker(compose: Any, processes: Any, rootfs: Path) -> str:
    """Kafka, configured and formatted by the program that the image of Apache Kafka runs for it."""
    folder = processes.folder_of_user("broker")
    for name in ("defaults", "mounted", "final", "data"):
        processes.folder_of_user(f"broker/{name}")
    (folder / "defaults" / "server.properties").write_text("node.id=99\n", encoding="utf-8")
    for name in ("log4j2.yaml", "tools-log4j2.yaml"):
        (folder / "defaults" / name).write_text("{}\n", encoding="utf-8")
    jars = rootfs / "jars"
    jars.mkdir()
    for jar in ensure_jars():
        shutil.copyfile(jar, jars / jar.name)
    java = [str(find_java().path), "-Xmx512m", "-cp", f"{jars}/*"]
    environment = compose.environment("broker")
    environment["KAFKA_LOG_DIRS"] = str(folder / "data")
    for name in ("KAFKA_LISTENERS", "KAFKA_ADVERTISED_LISTENERS", "KAFKA_CONTROLLER_QUORUM_VOTERS"):
        environment[name] = compose.listeners(environment[name])
    folders = {name: str(folder / name) for name in ("defaults", "mounted", "final")}
    setup = processes.start(
        "broker-setup",
        [
            *(*java, "kafka.docker.KafkaDockerWrapper", "setup", "--default-configs-dir", folders["defaults"]),
            *("--mounted-configs-dir", folders["mounted"], "--final-configs-dir", folders["final"]),
        ],
        # The image sets this cluster id where the user sets none.
        environment | {"CLUSTER_ID": "5L6g3nShT-eMCtK--X86sw"},
    )
    assert setup.wait(timeout=60) == 0, processes.log("broker-setup")
    processes.start("broker", [*java, "kafka.Kafka", f"{folders['final']}/server.properties"], environment)
    address = f"127.0.0.1:{compose.ports['broker:9092']}"
    processes.wait("broker", lambda: ready.broker_ready(address))
    return address


@pytest.fixture(scope="module")
def store(compose: Any, processes: Any, rootfs: Path) -> str:
    """MinIO as its image starts it, on a folder that the image's user owns."""
    for name in ("data", "certs"):
        processes.folder_of_user(f"store/var/lib/minio/{name}")
    binary = rootfs / "store" / "minio"
    shutil.copyfile(ensure_store_binary(), binary)
    binary.chmod(0o755)
    command = [compose.bind(part).replace("/var/", f"{rootfs}/store/var/") for part in compose.default_command("store")]
    home = compose.image_environment("store")["HOME"].replace("/var/", f"{rootfs}/store/var/")
    processes.start("store", [str(binary), *command], compose.environment("store") | {"HOME": home})
    url: str = compose.here(compose.services["store"]["healthcheck"]["test"][-1])
    processes.wait("store", lambda: ready.http_ready(url))
    return url


def test_the_binary_is_what_the_image_compiles() -> None:
    shown = subprocess.run(
        [find_go().path, "version", "-m", ensure_store_binary()], capture_output=True, text=True, check=True
    ).stdout
    assert f"mod\t{STORE_MODULE}\t{STORE_VERSION}\t" in shown
    assert "build\t-trimpath=true" in shown
    assert "build\tCGO_ENABLED=0" in shown


def test_a_worker_of_the_stack_takes_its_seat_and_leaves_politely(
    broker: str, store: str, compose: Any, build: Build, processes: Any
) -> None:
    image = build("worker")
    setup = compose.services["setup"]
    for topics, bucket in (("topics made: news.raw, ", "bucket copydesk: made"), ("none, all there", ": there")):
        done = image.run(setup["entrypoint"], compose.environment("setup"))
        assert done.returncode == 0, done.stderr
        assert topics in done.stdout
        assert bucket in done.stdout

    admin = KafkaAdmin(broker)
    for topic in TOPICS:
        assert len(admin.end_offsets(topic.name)) == topic.partitions
    admin.close()

    service = compose.services["prepare-0"]
    environment = compose.environment("prepare-0")
    health = service["healthcheck"]["test"][1:]
    assert image.run(health, environment).returncode == 1, "nobody is there yet"
    process = processes.start(
        "prepare-0",
        [*image.entrypoint, *service["command"]],
        image.environment | environment,
        cwd=image.folder / "opt" / "copydesk",
    )
    processes.wait("prepare-0", lambda: image.run(health, environment).returncode == 0)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0, processes.log("prepare-0")


def test_a_halted_worker_is_not_healthy(broker: str, compose: Any, build: Build) -> None:
    image = build("worker")
    notes = image.folder / "var/lib/copydesk/slots"
    notes.mkdir(exist_ok=True)
    (notes / "enrich-0.halted").write_text("20 dead letters in a row", encoding="utf-8")
    done = image.run(compose.services["enrich-0"]["healthcheck"]["test"][1:], compose.environment("enrich-0"))
    assert done.returncode == 1
    assert "halted: 20 dead letters in a row" in done.stderr


def test_the_secret_key_of_env_opens_the_store(store: str, compose: Any) -> None:
    environment = compose.environment("setup")
    door = S3Store(
        environment["COPYDESK_S3_ENDPOINT"],
        "another",
        access_key=compose.variables["COPYDESK_S3_ACCESS_KEY"],
        secret_key=compose.variables["COPYDESK_S3_SECRET_KEY"],
    )
    assert door.ensure_bucket()


def test_the_newsroom_is_served_from_the_airflow_image(compose: Any, build: Build, processes: Any) -> None:
    image = build("airflow")
    service = compose.services["newsroom"]
    port = str(free_port())
    here = {service["command"][1]: port}
    command = [here.get(part, image.path(part)) for part in (*service["entrypoint"], *service["command"])]
    processes.start("newsroom", command, image.environment, cwd=image.folder / "opt" / "copydesk")
    health = [part.replace(service["command"][1], port) for part in service["healthcheck"]["test"][1:]]
    processes.wait("newsroom", lambda: image.run(health).returncode == 0)


def test_airflow_init_writes_the_password_and_makes_the_database(compose: Any, build: Build) -> None:
    image = build("airflow")
    environment = compose.environment("airflow-init")
    # SQLite stands in for PostgreSQL, which is not part of this machine's requirements.
    environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = f"sqlite:///{image.folder}/var/lib/airflow/airflow.db"
    done = image.run(compose.services["airflow-init"]["entrypoint"], environment)
    assert done.returncode == 0, done.stderr
    passwords = image.folder / "var/lib/airflow/passwords.json"
    assert passwords.stat().st_mode & 0o777 == 0o600
    assert compose.variables["AIRFLOW_ADMIN_PASSWORD"] in passwords.read_text(encoding="utf-8")
    assert (image.folder / "var/lib/airflow/airflow.db").stat().st_size > 0
    shown = image.run([*image.entrypoint, "version"], environment)
    pinned = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"apache-airflow=={shown.stdout.strip()}" in pinned["project"]["optional-dependencies"]["airflow"]
