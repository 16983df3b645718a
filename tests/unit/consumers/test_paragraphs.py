"""Plain text to paragraphs."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.paragraphs import collapse, split_plain


def test_one_paragraph_a_line(body: tuple[str, ...]) -> None:
    assert split_plain("\n".join(body)) == body


def test_one_paragraph_a_line_with_blank_lines_between(body: tuple[str, ...]) -> None:
    assert split_plain("\n\n \n".join(body) + "\n") == body


@pytest.mark.parametrize("width", [50, 66, 72, 80, 100])
def test_wrapped_lines_are_joined(body: tuple[str, ...], width: int) -> None:
    paragraphs = (" ".join(body[:2]), " ".join(body[2:]), "A short one.", " ".join(body))
    wrapped = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)
    assert split_plain(wrapped) == paragraphs


def test_wrapped_paragraphs_told_by_an_indent(body: tuple[str, ...]) -> None:
    paragraphs = (" ".join(body[:2]), " ".join(body[2:]))
    wrapped = "\n".join(textwrap.fill(paragraph, 60, initial_indent="    ") for paragraph in paragraphs)
    assert split_plain(wrapped) == paragraphs


def test_headings_and_lists_in_wrapped_text_stand_alone(body: tuple[str, ...]) -> None:
    long = " ".join(body)
    wrapped = f"THE HARBOUR ROAD\n\n{textwrap.fill(long, 64)}\n\n- one boat\n- two boats that wait\n- a crane"
    assert split_plain(wrapped) == ("THE HARBOUR ROAD", long, "- one boat", "- two boats that wait", "- a crane")


def test_short_sentences_one_a_line_are_not_wrapped_text() -> None:
    lines = (
        "The road was shut on Tuesday night after the storm had passed.",
        "Nobody was hurt.",
        "The council will meet again on Friday to vote on the money.",
        "Boats may land at the north quay for as long as it takes.",
    )
    assert split_plain("\n".join(lines)) == lines


def test_a_hyphen_at_the_end_of_a_wrapped_line_takes_no_space() -> None:
    text = "The plan was drawn up by a group of people who had for years been calling for a cross-\n"
    text += "border ferry that would carry lorries and cars and the post from one side to the other\n"
    text += "without a stop."
    assert "cross-border ferry" in split_plain(text)[0]


@pytest.mark.parametrize("mark", ["> ", ">", "> > ", ">> "])
def test_a_quoted_mail_loses_its_marks(body: tuple[str, ...], mark: str) -> None:
    paragraphs = (" ".join(body[:2]), " ".join(body[2:]))
    quoted = "\n".join(
        f"{mark}{line}" for line in "\n\n".join(textwrap.fill(item, 66) for item in paragraphs).split("\n")
    )
    assert split_plain(f"Ada Holt wrote:\n\n{quoted}") == ("Ada Holt wrote:", *paragraphs)


def test_a_mark_before_a_few_lines_is_text(body: tuple[str, ...]) -> None:
    lines = (*body, "> 40 knots: no ferry", "> 60 knots: no crane", ">", *body)
    assert split_plain("\n".join(lines)) == lines


def test_an_empty_text_has_no_paragraphs() -> None:
    assert split_plain("") == ()
    assert split_plain(" \n\n\t\n") == ()


def test_collapse_makes_one_line_in_nfc() -> None:
    assert collapse(" cafe\u0301 \u00a0\n au lait ") == "café au lait"


@given(st.text())
def test_no_word_is_lost_and_no_paragraph_is_empty(text: str) -> None:
    paragraphs = split_plain(text)
    assert "".join("".join(paragraphs).split()) == "".join(collapse(text).split())
    assert all(paragraph and collapse(paragraph) == paragraph for paragraph in paragraphs)
