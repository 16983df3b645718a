"""The compose file and the Dockerfiles as data."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.settings import ROOT


@dataclass(frozen=True)
class Dockerfile:
    """Instructions of a Dockerfile in order, continuation lines joined; ARG defaults are put in."""

    path: Path
    instructions: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """Arguments of every instruction of one kind."""
        return [arguments for instruction, arguments in self.instructions if instruction == name]

    def environment(self) -> dict[str, str]:
        """What ENV sets, over all stages."""
        return dict(pair.split("=", 1) for line in self.all("ENV") for pair in line.split())


def _read(path: Path) -> Dockerfile:
    text = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    lines = [line.strip() for line in re.sub(r"\\\n\s*", "", text).splitlines() if line.strip()]
    pairs = [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]
    values = dict(rest.split("=", 1) for name, rest in pairs if name == "ARG")
    return Dockerfile(
        path, tuple((name, re.sub(r"\$\{(\w+)\}", lambda m: values.get(m[1], m[0]), rest)) for name, rest in pairs)
    )


@pytest.fixture(scope="session")
def dockerfiles() -> dict[str, Dockerfile]:
    """Every Dockerfile, by the name of its image."""
    return {path.stem: _read(path) for path in sorted((ROOT / "infra" / "images").glob("*.Dockerfile"))}


@pytest.fixture(scope="session")
def compose_text() -> str:
    """The compose file as written."""
    return (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def compose(compose_text: str) -> dict[str, Any]:
    """The compose file with every variable at its default; a required one is `<NAME>`."""
    filled = re.sub(r"\$\{(\w+):-([^}]*)\}", r"\2", compose_text)
    filled = re.sub(r"\$\{(\w+):\?[^}]*\}", r"<\1>", filled)
    assert "$" not in filled, "a variable without a default that is not marked as required"
    return dict(yaml.safe_load(filled))


@pytest.fixture(scope="session")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The services of the compose file."""
    return dict(compose["services"])
