"""What belongs to a name."""

import pytest

from models.trim import has_title, trim


@pytest.mark.parametrize(
    ("text", "span", "name"),
    [
        ("Mr Holt said", "Mr Holt", "Holt"),
        ("Dr. Ada Holt said", "Dr. Ada Holt", "Ada Holt"),
        ("Prime Minister Ada Holt said", "Prime Minister Ada Holt", "Ada Holt"),
        ("former US president Ada Holt", "former US president Ada Holt", "Ada Holt"),
        ("the Holt Foundation said", "the Holt Foundation", "Holt Foundation"),
        ("The Holt Foundation said", "The Holt Foundation", "The Holt Foundation"),
        ("Holt’s plan", "Holt’s", "Holt"),
        ("Holt's plan", "Holt's", "Holt"),
        ("the Joneses' plan", "Joneses'", "Joneses"),
        ("“Holt” said", "“Holt”", "Holt"),
        ("in Leeds.", "Leeds.", "Leeds"),
        ("Acme Inc. said", "Acme Inc.", "Acme Inc."),
        ("the U.S. said", "U.S.", "U.S."),
        ("the U.S. said", "U.S", "U.S."),
        ("in Leeds (UK)", "Leeds (UK)", "Leeds (UK)"),
        ("in (Leeds)", "(Leeds)", "Leeds"),
        ("Ms Dale-O’Brien said", "Ms Dale-O’Brien", "Dale-O’Brien"),
        ("President", "President", "President"),
        ("Chelsea Coach Ltd", "Chelsea Coach Ltd", "Chelsea Coach Ltd"),
    ],
)
def test_trim(text: str, span: str, name: str) -> None:
    start = text.index(span)

    trimmed = trim(text, start, start + len(span))

    assert trimmed is not None
    assert text[trimmed[0] : trimmed[1]] == name


@pytest.mark.parametrize("text", ["'s", "—", "“”", "7", "2026", "A", "\x00", "the"[:0]])
def test_nothing_left(text: str) -> None:
    assert trim(text, 0, len(text)) is None


@pytest.mark.parametrize(
    ("text", "titled"),
    [
        ("said Mr Holt", True),
        ("said Dr. Holt", True),
        ("said Holt", False),
        ("the president, Holt", False),
        ("Holt", False),
    ],
)
def test_has_title(text: str, titled: bool) -> None:
    assert has_title(text, text.index("Holt")) is titled
