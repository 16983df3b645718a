"""The pinned requirement sets: what pyproject.toml asks for, hashed, for every Python, and free of addresses."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).parent / "uv"
SETS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_one_set_installs_on_every_python(version: str, tmp_path: Path) -> None:
    wanted = ["--require-hashes", "--only-binary", ":all:", "-r", ROOT / "requirements" / "all.txt"]
    done = subprocess.run(
        [UV, "pip", "install", "--dry-run", "--python-version", version, "--target", tmp_path / "packages", *wanted],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_sets_are_what_the_project_asks_for(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    subprocess.run([tmp_path / "requirements" / "compile.sh"], env={**os.environ, "UV": str(UV)}, check=True)
    changed = [file.name for file in SETS if (tmp_path / "requirements" / file.name).read_text() != file.read_text()]
    assert changed == [], "run: make lock"


@pytest.mark.parametrize("file", SETS, ids=lambda file: file.name)
def test_sets_are_hashed_and_name_no_address(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"https?://|--index-url|--find-links", text)
    pins = re.findall(r"^[a-z0-9][^\n]*==[^\n]*", text, re.MULTILINE)
    assert pins
    assert len(pins) == len(re.findall(r"^[a-z0-9][^\n]*==[^\n]*\\\n    --hash=sha256:", text, re.MULTILINE))
