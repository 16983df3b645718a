"""Which sentences may stand in a summary, and with which others."""

import pytest

from models.sentences import split
from models.standing import candidates


def _groups(text: str) -> list[tuple[int, int, int]]:
    return [(item.index, item.first, item.last) for item in candidates(split(text), 3)]


def test_what_leans_comes_with_the_one_before() -> None:
    assert _groups("The old bridge opened on Monday. It was built in two years.") == [(0, 0, 0), (1, 0, 1)]


def test_a_pronoun_without_a_sentence_before_is_none() -> None:
    assert _groups("He was there when it opened. The old bridge opened on Monday.") == [(1, 1, 1)]


def test_a_quotation_of_two_sentences_is_whole() -> None:
    text = "“The old bridge is open again. Nobody was hurt on it,” Ada Marsh said. The town was glad of it."

    assert _groups(text)[:2] == [(0, 0, 1), (1, 0, 1)]


def test_a_quotation_comes_with_who_spoke() -> None:
    told = "“The bridge is open again,” said Ada Marsh, a farmer. “Nobody was hurt on it.”"
    asked = "“Nobody was hurt on the bridge.” Ada Marsh said so on Monday evening."

    assert _groups(told) == [(0, 0, 0), (1, 0, 1)]
    assert _groups(asked) == [(0, 0, 1), (1, 1, 1)]
    assert _groups("The mayor of Holm was glad.\n\n“Nobody was hurt on it.”") == [(0, 0, 0), (1, 0, 1)]


def test_single_marks_quote_too() -> None:
    text = "'The old bridge is open again. Nobody was hurt on it,' Ada Marsh said. The town was glad of it."

    assert _groups(text)[:2] == [(0, 0, 1), (1, 0, 1)]


@pytest.mark.parametrize(
    "text",
    [
        "Subscribe to our newsletter for more of this.",
        "The old bridge at night. Photograph: Ada Marsh.",
        "- The old bridge was opened on Monday.",
        "Ada Holt, Olu B. Dale and Li Wen.",
        "Is the old bridge safe at last?",
        "The old bridge in the spring of 2019",
        "“The old bridge is open to all again.",
    ],
)
def test_what_cannot_stand(text: str) -> None:
    assert _groups(text) == []
