"""The images with Python in them, built by their own instructions: what is in there, and what is not."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.settings import ROOT

Build = Callable[[str], Any]
WORKER_ROOMS = "consumers.prepare, consumers.enrich, consumers.runtime, copydesk.worker, infra.setup, models"
AIRFLOW_ROOMS = (
    "dags.ingest.run, dags.ingest.learner, copydesk.commands.clean, copydesk.learning, copydesk.newsroom.server, "
    "copydesk.probe, infra.broker, infra.store"
)


def importable(image: Any, name: str) -> bool:
    done = image.run(["python", "-c", f"import importlib.util as u, sys; sys.exit(u.find_spec({name!r}) is None)"])
    return bool(done.returncode == 0)


def test_the_worker_image_has_what_workers_need_and_no_airflow(build: Build) -> None:
    image = build("worker")
    done = image.run(["python", "-W", "error::ImportWarning", "-c", f"import {WORKER_ROOMS}"])
    assert done.returncode == 0, done.stderr
    for absent in ("airflow", "torch", "transformers", "feedparser", "pytest"):
        assert not importable(image, absent), absent
    assert list((image.folder / "opt/copydesk/models/weights").glob("*/model.onnx"))


def test_the_airflow_image_has_the_dags_and_no_models(build: Build) -> None:
    image = build("airflow")
    done = image.run(["python", "-c", f"import {AIRFLOW_ROOMS}, airflow, asyncpg, psycopg2"])
    assert done.returncode == 0, done.stderr
    for absent in ("onnxruntime", "tokenizers", "torch", "transformers", "trafilatura", "numpy", "pytest"):
        assert not importable(image, absent), absent
    assert not (image.folder / "opt/copydesk/models/weights").exists()


@pytest.mark.parametrize("name", ["worker", "airflow"])
class TestBoth:
    """What holds for both images."""

    def test_installed_packages_agree_with_each_other(self, name: str, build: Build) -> None:
        folder = build(name).folder
        done = subprocess.run(
            [folder / "opt/bootstrap/bin/uv", "pip", "check", "--python", folder / "opt/venv/bin/python"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def test_no_secret_state_or_test_is_in_it(self, name: str, build: Build) -> None:
        root = build(name).folder / "opt" / "copydesk"
        expected = {
            "LICENSE",
            "NOTICE",
            "pyproject.toml",
            "copydesk",
            "dags",
            "consumers",
            "models",
            "infra",
            "schemas",
        }
        assert {path.name for path in root.iterdir()} == expected

    def test_the_rooms_come_from_the_image_whoever_asks(self, name: str, build: Build) -> None:
        image = build(name)
        done = image.run(["python", "-c", "import dags, schemas; print(dags.__file__, schemas.__file__)"], cwd="/")
        root = image.folder / "opt" / "copydesk"
        assert done.stdout.split() == [str(root / "dags/__init__.py"), str(root / "schemas/__init__.py")]

    def test_a_room_of_somebody_else_stops_the_command(self, name: str, build: Build, rootfs: Path) -> None:
        image = build(name)
        foreign = rootfs / f"foreign-{name}" / "schemas"
        foreign.mkdir(parents=True)
        (foreign / "__init__.py").touch()
        done = image.run(
            ["python", "-m", "copydesk.main", "--version"],
            {"PYTHONPATH": f"{foreign.parent}:{image.folder / 'opt/copydesk'}"},
            cwd="/",
        )
        assert done.returncode != 0
        assert "`schemas` comes from" in done.stderr

    def test_every_package_has_a_wheel_for_the_images_python_on_both_machines(
        self, name: str, build: Build, tmp_path: Path
    ) -> None:
        python = re.search(
            r"ARG PYTHON=(3\.\d+)", (ROOT / "infra" / "images" / f"{name}.Dockerfile").read_text(encoding="utf-8")
        )
        assert python is not None
        for platform in ("x86_64-manylinux_2_34", "aarch64-manylinux_2_34"):
            done = subprocess.run(
                [
                    *(build(name).folder / "opt/bootstrap/bin/uv", "pip", "install", "--dry-run", "--target", tmp_path),
                    *("--python-platform", platform, "--python-version", python[1], "--only-binary", ":all:"),
                    *("--require-hashes", "-r", ROOT / "requirements" / f"{name}.txt"),
                ],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{platform}: {done.stderr}"


@pytest.mark.parametrize(
    ("name", "folders"),
    [("worker", ["/var/lib/copydesk"]), ("airflow", ["/var/lib/airflow", "/var/log/airflow", "/var/lib/newsroom"])],
)
def test_state_folders_belong_to_the_images_user_alone(name: str, folders: list[str], build: Build) -> None:
    """Only root can give folders to another user; without it they are made as the present one's."""
    lines = (ROOT / "infra" / "images" / f"{name}.Dockerfile").read_text(encoding="utf-8").splitlines()
    assert f"RUN install -d -m 0700 -o 10001 -g 10001 {' '.join(folders)}" in lines
    assert "USER 10001:10001" in lines
    image = build(name)
    for folder in folders:
        status = Path(image.path(folder)).stat()
        assert status.st_uid == (10001 if os.geteuid() == 0 else os.geteuid())
        assert stat.S_IMODE(status.st_mode) == 0o700


def test_the_python_of_this_run_is_not_used(build: Build) -> None:
    done = build("worker").run(["python", "-c", "import sys; print(sys.prefix)"])
    assert done.stdout.strip() == str(build("worker").folder / "opt/venv") != sys.prefix
