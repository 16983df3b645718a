"""Shipped weights are checked before use."""

import hashlib
import json
from pathlib import Path

import pytest

from models.artifacts import WEIGHTS, open_artifacts
from models.errors import WeightsError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.onnx").write_bytes(b"weights")
    manifest = {
        "name": "tiny",
        "task": "token-classification",
        "revision": "1",
        "precision": "int8",
        "labels": ["O"],
        "shapes": ["lower"],
        "licence": "CC0-1.0",
        "base": "none",
        "files": {"model.onnx": hashlib.sha256(b"weights").hexdigest()},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


def test_the_right_files_open(folder: Path) -> None:
    artifacts = open_artifacts(folder)

    assert artifacts.path("model.onnx").read_bytes() == b"weights"
    assert artifacts.sha256("model.onnx") == hashlib.sha256(b"weights").hexdigest()


def test_the_digest_is_of_the_files_alone(folder: Path) -> None:
    before = open_artifacts(folder).digest
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"revision": "2"}))
    assert open_artifacts(folder).digest == before

    (folder / "model.onnx").write_bytes(b"others")
    manifest["files"] = {"model.onnx": hashlib.sha256(b"others").hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert open_artifacts(folder).digest != before


def test_one_changed_byte_is_refused_with_the_remedy(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"Weights")

    with pytest.raises(WeightsError, match="git checkout -- models/weights"):
        open_artifacts(folder)


@pytest.mark.parametrize("name", ["model.onnx", "manifest.json"])
def test_a_missing_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(WeightsError, match="No such file"):
        open_artifacts(folder)


@pytest.mark.parametrize("content", ["", "[]", '{"name": 1}'])
def test_a_damaged_manifest_is_refused(folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content)

    with pytest.raises(WeightsError, match="damaged"):
        open_artifacts(folder)


def test_a_file_that_the_manifest_does_not_list_is_not_handed_out(folder: Path) -> None:
    (folder / "other.bin").write_bytes(b"")

    with pytest.raises(WeightsError, match=r"lists no other\.bin"):
        open_artifacts(folder).path("other.bin")


def test_every_shipped_model_says_what_it_is_and_whose() -> None:
    folders = [path.parent for path in WEIGHTS.glob("*/manifest.json")]

    assert folders
    for folder in folders:
        artifacts = open_artifacts(folder)
        assert artifacts.manifest.licence == "CC-BY-SA-4.0"
        assert all((folder / name).read_text() for name in ("README.md", "NOTICE", "LICENSE"))
