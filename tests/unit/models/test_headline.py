"""The one line: whole where it fits, shortened only where nothing is turned."""

import pytest

from models.headline import HEADLINE_WORDS, headline_of, shorten
from models.sentences import Sentence, split
from models.topic import topic_of

AGREED = "Ada Marsh and Tom Ash agreed to close the bridge."


def _headline(
    text: str, *, summary: tuple[int, ...] = (), title: str | None = None, english: bool = True
) -> str | None:
    sentences = split(text)
    chosen: list[Sentence] = [sentences[number] for number in summary]
    return headline_of(chosen, sentences, topic_of(sentences, title), english=english)


@pytest.mark.parametrize(
    ("line", "shorter"),
    [
        (
            "The old bridge over the Holm (built in 1871) reopened to cars and trams on Monday.",
            "The old bridge over the Holm reopened to cars and trams on Monday.",
        ),
        (
            "Ada Marsh, who has led the council since 2019, resigned over the cost of the new bridge.",
            "Ada Marsh resigned over the cost of the new bridge.",
        ),
        (
            "The council will close the old bridge for two years, the mayor said in a statement on Monday evening.",
            "The council will close the old bridge for two years, the mayor said.",
        ),
        (
            "On Monday evening, the council voted to close the old bridge to all traffic at last.",
            "The council voted to close the old bridge to all traffic at last.",
        ),
        (
            "The brewery in Holm is to move to the old mill by the river, where it says water is cheap.",
            "The brewery in Holm is to move to the old mill by the river.",
        ),
        (
            "The brewery in Holm cut its forecast and said it would close its mill, as the price of barley doubled.",
            "The brewery in Holm cut its forecast and said it would close its mill.",
        ),
        (
            "Ada Marsh was the first woman to run the bridge, and for 22 years kept it open through frost and fire.",
            "Ada Marsh was the first woman to run the bridge.",
        ),
        (
            "A fault left the old hospital in Holm without light on Sunday and forced doctors to move 23 patients.",
            "A fault left the old hospital in Holm without light on Sunday.",
        ),
        (
            "A lorry hit the old bridge in Holm on Monday, closing the road for most of the day.",
            "A lorry hit the old bridge in Holm on Monday.",
        ),
    ],
)
def test_cuts_what_can_be_missed(line: str, shorter: str) -> None:
    assert shorten(line, words=len(line.split()) - 1) == shorter


@pytest.mark.parametrize(
    "line",
    [
        "The council will close the bridge unless the state pays for its repair by the end of May.",
        "The mayor took bribes from two builders of the old bridge in Holm, his former driver claimed.",
        "If it rains again, the council will close the old bridge in Holm to all traffic for good.",
        "The council wants to close the bridge by the end of May, as the mayor had told a newspaper.",
        "The police found two men, a woman under the old bridge in Holm, and a boy who was asleep.",
        "The lorry hit a car, two bicycles, a fence by the old bridge in Holm, and injured two.",
        "The council in Holm has both closed the old bridge to cars and promised a new one by May.",
        "At its yard in Holm, the brewery today announced that it has won an order for the new bridge in Vale.",
        "The mayor was both to close the old bridge in Holm, and was to pay for its repair by May.",
        "“We will close it, which is a pity, and build another one by the end of the year,” Ada Marsh said.",
    ],
)
def test_leaves_what_limits_a_statement(line: str) -> None:
    assert shorten(line, words=len(line.split()) - 1) is None


def test_the_dateline_is_no_part_of_the_line() -> None:
    assert _headline(f"HOLM, Vale — {LONG}", summary=(0,)) == SHORTENED
    assert _headline("HOLM — Engineers shut the old bridge.", summary=(0,)) == "Engineers shut the old bridge."


@pytest.mark.parametrize(
    ("occasion", "line"),
    [
        ("In their phone call, ", AGREED),
        ("During the hearing, ", AGREED),
        ("In their only meeting, ", f"In their only meeting, {AGREED}"),
        ("In their garden, ", f"In their garden, {AGREED}"),
    ],
    ids=["call", "hearing", "a-limit", "no-occasion"],
)
def test_the_occasion_is_left_out(occasion: str, line: str) -> None:
    assert _headline(occasion + AGREED) == line


def test_a_line_that_leans_is_none() -> None:
    text = "But it was late for all of them. He said that nothing was lost. Is the bridge in Holm safe?"

    assert _headline(text) is None


LEANING = "Holm's 28 allies also expressed concern over the bridge."
LONG = (
    "The old bridge over the Holm, which has carried cars and trams between the two halves of the town since 1871, was "
    "closed to all traffic on Monday after engineers found a crack in it."
)
SHORTENED = "The old bridge over the Holm was closed to all traffic on Monday after engineers found a crack in it."


def test_a_safe_cut_of_the_first_sentence_beats_a_whole_one_that_leans() -> None:
    assert _headline(f"{LONG} {LEANING}", summary=(0, 1)) == SHORTENED


def test_what_leans_inside_is_better_than_nothing() -> None:
    assert _headline(LEANING) == LEANING


def test_what_leans_comes_last_wherever_it_stands() -> None:
    alone = "Engineers found a crack in the old bridge of Holm."

    assert _headline(f"{LEANING} {alone}", summary=(0,)) == alone


def test_a_line_without_a_verb_is_a_caption() -> None:
    assert _headline("The old bridge of Holm in spring. Engineers found a crack in it on Monday.", summary=(0,)) == (
        "Engineers found a crack in it on Monday."
    )


def test_the_sentence_about_what_the_title_names_is_taken() -> None:
    text = "Ada Marsh came to Holm on Monday. Engineers found a crack in the bridge."

    assert _headline(text) == "Ada Marsh came to Holm on Monday."
    assert _headline(text, title="Crack found in bridge") == "Engineers found a crack in the bridge."


def test_a_thing_that_was_spoken_of_before_is_passed_over() -> None:
    known = "The crack was found in the bridge of Holm on Monday."
    first = "“We heard it. And then it broke,” Ada Marsh said."

    assert (
        _headline(f"{first} {known} Engineers have shut the bridge of Holm.")
        == "Engineers have shut the bridge of Holm."
    )


def test_the_order_of_the_text_decides_where_the_language_is_not_read() -> None:
    text = "Die alte Brücke ist seit Montag gesperrt. Die Stadt will sie im Mai wieder öffnen."

    assert _headline(text, english=False) == "Die alte Brücke ist seit Montag gesperrt."


def test_it_is_never_longer_than_it_may_be() -> None:
    text = " ".join(f"{LONG} {LEANING} {SHORTENED}" for _ in range(5))

    line = _headline(text, summary=(0, 3))
    assert line is not None
    assert len(line.split()) <= HEADLINE_WORDS
