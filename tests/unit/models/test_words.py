"""Word pieces with their places and shapes."""

import numpy as np
import pytest

from models.encoder import NEWS_TAGGER, TOKENIZER_FILE
from models.words import SHAPES, brackets, cut, load_tokenizer, shape_of

TOKENIZER = load_tokenizer(NEWS_TAGGER / TOKENIZER_FILE)


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("bridge", "lower"),
        ("2026", "lower"),
        ("!", "lower"),
        ("Leeds", "title"),
        ("I", "title"),
        ("G20", "title"),
        ("NATO", "upper"),
        ("BBC2", "upper"),
        ("McKay", "mixed"),
        ("iPhone", "mixed"),
        ("Émile", "title"),
        ("漢字", "lower"),
    ],
)
def test_shape(word: str, shape: str) -> None:
    assert SHAPES[shape_of(word)] == shape


@pytest.mark.parametrize(
    "text",
    [
        "Ada Marsh met the U.S. envoy’s team.",
        "😀 Zoë Ångström-Núñez said: “naïve”",
        "a\x00b\x07 \u200bc\ufeff",
        "漢字 and kanji",
        "[CLS] [SEP] [PAD]",
        "x" * 500,
    ],
)
def test_pieces_stand_where_the_text_has_them(text: str) -> None:
    pieces = cut(text, TOKENIZER)

    assert len(pieces) > 0
    assert (pieces.starts < pieces.ends).all()
    assert (pieces.starts[1:] >= pieces.ends[:-1]).all()
    assert pieces.ends[-1] <= len(text)
    assert not set(pieces.ids) & set(brackets(TOKENIZER))


def test_offsets_count_code_points_not_bytes() -> None:
    text = "😀😀 Zoë in Łódź"

    pieces = cut(text, TOKENIZER)

    first = pieces.first_of_word()
    starts = [int(start) for start in pieces.starts[first]]
    assert starts[-2:] == [text.index("in"), text.index("Łódź")]


def test_all_pieces_of_a_word_have_its_shape() -> None:
    pieces = cut("the KHADZHYNOVSKY bridge", TOKENIZER)

    of_name = pieces.words == 1
    assert of_name.sum() > 1
    assert set(pieces.shapes[of_name]) == {SHAPES.index("upper")}
    assert set(pieces.shapes[~of_name]) == {SHAPES.index("lower")}


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00\x01"])
def test_no_pieces(text: str) -> None:
    pieces = cut(text, TOKENIZER)

    assert len(pieces) == 0
    assert pieces.first_of_word().shape == (0,)


def test_take_keeps_the_first_rows() -> None:
    pieces = cut("one two three", TOKENIZER).take(2)

    assert len(pieces) == 2
    assert np.array_equal(pieces.starts, [0, 4])
