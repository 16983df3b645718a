"""The models known by name, and the refusal of files that are not theirs."""

import hashlib
from pathlib import Path

import msgspec
import pytest

from models import registry
from models.artifacts import open_artifacts
from models.errors import ChecksumError, RegistryError, UnknownModelError
from models.labels import LABELS
from models.lock import locked
from models.pulled import Lock, base_folder, converted_folder, lock_file, read_lock, write_lock
from models.registry import Entry
from models.training.network import BASE_SHA256 as FAST_BASE
from models.training.teacher import BASE_SHA256

GOOD = """
[[model]]
name = "owner/name"
task = "summarization"
title = "a test"
kind = "hub"
hub = "owner/name"
revision = "0123456789abcdef0123456789abcdef01234567"
licence = "MIT"
labels = []
languages = ["en"]
"""
SHIPPED = [entry for entry in registry.read().values() if entry.folder]


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry.name)
def test_shipped_files_are_those_of_the_registry(entry: Entry) -> None:
    manifest = open_artifacts(entry.shipped_folder).manifest

    assert (entry.files, entry.revision) == (manifest.files, manifest.revision), "run: python -m models.lock"
    assert (entry.licence, entry.task) == (manifest.licence, manifest.task)
    assert set(entry.labels) == {label.partition("-")[2] for label in LABELS} - {""}


def test_every_shipped_folder_is_registered() -> None:
    folders = {path.name for path in registry.WEIGHTS.iterdir() if path.is_dir()}

    assert folders == {entry.folder for entry in SHIPPED}


def test_the_base_is_the_one_that_training_pins() -> None:
    assert registry.find("all-mpnet-base-v2").files["model.safetensors"] == BASE_SHA256 != FAST_BASE


def test_locking_what_is_locked_changes_nothing() -> None:
    text = registry.FILE.read_text(encoding="utf-8")

    assert locked(text, tuple(registry.read().values())) == text


def test_locking_puts_new_sums_in_place() -> None:
    text = registry.FILE.read_text(encoding="utf-8")
    sums = registry.find("fast").files["model.onnx"]

    assert locked(text.replace(sums, "0" * 64), tuple(registry.read().values())) == text


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("kind", "sort", "`sort`"),
        ('"hub"\nhub', '"other"\nhub', "other"),
        ("0123456789abcdef0123456789abcdef01234567", "main", "40 hex digits"),
        ('kind = "hub"', 'kind = "shipped"', "`folder` and `files`"),
        ('kind = "hub"', 'kind = "base"', "needs `files`"),
        ('kind = "hub"', 'kind = "built"\nfolder = "f"\nfiles = { a = "' + "0" * 64 + '" }', "kind base"),
        ('languages = ["en"]', 'languages = ["en"]\nfiles = { "../a" = "' + "0" * 64 + '" }', "files"),
        ('languages = ["en"]', 'languages = ["en"]\nfiles = { a = "12" }', "files"),
        ("[[model]]", "[[model", "wrong"),
        ("", GOOD, "twice"),
    ],
)
def test_a_wrong_registry_is_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    path = tmp_path / "models.toml"
    path.write_text(GOOD.replace(old, new, 1) if old else GOOD + new)

    with pytest.raises(RegistryError, match=problem):
        registry.read(path)


def test_a_right_registry_is_read(tmp_path: Path) -> None:
    path = tmp_path / "models.toml"
    path.write_text(GOOD)

    assert registry.read(path)["owner/name"].languages == ("en",)


def test_a_missing_registry_is_told(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="install Copydesk again"):
        registry.read(tmp_path / "none.toml")


def test_an_unknown_name_is_told_which_there_are() -> None:
    with pytest.raises(UnknownModelError, match="quality"):
        registry.find("large")


def test_another_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    files = {"a": hashlib.sha256(b"one").hexdigest()}
    registry.verify(tmp_path, files, remedy="fetch it again")

    (tmp_path / "a").write_bytes(b"two")
    with pytest.raises(ChecksumError, match=r"refused; fetch it again$"):
        registry.verify(tmp_path, files, remedy="fetch it again")
    (tmp_path / "a").unlink()
    with pytest.raises(ChecksumError, match=r"fetch it again$"):
        registry.verify(tmp_path, files, remedy="fetch it again")


def test_sums_are_noted_and_read_back(tmp_path: Path) -> None:
    lock = Lock(name="owner/name", revision="abc", files={"a": "0" * 64})

    write_lock(tmp_path, lock)

    assert read_lock(tmp_path, "owner/name", "abc") == lock.files
    assert read_lock(tmp_path, "owner/name", "other") == read_lock(None, "owner/name", "abc") == {}


@pytest.mark.parametrize("data", [b"{", b'{"name":"owner/name","revision":"abc","files":{"a":"1"}}'])
def test_a_damaged_note_is_refused(tmp_path: Path, data: bytes) -> None:
    path = lock_file(tmp_path, "owner/name", "abc")
    path.parent.mkdir()
    path.write_bytes(data)

    with pytest.raises(ChecksumError, match="copydesk models pull owner/name"):
        read_lock(tmp_path, "owner/name", "abc")


def test_folders_differ_by_revision_and_precision_and_stay_inside(tmp_path: Path) -> None:
    entry = registry.find("all-mpnet-base-v2")
    newer = msgspec.structs.replace(entry, revision="f" * 40)
    folders = {
        base_folder(tmp_path, entry),
        base_folder(tmp_path, newer),
        converted_folder(tmp_path, "/some/folder", "a" * 40, "int8"),
        converted_folder(tmp_path, "/some/folder", "a" * 40, "fp32"),
        converted_folder(tmp_path, "some/other", "a" * 40, "fp32"),
    }

    assert len(folders) == 5
    assert all(folder.resolve().is_relative_to(tmp_path.resolve()) for folder in folders)
