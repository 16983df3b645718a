"""The one line: whole where it fits, shortened only where nothing is turned."""

import pytest

from models.headline import headline_of, shorten
from models.sentences import split


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
        "“We will close it, which is a pity, and build another one by the end of the year,” Ada Marsh said.",
    ],
)
def test_leaves_what_limits_a_statement(line: str) -> None:
    assert shorten(line, words=len(line.split()) - 1) is None


def test_a_line_that_leans_is_none() -> None:
    text = "But it was late for all of them. He said that nothing was lost. Is the bridge in Holm safe?"

    assert headline_of((), split(text)) is None
