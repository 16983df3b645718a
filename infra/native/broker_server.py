"""The native broker: Apache Kafka as a single KRaft node on loopback."""

import base64
import os
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from infra.errors import Unavailable
from infra.native.service import Service
from schemas.topics import OFFSETS_RETENTION_DAYS

CLUSTER_ID_FILE = "meta.properties"


@dataclass(frozen=True, slots=True)
class BrokerServer:
    """A Kafka node. ``folder`` gets ``server.properties`` and ``log/`` with the data.

    ``advertised_port`` is what clients are told to connect to; it differs from ``port`` only behind a proxy.
    """

    java: Path
    jars: tuple[Path, ...]
    folder: Path
    port: int
    controller_port: int
    advertised_port: int | None = None

    @property
    def is_new(self) -> bool:
        """Whether there is no data yet."""
        return not (self._data / CLUSTER_ID_FILE).exists()

    def prepare(self) -> None:
        """Write the configuration and format the data folder if it is new. Raises ``Unavailable``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file.write_text(
            "".join(f"{name}={value}\n" for name, value in self.properties().items()), encoding="utf-8"
        )
        if not self.is_new:
            return
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        command = self._command(
            "kafka.tools.StorageTool", "format", "--standalone", f"--cluster-id={cluster}", "-c", self._file
        )
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
        if done.returncode != 0:
            raise Unavailable(f"Kafka could not format {self._data}: {(done.stderr or done.stdout).strip()[-500:]}")

    def service(self) -> Service:
        """Describe the process."""
        return Service(
            name="broker",
            command=self._command("kafka.Kafka", self._file),
            folder=self.folder,
            address=f"127.0.0.1:{self.port}",
            stop_seconds=30,
        )

    def properties(self) -> dict[str, str]:
        """Return the server's properties."""
        listeners = f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}"
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.bootstrap.servers": f"127.0.0.1:{self.controller_port}",
            "listeners": listeners,
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.advertised_port or self.port},"
            f"CONTROLLER://127.0.0.1:{self.controller_port}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": str(self._data),
            "auto.create.topics.enable": "false",
            "offsets.retention.minutes": str(OFFSETS_RETENTION_DAYS * 24 * 60),
            # One node: without these transactions wait for replicas for ever.
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            # The default of 50 partitions each costs start-up time and files.
            "offsets.topic.num.partitions": "8",
            "transaction.state.log.num.partitions": "8",
            "share.coordinator.state.topic.num.partitions": "1",
            "group.initial.rebalance.delay.ms": "0",
            # A node that was killed fences itself until its old session ends: 9 s by default.
            "broker.session.timeout.ms": "3000",
            "broker.heartbeat.interval.ms": "500",
            # The cleaner's buffer is taken from the heap at start: 128 MB by default.
            "log.cleaner.dedupe.buffer.size": str(32 * 1024 * 1024),
        }

    @property
    def _file(self) -> Path:
        return self.folder / "server.properties"

    @property
    def _data(self) -> Path:
        return self.folder / "log"

    def _command(self, main_class: str, *arguments: str | Path) -> tuple[str, ...]:
        return (
            str(self.java),
            "-Xmx512m",
            "-Xms256m",
            "-Djava.awt.headless=true",
            f"-Dlog4j2.configurationFile={Path(__file__).with_name('log4j2.properties')}",
            "-Dlog4j2.disableJmx=true",
            "-cp",
            os.pathsep.join(str(jar) for jar in self.jars),
            main_class,
            *(str(argument) for argument in arguments),
        )
