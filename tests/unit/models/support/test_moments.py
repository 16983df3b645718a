"""Weekdays, dates and times of day."""

import pytest

from models.support.moments import find


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("on 14 September", "on September 14"),
        ("on 14 September 2031", "on Sept. 14"),
        ("at 3.40 p.m.", "at 3.40pm"),
        ("at 15:40", "at 3.40 pm"),
        ("at noon", "at 12 p.m."),
        ("on the 2nd of May", "on May 2"),
        ("in May 2030", "last May"),
        ("on Tuesday night", "Tuesday"),
    ],
)
def test_the_same_time_agrees(told: str, said: str) -> None:
    (mine,), (theirs,) = find(said), find(told)
    assert mine.agrees(theirs)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("on 14 September", "on 14 October"),
        ("on 14 September", "on 15 September"),
        ("in May 2030", "in May 2029"),
        ("on Tuesday", "on Thursday"),
        ("at 3.40 p.m.", "at 3.40 a.m."),
        ("at 3.40 p.m.", "at 5.40 p.m."),
        ("in September", "on 14 September"),
        ("at noon", "at midnight"),
    ],
)
def test_another_time_does_not_agree(told: str, said: str) -> None:
    (mine,), (theirs,) = find(said), find(told)
    assert not mine.agrees(theirs)


@pytest.mark.parametrize(
    "text", ["He may go.", "May I?", "They march on.", "March for peace", "Version 2.10", "a Mayor"]
)
def test_words_that_are_no_months(text: str) -> None:
    assert find(text) == ()
