"""The paragraphs written for training, and how runs reach a network."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.encoder import NEWS_TAGGER, TOKENIZER_FILE
from models.labels import LABELS
from models.training.corpora import Corpus, load_news, lose_case, runs, tweet
from models.training.data import IGNORED, CorpusError, Sentence
from models.training.marked import NEWS, Marked, marked_example, parse, read_articles, split
from models.words import load_tokenizer

TOKENIZER = load_tokenizer(NEWS_TAGGER / TOKENIZER_FILE)


def test_names_are_marked_in_place() -> None:
    assert parse("[ORG Holt & Dale]'s ferry left [LOC Oran Bay].") == Marked(
        "Holt & Dale's ferry left Oran Bay.", ((0, 11, "ORG"), (25, 33, "LOC"))
    )


@pytest.mark.parametrize("line", ["[ORG Holt", "Holt]", "[EVENT Cup]", "[PER  Holt]", "[PER [LOC Oran]]"])
def test_a_slip_is_named_with_its_line(line: str, tmp_path: Path) -> None:
    path = tmp_path / "slips.txt"
    path.write_text(f"All is well.\n\n{line}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"slips\.txt line 3"):
        read_articles(path)


def test_every_paragraph_of_ours_can_be_read_and_a_tenth_is_kept_out() -> None:
    paths = sorted(NEWS.glob("*.txt"))
    articles = [article for path in paths for article in read_articles(path)]
    assert len(articles) > 300
    for path in paths:
        ours = read_articles(path)
        kept, rest = list(split(ours, held_out=True)), list(split(ours, held_out=False))
        assert kept
        assert len(kept) + len(rest) == sum(map(len, ours))
        assert not {item.text for item in kept} & {item.text for item in rest}


def test_names_fall_on_the_words_that_begin_in_them() -> None:
    example = marked_example(parse("The [LOC UK]-based [PER Ana al-Holt] spoke."), TOKENIZER)
    labels = [LABELS[label] for label in example.labels[example.labels != IGNORED]]
    assert labels == ["O", "B-LOC", "O", "O", "B-PER", "I-PER", "I-PER", "I-PER", "O", "O"]


def test_handles_teach_nothing_and_links_are_left_out() -> None:
    example = tweet(
        Sentence(("@", "oranferry", "left", "Oran", "http://t.example/x"), ("O", "B-PER", "O", "B-LOC", "O")), TOKENIZER
    )
    assert [LABELS[label] for label in example.labels[example.labels != IGNORED]] == ["O", "B-LOC"]


def test_an_epoch_keeps_the_share_of_sentences_without_names() -> None:
    named, nameless = (marked_example(parse(line), TOKENIZER) for line in ("[LOC Oran] again", "nothing here"))
    corpus = Corpus("ours", (named, nameless) * 200, nameless=0.25)
    pieces = sum(len(run) for run in runs([corpus], random.Random(3), longest=64))  # noqa: S311 - no secret
    assert 200 * len(named) + 30 * len(nameless) < pieces < 200 * len(named) + 70 * len(nameless)


def test_case_is_lost_in_the_shapes_alone() -> None:
    example = marked_example(parse("The [LOC UK] and [LOC Paris]"), TOKENIZER)
    rng = random.Random(5)  # noqa: S311 - no secret
    seen = {tuple(int(shape) for shape in lose_case(example, rng).shapes) for _ in range(400)}
    assert seen == {(1, 2, 0, 1), (0,) * 4, (2,) * 4, (1, 2, 1, 1)}
    assert np.array_equal(lose_case(replace(example), rng).ids, example.ids)


def test_our_news_is_a_corpus_of_its_own() -> None:
    news = load_news(TOKENIZER)
    assert sum(map(len, news.examples)) > 50_000
    assert {LABELS[label] for example in news.examples for label in example.labels if label != IGNORED} == {*LABELS}
