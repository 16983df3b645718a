"""Where a hub model's files lie, which revision they are, and what to do when they are not there. Fetches nothing."""

import hashlib
import importlib.util
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from models import registry
from models.engines import Choice
from models.errors import ChoiceError, ExtraMissingError, HubModelError, NotPulledError
from models.pulled import read_lock
from schemas.articles import ModelRef

SMALL_FILES: Final = ("*.json", "*.txt", "*.model")
#: Preferred first. Of a `pytorch_model.bin` transformers reads tensors only.
WEIGHTS: Final = ("model*.safetensors", "pytorch_model*.bin")


@dataclass(frozen=True, slots=True)
class Source:
    """The files of one model on this machine."""

    name: str
    folder: Path
    revision: str
    weights: tuple[Path, ...]

    def sha256(self) -> str:
        """That of the weights file; of several files that of their `sha256sum` listing, in the order of names."""
        sums = [(registry.sha256(path), path.name) for path in self.weights]
        listing = "".join(f"{digest}  {name}\n" for digest, name in sums)
        return sums[0][0] if len(sums) == 1 else hashlib.sha256(listing.encode()).hexdigest()

    def reference(self, task: str, choice: Choice) -> ModelRef:
        """The model as it goes into provenance when torch runs it."""
        engine = f"torch {version('torch')}, transformers {version('transformers')}"
        return ModelRef(
            name=self.name,
            task=task,
            revision=self.revision,
            sha256=self.sha256(),
            engine=engine if choice.device == "cpu" else f"{engine}, {choice.device}",
            precision=choice.precision_of("torch"),
        )


def require_torch(device: str = "cpu") -> None:
    """Check for the extra `torch`, and for a GPU where one was chosen.

    Raises:
        ExtraMissingError: torch or transformers is not installed.
        ChoiceError: torch sees no such device.
    """
    missing = [name for name in ("torch", "transformers") if importlib.util.find_spec(name) is None]
    if missing:
        raise ExtraMissingError(
            f"hub models need {' and '.join(missing)}: install the extra with `pip install -r requirements/torch.txt`, "
            "or choose the built-in models"
        )
    if device == "cuda":
        import torch  # noqa: PLC0415

        if not torch.cuda.is_available():
            raise ChoiceError("torch sees no GPU here: set COPYDESK_DEVICE=cpu, or install a torch for this GPU")


def dtype(precision: str) -> Any:
    """torch's type for a precision."""
    import torch  # noqa: PLC0415

    return {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}[precision]


def find(name: str, *, cache_dir: Path | None = None, models_dir: Path | None = None) -> Source:
    """Find the files of a model on this machine, and refuse them when they are not those that were pulled.

    `name` is a local folder, `owner/name` or `owner/name@commit`; a registered name stands for its registered commit.
    `cache_dir` is the hub's cache (its own default where None), `models_dir` where `copydesk models pull` notes sums.

    Raises:
        NotPulledError: the model is not on this machine.
        HubModelError: this is no model.
        ChecksumError: a file changed since it was pulled.
    """
    if not name.strip():
        raise HubModelError("a model has an empty name: use `builtin`, `extractive`, a hub id or a folder")
    folder, revision = Path(name), "local"
    if not folder.is_dir():
        folder = _snapshot(*identify(name), cache_dir=cache_dir)
        revision = folder.name
        expected = read_lock(models_dir, name.partition("@")[0], revision)
        registry.verify(folder, expected, remedy=f"fetch it again with `copydesk models pull {name}`")
    for pattern in WEIGHTS:
        weights = tuple(sorted(folder.glob(pattern)))
        if weights:
            return Source(name=name.partition("@")[0], folder=folder, revision=revision, weights=weights)
    raise HubModelError(f"{folder} holds no {' or '.join(WEIGHTS)}: name a folder or hub id that has weights for torch")


def identify(name: str) -> tuple[str, str | None]:
    """Hub id and revision that a name stands for; no revision means the hub's main branch."""
    identity, _, revision = name.partition("@")
    entry = registry.read().get(identity)
    return identity, revision or (entry.revision if entry is not None and entry.kind == "hub" else None)


def _snapshot(identity: str, revision: str | None, *, cache_dir: Path | None) -> Path:
    import huggingface_hub  # noqa: PLC0415 - comes with transformers
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415

    try:
        return Path(
            huggingface_hub.snapshot_download(identity, revision=revision, cache_dir=cache_dir, local_files_only=True)
        )
    except HFValidationError as error:
        raise HubModelError(
            f"{identity!r} is no folder here and no hub id (owner/name): correct the setting"
        ) from error
    except LocalEntryNotFoundError as error:
        asked = f"{identity}@{revision}" if revision else identity
        raise NotPulledError(
            f"the model {asked} is not in {cache_dir or 'the cache of the hub'}: fetch it with `copydesk models pull "
            f"{identity}`, or name a local folder"
        ) from error
