"""Airflow in interpreters of its own: its settings are read at import, and its warnings are not ours to judge."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.settings import ROOT

HERE = Path(__file__).parent
DAGS = ROOT / "dags"


@dataclass
class Airflow:
    """An Airflow with a home of its own."""

    home: Path
    database: str = ""
    output: str = ""

    def __call__(self, *command: str, **environment: str) -> str:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "COPYDESK"))}
        done = subprocess.run(
            [sys.executable, *command],
            cwd=self.home,
            env={
                **inherited,
                "AIRFLOW_HOME": str(self.home),
                "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
                "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
                "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": self.database or f"sqlite:///{self.home / 'airflow.db'}",
                "PYTHONPATH": str(ROOT),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        self.output = done.stdout + done.stderr
        assert done.returncode == 0, self.output[-5000:]
        return done.stdout

    def describe(self, folder: Path = DAGS, **environment: str) -> dict[str, Any]:
        """Parse the folder."""
        found = self(str(HERE / "describe_dags.py"), str(folder), **environment)
        description: dict[str, Any] = json.loads(found[found.index('{"files"') :])
        return description

    def run(self, dag_id: str, **environment: str) -> dict[str, Any]:
        """Run the DAG once."""
        report = self.home / "report.json"
        self(str(HERE / "run_dag.py"), str(DAGS), dag_id, str(report), **environment)
        told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return told


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with Airflow's tables, made once and copied per test."""
    airflow = Airflow(tmp_path_factory.mktemp("airflow"))
    airflow("-m", "airflow", "db", "migrate")
    return airflow.home / "airflow.db"


@pytest.fixture
def parser(tmp_path: Path) -> Airflow:
    """An Airflow that can parse; it has no database."""
    return Airflow(tmp_path)


@pytest.fixture
def airflow(tmp_path: Path, migrated_database: Path) -> Airflow:
    """An Airflow that can run DAGs."""
    shutil.copy(migrated_database, tmp_path / "airflow.db")
    return Airflow(tmp_path)


@pytest.fixture
def sources_file(tmp_path: Path) -> Callable[[str], str]:
    """Write a sources.yaml; returns its path."""

    def write(text: str) -> str:
        (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")
        return str(tmp_path / "sources.yaml")

    return write
