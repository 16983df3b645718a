"""What belongs to a name."""

import pytest

from models.trim import has_title, trim


@pytest.mark.parametrize(
    ("text", "span", "name", "label"),
    [
        ("Mr Holt said", "Mr Holt", "Holt", "PER"),
        ("Dr. Ada Holt said", "Dr. Ada Holt", "Ada Holt", "PER"),
        ("Prime Minister Ada Holt said", "Prime Minister Ada Holt", "Ada Holt", "PER"),
        ("former US president Ada Holt", "former US president Ada Holt", "Ada Holt", "PER"),
        ("the Holt Foundation said", "the Holt Foundation", "Holt Foundation", "ORG"),
        ("The Holt Foundation said", "The Holt Foundation", "The Holt Foundation", "ORG"),
        ("Holt’s plan", "Holt’s", "Holt", "PER"),
        ("Holt's plan", "Holt's", "Holt", "PER"),
        ("the Joneses' plan", "Joneses'", "Joneses", "ORG"),
        ("“Holt” said", "“Holt”", "Holt", "PER"),
        ("in Leeds.", "Leeds.", "Leeds", "LOC"),
        ("Acme Inc. said", "Acme Inc.", "Acme Inc.", "ORG"),
        ("Acme Corp. shares", "Acme Corp", "Acme Corp.", "ORG"),
        ("the U.S. said", "U.S.", "U.S.", "LOC"),
        ("the U.S. said", "U.S", "U.S.", "LOC"),
        ("in Leeds (UK)", "Leeds (UK)", "Leeds (UK)", "LOC"),
        ("in (Leeds)", "(Leeds)", "Leeds", "LOC"),
        ("Ms Dale-O’Brien said", "Ms Dale-O’Brien", "Dale-O’Brien", "PER"),
        ("President", "President", "President", "PER"),
        ("Chelsea Coach Ltd", "Chelsea Coach Ltd", "Chelsea Coach Ltd", "ORG"),
        ("General Looms said", "General Looms", "General Looms", "ORG"),
        ("Pope Adeodatus said", "Pope Adeodatus", "Adeodatus", "PER"),
        ("Crown Prince Olaf said", "Crown Prince Olaf", "Olaf", "PER"),
        ("Maj-Gen Ada Holt said", "Maj-Gen Ada Holt", "Ada Holt", "PER"),
        ("Ada Holt KC said", "Ada Holt KC", "Ada Holt", "PER"),
        ("Alhaja Ada Holt said", "Alhaja Ada Holt", "Ada Holt", "PER"),
        ("Atty. Ada Holt said", "Atty. Ada Holt", "Ada Holt", "PER"),
        ("on the Aire river", "Aire river", "Aire", "LOC"),
        ("in southern Vale", "southern Vale", "Vale", "LOC"),
        ("Omar al-Hadi said", "Omar al-Hadi", "Omar al-Hadi", "PER"),
        ("Mr bin Hadi said", "Mr bin Hadi", "bin Hadi", "PER"),
        ("in leeds city", "leeds city", "leeds city", "LOC"),
        ("Terminal 3 is shut", "Terminal 3", "Terminal 3", "LOC"),
    ],
)
def test_trim(text: str, span: str, name: str, label: str) -> None:
    start = text.index(span)

    trimmed = trim(text, start, start + len(span), label)

    assert trimmed is not None
    assert text[trimmed[0] : trimmed[1]] == name


@pytest.mark.parametrize("text", ["'s", "—", "“”", "7", "2026", "A", "\x00", "the"[:0]])
def test_nothing_left(text: str) -> None:
    assert trim(text, 0, len(text), "ORG") is None


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
