"""From label scores to mentions."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet

import numpy as np

from models.labels import LABELS
from models.protocols import Encoding
from models.spans import best_path, decode

Encode = Callable[[str, Mapping[str, str]], Encoding]


def _path(rows: list[dict[str, float]], *, fresh: AbstractSet[int] = frozenset({0})) -> list[str]:
    scores = np.full((len(rows), len(LABELS)), -9.0, dtype=np.float32)
    for row, given in zip(scores, rows, strict=True):
        for label, score in given.items():
            row[LABELS.index(label)] = score
    return [LABELS[label] for label in best_path(scores, np.array([row in fresh for row in range(len(rows))]))]


def test_a_name_cannot_open_with_inside() -> None:
    assert _path([{"O": -2, "I-PER": -0.1, "B-PER": -1}, {"I-PER": -0.1}]) == ["B-PER", "I-PER"]


def test_a_name_keeps_one_class() -> None:
    assert _path([{"B-PER": -0.1}, {"I-PER": -1, "I-ORG": -0.5}]) == ["B-PER", "I-PER"]


def test_nothing_goes_on_over_a_break() -> None:
    rows = [{"B-LOC": -0.1}, {"I-LOC": -0.1, "O": -1, "B-LOC": -2}]

    assert _path(rows, fresh={0}) == ["B-LOC", "I-LOC"]
    assert _path(rows, fresh={0, 1}) == ["B-LOC", "O"]


def test_mentions_have_places_and_evidence(encode_by_hand: Encode) -> None:
    text = "Zoë Marsh went to Leeds."

    first, second = decode(text, encode_by_hand(text, {"Zoë": "B-PER", "Marsh": "I-PER", "Leeds": "B-LOC"}))

    assert (text[first.start : first.end], first.label) == ("Zoë Marsh", "PER")
    assert (text[second.start : second.end], second.label) == ("Leeds", "LOC")
    assert first.evidence["PER"] > 0.99
    assert sum(second.evidence.values()) <= 1.0


def test_no_mention_crosses_a_blank_line(encode_by_hand: Encode) -> None:
    text = "By Ada Marsh\n\nLeeds United won."

    found = decode(text, encode_by_hand(text, {"Ada": "B-PER", "Marsh": "I-PER", "Leeds": "I-PER", "United": "I-PER"}))

    assert all("\n\n" not in text[item.start : item.end] for item in found)
    assert text[found[0].start : found[0].end] == "Ada Marsh"


def test_neighbours_of_one_class_are_one_name(encode_by_hand: Encode) -> None:
    text = "Upper Vale Bank of Holt, Acme said"
    tags = {"Upper": "B-ORG", "Vale": "I-ORG", "Bank": "B-ORG", "of": "I-ORG", "Holt": "I-ORG", "Acme": "B-ORG"}

    found = decode(text, encode_by_hand(text, tags))

    assert [text[item.start : item.end] for item in found] == ["Upper Vale Bank of Holt", "Acme"]


def test_a_name_that_stops_at_of_goes_on(encode_by_hand: Encode) -> None:
    text = "The House of Commons and the House of cards"

    (first, second) = decode(text, encode_by_hand(text, {"House": "B-ORG", "of": "I-ORG"}))

    assert text[first.start : first.end] == "House of Commons"
    assert text[second.start : second.end] == "House of"


def test_no_mention_crosses_a_dateline(encode_by_hand: Encode) -> None:
    text = "SELBY - Acme said"

    found = decode(text, encode_by_hand(text, {"SELBY": "B-ORG", "-": "I-ORG", "Acme": "I-ORG"}))

    assert all("Acme" not in text[item.start : item.end] or item.start >= text.index("Acme") for item in found)
    assert text[found[0].start : found[0].end].startswith("SELBY")


def test_no_words_no_mentions(encode_by_hand: Encode) -> None:
    assert decode(" ", encode_by_hand(" ", {})) == []
