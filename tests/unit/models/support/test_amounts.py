"""Numbers with their units, in digits and words."""

from fractions import Fraction

import pytest

from models.support import moments
from models.support.amounts import Amount, currencies, find


def read(text: str) -> list[Amount]:
    return list(find(text, moments.find(text)))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1,200,000 people", 1_200_000, ""),
        ("1.2 million people", 1_200_000, ""),
        ("£1.2m", 1_200_000, "pound"),
        ("1.2 million pounds", 1_200_000, "pound"),
        ("1.2m pounds", 1_200_000, "pound"),
        ("$2.5bn", 2_500_000_000, "dollar"),
        ("US$40 million", 40_000_000, "dollar"),
        ("forty-two firefighters", 42, ""),
        ("two hundred and six seats", 206, ""),
        ("three million", 3_000_000, ""),
        ("a dozen eggs", 12, ""),
        ("9%", 9, "percent"),
        ("9 per cent", 9, "percent"),
        ("nine percent", 9, "percent"),
        ("4 percentage points", 4, "point"),
        ("7.8km", Fraction(78, 10), "km"),
        ("7.8-kilometre", Fraction(78, 10), "km"),
        ("90 nautical miles", 90, "nautical"),
        ("51.2C", Fraction(512, 10), "celsius"),
        ("51.2 degrees Celsius", Fraction(512, 10), "celsius"),
        ("2.5m tall", Fraction(25, 10), "metre"),
        ("a four-year ban", 4, "year"),
        ("two-thirds of the cost", Fraction(2, 3), ""),
        ("half of them", Fraction(1, 2), ""),
        ("40,000 tonnes", 40_000, "tonne"),
    ],
)
def test_value_and_unit(text: str, value: Fraction | int, unit: str) -> None:
    assert [(amount.value, amount.unit) for amount in read(text)] == [(value, unit)]


def test_ordinals_and_scores_are_of_their_own_kind() -> None:
    assert [(a.kind, a.value, a.other) for a in read("a third goal made it 3-1 in the 12th minute")] == [
        ("ordinal", 3, None),
        ("score", 3, 1),
        ("ordinal", 12, None),
    ]


@pytest.mark.parametrize("text", ["No one was there", "Halcyon-4 fell", "at 3.40 p.m. on 14 September 2031", "Apollo"])
def test_what_is_no_amount(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("1,200,000 euros", "€1.2m"),
        ("a man of 45", "the 45-year-old"),
        ("half of them", "50 percent of them"),
        ("1,612 drivers", "about 1,600 drivers"),
        ("won 3-1", "lost 1-3"),
        ("nine out of ten", "9 in 10"),
        ("two-thirds", "two thirds"),
    ],
)
def test_the_same_said_in_another_way_agrees(told: str, said: str) -> None:
    assert all(any(mine.agrees(theirs) for theirs in read(told)) for mine in read(said))
    assert read(said)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("1.2 million euros", "1.2 million pounds"),
        ("1.2 million", "1.2 billion"),
        ("23 miles", "23 kilometres"),
        ("three minutes", "three seconds"),
        ("6,200 people", "2,600 people"),
        ("9 per cent", "9 pounds"),
        ("1,612 drivers", "about 1,700 drivers"),
        ("1,612 drivers", "1,600 drivers"),
        ("won 3-1", "won 4-1"),
        ("the third time", "three times"),
        ("two-thirds", "three-quarters"),
    ],
)
def test_another_number_or_unit_does_not_agree(told: str, said: str) -> None:
    assert not any(mine.agrees(theirs) for mine in read(said) for theirs in read(told))


def test_currencies_count_without_a_number() -> None:
    assert currencies("It gained against the euro.") == {"euro"}
    assert currencies("It cost $5.") == {"dollar"}
