"""Does without a container engine what one would do: builds the images' folders, runs the services' commands.

There is no isolation here, so paths of an image become paths below a folder, `host:port` of a service becomes a free
port on loopback, and processes are started under the image's user id.
"""

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra import env_file
from infra.errors import Unavailable
from infra.native import ready
from infra.native.ports import free_port
from infra.settings import ROOT

USER = 10001
NOT_HERE = ("PIP_NO_CACHE_DIR", "UV_NO_CACHE", "UV_COMPILE_BYTECODE")
"""Of ENV: what makes an image smaller or its start faster, and a test slower. Hashes are checked either way."""
IMAGE_FOLDERS = ("/opt/", "/var/lib/", "/var/log/")


@lru_cache(maxsize=1)
def shared_python() -> str:
    """Return a Python that every user of this machine may run: the images' user must be able to."""
    names = [f"python3.{minor}" for minor in (13, 14, 12, 11)]
    on_path = [Path(folder) / name for folder in os.get_exec_path() for name in names]
    for candidate in [Path(sys.executable), *on_path]:
        path = os.path.realpath(candidate)
        code = "import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))"
        with contextlib.suppress(PermissionError, FileNotFoundError):
            if subprocess.run([path, "-c", code], **as_user(), capture_output=True, check=False).returncode == 0:
                return path
    raise pytest.UsageError("no Python 3.11 to 3.14 that other users may run: install one outside of a home folder")


def as_user() -> dict[str, Any]:
    """Arguments of `subprocess` that make it the images' user; without root it stays the present one."""
    return {"user": USER, "group": USER, "extra_groups": [], "cwd": "/"} if os.geteuid() == 0 else {"cwd": "/"}


@dataclass
class Image:
    """An image as a folder. ``environment`` is what ENV sets, with paths below ``folder``."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    entrypoint: list[str] = field(default_factory=list)
    complete: bool = False

    def path(self, text: str) -> str:
        """Put paths of the image below the folder."""
        return re.sub(rf"(?<![\w/.])({'|'.join(IMAGE_FOLDERS)})", rf"{self.folder}\1", text)

    def run(
        self, command: list[str], environment: dict[str, str] | None = None, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the image as its user and return what it printed."""
        return subprocess.run(
            [self.path(part) for part in command],
            env=self.environment | {name: self.path(value) for name, value in (environment or {}).items()},
            capture_output=True,
            text=True,
            check=False,
            **(as_user() | {"cwd": self.folder / "opt" / "copydesk"} | more),
        )


@pytest.fixture(scope="session")
def rootfs() -> Iterator[Path]:
    """A folder that other users may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="copydesk-images-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def build(rootfs: Path) -> Callable[[str], Image]:
    """Build an image by its Dockerfile's instructions, once."""

    made: dict[str, Image] = {}

    def image(name: str) -> Image:
        if name not in made:
            made[name] = Image(rootfs / name)
            _build(made[name], _dockerfile(name))
        assert made[name].complete, f"the image {name} could not be built; see the first failure"
        return made[name]

    return image


def _build(image: Image, dockerfile: Path) -> None:
    (image.folder / "bin").mkdir(parents=True)
    (image.folder / "bin" / "python").symlink_to(shared_python())
    own = dockerfile.with_name(f"{dockerfile.name}.dockerignore")
    ignore = (own if own.exists() else ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for instruction, arguments in instructions(dockerfile):
        _follow(image, instruction, arguments, [line for line in ignore if line and not line.startswith("#")])
    image.complete = True


def _dockerfile(name: str) -> Path:
    return ROOT / "infra" / "images" / f"{name}.Dockerfile"


def instructions(dockerfile: Path) -> list[tuple[str, str]]:
    """Return a Dockerfile's instructions, continuation lines joined."""
    text = "\n".join(line for line in dockerfile.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines if line.strip()]


def _follow(image: Image, instruction: str, arguments: str, ignore: list[str]) -> None:
    match instruction:
        case "RUN":
            if os.geteuid() != 0:
                arguments = re.sub(r" -[og] \d+", "", arguments)
            path = f"{image.environment['PATH']}:{image.folder / 'bin'}:{os.environ['PATH']}"
            environment = os.environ | image.environment | {"PATH": path, "HOME": str(Path.home())}
            done = subprocess.run(
                ["sh", "-ec", f"umask 022; {image.path(arguments)}"],
                env={name: value for name, value in environment.items() if name not in NOT_HERE},
                cwd=image.folder,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"RUN {arguments}\n{done.stdout}\n{done.stderr}"
        case "COPY" if not arguments.startswith("--from"):
            *sources, target = arguments.split()
            for source in sources:
                _copy(ROOT / source, Path(image.path(target)), to_folder=target.endswith("/"), ignore=ignore)
        case "ENV":
            image.environment |= {
                name: image.path(value) for name, value in (pair.split("=", 1) for pair in shlex.split(arguments))
            }
        case "FROM":
            image.environment = {"PATH": f"{image.folder / 'bin'}:{os.environ['PATH']}"}
        case "ENTRYPOINT":
            image.entrypoint = yaml.safe_load(arguments)


def _copy(source: Path, target: Path, *, to_folder: bool, ignore: list[str]) -> None:
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = target if to_folder else target.parent
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / source.name if to_folder else target)
        return

    def left_out(folder: str, names: list[str]) -> set[str]:
        inside = Path(folder).relative_to(ROOT)
        return {name for name in names if _ignored(str(inside / name), ignore)}

    shutil.copytree(source, target, ignore=left_out)


def _ignored(path: str, patterns: list[str]) -> bool:
    """Whether a .dockerignore keeps the path out: the last pattern that matches it or a folder above decides."""
    places = [path, *map(str, Path(path).parents)][:-1]
    out = False
    for pattern in patterns:
        if any(_matches(place, pattern.removeprefix("!")) for place in places):
            out = not pattern.startswith("!")
    return out


def _matches(path: str, pattern: str) -> bool:
    parts = path.split("/")
    if pattern.startswith("**/"):
        return fnmatch(parts[-1], pattern[3:])
    wanted = pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatch, parts, wanted))


