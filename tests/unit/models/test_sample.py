"""The built-in models on a real agency report, which is read where it lies and is no part of this repository."""

from pathlib import Path

import pytest

import models

SAMPLE = Path(models.__file__).resolve().parents[2] / "shared" / "samples" / "the-national.txt"


@pytest.fixture(scope="module")
def text() -> str:
    """The sample as the cleaner leaves it: without its cross-references and the notice at its end."""
    if not SAMPLE.is_file():
        pytest.skip("needs ../shared/samples/the-national.txt")
    body = SAMPLE.read_text(encoding="utf-8").partition("Why are you making commenting")[0]
    return "\n\n".join(line for line in body.splitlines() if line.strip() and not line.startswith("READ MORE"))


def test_people_places_and_organisations(builtin: models.Models, text: str) -> None:
    entities = builtin.analyse(text, "en").entities

    def ending(label: str) -> set[str]:
        return {entity.text.split()[-1] for entity in entities if entity.label == label}

    assert ending("PER") == {"Erdogan", "Putin", "Altun", "Merkel", "Trump", "Guterres"}
    places = {"Turkey", "Russia", "Syria", "Ankara", "Europe", "Greece", "Bulgaria", "Idlib"}
    assert places <= ending("LOC") <= places | {"Germany", "US"}
    assert ending("ORG") == {"Nato", "Kremlin", "UN"}


def test_surnames_are_gathered_under_the_full_name(builtin: models.Models, text: str) -> None:
    people = [entity for entity in builtin.analyse(text, "en").entities if "Erdogan" in entity.text]

    assert len(people) == 1
    assert len(people[0].mentions) == text.count("Erdogan")


def test_summary_tells_of_the_troops_and_of_the_call(builtin: models.Models, text: str) -> None:
    summary = " ".join(sentence.text for sentence in builtin.analyse(text, "en").summary.sentences)

    assert "33 Turkish troops were killed" in summary
    assert "presidents of Turkey and Russia" in summary
    assert "phone" in summary
