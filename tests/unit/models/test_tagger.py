"""The built-in tagger's last word on names."""

from collections.abc import Callable, Mapping

import pytest

from models.calibration import UNCALIBRATED
from models.protocols import Document, Encoding
from models.tagger import NewsTagger
from schemas.articles import ModelRef

HandMade = Callable[[str, Mapping[str, str]], Encoding]


class HandEncoder:
    """Gives back one encoding, whatever the text."""

    calibration = UNCALIBRATED
    reference = ModelRef(name="hand", task="test", revision="1", sha256="", engine="none", precision="fp32")

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding

    def encode(self, text: str) -> Encoding:
        return self._encoding


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The silos of Gdansk are full", ["Gdansk"]),
        ("the silos of gdansk are full", ["silos", "gdansk"]),
        ("THE SILOS OF GDANSK ARE FULL", ["SILOS", "GDANSK"]),
    ],
    ids=["mixed case: a name has a capital", "no capitals at all", "all capitals"],
)
def test_lower_case_words_are_names_only_where_case_says_nothing(
    encode_by_hand: HandMade, text: str, names: list[str]
) -> None:
    tags = {word: "B-LOC" for word in text.split() if word.lower() in {"silos", "gdansk"}}
    encoder = HandEncoder(encode_by_hand(text, tags))
    found = NewsTagger(encoder).tag(Document(text, encoder))
    assert [name.text for name in found] == names