@dataclass
class Processes:
    """Processes of the images' user. What they write goes to files, and to the failure when one does not get ready."""

    folder: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: list[str], environment: dict[str, str], **more: Any) -> subprocess.Popen[bytes]:
        """Start a process."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, env=environment, stdout=log, stderr=subprocess.STDOUT, **(as_user() | more)
            )
        return self.running[name]

    def wait(self, name: str, check: Callable[[], bool], seconds: float = 90) -> None:
        """Wait until a check holds."""
        process = self.running[name]
        try:
            ready.wait_until(check, seconds=seconds, what=name, alive=lambda: process.poll() is None)
        except Unavailable as error:
            error.add_note(self.log(name))
            raise

    def log(self, name: str) -> str:
        """Return the end of what a process wrote."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def folder_of_user(self, name: str) -> Path:
        """Make a folder that the images' user may write."""
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(path, USER, USER)
        return path

    def stop(self) -> None:
        """Stop all, the latest first."""
        for process in reversed(self.running.values()):
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="module")
def processes(rootfs: Path) -> Iterator[Processes]:
    """Start processes; what still runs at the end is stopped."""
    started = Processes(rootfs)
    yield started
    started.stop()


@dataclass
class ComposeRun:
    """The compose file with values put in. ``ports`` maps `host:port` of a service to the port it has here."""

    services: dict[str, dict[str, Any]]
    variables: dict[str, str]
    ports: dict[str, int]
    broker_ports: dict[int, int]

    def here(self, text: str) -> str:
        """Put addresses of this machine for those of the services."""
        for address, port in self.ports.items():
            text = text.replace(f"//{address}", f"//127.0.0.1:{port}")
            text = re.sub(rf"^{re.escape(address)}$", f"127.0.0.1:{port}", text)
        return text

    def listeners(self, text: str) -> str:
        """Put free ports for those of Kafka's listeners; everybody is on loopback here."""
        for port, free in self.broker_ports.items():
            text = re.sub(rf"(//|@)[\w.]*:{port}\b", rf"\g<1>127.0.0.1:{free}", text)
        return text

    def bind(self, argument: str) -> str:
        """Put a free port on loopback for one that a server listens on."""
        return re.sub(r"^:(\d+)$", lambda match: f"127.0.0.1:{self.ports[match[0]]}", argument)

    @staticmethod
    def default_command(image: str) -> list[str]:
        """Return what an image of ours runs after its entry point."""
        (command,) = (arguments for instruction, arguments in instructions(_dockerfile(image)) if instruction == "CMD")
        return list(yaml.safe_load(command))

    @staticmethod
    def image_environment(image: str) -> dict[str, str]:
        """Return what the last stage of an image of ours sets."""
        stages = [index for index, step in enumerate(instructions(_dockerfile(image))) if step[0] == "FROM"]
        last = instructions(_dockerfile(image))[stages[-1] :]
        return dict(pair.split("=", 1) for name, line in last if name == "ENV" for pair in shlex.split(line))

    def environment(self, service: str) -> dict[str, str]:
        """Environment of a service; variables that are only handed on are left out."""
        given = self.services[service].get("environment", {})
        return {name: self.here(str(value)) for name, value in given.items() if value is not None}


@pytest.fixture(scope="session")
def compose(rootfs: Path) -> ComposeRun:
    """The compose file with the secrets that the documented command makes, and free ports."""
    file = rootfs / "env"
    env_file.complete(file)
    variables = dict(line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines())
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    text = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda m: variables.get(m[1], m[2]), text)
    text = re.sub(r"\$\{(\w+):\?[^}]*\}", lambda m: variables[m[1]], text)
    kafka = {port: free_port() for port in (9092, 9093, 19092)}
    store, console = free_port(), free_port()
    ports = {"broker:9092": kafka[9092], ":9000": store, ":9001": console}
    ports |= {"store:9000": store, "127.0.0.1:9000": store}
    return ComposeRun(yaml.safe_load(text)["services"], variables, ports, kafka)
