"""Token classification with a hub model, through transformers' own pipeline."""

from pathlib import Path
from typing import Any

from models.engines import DEFAULT, Choice
from models.errors import HubModelError
from models.hub.source import dtype, find, require_torch
from models.names import group
from models.protocols import Document
from models.spans import Found
from schemas.articles import Entity, ModelRef

#: Pieces of one pass, when neither tokenizer nor model states fewer.
_LONGEST = 512


class HubTagger:
    """Any token-classification model with a fast tokenizer; its labels are passed on as they are.

    Raises:
        ExtraMissingError: torch is not installed.
        ChoiceError: precision or device is none that torch has here.
        NotPulledError: the model is not on this machine.
        ChecksumError: a file changed since it was pulled.
        HubModelError: the model cannot be loaded, or is of another kind.
    """

    def __init__(
        self,
        name: str,
        *,
        choice: Choice = DEFAULT,
        cache_dir: Path | None = None,
        models_dir: Path | None = None,
    ) -> None:
        require_torch(choice.device)
        source = find(name, cache_dir=cache_dir, models_dir=models_dir)
        self.references: tuple[ModelRef, ...] = (source.reference("token-classification", choice),)
        self._pipeline = _load(source.folder, choice)

    def reads(self, language: str) -> bool:  # noqa: ARG002 - the protocol asks
        """Who names a hub model has chosen it for the languages of the sources."""
        return True

    def tag(self, document: Document) -> tuple[Entity, ...]:
        """The names with all their mentions, in the order in which they first appear."""
        if not document.text.strip():
            return ()
        return group(
            document.text,
            [
                Found(item["start"], item["end"], {item["entity_group"]: float(item["score"])})
                for item in self._pipeline(document.text)
            ],
        )


def _load(folder: Path, choice: Choice) -> Any:
    from safetensors import SafetensorError  # noqa: PLC0415
    from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline  # noqa: PLC0415

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model, loading = AutoModelForTokenClassification.from_pretrained(
            folder, local_files_only=True, output_loading_info=True
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise HubModelError(
            f"{folder} cannot be loaded for token classification ({error}): name a model of that kind"
        ) from error
    if loading["missing_keys"]:
        raise HubModelError(
            f"{folder} has no trained head for token classification: name a model that was fine-tuned for it"
        )
    if not tokenizer.is_fast:
        raise HubModelError(f"the tokenizer of {folder} gives no offsets: name a model with a tokenizer.json")
    # RoBERTa keeps two of its positions for itself; the pipeline cuts longer texts into overlapping passes.
    positions = getattr(model.config, "max_position_embeddings", _LONGEST + 2) - 2
    tokenizer.model_max_length = min(tokenizer.model_max_length, positions, _LONGEST)
    return pipeline(
        "token-classification",
        model=model.eval().to(dtype=dtype(choice.precision_of("torch"))),
        tokenizer=tokenizer,
        aggregation_strategy="first",
        stride=tokenizer.model_max_length // 4,
        device=choice.device,
    )
