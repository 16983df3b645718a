"""What the taggers are trained on and measured on: the open corpora, and the news paragraphs written for Copydesk.

Broad Twitter is noisy: links are left out, and handles, which it tags as people, carry no label. Half of its part
with news headlines is kept for measuring.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tokenizers import Tokenizer

from models.training.data import DEV_FILE, IGNORED, Example, Sentence, pack, read_sentences, to_example
from models.training.marked import NEWS, marked_example, read_articles, split
from models.words import cut

#: The open corpora, with the share of their sentences without names that an epoch keeps.
OPEN: Final = {"uner_ewt_train.jsonl.gz": 0.1, "wikigold_train.jsonl.gz": 0.3, "crossner_train_dev.jsonl.gz": 0.3}
TWITTER: Final = "broad_twitter.jsonl.gz"
_TWITTER_NAMELESS: Final = 0.1
#: Lines of Broad Twitter that are headlines of news; the odd ones are kept for measuring.
_HEADLINES: Final = range(5200, 7200)

#: Share of the runs that a network sees as if typed in lower case, in capitals, and as a title: the shapes say so.
CASE_LOST: Final = 0.04


@dataclass(frozen=True, slots=True)
class Corpus:
    """Examples to train on, and the share of those without names that an epoch keeps."""

    name: str
    examples: tuple[Example, ...]
    nameless: float


def load_corpora(data: Path, tokenizer: Tokenizer) -> list[Corpus]:
    """All that is trained on; `data` is the folder of the open corpora.

    Raises:
        CorpusError: a file is missing or damaged.
    """
    found = [
        Corpus(name, tuple(to_example(item, tokenizer) for item in read_sentences(data / name)), nameless)
        for name, nameless in OPEN.items()
    ]
    tweets = [item for number, item in enumerate(read_sentences(data / TWITTER)) if not kept_out(number)]
    found.append(Corpus(TWITTER, tuple(tweet(item, tokenizer) for item in tweets), _TWITTER_NAMELESS))
    return found


def load_news(tokenizer: Tokenizer, *, held_out: bool = False) -> Corpus:
    """The paragraphs written for Copydesk: those to train on, or every tenth article to measure on."""
    examples = [
        marked_example(marked, tokenizer)
        for path in sorted(NEWS.glob("*.txt"))
        for marked in split(read_articles(path), held_out=held_out)
    ]
    return Corpus("news", tuple(examples), nameless=1.0)


def load_dev(data: Path, tokenizer: Tokenizer) -> dict[str, list[Example]]:
    """What is measured on: web text, headlines, and news articles kept out of training."""
    tweets = [item for number, item in enumerate(read_sentences(data / TWITTER)) if kept_out(number)]
    return {
        "UNER-EWT dev": [to_example(item, tokenizer) for item in read_sentences(data / DEV_FILE)],
        "Broad Twitter news": [tweet(item, tokenizer) for item in tweets],
        "own news": list(load_news(tokenizer, held_out=True).examples),
    }


def kept_out(number: int) -> bool:
    """Whether a line of Broad Twitter, counted from 0, is kept for measuring."""
    return number in _HEADLINES and number % 2 == 1


def tweet(sentence: Sentence, tokenizer: Tokenizer) -> Example:
    """A tweet without its links; "@" and the handle behind it carry no label."""
    kept = [pair for pair in zip(sentence.tokens, sentence.tags, strict=True) if not pair[0].startswith("http")]
    tokens, tags = tuple(token for token, _ in kept), tuple(tag for _, tag in kept)
    example = to_example(Sentence(tokens, tags), tokenizer)
    silent, position = list[tuple[int, int]](), 0
    for index, token in enumerate(tokens):
        if token.startswith("@") or (index and tokens[index - 1] == "@"):
            silent.append((position, position + len(token)))
        position += len(token) + 1
    labels = example.labels.copy()
    for row, start in enumerate(cut(" ".join(tokens), tokenizer).starts):
        if any(low <= start < high for low, high in silent):
            labels[row] = IGNORED
    return replace(example, labels=labels)


def runs(corpora: Sequence[Corpus], rng: random.Random, *, longest: int, nameless: float = 1.0) -> Iterator[Example]:
    """One epoch: neighbouring sentences joined to runs of random length, most of those without names left out.

    `nameless` multiplies the share of those that each corpus keeps.
    """
    for corpus in corpora:
        keep = nameless * corpus.nameless
        some = [item for item in corpus.examples if len(item) and (item.has_names or rng.random() < keep)]
        yield from pack(some, rng, longest=longest)


def lose_case(example: Example, rng: random.Random) -> Example:
    """The run as it is, or in a few cases with the shapes that it would have had in another case."""
    draw = rng.random() / CASE_LOST
    if draw < 1:
        return replace(example, shapes=example.shapes * 0)
    if draw < 2:
        return replace(example, shapes=example.shapes * 0 + 2)
    if draw < 3:
        return replace(example, shapes=example.shapes + (example.shapes == 0))
    return example
