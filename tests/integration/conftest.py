"""A whole native stack of the test run's own, driven by the command as a user does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.native.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PORTS = ("KAFKA", "KAFKA_CONTROLLER", "S3", "S3_CONSOLE", "AIRFLOW", "NEWSROOM")


@dataclass(frozen=True)
class Desk:
    """A stack in ``home``. ``environment`` is what every command of it runs in."""

    home: Path
    environment: Mapping[str, str]

    def run(
        self, *arguments: str, stdin: bytes | None = None, check: bool = True, seconds: float = 300
    ) -> subprocess.CompletedProcess[bytes]:
        """Run ``copydesk`` with ``arguments``; its output is in the failure when ``check`` and it exits non-zero."""
        done = subprocess.run(
            [sys.executable, "-m", "copydesk.main", *arguments],
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


def make_desk(home: Path, **settings: str) -> Desk:
    """Return a stack on free ports that is not started yet."""
    own = {f"COPYDESK_{name}_PORT": str(free_port()) for name in PORTS}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    return Desk(home, {**inherited, **own, "COPYDESK_HOME": str(home), **settings})


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A stack with Airflow and the demo newsroom, after one ``copydesk demo``."""
    stack = make_desk(tmp_path_factory.mktemp("home"))
    try:
        done = stack.run("demo", "--json", seconds=900)
        (stack.home / "demo.jsonl").write_bytes(done.stdout)
        yield stack
    finally:
        stack.run("down", check=False)
