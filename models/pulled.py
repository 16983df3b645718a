"""Where what was pulled or made lies under the models folder, and the sums that were noted then."""

from pathlib import Path
from typing import Final

import msgspec

from models.errors import ChecksumError
from models.registry import Entry, Sha256

MANIFEST: Final = "manifest.json"


class Lock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a pull fetched from the hub: each file's sha256, checked against what the hub states for the commit."""

    name: str
    revision: str
    files: dict[str, Sha256]


def quality_folder(models_dir: Path, digest: str) -> Path:
    """Where the model lies that was made of shipped files with this digest; other files are another folder."""
    return models_dir / "built" / digest[:12]


def base_folder(models_dir: Path, entry: Entry) -> Path:
    """Where the weights of a base lie."""
    return models_dir / "base" / entry.name / entry.revision[:12]


def converted_folder(models_dir: Path, name: str, revision: str, precision: str) -> Path:
    """Where a converted model lies. `name` may be a path: it is made one component."""
    return models_dir / "ctranslate2" / _component(name) / f"{revision[:12]}-{precision}"


def lock_file(models_dir: Path, name: str, revision: str) -> Path:
    """Where the sums of a pulled hub model are noted."""
    return models_dir / "pulled" / f"{_component(name)}@{revision}.json"


def read_lock(models_dir: Path | None, name: str, revision: str) -> dict[str, str]:
    """The sums noted at the pull of a model; empty where it came otherwise.

    Raises:
        ChecksumError: the note is damaged.
    """
    if models_dir is None:
        return {}
    path = lock_file(models_dir, name, revision)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Lock).files
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        raise ChecksumError(f"{path} is damaged ({error}): run `copydesk models pull {name}` again") from error


def write_lock(models_dir: Path, lock: Lock) -> None:
    """Note the sums of a pulled model."""
    path = lock_file(models_dir, lock.name, lock.revision)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(lock), indent=2) + b"\n")


def _component(name: str) -> str:
    return name.strip("/").replace("/", "--")
