"""The lead, and the rules that all extractive summaries share."""

import pytest

from models.headline import HEADLINE_WORDS
from models.lead import WORDS, LeadSummarizer
from models.protocols import Document


def _summary(text: str) -> list[str]:
    return [sentence.text for sentence in LeadSummarizer().summarize(Document(text)).sentences]


def test_takes_the_first_three_sentences() -> None:
    text = "The old bridge opened on Monday. It cost a lot of money. The mayor was not there. Rain fell all day long."

    assert _summary(text) == text.replace(". ", ".|").split("|")[:3]


def test_passes_over_captions_headings_and_scraps() -> None:
    text = "The old bridge in spring\n\nOh no.\n\nThe old bridge opened on Monday."

    assert _summary(text) == ["The old bridge opened on Monday."]


def test_takes_a_scrap_when_there_is_nothing_else() -> None:
    assert _summary("Bridge opens") == ["Bridge opens"]


def test_stops_at_the_word_limit_but_takes_one_sentence_whole() -> None:
    long = "The bridge " + "really " * (WORDS - 5) + "opened on Monday."

    assert _summary(f"{long} The mayor was not there.") == [long]
    assert len(long.split()) == WORDS


@pytest.mark.parametrize("text", ["", " \n\n ", "…!", "😀"])
def test_nothing_to_say(text: str) -> None:
    assert _summary(text) == []
    assert LeadSummarizer().headline(Document(text)) is None


def test_headline_is_the_first_short_sentence_that_stands_alone() -> None:
    text = (
        "She was not there when it opened. “We are glad,” the mayor said of it. Rain stopped work, he said on Monday. "
        "The old bridge\nopened on Monday. The mayor was not there."
    )

    assert LeadSummarizer().headline(Document(text)) == "The old bridge opened on Monday."


def test_headline_is_whole_or_none() -> None:
    fits = "The bridge " + "really " * (HEADLINE_WORDS - 5) + "opened on Monday."
    too_long = fits.replace("really", "really really", 1)

    assert len(fits.split()) == HEADLINE_WORDS
    assert LeadSummarizer().headline(Document(fits)) == fits
    assert LeadSummarizer().headline(Document(too_long)) is None
