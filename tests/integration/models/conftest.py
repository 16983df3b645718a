"""Tiny models for the hub path, made on the spot: real classes of transformers, weights of a few kilobytes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertForTokenClassification,
    BertModel,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

WORDS = re.findall(
    r"\S+",
    """[PAD] [UNK] [CLS] [SEP] ada marsh paris acme the a in of and met on council river bridge said monday new
    harbour opened closed costs rose fell people town vote won lost . , ! ( )""",
)
LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
#: What the tiny tagger knows, so that a test can tell right from wrong.
KNOWN = {"ada": "B-PER", "marsh": "I-PER", "acme": "B-ORG", "paris": "B-LOC"}
#: What the taught writer writes: two sentences that the tests' article has, and one of which it knows nothing.
TAUGHT = (
    "the council said the new bridge opened . marsh won the vote in the town of paris . the new town lost the harbour ."
)
#: Positions of the tiny tagger: texts in the tests are longer.
POSITIONS = 34


def _save_tokenizer(folder: Path) -> None:
    inner = Tokenizer(models.WordPiece({word: index for index, word in enumerate(WORDS)}, unk_token="[UNK]"))
    inner.normalizer = normalizers.Lowercase()
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", WORDS.index("[CLS]")), ("[SEP]", WORDS.index("[SEP]"))]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=inner,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        bos_token="[CLS]",
        eos_token="[SEP]",
    ).save_pretrained(folder)


def _bert_config() -> BertConfig:
    return BertConfig(
        vocab_size=len(WORDS),
        hidden_size=len(WORDS),
        num_hidden_layers=0,
        num_attention_heads=1,
        intermediate_size=8,
        max_position_embeddings=POSITIONS,
        id2label=dict(enumerate(LABELS)),
        label2id={label: index for index, label in enumerate(LABELS)},
    )


@pytest.fixture(scope="session")
def tiny_tagger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT token classifier of no layers that labels each word by `KNOWN`."""
    folder = tmp_path_factory.mktemp("tagger")
    model = BertForTokenClassification(_bert_config())
    with torch.no_grad():
        embeddings = model.bert.embeddings
        embeddings.word_embeddings.weight.copy_(torch.eye(len(WORDS)))
        embeddings.position_embeddings.weight.zero_()
        embeddings.token_type_embeddings.weight.zero_()
        model.classifier.weight.zero_()
        model.classifier.bias.zero_()
        for index, word in enumerate(WORDS):
            model.classifier.weight[LABELS.index(KNOWN.get(word, "O")), index] = 3.0
    model.save_pretrained(folder)
    _save_tokenizer(folder)
    return folder


@pytest.fixture(scope="session")
def headless_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT encoder that nobody fine-tuned."""
    folder = tmp_path_factory.mktemp("headless")
    BertModel(_bert_config()).save_pretrained(folder)
    _save_tokenizer(folder)
    return folder


def _bart(folder: Path) -> None:
    torch.manual_seed(7)
    BartForConditionalGeneration(
        BartConfig(
            vocab_size=len(WORDS),
            d_model=16,
            encoder_layers=1,
            decoder_layers=1,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            encoder_ffn_dim=16,
            decoder_ffn_dim=16,
            max_position_embeddings=64,
            pad_token_id=0,
            bos_token_id=2,
            eos_token_id=3,
            decoder_start_token_id=2,
            forced_eos_token_id=3,
        )
    ).save_pretrained(folder)


def _t5(folder: Path) -> None:
    torch.manual_seed(7)
    T5ForConditionalGeneration(
        T5Config(
            vocab_size=len(WORDS),
            d_model=16,
            d_kv=8,
            d_ff=16,
            num_layers=1,
            num_heads=2,
            pad_token_id=0,
            eos_token_id=3,
            decoder_start_token_id=0,
        )
    ).save_pretrained(folder)


@pytest.fixture(scope="session", params=[_bart, _t5], ids=["bart", "t5"])
def tiny_writer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random sequence-to-sequence model: what it writes is nonsense, but the same nonsense every time."""
    folder = tmp_path_factory.mktemp("writer")
    make: Callable[[Path], None] = request.param
    make(folder)
    _save_tokenizer(folder)
    return folder


@pytest.fixture(scope="session")
def taught_writer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BART that was taught to write one thing, whatever it reads."""
    folder = tmp_path_factory.mktemp("taught")
    _bart(folder)
    _save_tokenizer(folder)
    model = BartForConditionalGeneration.from_pretrained(folder)
    read = torch.tensor([[WORDS.index(word) for word in "[CLS] the council said [SEP]".split()]])  # noqa: SIM905
    write = torch.tensor([[WORDS.index(word) for word in ["[CLS]", *TAUGHT.split(), "[SEP]"]]])
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02)
    for _ in range(80):
        optimizer.zero_grad()
        model(input_ids=read, labels=write).loss.backward()
        optimizer.step()
    model.save_pretrained(folder)
    return folder
