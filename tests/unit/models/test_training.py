"""Corpus readers and scores; the training loop itself needs the corpora and minutes."""

import gzip
import json
import random
from pathlib import Path

import pytest

from models.encoder import NEWS_TAGGER, TOKENIZER_FILE
from models.labels import LABELS
from models.training.data import IGNORED, CorpusError, Sentence, pack, read_sentences, to_example
from models.training.score import Score, spans_of
from models.words import load_tokenizer

TOKENIZER = load_tokenizer(NEWS_TAGGER / TOKENIZER_FILE)
SENTENCE = Sentence(("Al", "-", "Holt-Dale", "’s", "bridge"), ("B-PER", "I-PER", "I-PER", "O", "O"))


def _labels(sentence: Sentence) -> list[str]:
    labels = to_example(sentence, TOKENIZER).labels
    return [LABELS[label] for label in labels[labels != IGNORED]]


def test_tags_fall_on_words_as_the_run_time_cuts_them() -> None:
    assert _labels(SENTENCE) == ["B-PER", "I-PER", "I-PER", "I-PER", "I-PER", "O", "O", "O"]


def test_a_token_that_is_cut_opens_its_name_once() -> None:
    assert _labels(Sentence(("U.S.", "Holt-Dale"), ("B-LOC", "B-PER"))) == [
        *("B-LOC", "I-LOC", "I-LOC", "I-LOC"),
        *("B-PER", "I-PER", "I-PER"),
    ]


def test_packing_keeps_every_piece_in_order() -> None:
    examples = [to_example(SENTENCE, TOKENIZER) for _ in range(50)]

    runs = list(pack(examples, random.Random(1), longest=64))  # noqa: S311 - no secret

    assert [piece for run in runs for piece in run.ids] == [piece for example in examples for piece in example.ids]
    assert 1 < len(runs) < len(examples)
    assert max(map(len, runs)) <= 64


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus.jsonl.gz"


def test_reads_tokens_and_tags(corpus: Path) -> None:
    with gzip.open(corpus, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"tokens": SENTENCE.tokens, "tags": SENTENCE.tags}) + "\n")

    assert read_sentences(corpus) == [SENTENCE]


@pytest.mark.parametrize("tags", [["O"], ["O", "B-EVENT"]])
def test_a_line_that_does_not_fit_is_named(corpus: Path, tags: list[str]) -> None:
    with gzip.open(corpus, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"tokens": ["a", "b"], "tags": tags}) + "\n")

    with pytest.raises(CorpusError, match=r"corpus\.jsonl\.gz line 1"):
        read_sentences(corpus)


def test_a_missing_corpus_names_the_option(corpus: Path) -> None:
    with pytest.raises(CorpusError, match="--data"):
        read_sentences(corpus)


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        (["B-PER", "I-PER", "O", "B-LOC"], {(0, 2, "PER"), (3, 4, "LOC")}),
        (["B-PER", "B-PER"], {(0, 1, "PER"), (1, 2, "PER")}),
        (["I-PER", "I-ORG"], {(0, 1, "PER"), (1, 2, "ORG")}),
        (["O"], set()),
        ([], set()),
    ],
)
def test_spans(tags: list[str], spans: set[tuple[int, int, str]]) -> None:
    assert spans_of(tags) == spans


def test_score_counts_exact_spans_only() -> None:
    score = Score()
    score.add({(0, 2, "PER"), (3, 4, "LOC")}, {(0, 2, "PER"), (3, 4, "ORG"), (5, 6, "ORG")})

    assert score.f1() == pytest.approx(100 * 2 * 1 / (3 + 2))
    assert score.f1("PER") == 100.0
    assert score.f1("ORG") == 0.0
    assert Score().f1() == 0.0
