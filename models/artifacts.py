"""Shipped weights: where they lie, and the check that they are the ones that were published."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from models.calibration import Calibration
from models.errors import WeightsError

#: The folder of the shipped weights, whatever the working directory is.
WEIGHTS = Path(__file__).resolve().parent / "weights"

_REMEDY = "restore it with `git checkout -- models/weights`, or install Copydesk again"


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`manifest.json` of a weights folder: what the model is and the sha256 of each of its files."""

    name: str
    task: str
    revision: str
    precision: str
    labels: tuple[str, ...]
    shapes: tuple[str, ...]
    licence: str
    base: str
    files: dict[str, str]
    calibration: Calibration | None = None

    @property
    def full_revision(self) -> str:
        """The revision, and the calibration that its scores went through: another table gives other results."""
        return f"{self.revision}+cal.{self.calibration.version}" if self.calibration else self.revision


@dataclass(frozen=True, slots=True)
class Artifacts:
    """A weights folder whose files were checked against its manifest."""

    folder: Path
    manifest: Manifest

    def path(self, name: str) -> Path:
        """The path of a checked file.

        Raises:
            WeightsError: the manifest does not list it.
        """
        if name not in self.manifest.files:
            raise WeightsError(f"{self.folder / 'manifest.json'} lists no {name}: {_REMEDY}")
        return self.folder / name

    @property
    def digest(self) -> str:
        """One sha256, hex, of all its files; what is told of them in the manifest may change."""
        return hashlib.sha256("\n".join(sorted(self.manifest.files.values())).encode()).hexdigest()

    def sha256(self, name: str) -> str:
        """The sha256, hex, of a checked file."""
        self.path(name)
        return self.manifest.files[name]


def open_artifacts(folder: Path, *, remedy: str = _REMEDY) -> Artifacts:
    """Open a weights folder and verify the sha256 of every file that its manifest lists; `remedy` ends each error.

    Raises:
        WeightsError: the manifest or a file is missing, unreadable, or not what the manifest says.
    """
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
    except OSError as error:
        raise WeightsError(f"no model at {folder} ({error.strerror}): {remedy}") from error
    except msgspec.DecodeError as error:
        raise WeightsError(f"{folder / 'manifest.json'} is damaged ({error}): {remedy}") from error
    for name, expected in manifest.files.items():
        path = folder / name
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise WeightsError(f"cannot read {path} ({error.strerror}): {remedy}") from error
        if found != expected:
            raise WeightsError(f"{path} has sha256 {found}, not {expected} of its manifest: {remedy}")
    return Artifacts(folder, manifest)
