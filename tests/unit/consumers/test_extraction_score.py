"""How article-like a text is, by parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.extraction_score import ENOUGH_WORDS, WEIGHTS, Facts, score_paragraphs

SENTENCE = "The council of the island voted on Tuesday to close the old road for the whole winter."
ARTICLE = (SENTENCE,) * 12
MENU = ("Home", "News", "Sport", "Weather", "Contact us", "Log in", "About this site")


def parts(*paragraphs: str, title: str | None = None, words: int | None = None, linked: tuple[int, ...] = ()) -> object:
    return score_paragraphs("page", paragraphs, Facts(title, words), linked=linked).parts


def test_an_article_scores_all_and_says_so() -> None:
    found = score_paragraphs("page", ARTICLE, Facts("Council votes to close island road", 12 * 16))
    assert (found.name, found.words, found.score) == ("page", 12 * 17, 1.0)
    assert found.parts == {
        "length": 1.0, "sentences": 1.0, "prose": 1.0, "unlinked": 1.0, "topic": 1.0, "complete": 1.0
    }  # fmt: skip


def test_a_menu_scores_next_to_nothing() -> None:
    assert score_paragraphs("page", MENU, linked=range(len(MENU))).score == 0.0
    assert score_paragraphs("page", MENU).score < 0.1


def test_no_words_score_nothing() -> None:
    assert score_paragraphs("page", ()).score == score_paragraphs("page", ("",)).score == 0.0


def test_a_brief_is_better_than_its_length() -> None:
    third = score_paragraphs("page", ARTICLE[: ENOUGH_WORDS // 17 // 3])
    assert third.words / ENOUGH_WORDS + 0.2 < third.score < 0.6


@pytest.mark.parametrize(
    ("paragraphs", "facts", "linked", "part", "value"),
    [
        ((SENTENCE, "And then " * 8 + "on"), Facts(), (), "sentences", 0.5),
        ((SENTENCE, *["One two three"] * 5, "Four five"), Facts(), (), "prose", 0.5),
        ((SENTENCE, SENTENCE), Facts(), (1,), "unlinked", 0.5),
        ((SENTENCE,), Facts("Island votes: harbour burns"), (), "topic", 0.5),
        ((SENTENCE,), Facts(words=34), (), "complete", 0.5),
        ((SENTENCE,), Facts(words=3), (), "complete", 1.0),
    ],
)
def test_each_part_measures_its_thing(
    paragraphs: tuple[str, ...], facts: Facts, linked: tuple[int, ...], part: str, value: float
) -> None:
    assert score_paragraphs("page", paragraphs, facts, linked=linked).parts[part] == pytest.approx(value, abs=0.01)


@pytest.mark.parametrize(
    "sentence",
    [
        "「港は冬のあいだ閉まる。」",
        "أغلقت البلدية طريق الميناء؟",
        "सड़क बंद रहेगी।",
        "He asked: “Why?”",
        "ถนนท่าเรือปิด ตลอดฤดูหนาว",
    ],
)
def test_sentences_end_in_many_scripts(sentence: str) -> None:
    assert score_paragraphs("page", (sentence,)).parts["sentences"] == 1.0


def test_titles_of_few_words_and_missing_facts_are_no_part() -> None:
    found = score_paragraphs("page", ARTICLE, Facts("Live"))
    assert set(found.parts) == {"length", "sentences", "prose", "unlinked"}
    assert found.score == 1.0


@given(st.lists(st.text(max_size=200), max_size=30), st.text(max_size=80), st.integers(0, 10**6))
def test_every_number_is_in_range(paragraphs: list[str], title: str, words: int) -> None:
    found = score_paragraphs("page", paragraphs, Facts(title, words), linked=range(len(paragraphs) // 2))
    assert all(0.0 <= value <= 1.0 for value in (found.score, *found.parts.values()))
    assert set(found.parts) <= {"length", *WEIGHTS}
