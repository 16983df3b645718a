"""The command that makes .env."""

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from infra import env_file
from infra.settings import ROOT


def read(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines())


def test_every_secret_is_made_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    assert env_file.complete(path) == list(env_file.SECRETS)
    values = read(path)
    assert values.keys() == env_file.SECRETS.keys()
    assert len(set(values.values())) == len(values)
    assert all(re.fullmatch(r"[A-Za-z0-9_=-]{16,}", value) for value in values.values())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_files_share_no_secret(tmp_path: Path) -> None:
    env_file.complete(tmp_path / "a")
    env_file.complete(tmp_path / "b")
    assert not set(read(tmp_path / "a").values()) & set(read(tmp_path / "b").values())


def test_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    env_file.complete(path)
    before = path.read_bytes()
    assert env_file.complete(path) == []
    assert path.read_bytes() == before


def test_what_is_there_is_kept_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("COPYDESK_S3_BUCKET=mine\nAIRFLOW_DB_PASSWORD=chosen\nAIRFLOW_JWT_SECRET=", encoding="utf-8")
    path.chmod(0o644)
    added = env_file.complete(path)
    assert "AIRFLOW_DB_PASSWORD" not in added
    assert "AIRFLOW_JWT_SECRET" in added, "an empty value is none"
    values = read(path)
    assert values["COPYDESK_S3_BUCKET"] == "mine"
    assert values["AIRFLOW_DB_PASSWORD"] == "chosen"
    assert len(values["AIRFLOW_JWT_SECRET"]) > 60
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_command_says_what_it_made_and_never_a_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / ".env"
    monkeypatch.setattr(env_file, "ENV_FILE", path)
    monkeypatch.setattr(env_file.complete, "__defaults__", (path,))
    assert env_file.main() == 0
    assert env_file.main() == 0
    printed = capsys.readouterr().out
    assert "AIRFLOW_ADMIN_PASSWORD" in printed
    assert "nothing is missing" in printed
    assert not any(value in printed for value in read(path).values())


def test_a_folder_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(env_file.complete, "__defaults__", (tmp_path / "missing" / ".env",))
    assert env_file.main() == 1
    assert "cannot write" in capsys.readouterr().err


def test_it_runs_on_python_alone() -> None:
    # -I: no environment; -S: no installed package.
    code = "import sys; sys.path.insert(0, sys.argv[1]); import infra.env_file as e; print(len(e.SECRETS))"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code, ROOT], capture_output=True, text=True, check=True)
    assert int(done.stdout) == len(env_file.SECRETS)
