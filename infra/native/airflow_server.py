"""The native Airflow: scheduler, DAG processor and API server on SQLite, with the LocalExecutor.

No triggerer: nothing defers yet. A task that does would wait for ever, so `copydesk doctor` looks for such tasks.
"""

import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from infra.env_file import fernet_key
from infra.errors import Refused, Unavailable
from infra.native.home import Home, airflow_url, write_private
from infra.native.service import Service
from infra.settings import ROOT, Settings

ADMIN = "admin"
PASSWORD_SECRET = "airflow-admin-password"  # noqa: S105 -- the name of a secret
MIGRATE_SECONDS = 300
COMPONENTS = {"airflow-api": "metadatabase", "airflow-scheduler": "scheduler", "airflow-dags": "dag_processor"}
"""Services, and what each is called in the answer of ``/api/v2/monitor/health``."""


@dataclass(frozen=True, slots=True)
class AirflowServer:
    """Airflow's parts. ``prepare`` must have returned before they start."""

    home: Home
    settings: Settings

    def prepare(self) -> None:
        """Write the password file and bring the database to this version. Raises ``Refused``, ``Unavailable``."""
        installed = installed_version()
        if installed is None:
            raise Refused(
                "Airflow is not installed here: run `make up`, or "
                "`.venv/bin/uv pip install --require-hashes -r requirements/airflow.txt`"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        write_private(self._passwords, json.dumps({ADMIN: self.home.secret(PASSWORD_SECRET)}) + "\n")
        if self.is_migrated:
            return
        log = self.home.logs / "airflow-migrate.log"
        with log.open("wb") as output:
            done = subprocess.run(  # noqa: S603 -- this interpreter with fixed arguments
                self._command("db", "migrate"),
                # Compiled modules make every start after this one shorter.
                env={**os.environ, **self.environment(), "PYTHONDONTWRITEBYTECODE": ""},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=MIGRATE_SECONDS,
                check=False,
            )
        if done.returncode != 0:
            raise Unavailable(f"Airflow could not make its database; see {log}")
        self._marker.write_text(installed, encoding="utf-8")

    def services(self) -> tuple[Service, ...]:
        """Describe the processes."""
        return (
            self._service("airflow-api", "api-server", address=airflow_url(self.settings)),
            # Its log server would listen on every address; the API server reads the same folder instead.
            self._service("airflow-scheduler", "scheduler", "--skip-serve-logs"),
            self._service("airflow-dags", "dag-processor"),
        )

    @property
    def folder(self) -> Path:
        """Where Airflow keeps its database."""
        return self.home.data("orchestrator")

    @property
    def is_migrated(self) -> bool:
        """Whether the database is of the installed version."""
        return self._marker.exists() and self._marker.read_text(encoding="utf-8") == installed_version()

    @property
    def _marker(self) -> Path:
        return self.folder / "migrated-to"

    @property
    def _passwords(self) -> Path:
        return self.home.secret_file("airflow-passwords.json")

    def _service(self, name: str, *arguments: str, address: str = "") -> Service:
        return Service(
            name=name,
            command=self._command(*arguments),
            folder=self.folder,
            environment=self.environment(),
            address=address,
            ours=True,
            stop_seconds=15,
        )

    @staticmethod
    def _command(*arguments: str) -> tuple[str, ...]:
        return (sys.executable, "-m", "airflow", *arguments)

    def environment(self) -> dict[str, str]:
        """Return Airflow's settings. They hold secrets."""
        url = airflow_url(self.settings)
        values: dict[str, dict[str, object]] = {
            "core": {
                "dags_folder": ROOT / "dags",
                "load_examples": False,
                "executor": "LocalExecutor",
                "parallelism": self.settings.airflow_parallelism or os.cpu_count() or 2,
                "fernet_key": self.home.secret("airflow-fernet-key", fernet_key),
                "execution_api_server_url": f"{url}/execution/",
                "simple_auth_manager_users": f"{ADMIN}:admin",
                "simple_auth_manager_passwords_file": self._passwords,
            },
            "database": {"sql_alchemy_conn": f"sqlite:///{self.folder / 'airflow.db'}"},
            "api": {
                "host": "127.0.0.1",
                "port": self.settings.airflow_port,
                "base_url": url,
                "workers": 1,
                "secret_key": self.home.secret("airflow-api-key"),
            },
            "api_auth": {"jwt_secret": self.home.secret("airflow-jwt-secret", lambda: secrets.token_urlsafe(64))},
            "logging": {
                "base_log_folder": self.home.logs / "airflow-tasks",
                "dag_processor_child_process_log_directory": self.home.logs / "airflow-parsing",
            },
            "dag_processor": {"refresh_interval": 30},
        }
        return {
            "AIRFLOW_HOME": str(self.folder),
            # DAG files are parsed without the settings, by this variable alone.
            "COPYDESK_SOURCES_FILE": str(self.settings.sources_file),
            **{
                f"AIRFLOW__{section.upper()}__{name.upper()}": str(value)
                for section, options in values.items()
                for name, value in options.items()
            },
        }


def installed_version() -> str | None:
    """Return the installed Airflow's version, or None, without importing it."""
    try:
        return version("apache-airflow-core")
    except PackageNotFoundError:
        return None
