"""Summaries written by a sequence-to-sequence model of the hub (BART, T5 and their kin)."""

from pathlib import Path
from typing import Any, Final

from models.errors import HubModelError
from models.hub.source import find, require_torch
from models.lead import LeadSummarizer
from models.protocols import Document
from models.sentences import Sentence, split
from schemas.articles import ModelRef, Summary, SummarySentence

#: Pieces read, when neither tokenizer nor model states fewer, and pieces written: about a hundred words.
_LONGEST_INPUT: Final = 1024
_LONGEST_OUTPUT: Final = 142
_BEAMS: Final = 4


class HubSummarizer:
    """`AutoModelForSeq2SeqLM.generate` with beam search and no sampling: the same text gives the same summary.

    Raises:
        ExtraMissingError: torch is not installed.
        HubModelError: the model cannot be found or loaded, or is of another kind.
    """

    def __init__(self, name: str, *, cache_dir: Path | None = None, offline: bool = True) -> None:
        require_torch()
        source = find(name, cache_dir=cache_dir, offline=offline)
        self.references: tuple[ModelRef, ...] = (source.reference("summarization"),)
        self._tokenizer, self._model = _load(source.folder)
        self._longest_output = min(_LONGEST_OUTPUT, self._tokenizer.model_max_length - 1)
        self._lead = LeadSummarizer()

    def reads(self, language: str) -> bool:  # noqa: ARG002 - the protocol asks
        """Who names a hub model has chosen it for the languages of the sources."""
        return True

    def summarize(self, document: Document) -> Summary:
        """The summary that the model writes.

        The offsets of a sentence are those of the sentence of the text that shares most of its words: where to check.
        """
        written = split(self._generate(document.text)) if document.sentences else ()
        return Summary(
            sentences=tuple(_trace(sentence, document.sentences) for sentence in written),
            method="abstractive",
            model=self.references[0].name,
        )

    def headline(self, document: Document) -> str | None:
        """A sentence of the text, not of the model, since a headline must be true."""
        return self._lead.headline(document)

    def _generate(self, text: str) -> str:
        import torch  # noqa: PLC0415

        prefix = "summarize: " if self._model.config.model_type in {"t5", "longt5"} else ""
        inputs = self._tokenizer(prefix + text, return_tensors="pt", truncation=True)
        with torch.inference_mode():
            output = self._model.generate(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                do_sample=False,
                num_beams=_BEAMS,
                max_new_tokens=self._longest_output,
                no_repeat_ngram_size=3,
            )
        decoded: str = self._tokenizer.decode(output[0], skip_special_tokens=True)
        return decoded.strip()


def _trace(written: Sentence, sentences: tuple[Sentence, ...]) -> SummarySentence:
    words = set(written.text.casefold().split())
    source = max(sentences, key=lambda item: (len(words & set(item.text.casefold().split())), -item.start))
    return SummarySentence(text=written.text, start=source.start, end=source.end)


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
    positions = getattr(model.config, "max_position_embeddings", _LONGEST_INPUT)
    tokenizer.model_max_length = min(tokenizer.model_max_length, positions, _LONGEST_INPUT)
    model.generation_config.max_length = None
    return tokenizer, model.eval()
