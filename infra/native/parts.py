"""The parts of the stack, each with what it takes to start it, to ask it, and to set it up."""

import sys
from enum import StrEnum
from typing import Protocol

from infra.broker import KafkaAdmin
from infra.errors import Unavailable
from infra.messaging import Member
from infra.native import ready
from infra.native.airflow_server import COMPONENTS, AirflowServer
from infra.native.broker_server import BrokerServer
from infra.native.build import ensure_store_binary, store_binary_path
from infra.native.home import Home, airflow_url, broker_address, store_endpoint
from infra.native.jars import ensure_jars, jar_paths
from infra.native.service import Service
from infra.native.store_server import StoreServer
from infra.native.supervise import ProcessInfo
from infra.native.toolchain import find_go, find_java
from infra.native.worker_process import Seat, seats
from infra.settings import ROOT, Settings
from infra.setup import ensure_bucket, ensure_topics

COORDINATOR_SECONDS = 60.0


class PartName(StrEnum):
    """What can be started by itself with ``--only``."""

    BROKER = "broker"
    STORE = "store"
    AIRFLOW = "airflow"
    WORKERS = "workers"
    NEWSROOM = "newsroom"


class Report(Protocol):
    """Told what happens: to whom (``broker``), what (``starting``), and how far it is where that can be counted."""

    def __call__(self, subject: str, text: str, done: int = 0, total: int = 0) -> None: ...


class Part(Protocol):
    """Services that belong together. ``needs``: parts that must be ready before these are started."""

    name: PartName
    needs: frozenset[PartName]

    def addresses(self) -> dict[str, str]:
        """Names of the services and their addresses ('' without one), whether they can run here or not."""
        ...

    def ports(self) -> dict[str, int]:
        """Names of the settings that move its ports, and the ports."""
        ...

    def services(self) -> tuple[Service, ...]:
        """Describe the processes. Raises ``Refused`` when this machine lacks something they need."""
        ...

    def prepare(self, report: Report) -> None:
        """Get ready what must be there before the start. Raises ``Refused``, ``Unavailable``."""
        ...

    def answers(self, process: ProcessInfo) -> bool:
        """Whether the service works, asked of itself. Raises nothing for one that does not."""
        ...

    def furnish(self, report: Report) -> None:
        """Make what others expect inside, once it is ready. Raises ``Refused``, ``Unavailable``."""
        ...


class BrokerPart:
    """Kafka and its topics."""

    name = PartName.BROKER
    needs: frozenset[PartName] = frozenset()

    def __init__(self, home: Home, settings: Settings) -> None:
        self._home = home
        self._settings = settings

    def addresses(self) -> dict[str, str]:
        return {"broker": broker_address(self._settings)}

    def ports(self) -> dict[str, int]:
        return {"kafka_port": self._settings.kafka_port, "kafka_controller_port": self._settings.kafka_controller_port}

    def services(self) -> tuple[Service, ...]:
        return (self._server().service(),)

    def prepare(self, report: Report) -> None:
        ensure_jars(lambda done, total: report("broker", "fetching Kafka's jars", done, total))
        server = self._server()
        if server.is_new:
            report("broker", "making its data folder")
        server.prepare()

    def answers(self, process: ProcessInfo) -> bool:
        return ready.broker_ready(self.addresses()[process.name])

    def furnish(self, report: Report) -> None:
        report("broker", "making topics")
        address, prefix = broker_address(self._settings), self._settings.topic_prefix
        ensure_topics(address, prefix)
        # A new broker makes the group coordinator's own topic when the first group asks: ask before the workers do.
        ready.wait_until(
            lambda: _coordinates(address, Seat("prepare", 0).group(prefix)),
            seconds=COORDINATOR_SECONDS,
            what="the broker's group coordinator",
        )
        report("broker", "ready")

    def _server(self) -> BrokerServer:
        return BrokerServer(
            java=find_java().path,
            jars=tuple(jar_paths()),
            folder=self._home.data("broker"),
            port=self._settings.kafka_port,
            controller_port=self._settings.kafka_controller_port,
        )


class StorePart:
    """MinIO and its bucket."""

    name = PartName.STORE
    needs: frozenset[PartName] = frozenset()

    def __init__(self, home: Home, settings: Settings) -> None:
        self._home = home
        self._settings = settings

    def addresses(self) -> dict[str, str]:
        return {"store": store_endpoint(self._settings)}

    def ports(self) -> dict[str, int]:
        return {"s3_port": self._settings.s3_port, "s3_console_port": self._settings.s3_console_port}

    def services(self) -> tuple[Service, ...]:
        if not store_binary_path().is_file():
            find_go()  # so that a missing Go is said before anything starts
        return (self._server().service(),)

    def prepare(self, report: Report) -> None:
        ensure_store_binary(lambda done, total, text: report("store", text, done, total))
        self._server().prepare()

    def answers(self, process: ProcessInfo) -> bool:
        return ready.http_ready(f"{self.addresses()[process.name]}/minio/health/ready")

    def furnish(self, report: Report) -> None:
        report("store", "making the bucket")
        ensure_bucket(self._settings)
        report("store", "ready")

    def _server(self) -> StoreServer:
        return StoreServer(
            binary=store_binary_path(),
            folder=self._home.data("store"),
            port=self._settings.s3_port,
            console_port=self._settings.s3_console_port,
            access_key=self._settings.s3_access_key,
            secret_key=self._settings.secret_key(),
            region=self._settings.s3_region,
        )


