"""Homes and commands for tests that start the stack as a user does."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.native.home import Home
from infra.native.ports import free_port
from infra.native.supervise import end_left_behind
from infra.settings import ROOT

Copydesk = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home for one test; nothing of its stack outlives the test."""
    home = Home((tmp_path / "home").resolve())
    yield home
    end_left_behind(home)


@pytest.fixture
def environment(home: Home) -> dict[str, str]:
    """The environment of a user whose stack lies in ``home``, on ports of its own."""
    ports = {
        f"COPYDESK_{name}_PORT": str(free_port())
        for name in ("KAFKA", "KAFKA_CONTROLLER", "S3", "S3_CONSOLE", "AIRFLOW", "NEWSROOM")
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    return {**inherited, "COPYDESK_HOME": str(home.path), **ports, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def copydesk(environment: dict[str, str]) -> Copydesk:
    """Run `copydesk` as a user does."""

    def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "copydesk.main", *arguments],
            env={**environment, **changes},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    return run
