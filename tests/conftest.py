"""Fixtures shared by all suites."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from infra.native import ready
from infra.native.broker_server import BrokerServer
from infra.native.build import ensure_store_binary
from infra.native.jars import ensure_jars
from infra.native.ports import free_port
from infra.native.service import Service
from infra.native.store_server import StoreServer
from infra.native.toolchain import find_java
from infra.settings import Settings

# The same examples every time, so that a red run is the change's doing; HYPOTHESIS_PROFILE=explore looks for others.
hypothesis.settings.register_profile("repeat", derandomize=True)
hypothesis.settings.register_profile("explore", max_examples=2_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))


@dataclass
class RealServer:
    """A real server of this test run. It starts on the same port and data each time."""

    service: Service
    is_ready: Callable[[], bool]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def address(self) -> str:
        """``host:port`` of a broker, base URL of a store."""
        return self.service.address

    @property
    def log(self) -> Path:
        """What it wrote."""
        return self.service.folder / f"{self.service.name}.log"

    def start(self, *, wait: bool = True) -> None:
        """Start it, and wait until it answers unless told otherwise."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.service.command,
                env={**os.environ, **self.service.environment},
                cwd=self.service.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if wait:
            self.wait()

    def wait(self, seconds: float = 90) -> None:
        """Wait until it answers; the end of its log is in the failure."""
        try:
            ready.wait_until(self.is_ready, seconds=seconds, what=self.service.name, alive=self.alive)
        except Exception as error:
            error.add_note(self.log.read_text(errors="replace")[-3000:])
            raise

    def alive(self) -> bool:
        """Whether the process exists."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """End it politely."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash does."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Let it stand still with its sockets open. Returns when all its threads do."""
        self._signal(signal.SIGSTOP)
        assert self.process is not None
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def thaw(self) -> None:
        """Let a frozen one go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None, "start it first"
        self.process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        if self.alive():
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
        try:
            self.process.wait(timeout=self.service.stop_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


@dataclass
class RealStore(RealServer):
    """A real S3 server, with what a client needs. The bucket does not exist yet."""

    access_key: str
    secret_key: str = field(repr=False)
    bucket: str = "copydesk"
    region: str = "us-east-1"

    @property
    def endpoint(self) -> str:
        """Base URL."""
        return self.service.address


def _new_broker(folder: Path, *, advertised_port: int | None = None) -> RealServer:
    server = BrokerServer(
        java=find_java().path,
        jars=tuple(ensure_jars()),
        folder=folder,
        port=free_port(),
        controller_port=free_port(),
        advertised_port=advertised_port,
    )
    server.prepare()
    service = server.service()
    return RealServer(service, lambda: ready.broker_ready(service.address))


def _new_store(folder: Path) -> RealStore:
    server = StoreServer(
        binary=ensure_store_binary(),
        folder=folder,
        port=free_port(),
        console_port=free_port(),
        access_key="tests" + secrets.token_hex(4),
        secret_key=secrets.token_urlsafe(24),
    )
    server.prepare()
    service = server.service()
    return RealStore(
        service,
        lambda: ready.http_ready(f"{service.address}/minio/health/ready"),
        access_key=server.access_key,
        secret_key=server.secret_key,
    )


@pytest.fixture(scope="session")
def real_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap servers of a Kafka shared by the whole run. Take topics of your own with ``topic_prefix``."""
    server = _new_broker(tmp_path_factory.mktemp("broker"))
    server.start()
    yield server.address
    server.stop()


@pytest.fixture(scope="session")
def real_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStore]:
    """An S3 server shared by the whole run. Take a bucket of your own with ``bucket_name``."""
    server = _new_store(tmp_path_factory.mktemp("store"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def topic_prefix() -> str:
    """A prefix for topics, groups and transactional ids that no other test uses."""
    return f"t{secrets.token_hex(5)}."


@pytest.fixture
def bucket_name() -> str:
    """The name of a bucket that no other test uses; it does not exist yet."""
    return f"t-{secrets.token_hex(8)}"


@pytest.fixture
def spawn_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., RealServer]]:
    """Make private, started Kafkas to kill, freeze and restart. ``advertised_port`` puts one behind a proxy."""
    servers = []

    def spawn(*, advertised_port: int | None = None) -> RealServer:
        server = _new_broker(tmp_path_factory.mktemp("broker"), advertised_port=advertised_port)
        servers.append(server)
        server.start()
        return server

    yield spawn
    for server in servers:
        server.kill()


@pytest.fixture
def spawn_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], RealStore]]:
    """Make private, started S3 servers to kill, freeze and restart."""
    servers = []

    def spawn() -> RealStore:
        server = _new_store(tmp_path_factory.mktemp("store"))
        servers.append(server)
        server.start()
        return server

    yield spawn
    for server in servers:
        server.kill()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield listener.getsockname()[1]


ROOT = Path(__file__).resolve().parents[1]
PORTS = ("KAFKA", "KAFKA_CONTROLLER", "S3", "S3_CONSOLE", "AIRFLOW", "NEWSROOM")


@dataclass(frozen=True)
class Desk:
    """A stack in ``home``, driven by the command as a user does. ``environment`` is what every command runs in."""

    home: Path
    environment: Mapping[str, str]
    python: Path

    def run(
        self, *arguments: str, stdin: bytes | None = None, check: bool = True, seconds: float = 300
    ) -> subprocess.CompletedProcess[bytes]:
        """Run ``copydesk`` with ``arguments``; its output is in the failure when ``check`` and it exits non-zero."""
        done = subprocess.run(
            [self.python, "-m", "copydesk.main", *arguments],
            input=stdin if stdin is not None else b"",
            env=dict(self.environment),
            cwd=ROOT,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
        if check and done.returncode != 0:
            pytest.fail(
                f"copydesk {' '.join(arguments)} exited with {done.returncode}:\n"
                f"{done.stdout.decode()[-3000:]}\n{done.stderr.decode()[-3000:]}"
            )
        return done

    def records(self, *arguments: str, **options: Any) -> list[dict[str, Any]]:
        """Run a command and read the JSON lines that it prints."""
        return [json.loads(row) for row in self.run(*arguments, **options).stdout.splitlines()]

    def settings(self) -> Settings:
        """Return the settings that its commands have."""
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("COPYDESK_")]:
                patch.delenv(name)
            for name, value in self.environment.items():
                if name.startswith("COPYDESK_"):
                    patch.setenv(name, value)
            return Settings()


@pytest.fixture(scope="session")
def make_desk() -> Callable[..., Desk]:
    """Make a native stack of the test's own, on free ports. It is not started; bring it down yourself."""

    def make(home: Path, *, python: Path = Path(sys.executable), **settings: str) -> Desk:
        own = {f"COPYDESK_{name}_PORT": str(free_port()) for name in PORTS}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
        return Desk(home, {**inherited, **own, "COPYDESK_HOME": str(home), **settings}, python)

    return make
