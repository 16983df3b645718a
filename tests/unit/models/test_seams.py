"""Where one span holds two names, and two spans one."""

import pytest

from models.seams import mend
from models.spans import Found


@pytest.mark.parametrize(
    ("text", "label", "parts"),
    [
        ("Ada Holt. Vale United", "ORG", ["Ada Holt", "Vale United"]),
        ("St. Vale", "LOC", ["St. Vale"]),
        ("J. Holt", "PER", ["J. Holt"]),
        ("Vale Inc. Group", "ORG", ["Vale Inc. Group"]),
        ("Vale, Norland", "LOC", ["Vale", "Norland"]),
        ("Vale, Holt and Dale", "ORG", ["Vale, Holt and Dale"]),
        ("Ada and Ben Holt", "PER", ["Ada", "Ben Holt"]),
        ("A. Holt c Dale b Marsh", "PER", ["A. Holt", "Dale", "Marsh"]),
        ("Ada van Holt", "PER", ["Ada van Holt"]),
        ("ada and ben", "PER", ["ada and ben"]),
    ],
)
def test_spans_are_cut(text: str, label: str, parts: list[str]) -> None:
    found = mend(text, [Found(0, len(text), {label: 0.8})])

    assert [text[item.start : item.end] for item in found] == parts
    assert {item.evidence[label] for item in found} == {0.8}


@pytest.mark.parametrize(
    ("text", "label", "parts"),
    [
        ("Lek|| ole ||Sank", "PER", ["Lek ole Sank"]),
        ("Omar|| ||al-Hadi", "PER", ["Omar al-Hadi"]),
        ("Ada|| and ||Ben", "PER", ["Ada", "Ben"]),
        ("Vale|| de ||Holt", "LOC", ["Vale", "Holt"]),
    ],
)
def test_people_are_joined_over_a_particle(text: str, label: str, parts: list[str]) -> None:
    first, between, second = text.split("||")
    text = first + between + second
    start = len(first + between)

    found = mend(text, [Found(0, len(first), {label: 0.8}), Found(start, len(text), {label: 0.7})])

    assert [text[item.start : item.end] for item in found] == parts


def test_a_seat_in_parliament_is_a_place() -> None:
    text = "the Member of Parliament for Vale, Ada Holt"
    start = text.index("Parliament")

    assert mend(text, [Found(start, start + len("Parliament for Vale"), {"ORG": 0.7})]) == [
        Found(text.index("Vale"), text.index(","), {"LOC": 0.7})
    ]
