"""Where a hub model's files lie, which revision they are, and what to do when they are not there."""

import hashlib
import importlib.util
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from models.errors import ExtraMissingError, HubModelError
from schemas.articles import ModelRef

_SMALL_FILES = ["*.json", "*.txt", "*.model"]
_WEIGHTS = ("model*.safetensors", "pytorch_model*.bin")


@dataclass(frozen=True, slots=True)
class Source:
    """The files of one model on this machine."""

    name: str
    folder: Path
    revision: str
    weights: tuple[Path, ...]

    def reference(self, task: str) -> ModelRef:
        """The model as it goes into provenance; the sha256 is that of the weights file.

        Where the weights are in several files it is that of their `sha256sum` listing, in the order of names.
        """
        sums = [(_sha256(path), path.name) for path in self.weights]
        listing = "".join(f"{digest}  {name}\n" for digest, name in sums)
        return ModelRef(
            name=self.name,
            task=task,
            revision=self.revision,
            sha256=sums[0][0] if len(sums) == 1 else hashlib.sha256(listing.encode()).hexdigest(),
            engine=f"torch {version('torch')}, transformers {version('transformers')}",
            precision="fp32",
        )


def require_torch() -> None:
    """Check for the extra `torch`.

    Raises:
        ExtraMissingError: torch or transformers is not installed.
    """
    missing = [name for name in ("torch", "transformers") if importlib.util.find_spec(name) is None]
    if missing:
        raise ExtraMissingError(
            f"hub models need {' and '.join(missing)}: install the extra with `pip install -r requirements/torch.txt`, "
            "or choose the built-in models"
        )


def find(name: str, *, cache_dir: Path | None, offline: bool) -> Source:
    """Find, or download, the files of a model.

    `name` is a local folder, `owner/name` or `owner/name@revision`. Weights come as safetensors, or else as a
    `pytorch_model.bin`, of which transformers reads tensors only.

    Raises:
        HubModelError: there is no such model, or not on this machine while `offline`.
    """
    if not name.strip():
        raise HubModelError("a model has an empty name: use `builtin`, `extractive`, a hub id or a folder")
    folder, revision = Path(name), "local"
    if not folder.is_dir():
        folder = _snapshot(name, cache_dir=cache_dir, offline=offline)
        revision = folder.name
    for pattern in _WEIGHTS:
        weights = tuple(sorted(folder.glob(pattern)))
        if weights:
            return Source(name=name.partition("@")[0], folder=folder, revision=revision, weights=weights)
    raise HubModelError(
        f"{folder} holds no {' or '.join(_WEIGHTS)}: name a folder or hub id that has weights for torch"
    )


def _snapshot(name: str, *, cache_dir: Path | None, offline: bool) -> Path:
    import huggingface_hub  # noqa: PLC0415 - comes with transformers
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415

    identity, _, revision = name.partition("@")

    def fetch(weights: str) -> Path:
        return Path(
            huggingface_hub.snapshot_download(
                identity,
                revision=revision or None,
                cache_dir=cache_dir,
                local_files_only=offline,
                allow_patterns=[*_SMALL_FILES, weights],
            )
        )

    try:
        folder = fetch(_WEIGHTS[0])
        return folder if any(folder.glob(_WEIGHTS[0])) else fetch(_WEIGHTS[1])
    except HFValidationError as error:
        raise HubModelError(f"{name!r} is no folder here and no hub id (owner/name): correct the setting") from error
    except LocalEntryNotFoundError as error:
        where = cache_dir or "the hub's default cache"
        remedy = (
            "allow the download by turning offline off, or name a local folder"
            if offline
            else "check the network, or name a local folder"
        )
        raise HubModelError(f"the model {name!r} is not in {where}: {remedy}") from error
    except (HfHubHTTPError, OSError) as error:
        raise HubModelError(f"cannot download {name!r} ({error}): check its name and the network") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
