"""What an article is about."""

import math

import pytest

from models.sentences import split
from models.topic import content_words, topic_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The storm shut the harbour", {"storm", "shut", "harbour"}),
        ("Holm's harbour, HOLM’S cranes", {"holm", "harbour", "cranes"}),
        ("They didn’t say 7 of A", {"7"}),
        ("Straße, STRASSE", {"strasse"}),
        ("", set[str]()),
    ],
)
def test_content_words(text: str, words: set[str]) -> None:
    assert content_words(text) == words


def test_keywords_are_in_several_sentences_and_weigh_by_how_many() -> None:
    topic = topic_of(split("The storm came. The storm hit Holm. The storm left Holm behind."), "Storm over Holm")

    assert topic.keywords == {"storm": pytest.approx(math.log(3)), "holm": pytest.approx(math.log(2))}
    assert list(topic.keywords) == ["storm", "holm"]
    assert topic.title == {"storm", "holm"}
    assert topic.words[0] == {"storm"}


def test_an_article_without_sentences_is_about_nothing() -> None:
    topic = topic_of((), None)

    assert (topic.words, dict(topic.keywords), topic.title) == ((), {}, frozenset())


def test_no_more_than_25_keywords() -> None:
    words = " ".join(f"word{number}" for number in range(40))

    assert len(topic_of(split(f"See {words} now. See {words} then.")).keywords) == 25
