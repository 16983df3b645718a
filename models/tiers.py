"""The built-in model's two tiers: `fast` ships, `quality` is made on this machine by `copydesk models pull quality`."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from models.artifacts import WEIGHTS, open_artifacts
from models.engines import Tier
from models.errors import NotPulledError
from models.pulled import MANIFEST, quality_folder

if TYPE_CHECKING:
    from models.encoder import OnnxEncoder

#: The shipped adapter of the quality tier.
ADAPTER: Final = WEIGHTS / "news-tagger-quality"
ADAPTER_FILE: Final = "adapter.safetensors"
_PULL: Final = "run `copydesk models pull quality`"


def load_encoder(tier: Tier, models_dir: Path | None = None, *, adapter: Path = ADAPTER) -> "OnnxEncoder":
    """Load a tier. `models_dir` is where pulled models lie; the fast tier needs none.

    Raises:
        WeightsError: files are missing or not the published ones.
        NotPulledError: the quality tier was not made here, or for another adapter.
    """
    from models.encoder import OnnxEncoder  # noqa: PLC0415 - starts onnxruntime

    if tier == "fast":
        return OnnxEncoder()
    folder = built_folder(models_dir, adapter=adapter)
    made_of = open_artifacts(adapter).manifest
    return OnnxEncoder(folder, remedy=f"delete {folder}, then {_PULL}", made_of=made_of)


def built_folder(models_dir: Path | None, *, adapter: Path = ADAPTER) -> Path:
    """Where the quality tier lies that was made with this adapter.

    Raises:
        WeightsError: the adapter is missing or not the published one.
        NotPulledError: it was not made.
    """
    if models_dir is None:
        raise NotPulledError(f"no folder for pulled models was given: set COPYDESK_MODELS_DIR, then {_PULL}")
    folder = quality_folder(models_dir, open_artifacts(adapter).digest)
    if not (folder / MANIFEST).is_file():
        raise NotPulledError(
            f"the tier `quality` is not on this machine ({folder}): {_PULL}, or set COPYDESK_TIER=fast"
        )
    return folder
