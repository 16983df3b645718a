"""Who is said to speak behind "the"."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from models.labels import LABELS
from models.protocols import Encoding
from models.spans import decode
from models.speakers import speakers

Encode = Callable[[str, Mapping[str, str]], Encoding]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The talks failed, the Vellmark said.", ["Vellmark"]),
        ("On Monday the Vale Water Board announced a plan.", ["Vale Water Board"]),
        ("“Never,” the Élan Palace has said.", ["Élan Palace"]),
        ("He asked what the Lodge said and the Mill denied.", ["Lodge", "Mill"]),
        ("The Vellmark said so.", []),
        ("He heard the crowd say so, the Vellmark gate shut.", []),
        ("It will pass, the Prime Minister said.", []),
        ("It will pass, the MP said.", []),
        ("It will pass, the Ohio Republican said.", []),
        ("It will pass, the Norwegian said.", []),
        ("It will pass, the South Koreans said.", []),
    ],
)
def test_speakers(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in speakers(text)] == found


def test_a_doubtful_speaker_is_an_organisation(encode_by_hand: Encode) -> None:
    def doubtful(text: str) -> Encoding:
        encoding = encode_by_hand(text, {"Vellmark": "O", "Board": "O"})
        logits = encoding.logits.copy()
        # Two thirds sure that it is none, and for the rest an organisation.
        for label in ("B-ORG", "I-ORG"):
            logits[:, LABELS.index(label)] = logits[:, LABELS.index("O")] - np.log(2)
        return Encoding(encoding.pieces, logits, encoding.embeddings, encoding.truncated)

    said, met = "So it is, the Vellmark Board said.", "So it is, the Vellmark Board met."

    (speaker,) = decode(said, doubtful(said))

    assert (said[speaker.start : speaker.end], speaker.label) == ("Vellmark Board", "ORG")
    assert decode(met, doubtful(met)) == []


def test_what_is_surely_a_place_stays_one(encode_by_hand: Encode) -> None:
    text = "So it is, the Hague said."

    assert [item.label for item in decode(text, encode_by_hand(text, {"Hague": "B-LOC"}))] == ["LOC"]
