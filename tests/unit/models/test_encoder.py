"""The one pass over a text: windows, limits, repeatability."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.encoder import LIMIT, NEWS_TAGGER, OVERLAP, WINDOW, OnnxEncoder, windows
from models.errors import WeightsError
from models.labels import LABELS


@pytest.mark.parametrize(
    "count", [0, 1, OVERLAP, WINDOW - 1, WINDOW, WINDOW + 1, 2 * WINDOW - OVERLAP, 2 * WINDOW - OVERLAP + 1, 5_000]
)
def test_windows_keep_every_piece_once_with_context(count: int) -> None:
    kept = []
    for start, end, keep_from, keep_to in windows(count):
        assert start <= keep_from < keep_to <= end <= start + WINDOW
        assert start == 0 or keep_from - start >= OVERLAP // 2
        assert end == count or end - keep_to >= OVERLAP // 2
        kept += range(keep_from, keep_to)
    assert kept == list(range(count))


def test_rows_are_pieces(encoder: OnnxEncoder) -> None:
    encoding = encoder.encode("Ada Marsh opened the bridge in Leeds.")

    assert encoding.logits.shape == (len(encoding.pieces), len(LABELS))
    assert encoding.embeddings.shape == (len(encoding.pieces), 384)
    assert not encoding.truncated
    first = encoding.pieces.first_of_word()
    labels = [LABELS[label] for label in encoding.logits[first].argmax(axis=1)]
    assert labels == ["B-PER", "I-PER", "O", "O", "O", "O", "B-LOC", "O"]


def test_the_same_text_gives_the_same_numbers(encoder: OnnxEncoder) -> None:
    text = "Ada Marsh opened the bridge in Leeds. " * 40

    one, two = encoder.encode(text), encoder.encode(text)

    assert np.array_equal(one.logits, two.logits)
    assert np.array_equal(one.embeddings, two.embeddings)


@pytest.mark.parametrize("text", ["", " ", "\x00"])
def test_a_text_without_pieces(encoder: OnnxEncoder, text: str) -> None:
    encoding = encoder.encode(text)

    assert (len(encoding.pieces), encoding.logits.shape, encoding.truncated) == (0, (0, len(LABELS)), False)


def test_a_very_long_text_is_read_up_to_the_limit(encoder: OnnxEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.encoder.LIMIT", 300)

    encoding = encoder.encode("bridge " * 400)

    assert len(encoding.pieces) == 300 < LIMIT
    assert encoding.truncated


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return shutil.copytree(NEWS_TAGGER, tmp_path / "weights")


def test_weights_for_other_labels_are_refused(weights: Path) -> None:
    manifest = json.loads((weights / "manifest.json").read_text())
    (weights / "manifest.json").write_text(json.dumps(manifest | {"labels": ["O", "B-EVENT"]}))

    with pytest.raises(WeightsError, match="B-EVENT"):
        OnnxEncoder(weights)


def test_a_graph_that_cannot_run_is_refused(weights: Path) -> None:
    manifest = json.loads((weights / "manifest.json").read_text())
    shutil.copy(weights / "train.log", weights / "model.onnx")
    manifest["files"].pop("model.onnx")
    (weights / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(WeightsError, match=r"lists no model\.onnx"):
        OnnxEncoder(weights)
