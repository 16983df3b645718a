"""Writing by a sequence-to-sequence model of the hub: the `Generator` protocol, and its torch engine."""

from pathlib import Path
from typing import Any, Final, Protocol

from models.engines import DEFAULT, Choice
from models.errors import HubModelError
from models.hub.source import dtype, find, require_torch
from schemas.articles import ModelRef

#: Pieces read, when neither tokenizer nor model states fewer, and pieces written: about a hundred words.
LONGEST_INPUT: Final = 1024
LONGEST_OUTPUT: Final = 142
BEAMS: Final = 4
#: No run of so many pieces is written twice.
NO_REPEAT: Final = 3


class Generator(Protocol):
    """Writes a text for a text. No sampling: the same texts give the same writing."""

    @property
    def reference(self) -> ModelRef:
        """What is running: name, revision, sha256 of the weights, engine and precision."""
        ...

    @property
    def longest_input(self) -> int:
        """Pieces of one text that are read, special ones included; what follows is cut off."""
        ...

    def count(self, text: str) -> int:
        """Pieces of a text, special ones included."""
        ...

    def generate(self, texts: list[str]) -> list[str]:
        """One text for each, in the same order."""
        ...


class TorchGenerator:
    """`AutoModelForSeq2SeqLM.generate` with beam search, one text at a time: on a processor, batches do not pay.

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
        self.reference = source.reference("summarization", choice)
        self._tokenizer, self._model = _load(source.folder)
        self._model.to(device=choice.device, dtype=dtype(choice.precision_of("torch")))
        self.longest_input: int = self._tokenizer.model_max_length
        self._longest_output = min(LONGEST_OUTPUT, self.longest_input - 1)
        self._prefix = prefix_of(self._model.config.model_type)

    def count(self, text: str) -> int:
        """Pieces of a text, special ones and the model's prefix included."""
        return len(self._tokenizer(self._prefix + text, truncation=False, verbose=False)["input_ids"])

    def generate(self, texts: list[str]) -> list[str]:
        """One text for each, in the same order."""
        return [self._write(text) for text in texts]

    def _write(self, text: str) -> str:
        import torch  # noqa: PLC0415

        inputs = self._tokenizer(self._prefix + text, return_tensors="pt", truncation=True).to(self._model.device)
        with torch.inference_mode():
            output = self._model.generate(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                do_sample=False,
                num_beams=BEAMS,
                max_new_tokens=self._longest_output,
                no_repeat_ngram_size=NO_REPEAT,
            )
        decoded: str = self._tokenizer.decode(output[0], skip_special_tokens=True)
        return decoded.strip()


def prefix_of(model_type: str) -> str:
    """What a model of this type was trained to read before a text that it shall summarise."""
    return "summarize: " if model_type in {"t5", "longt5"} else ""


def _load(folder: Path) -> tuple[Any, Any]:
    from safetensors import SafetensorError  # noqa: PLC0415
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer  # noqa: PLC0415

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModelForSeq2SeqLM.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise HubModelError(
            f"{folder} cannot be loaded to write summaries ({error}): name a model of that kind"
        ) from error
    positions = getattr(model.config, "max_position_embeddings", LONGEST_INPUT)
    tokenizer.model_max_length = min(tokenizer.model_max_length, positions, LONGEST_INPUT)
    model.generation_config.max_length = None
    return tokenizer, model.eval()
