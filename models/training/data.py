"""Readers of the training corpora: JSON lines of tokens and BIO tags in, word pieces with labels out."""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from models.labels import LABELS
from models.words import IntArray, cut

#: The corpora of the first recipe; UNER-EWT dev is kept apart for evaluation.
TRAIN_FILES = ("uner_ewt_train.jsonl.gz", "wikigold_train.jsonl.gz", "crossner_train_dev.jsonl.gz")
DEV_FILE = "uner_ewt_dev.jsonl.gz"

#: Marks pieces that carry no label of their own (all but the first of a word); torch's `ignore_index`.
IGNORED = -100


class CorpusError(ValueError):
    """A corpus file is missing, or a line of it is not what its README says."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a corpus: parallel tokens and BIO tags."""

    tokens: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def has_names(self) -> bool:
        return any(tag != "O" for tag in self.tags)


@dataclass(frozen=True, slots=True)
class Example:
    """A run of pieces to train on: ids, shapes and labels (`IGNORED` where none), one row a piece."""

    ids: IntArray
    shapes: IntArray
    labels: IntArray
    has_names: bool

    def __len__(self) -> int:
        return len(self.ids)


def read_sentences(path: Path) -> list[Sentence]:
    """Read one corpus file.

    Raises:
        CorpusError: the file is missing, or a line has other tags or another number of tags than tokens.
    """
    if not path.is_file():
        raise CorpusError(f"no corpus at {path}: pass the folder that holds {path.name} as --data")
    sentences = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            record = json.loads(line)
            tokens, tags = tuple(record["tokens"]), tuple(record["tags"])
            if len(tokens) != len(tags) or not set(tags) <= set(LABELS):
                raise CorpusError(f"{path.name} line {number}: tokens and BIO tags do not fit each other")
            sentences.append(Sentence(tokens, tags))
    return sentences


def to_example(sentence: Sentence, tokenizer: Tokenizer) -> Example:
    """Project the tags of a sentence onto its words, as the run-time cutter sees them.

    A token that the cutter splits ("al-Ani") keeps its name whole: B on its first word, I on the others.
    """
    token_of, position = [], 0
    for index, token in enumerate(sentence.tokens):
        token_of += [index] * (len(token) + 1)
        position += len(token) + 1
    pieces = cut(" ".join(sentence.tokens), tokenizer)
    labels = np.full(len(pieces), IGNORED, dtype=np.int64)
    previous = -1
    for row in np.flatnonzero(pieces.first_of_word()):
        token = token_of[pieces.starts[row]]
        tag = sentence.tags[token]
        if token == previous and tag.startswith("B-"):
            tag = f"I-{tag[2:]}"
        labels[row] = LABELS.index(tag)
        previous = token
    return Example(ids=pieces.ids, shapes=pieces.shapes, labels=labels, has_names=sentence.has_names)


def pack(examples: Sequence[Example], rng: random.Random, *, longest: int) -> Iterator[Example]:
    """Join neighbouring sentences into runs of random length, since at run time a window holds many sentences.

    A third of the runs are single sentences; the others aim at a length drawn evenly from 32 to `longest` pieces.
    """
    run: list[Example] = []
    goal = 0
    for example in examples:
        if run and sum(map(len, run)) + len(example) > goal:
            yield _join(run)
            run = []
        if not run:
            goal = 0 if rng.random() < 1 / 3 else rng.randint(32, longest)
        run.append(example)
    if run:
        yield _join(run)


def _join(run: Sequence[Example]) -> Example:
    return Example(
        ids=np.concatenate([example.ids for example in run]),
        shapes=np.concatenate([example.shapes for example in run]),
        labels=np.concatenate([example.labels for example in run]),
        has_names=any(example.has_names for example in run),
    )