class AirflowPart:
    """Airflow's processes."""

    name = PartName.AIRFLOW
    needs: frozenset[PartName] = frozenset()

    def __init__(self, home: Home, settings: Settings) -> None:
        self._settings = settings
        self._server = AirflowServer(home, settings)
        self._url = airflow_url(settings)

    def addresses(self) -> dict[str, str]:
        return {name: self._url if name == "airflow-api" else "" for name in COMPONENTS}

    def ports(self) -> dict[str, int]:
        return {"airflow_port": self._settings.airflow_port}

    def services(self) -> tuple[Service, ...]:
        return self._server.services()

    def prepare(self, report: Report) -> None:
        if self._server.is_migrated:
            self._server.prepare()
            return
        report("airflow database", "bringing it up to date")
        self._server.prepare()
        report("airflow database", "ready")

    def answers(self, process: ProcessInfo) -> bool:
        return ready.airflow_ready(self._url, COMPONENTS[process.name], since=process.since)

    def furnish(self, report: Report) -> None:
        """Nothing: it finds the DAGs by itself."""


class WorkersPart:
    """The consumers, one process per slot."""

    name = PartName.WORKERS
    needs = frozenset({PartName.BROKER, PartName.STORE})

    def __init__(self, home: Home, settings: Settings) -> None:
        self._home = home
        self._settings = settings

    def addresses(self) -> dict[str, str]:
        return {seat.name: "" for seat in seats(self._settings)}

    def ports(self) -> dict[str, int]:
        return {}

    def services(self) -> tuple[Service, ...]:
        return tuple(seat.service() for seat in seats(self._settings))

    def prepare(self, report: Report) -> None:
        """Nothing: the workers load what they need."""

    def answers(self, process: ProcessInfo) -> bool:
        """Whether this very process got as far as its loop, and the broker lists its seat in the group."""
        seat = Seat.named(process.name)
        if not seat.loop_entered(self._home, process.pid):
            return False
        # A client takes 10 s to find out that nobody is there.
        if not ready.broker_ready(self._settings.kafka_bootstrap):
            return False
        try:
            return seat.taken(_members(self._settings.kafka_bootstrap, seat.group(self._settings.topic_prefix)))
        except Unavailable:
            return False

    def furnish(self, report: Report) -> None:
        """Nothing."""


class NewsroomPart:
    """The demo newsroom. It keeps the edition that it serves in its data folder."""

    name = PartName.NEWSROOM
    needs: frozenset[PartName] = frozenset()

    def __init__(self, home: Home, settings: Settings) -> None:
        self._home = home
        self._port = settings.newsroom_port
        self._url = settings.newsroom_url

    def addresses(self) -> dict[str, str]:
        return {"newsroom": self._url}

    def ports(self) -> dict[str, int]:
        return {"newsroom_port": self._port}

    def services(self) -> tuple[Service, ...]:
        command = (sys.executable, "-m", "copydesk.newsroom", "--port", str(self._port))
        state = ("--state", str(self._home.data("newsroom")), "--base-url", self._url)
        return (Service("newsroom", command + state, ROOT, address=self._url, ours=True, stop_seconds=5),)

    def prepare(self, report: Report) -> None:
        """Nothing: the articles are part of the code."""

    def answers(self, process: ProcessInfo) -> bool:
        return ready.http_ready(f"{self.addresses()[process.name]}/health")

    def furnish(self, report: Report) -> None:
        """Nothing."""


def _members(bootstrap: str, group: str) -> tuple[Member, ...]:
    admin = KafkaAdmin(bootstrap)
    try:
        return admin.members(group)
    finally:
        admin.close()


def _coordinates(bootstrap: str, group: str) -> bool:
    try:
        _members(bootstrap, group)
    except Unavailable:
        return False
    return True


def all_parts(home: Home, settings: Settings) -> dict[PartName, Part]:
    """Return every part, in the order in which they are shown."""
    parts: tuple[Part, ...] = (
        BrokerPart(home, settings),
        StorePart(home, settings),
        AirflowPart(home, settings),
        WorkersPart(home, settings),
        NewsroomPart(home, settings),
    )
    return {part.name: part for part in parts}
