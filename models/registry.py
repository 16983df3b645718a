"""The models that Copydesk knows by name: `models.toml`, read and checked."""

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from models.artifacts import WEIGHTS
from models.errors import ChecksumError, RegistryError, UnknownModelError

FILE: Final = Path(__file__).resolve().parent / "models.toml"

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
FileName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*$")]
#: `shipped` lies in the repository, `built` is made by `pull` of a base and a shipped adapter.
Kind = Literal["shipped", "built", "base", "hub"]
_CHUNK: Final = 1 << 20
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One model. `files` are those that `folder` (shipped) or the hub's repository must hold, with their sha256."""

    name: str
    task: str
    title: str
    kind: Kind
    revision: str
    licence: str
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    folder: str = ""
    base: str = ""
    hub: str = ""
    packages: tuple[str, ...] = ()
    files: dict[FileName, Sha256] = {}

    @property
    def shipped_folder(self) -> Path:
        """Where the shipped files of it lie."""
        return WEIGHTS / self.folder


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: tuple[Entry, ...]


@lru_cache(maxsize=4)
def read(path: Path = FILE) -> Mapping[str, Entry]:
    """Read the registry: name to model, in the order of the file.

    Raises:
        RegistryError: the file is missing, damaged, or contradicts itself.
    """
    try:
        document = msgspec.toml.decode(path.read_bytes(), type=_Document)
    except OSError as error:
        raise RegistryError(f"cannot read {path} ({error.strerror}): install Copydesk again") from error
    except msgspec.DecodeError as error:
        raise RegistryError(f"{path} is wrong ({error}): correct it, or restore it with `git checkout`") from error
    entries = {entry.name: entry for entry in document.model}
    if len(entries) < len(document.model):
        raise RegistryError(f"{path} names a model twice: give each its own name")
    for entry in document.model:
        if problem := _problem(entry, entries):
            raise RegistryError(f"{path}: {entry.name}: {problem}")
    return entries


def find(name: str, entries: Mapping[str, Entry] | None = None) -> Entry:
    """Return a model by its name.

    Raises:
        UnknownModelError: there is none.
    """
    known = read() if entries is None else entries
    if name not in known:
        raise UnknownModelError(f"no model {name!r} is registered: name one of {', '.join(known)}")
    return known[name]


def sha256(path: Path, seen: Callable[[int], None] | None = None) -> str:
    """The sha256, hex, of a file. `seen` is told the bytes read so far."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
            if seen is not None:
                seen(done)
    return digest.hexdigest()


def verify(folder: Path, files: Mapping[str, str], *, remedy: str) -> None:
    """Check that a folder holds these files.

    Raises:
        ChecksumError: one is missing or another; the message ends with `remedy`.
    """
    for name, expected in files.items():
        try:
            found = sha256(folder / name)
        except OSError as error:
            raise ChecksumError(f"cannot read {folder / name} ({error.strerror}): {remedy}") from error
        if found != expected:
            raise ChecksumError(f"{folder / name} has sha256 {found}, not {expected}: refused; {remedy}")


def _problem(entry: Entry, entries: Mapping[str, Entry]) -> str:
    if entry.kind in {"shipped", "built"} and not (entry.folder and entry.files):
        return "a model that ships needs `folder` and `files`"
    if entry.kind in {"base", "hub"} and not (entry.hub and _COMMIT.fullmatch(entry.revision)):
        return "a model of the hub needs `hub`, and as `revision` the 40 hex digits of a commit"
    if entry.kind == "built" and (entry.base not in entries or entries[entry.base].kind != "base"):
        return "a model that is built needs as `base` a model of kind base"
    if entry.kind == "base" and not entry.files:
        return "a base needs `files` with their sha256"
    return ""
