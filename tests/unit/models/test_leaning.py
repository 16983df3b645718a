"""Which sentences need the ones before them, at their opening or further in."""

import pytest

from models.leaning import leans, leans_inside

OPENINGS = (
    "But the council voted for the bridge.",
    "He opened the bridge in Holm on Monday.",
    "This was the third storm of the winter.",
    "The latter cost twice as much as the bridge.",
    "Another 26 people were missing last night.",
    "Such a storm has not been seen in Holm for years.",
    "In turn, Holm council will pay for the bridge.",
    "Ninety seconds later the bridge was down.",
    "Among them were two men from Holm.",
    "Two days later the bridge was shut again.",
    "The bridge is safe now, she said.",
    "Adjusted for the price of bread in Holm, that is half of it.",
    "At 77 he still winds the clocks of Holm.",
    "On Monday they shut the bridge in Holm.",
    "Twice a year, it looks at every bridge in Holm.",
    "Late last week he saw the bridge in Holm.",
    "Ada Marsh, 44, agreed.",
    "Nobody in Holm disagreed with her.",
)
INSIDE = (
    "At the School for Girls in Holm she learned to sail.",
    "Marlow's 28 allies also expressed their concern over the storm.",
    "The council of Holm voted for a tram, too.",
    "The mayor of Holm, however, did not vote.",
    "Police in Holm meanwhile shut the bridge.",
    "Ada Marsh will lead another inquiry in May.",
    "Ada Marsh will walk to work instead.",
    "Holm has not known such a storm for years.",
    "Ada Marsh blamed both of the drivers.",
    "Unions in Holm criticised the move.",
    "Ada Marsh welcomed the decision, which cost nothing.",
    "Ada Marsh prefers the latter.",
    "Holm council closed the other bridge in May.",
    "Ada Marsh has since left the council.",
    "Holm's team lost on the same day.",
    "Ada Marsh first saw this ship in May.",
    "Ships from Holm will moor there in spring.",
    "Police looked for others in the river.",
    "A further 12 people were hurt in Holm.",
    "Two were taken to the hospital in Holm.",
    "In Holm she opened three schools and a bridge.",
    "After the storm they shut the bridge in Holm.",
    "Holm council will in turn pay for the bridge.",
    "Ada Marsh told me that the bridge was shut.",
    "Readers in Holm know our bridge well.",
)
ALONE = (
    "The council of Holm voted to shut the bridge on Monday.",
    "Ada Marsh said that both the bridge and the quay were shut.",
    "Ada Marsh won not only the vote but also the argument.",
    "Ada Marsh sold the bridge and also bought the quay.",
    "Fruit such as apples will cost more in Holm.",
    "Two teams from Holm helped one another on Monday.",
    "Ada Marsh walked to Holm instead of driving on Monday.",
    "The decision to shut the bridge was made on Monday.",
    "The former minister Ada Marsh opened the bridge in Holm.",
    "There are too many cars in Holm, a study shows.",
    "Rain will fall in Holm later this week.",
    "This past week saw the council of Holm vote twice.",
    "Ada Marsh said on Monday: “I also saw the other ship there.”",
    "On Monday Ada Marsh shut the bridge that she had built.",
    "More than 300 people were hurt in Holm on Monday.",
    "Two men were hurt when the bridge in Holm fell.",
    "On Monday Ada Marsh and Olu Holm agreed to meet.",
    "Once the storm was over it was Ada Marsh who shut the bridge.",
    "Officials in the US told Ada Marsh of the storm.",
)


@pytest.mark.parametrize("text", OPENINGS)
def test_what_leans_at_its_opening(text: str) -> None:
    assert leans(text)


@pytest.mark.parametrize("text", INSIDE)
def test_what_leans_inside_only(text: str) -> None:
    assert not leans(text)
    assert leans_inside(text)


@pytest.mark.parametrize("text", ALONE)
def test_what_stands_alone(text: str) -> None:
    assert not leans(text)
    assert not leans_inside(text)
