"""Sentences chosen by place, closeness to the whole, and against redundancy."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.extractive import ExtractiveSummarizer
from models.headline import HEADLINE_WORDS
from models.lead import SENTENCES, WORDS
from models.protocols import Document, Encoder
from models.standing import candidates


class CountingEncoder(Encoder, Protocol):
    calls: int


Make = Callable[[Mapping[str, int]], CountingEncoder]


def _summary(text: str, encoder: Encoder) -> list[str]:
    summary = ExtractiveSummarizer(encoder).summarize(Document(text, encoder))
    assert all(text[sentence.start : sentence.end] == sentence.text for sentence in summary.sentences)
    return [sentence.text for sentence in summary.sentences]


def _report(third: str) -> list[str]:
    """Sentences about a bridge and one thing more each, with one of another kind in the third place."""
    others = [f"Bridge bridge {word} {word} {word} {word}." for word in ("cost", "mayor", "rain") * 5]
    return [*others[:2], third, *others[2:]]


TOPICS = {"Bridge": 0, "bridge": 0, "cost": 1, "mayor": 2, "rain": 3}


def test_leaves_out_the_sentence_that_strays(topic_encoder: Make) -> None:
    sentences = _report("Nothing else was said about anything.")

    assert _summary(" ".join(sentences), topic_encoder(TOPICS)) == [*sentences[:2], sentences[3]]


def test_does_not_say_the_same_twice(topic_encoder: Make) -> None:
    again = "Bridge bridge cost cost cost cost."
    sentences = _report(again)
    del sentences[-3]  # so that no topic has more sentences than another
    assert sentences[0] == again
    assert sentences.count(again) == 5

    assert _summary(" ".join(sentences), topic_encoder(TOPICS)) == [*sentences[:2], sentences[3]]


def test_keeps_to_the_limits_and_to_the_order_of_the_text(topic_encoder: Make) -> None:
    sentences = [f"Sentence {'about ' * length}number {length}." for length in (40, 30, 20, 10, 6, 5)]

    chosen = _summary(" ".join(sentences), topic_encoder({}))

    assert 1 <= len(chosen) <= SENTENCES
    assert sum(len(sentence.split()) for sentence in chosen) <= WORDS
    assert chosen == sorted(chosen, key=sentences.index)


@pytest.mark.parametrize(
    "text", ["The bridge opened on Monday.", "The bridge opened on Monday. The mayor was not there."]
)
def test_an_article_of_one_or_two_sentences_is_its_own_summary(topic_encoder: Make, text: str) -> None:
    assert " ".join(_summary(text, topic_encoder({}))) == text


def test_headline_is_a_sentence_of_the_summary(topic_encoder: Make) -> None:
    text = "It opened at last on Monday. The mayor was not there at all. He is said to be ill."
    encoder = topic_encoder({})

    assert ExtractiveSummarizer(encoder).headline(Document(text, encoder)) == "The mayor was not there at all."


def test_an_empty_text_has_an_empty_summary(topic_encoder: Make) -> None:
    encoder = topic_encoder({})
    summary = ExtractiveSummarizer(encoder).summarize(Document("", encoder))

    assert (summary.sentences, summary.method, summary.model) == ((), "extractive", None)


def test_summary_and_headline_share_one_pass(topic_encoder: Make) -> None:
    encoder = topic_encoder({})
    document = Document("The bridge opened on Monday. The mayor was not there.", encoder)
    summarizer = ExtractiveSummarizer(encoder)

    summarizer.summarize(document)
    summarizer.headline(document)

    assert encoder.calls == 1


PIECES = st.sampled_from(
    (
        "The storm shut the harbour of Holm on Monday.",
        "It broke two cranes.",
        "“We were lucky,” Ada Marsh said.",
        "“We were lucky.",
        "It was not our day,” he added.",
        "Is the quay safe?",
        "But nobody knows.",
        "Photo: Ada Marsh",
        "- a list",
        '6\'2" tall "and so on',
        "word " * 120 + "end.",
        "😀 …",
        "\n\n",
        "\u2028\x00\u202e",
        "Die Brücke ist gesperrt.",
        "橋は閉鎖された。",
    )
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(st.lists(PIECES, max_size=40).map(" ".join), st.text(max_size=400)),
    title=st.one_of(st.none(), st.text(max_size=40)),
)
def test_any_text_gives_sentences_of_its_own_within_the_limits(
    topic_encoder: Make, text: str, title: str | None
) -> None:
    encoder = topic_encoder({"storm": 0, "Holm": 1})
    document = Document(text, encoder, title=title)
    summarizer = ExtractiveSummarizer(encoder)

    chosen = summarizer.summarize(document).sentences
    headline = summarizer.headline(document)

    assert len(chosen) <= SENTENCES
    assert all(text[item.start : item.end] == item.text for item in chosen)
    assert all(before.end <= after.start for before, after in pairwise(chosen))
    # A whole that holds together (a quotation of several sentences) may be longer, as may one sentence.
    bound = {item.index for item in candidates(document.sentences, SENTENCES) if item.first < item.last}
    held_together = {document.sentences[number].start for number in bound} & {item.start for item in chosen}
    assert len(chosen) == 1 or held_together or sum(len(item.text.split()) for item in chosen) <= WORDS
    assert headline is None or 1 <= len(headline.split()) <= HEADLINE_WORDS
