"""The stack's own folder: state, logs, credentials and the settings that later commands read."""

import os
import secrets
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from infra.errors import Refused
from infra.settings import Settings

STORE_SECRET = "store-secret-key"  # noqa: S105 -- the name of a secret
_HEADER = "# Kept by `copydesk up`, which changes ports, addresses and credentials here and leaves the rest alone.\n"


@dataclass(frozen=True, slots=True)
class Home:
    """A folder that only its owner can read."""

    path: Path

    @property
    def config(self) -> Path:
        """The settings file (``infra.settings``)."""
        return self.path / "copydesk.toml"

    @property
    def logs(self) -> Path:
        """One log per service."""
        return self.path / "logs"

    @property
    def run(self) -> Path:
        """What exists only while the stack runs."""
        return self.path / "run"

    def data(self, server: str) -> Path:
        """Return the folder that one server keeps its data in."""
        return self.path / "data" / server

    def secret_file(self, name: str) -> Path:
        """Return the file that holds a secret."""
        return self.path / "secrets" / name

    def create(self) -> None:
        """Make the folders, readable by the owner alone. Raises ``Refused`` when they cannot be made."""
        try:
            for folder in (self.path, self.logs, self.run, self.path / "data", self.path / "secrets"):
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(0o700)
        except OSError as error:
            raise Refused(
                f"cannot use {self.path} ({error.strerror}): set COPYDESK_HOME to a folder of yours"
            ) from error

    def secret(self, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
        """Return a secret, made the first time it is asked for and kept in a file of mode 0600."""
        file = self.secret_file(name)
        if not file.exists():
            write_private(file, make())
        return file.read_text(encoding="utf-8").strip()

    def stored_settings(self) -> dict[str, Any]:
        """Return what the settings file holds. Raises ``Refused`` if it cannot be read."""
        try:
            return tomllib.loads(self.config.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise Refused(f"{self.config} cannot be read: {error}") from error

    def store_settings(self, changes: dict[str, Any]) -> None:
        """Set ``changes`` in the settings file; other settings in it stay. Nothing is written if nothing changes."""
        before = self.stored_settings()
        after = {**before, **changes}
        if after != before:
            write_private(self.config, _HEADER + tomli_w.dumps(after))


def native_settings(home: Home, settings: Settings) -> dict[str, Any]:
    """Return the settings by which other commands find the servers of ``home``, making the store's credentials."""
    home.secret(STORE_SECRET)
    return {
        "kafka_port": settings.kafka_port,
        "kafka_controller_port": settings.kafka_controller_port,
        "kafka_bootstrap": broker_address(settings),
        "s3_port": settings.s3_port,
        "s3_console_port": settings.s3_console_port,
        "s3_endpoint": store_endpoint(settings),
        "s3_access_key": home.secret("store-access-key", lambda: "copydesk-" + secrets.token_hex(6)),
        "s3_secret_key_file": str(home.secret_file(STORE_SECRET)),
        "airflow_port": settings.airflow_port,
        "newsroom_port": settings.newsroom_port,
        "newsroom_url": f"http://127.0.0.1:{settings.newsroom_port}",
    }


def broker_address(settings: Settings) -> str:
    """Return ``host:port`` of the native broker."""
    return f"127.0.0.1:{settings.kafka_port}"


def store_endpoint(settings: Settings) -> str:
    """Return the URL of the native store."""
    return f"http://127.0.0.1:{settings.s3_port}"


def airflow_url(settings: Settings) -> str:
    """Return the URL of the native Airflow."""
    return f"http://127.0.0.1:{settings.airflow_port}"


def write_private(file: Path, text: str) -> None:
    """Write a file of mode 0600 in one step: it is never there half-written, and never readable by others."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
