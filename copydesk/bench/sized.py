"""Models of sizes that are well known, with random weights: what they cost does not depend on what they learned.

Each is made once for torch and, of the same weights, for our engine, by the ways that `copydesk models` takes.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import torch
from transformers import BartConfig, BartForConditionalGeneration, BertConfig, BertModel, PreTrainedTokenizerFast
from transformers.utils import logging as transformers_logging

from models.artifacts import Manifest
from models.encoder import MODEL_FILE, NEWS_TAGGER, TOKENIZER_FILE, OnnxEncoder
from models.hub.convert import convert
from models.hub.ctranslate import CTranslateGenerator
from models.hub.generate import BEAMS, NO_REPEAT
from models.labels import LABELS
from models.pulled import MANIFEST
from models.registry import sha256
from models.training.export import export_onnx, quantise
from models.training.network import TaggerNetwork
from models.words import SHAPES

SEED = 20261123
WRITTEN = 100
"""Word pieces that every summary has, whatever its random weights would have: about 75 words."""


def bert(config: BertConfig, folder: Path) -> tuple[TaggerNetwork, OnnxEncoder]:
    """Return a token classifier of this size in torch, and the int8 graph of it that our engine runs from ``folder``.

    The vocabulary is that of the shipped model.
    """
    torch.manual_seed(SEED)
    network = TaggerNetwork(BertModel(config, add_pooling_layer=False)).eval()
    export_onnx(network, folder / "plain.onnx")
    heads, hidden = config.num_attention_heads, config.hidden_size
    quantise(folder / "plain.onnx", folder / MODEL_FILE, heads=heads, hidden=hidden)
    (folder / TOKENIZER_FILE).write_bytes((NEWS_TAGGER / TOKENIZER_FILE).read_bytes())
    manifest = Manifest(
        name="random-weights",
        task="token-classification",
        revision=str(SEED),
        precision="int8",
        labels=LABELS,
        shapes=SHAPES,
        licence="Apache-2.0",
        base="none",
        files={name: sha256(folder / name) for name in (MODEL_FILE, TOKENIZER_FILE)},
    )
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    return network, OnnxEncoder(folder)


def bert_base() -> BertConfig:
    """Return the size of bert-base with our rows of word shapes; the vocabulary is the shipped model's, 30,522."""
    return BertConfig(type_vocab_size=len(SHAPES))


def distilbart() -> BartConfig:
    """Return the size of distilbart-cnn-12-6: 306 million weights."""
    return BartConfig(
        vocab_size=50_264,
        d_model=1_024,
        encoder_layers=12,
        decoder_layers=6,
        encoder_attention_heads=16,
        decoder_attention_heads=16,
        encoder_ffn_dim=4_096,
        decoder_ffn_dim=4_096,
        max_position_embeddings=1_024,
    )


@dataclass(frozen=True, slots=True)
class Writers:
    """The same weights in transformers and in CTranslate2; each takes a text and the number of beams."""

    text: str
    transformers: Callable[[str, int], object]
    ctranslate2: Mapping[int, Callable[[str], object]]


def writers(config: BartConfig, folder: Path, *, pieces: int, written: int = WRITTEN) -> Writers:
    """Return a summariser of this size, and a text of so many pieces; both sides write ``written`` pieces.

    Raises ``models.errors.ModelError``.
    """
    source = folder / "source"
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.manual_seed(SEED)
    model: Any = BartForConditionalGeneration(config)
    model.eval()
    tokenizer = _numbers(config)
    model.save_pretrained(source)
    tokenizer.save_pretrained(source)
    made, manifest = convert(str(source), models_dir=folder)
    engines = {}
    for beams in (1, BEAMS):
        fixed = msgspec.structs.replace(manifest, beams=beams, longest_output=written, shortest_output=written)
        (made / MANIFEST).write_bytes(msgspec.json.encode(fixed))
        generator = CTranslateGenerator(str(source), models_dir=folder)
        engines[beams] = partial(_write, generator)
    chosen = random.Random(SEED)  # noqa: S311  (no secret)
    words = (str(chosen.randrange(4, config.vocab_size)) for _ in range(pieces - 2))
    torch.set_num_threads(1)
    return Writers(" ".join(words), partial(_transformers, model, tokenizer, written), engines)


def _write(generator: CTranslateGenerator, text: str) -> str:
    return generator.generate([text])[0]


def _transformers(model: Any, tokenizer: Any, written: int, text: str, beams: int) -> str:
    with torch.inference_mode():
        output = model.generate(
            **tokenizer(text, return_tensors="pt", truncation=True, max_length=model.config.max_position_embeddings),
            do_sample=False,
            num_beams=beams,
            min_new_tokens=written,
            max_new_tokens=written,
            no_repeat_ngram_size=NO_REPEAT,
        )
    decoded: str = tokenizer.decode(output[0], skip_special_tokens=True)
    return decoded


def _numbers(config: BartConfig) -> Any:
    """A tokenizer whose words are numbers: the vocabulary of a hub model cannot be made, only its size."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    special = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
    vocabulary = {**special, **{str(number): number for number in range(len(special), config.vocab_size)}}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))  # noqa: S106  (no password)
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names)  # type: ignore[no-untyped-call]
