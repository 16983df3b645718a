"""Sentence boundaries and their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sentences import split


@pytest.mark.parametrize(
    "sentence",
    [
        "Mr Marsh met Dr. Ada Holt and Prof. Lee.",
        "The U.S. envoy spoke at 5 p.m. on Monday.",
        "J. R. Holt wrote the report.",
        "Lt. Col. Sam Ray of the U.S. Army retired on Jan. 5 aged 60.",
        "Cllr. Ann Dale and Supt. Joe Fenn agreed.",
        "The panel told Engr. Ann Dale and Msgr. Joe Fenn to pay.",
        "The deal is worth $3.5 million, or £2.7m.",
        "Acme Inc. and Holt Ltd. merged.",
        '"Is it over?" she asked.',
        '"Is it over?" Ada Holt, a farmer, asked.',
        "“We won!” they shouted.",
        "The school in St. Ives opened.",
    ],
)
def test_stays_whole(sentence: str) -> None:
    assert [item.text for item in split(f"{sentence} The rest follows.")] == [sentence, "The rest follows."]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rose. It fell! Did it? Yes.", ["It rose.", "It fell!", "Did it?", "Yes."]),
        ("A goal put them in the lead. Holm missed twice.", ["A goal put them in the lead.", "Holm missed twice."]),
        ("She knew she could win. That helped.", ["She knew she could win.", "That helped."]),
        ("“We won.” The team left.", ["“We won.”", "The team left."]),
        ('"Is it over?" The council said so.', ['"Is it over?"', "The council said so."]),
        ("It was late (very late). They left.", ["It was late (very late).", "They left."]),
    ],
)
def test_splits(text: str, sentences: list[str]) -> None:
    assert [item.text for item in split(text)] == sentences


def test_no_sentence_crosses_a_blank_line() -> None:
    found = split("Bridge opens early\n\nThe bridge opened on Monday,\n \t\nthe council said.")

    assert [item.text for item in found] == ["Bridge opens early", "The bridge opened on Monday,", "the council said."]
    assert [item.paragraph for item in found] == [0, 1, 2]


def test_a_single_line_break_is_white_space() -> None:
    (found,) = split("The bridge opened\non Monday.")

    assert found.text == "The bridge opened\non Monday."
    assert found.words == 5


@given(st.text(alphabet=st.sampled_from("aB .!?\n“”\"'()😀é\u200b\x00")))
def test_sentences_follow_each_other_and_lose_only_white_space(text: str) -> None:
    found = split(text)

    assert all(text[item.start : item.end] == item.text == item.text.strip() != "" for item in found)
    gaps = [0, *(item.end for item in found)], [*(item.start for item in found), len(text)]
    assert all(start <= end and not text[start:end].strip() for start, end in zip(*gaps, strict=True))


@pytest.mark.parametrize("text", ["?!" * 50_000, "A. " * 30_000, "(.)" * 30_000, " " * 100_000, "a" * 100_000])
def test_hostile_text_is_bounded(text: str) -> None:
    assert all(len(item.text) <= 5_000 for item in split(text))
