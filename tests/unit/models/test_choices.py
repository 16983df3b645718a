"""The sets of sentences that might be a summary, and what is said of each."""

import numpy as np
import pytest

from models.choices import FEATURES, READ, Choices, choices, readable
from models.sentences import split
from models.standing import candidates
from models.topic import topic_of

MOST, WORDS = 3, 100
STORM = (
    "The storm shut the harbour of Holm on Monday. The harbour of Holm lost two cranes to the storm. "
    "Ada Marsh opened a school in the hills."
)


def _choices(text: str, *, title: str | None = None, words: int = WORDS, width: int = 0) -> Choices:
    """With a vector of its own for each sentence, or the same for all of them (`width` 1)."""
    sentences = split(text)
    read = readable(candidates(sentences, MOST))
    vectors = np.eye(len(read)) if width == 0 else np.ones((len(read), width))
    return choices(read, vectors, topic_of(sentences, title), most=MOST, words=words)


def _feature(found: Choices, name: str) -> dict[tuple[int, ...], float]:
    return dict(zip(found.sets, found.features[:, FEATURES.index(name)].tolist(), strict=True))


def test_every_set_of_up_to_three_is_there() -> None:
    found = _choices(STORM)

    assert found.sets == ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))
    assert found.features.shape == (7, len(FEATURES))


def test_a_sentence_that_leans_comes_with_the_one_before() -> None:
    found = _choices("The storm shut the harbour. It broke two cranes on the quay. Ada Marsh opened a school.")

    assert all(0 in members for members in found.sets if 1 in members)
    assert (2,) in found.sets


def test_a_question_never_opens_a_summary() -> None:
    found = _choices("Is the old harbour of Holm safe? Ada Marsh says that it is. The storm broke two cranes.")

    assert found.sets
    assert all(members[0] != 0 for members in found.sets)


@pytest.mark.parametrize("words", [18, 20, 30])
def test_no_set_is_longer_than_asked_for(words: int) -> None:
    lengths = [sentence.words for sentence in split(STORM)]

    assert all(len(members) == 1 or sum(lengths[at] for at in members) <= words for members in _choices(STORM).sets[:3])
    assert all(sum(lengths[at] for at in members) <= words for members in _choices(STORM, words=words).sets)


def test_a_single_sentence_may_be_longer_than_asked_for() -> None:
    assert _choices(STORM, words=3).sets == ((0,), (1,), (2,))


def test_where_the_shortest_whole_set_is_too_long_it_is_taken() -> None:
    text = "“The storm shut the harbour of Holm. Two cranes fell into the sea,” Ada Marsh said."

    assert _choices(text, words=3).sets == ((0, 1),)


@pytest.mark.parametrize("text", ["", "Storm", "But he was there on Monday."])
def test_nothing_to_choose_from(text: str) -> None:
    found = _choices(text)

    assert found.sets == ()
    assert found.features.shape == (0, len(FEATURES))


def test_no_more_than_the_first_candidates_are_read() -> None:
    text = " ".join(f"The storm of {1900 + number} shut the harbour of Holm." for number in range(3 * READ))

    assert {at for members in _choices(text).sets for at in members} == set(range(READ))
    assert len(_choices(text).sets) == 298


def test_a_candidate_without_its_companion_is_not_read() -> None:
    plain = " ".join(f"The storm of {1900 + number} shut the harbour of Holm." for number in range(READ - 1))
    found = _choices(f"{plain} “The cranes fell. The quay broke,” Ada Marsh said of the storm.")

    assert {at for members in found.sets for at in members} == set(range(READ - 1))


def test_place_falls_with_the_rank() -> None:
    place = _feature(_choices(STORM), "place")

    assert place[0,] == 1
    assert place[1,] == pytest.approx(1 / np.sqrt(2))
    assert place[0, 1, 2] == pytest.approx(place[0,] + place[1,] + place[2,])


def test_covers_counts_what_several_sentences_say() -> None:
    covers = _feature(_choices(STORM), "covers")

    # "storm", "harbour" and "holm" are in two sentences each; the third sentence has none of them.
    assert covers[0,] == pytest.approx(1)
    assert covers[0, 1] == pytest.approx(1)
    assert covers[2,] == 0


def test_nothing_is_covered_where_the_sentences_share_nothing() -> None:
    assert set(_feature(_choices("The storm shut a harbour. Ada Marsh opened one school."), "covers").values()) == {0.0}


def test_covers_title_is_the_share_of_its_words() -> None:
    covers = _feature(_choices(STORM, title="The Storm’s cranes"), "covers_title")

    assert covers[0,] == pytest.approx(1 / 2)
    assert covers[1,] == pytest.approx(1)
    assert set(_feature(_choices(STORM), "covers_title").values()) == {0.0}


def test_alike_is_the_mean_cosine_of_the_pairs() -> None:
    assert set(_feature(_choices(STORM), "alike").values()) == {0.0}
    alike = _feature(_choices(STORM, width=1), "alike")
    assert alike[0,] == 0
    assert alike[0, 1] == pytest.approx(1)
    assert alike[0, 1, 2] == pytest.approx(1)


def test_length_is_the_log_of_the_words_over_fifty() -> None:
    found = _choices(STORM)

    assert _feature(found, "length")[0, 1] == pytest.approx(np.log(19 / 50))
    assert _feature(found, "length_squared")[0, 1] == pytest.approx(np.log(19 / 50) ** 2)
