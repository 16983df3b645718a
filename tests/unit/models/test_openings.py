"""Where a sentence begins behind its bullet, and a report behind its dateline."""

import pytest

from models.openings import behind_opening

REPORT = "The council voted to close the bridge."


@pytest.mark.parametrize(
    "dateline",
    [
        "HOLM — ",
        "HOLM: ",
        "PORT AINSLIE, Vale — ",
        "ST. ANNE'S, N.Y. (VP) - ",
        "HOLM, Dec 3 (Vale Press) - ",
        "HOLM, 3 December 2026 – ",
        "Dec. 3 (Vale Press) -- ",
        "Holm, Dec 3 (VP) — ",
        "Port Ainslie (VP) – ",
        "HOLM–",
        "HOLM, Vale, Nov. 10, 2026 /NewsLine/ -- ",
        "Port Ainslie, Vale, United States - ",
        "Port Ainslie, Vale — ",
        "Thursday, December 3, 2026 ",
        "Thursday 3 December 2026: ",
    ],
)
@pytest.mark.parametrize("opening", ["", "“", "$"])
def test_a_report_begins_behind_it(dateline: str, opening: str) -> None:
    report = REPORT if opening != "$" else f"14 of them said: {REPORT}"
    text = f"{dateline}{opening.strip('$')}{report}"
    assert text[behind_opening(text) :] == f"{opening.strip('$')}{report}"


def test_a_place_in_small_letters_needs_a_report_behind_it() -> None:
    report = "The council voted on Monday to close the old bridge to all cars and trams until May."
    assert behind_opening(f"Port Ainslie: {report}") == 14
    assert behind_opening(f"Ada Marsh: {REPORT}") == 0
    assert behind_opening(f"Ada Marsh: “{report}”") == 0
    assert behind_opening(f"Ada Marsh: We have {report}") == 0


@pytest.mark.parametrize(
    "text",
    [
        REPORT,
        "HOLM — closed.",
        "HOLM: Closed.",
        "The VRT — Vale River Trust — said that it would not pay for the bridge.",
        "HOLM-based builders said that they would not pay for the bridge.",
        "HOLM and VALE said that they would not pay for the bridge.",
        "Ada Marsh (Vale) said that she would not pay for the bridge.",
        "Holm, Vale - a town by the sea - said that it would not pay for the bridge.",
        "Thursday, December 3, 2026 was the day on which the council closed the bridge.",
        "Vale Press — a weekly — said that it would not pay for the bridge.",
    ],
)
def test_other_sentences_have_none(text: str) -> None:
    assert behind_opening(text) == 0


def test_it_stands_at_the_top() -> None:
    assert behind_opening(f"HOLM: {REPORT}", 2) == 6
    assert behind_opening(f"HOLM: {REPORT}", 3) == 0


@pytest.mark.parametrize("bullet", ["•", "• ", "* ", "- ", "– "])
@pytest.mark.parametrize("sentence", [REPORT, f"“{REPORT}”"])
def test_a_bullet_is_no_part_of_what_it_says(bullet: str, sentence: str) -> None:
    text = f"{bullet}{sentence}"
    assert text[behind_opening(text, 9) :] == sentence


@pytest.mark.parametrize("text", ["-5 degrees were measured.", "–", "...and more.", "**"])
def test_other_marks_are_no_bullets(text: str) -> None:
    assert behind_opening(text) == 0
