"""What the Dockerfiles say. What they do is run in tests/integration/images."""

import re
import shlex
import tomllib
from typing import Any

import pytest

from copydesk.main import ROOMS
from infra.native.build import BUILD_ENVIRONMENT, build_command
from infra.settings import ROOT

EXTRAS = {"worker": "worker", "airflow": "airflow"}


def test_there_is_one_image_for_each_job(dockerfiles: dict[str, Any]) -> None:
    assert dockerfiles.keys() == {"worker", "airflow", "store"}


def test_the_store_is_compiled_as_natively(dockerfiles: dict[str, Any]) -> None:
    compiling = [line for line in dockerfiles["store"].all("RUN") if line.startswith("go ")]
    assert [shlex.split(line) for line in compiling] == [build_command()]
    environment = dockerfiles["store"].environment()
    assert {name: environment[name] for name in BUILD_ENVIRONMENT} == BUILD_ENVIRONMENT


@pytest.mark.parametrize("name", EXTRAS)
class TestPython:
    """The images with Python in them."""

    def test_installs_its_own_pinned_set_with_hashes(self, name: str, dockerfiles: dict[str, Any]) -> None:
        installs = [line for line in dockerfiles[name].all("RUN") if " install " in line and "pip" in line]
        assert re.findall(r"-r (\S+)", " ".join(installs)) == [
            "/opt/requirements/bootstrap.txt",
            f"/opt/requirements/{EXTRAS[name]}.txt",
        ]
        assert all("--require-hashes" in line for line in installs)
        assert f"COPY requirements/bootstrap.txt requirements/{EXTRAS[name]}.txt " in dockerfiles[name].path.read_text()

    def test_has_every_room_in_one_place_and_checks_it(self, name: str, dockerfiles: dict[str, Any]) -> None:
        file = dockerfiles[name]
        for room in ROOMS:
            assert f"{room} /opt/copydesk/{room}" in file.all("COPY")
        assert file.environment()["PYTHONPATH"] == "/opt/copydesk"
        assert file.all("WORKDIR") == ["/opt/copydesk"]
        checks = [line for line in file.all("RUN") if line.endswith("python -m copydesk.main --version")]
        assert len(checks) == 1

    def test_is_the_same_python_in_both_stages(self, name: str, dockerfiles: dict[str, Any]) -> None:
        bases = [base.split(" ")[0] for base in dockerfiles[name].all("FROM")]
        assert len(set(bases)) == 1
        assert len(bases) == 2
        minor = re.match(r"python:3\.(\d+)\.", bases[0])
        requires = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
        lower, upper = map(int, re.findall(r"3\.(\d+)", requires))
        assert minor is not None
        assert lower <= int(minor[1]) < upper


def test_both_images_have_the_same_python(dockerfiles: dict[str, Any]) -> None:
    assert dockerfiles["worker"].all("ARG") == dockerfiles["airflow"].all("ARG")


def test_the_context_holds_what_is_copied_and_no_state(dockerfiles: dict[str, Any]) -> None:
    for name, file in dockerfiles.items():
        ignore = file.path.with_name(f"{file.path.name}.dockerignore")
        lines = (ignore if ignore.exists() else ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        patterns = [line for line in lines if line and not line.startswith("#")]
        assert patterns[0] == "*", "everything is out unless named"
        let_in = {line[1:] for line in patterns if line.startswith("!")}
        copied = {
            source.split("/")[0]
            for line in file.all("COPY")
            if not line.startswith("--from")
            for source in line.split()[:-1]
        }
        assert copied <= let_in, name
        assert not {".env", ".git", ".copydesk", ".venv", "tests"} & let_in
        assert all((ROOT / entry).exists() for entry in let_in)


def test_the_airflow_image_gets_no_models() -> None:
    folder = ROOT / "infra" / "images"
    common = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    own = (folder / "airflow.Dockerfile.dockerignore").read_text(encoding="utf-8")
    assert own.startswith(common)
    assert own.removeprefix(common).splitlines()[1:] == ["models/weights", "models/training"]
