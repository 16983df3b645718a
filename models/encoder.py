"""The built-in encoder: one pass of an int8 ONNX graph gives label logits and an embedding for each word piece."""

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime

from models.artifacts import WEIGHTS, Artifacts, Manifest, open_artifacts
from models.calibration import UNCALIBRATED
from models.errors import WeightsError
from models.labels import LABELS
from models.protocols import Encoding
from models.words import SHAPES, Pieces, brackets, cut, load_tokenizer
from schemas.articles import ModelRef

MODEL_FILE: Final = "model.onnx"
TOKENIZER_FILE: Final = "tokenizer.json"

#: The shipped weights.
NEWS_TAGGER: Final = WEIGHTS / "news-tagger"

#: Word pieces that one pass of the graph sees, without [CLS] and [SEP]: what it was trained on.
WINDOW: Final = 254
#: Pieces that neighbouring windows share, so that each is read with context on both sides: 8 to 128 give the same F1
#: within 0.3 on articles of 700 pieces, and 64 take a seventh more time.
OVERLAP: Final = 32
#: Pieces read of one document, some 12,000 words; what follows is left unread.
LIMIT: Final = 16_384


class OnnxEncoder:
    """Reads a text in overlapping windows with one thread; the same text gives the same numbers every time.

    `made_of` is the manifest of what the folder was made of: its revision and calibration may be newer.

    Raises:
        WeightsError: the weights folder is damaged, or was made for other labels or word shapes.
    """

    def __init__(
        self, folder: Path = NEWS_TAGGER, *, remedy: str | None = None, made_of: Manifest | None = None
    ) -> None:
        artifacts = open_artifacts(folder, remedy=remedy) if remedy else open_artifacts(folder)
        _check_fit(artifacts)
        self._tokenizer = load_tokenizer(artifacts.path(TOKENIZER_FILE))
        self._cls, self._sep = brackets(self._tokenizer)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(artifacts.path(MODEL_FILE)),
                options,
                providers=["CPUExecutionProvider"],
                # Its kernel takes several times as long as the sum and the norm apart.
                disabled_optimizers=["SkipLayerNormFusion"],
            )
        except Exception as error:  # onnxruntime's own classes share no base but this
            raise WeightsError(
                f"onnxruntime {onnxruntime.__version__} cannot run {folder / MODEL_FILE} ({error}): install the "
                "version that the requirements pin"
            ) from error
        manifest = made_of or artifacts.manifest
        #: What the tagger's raw scores on these weights are worth.
        self.calibration = manifest.calibration or UNCALIBRATED
        self.reference = ModelRef(
            name=manifest.name,
            task=manifest.task,
            revision=manifest.full_revision,
            sha256=artifacts.sha256(MODEL_FILE),
            engine=f"onnxruntime {onnxruntime.__version__}",
            precision=artifacts.manifest.precision,
        )

    def encode(self, text: str) -> Encoding:
        """Label logits (pieces, labels) and embeddings (pieces, width) of the first `LIMIT` pieces of a text."""
        pieces = cut(text, self._tokenizer)
        read = min(len(pieces), LIMIT)
        truncated = read < len(pieces)
        pieces = pieces.take(read)
        logits = np.zeros((read, len(LABELS)), dtype=np.float32)
        embeddings = np.zeros((read, 0), dtype=np.float32)
        for start, end, keep_from, keep_to in windows(read):
            some_logits, some_embeddings = self._run(pieces, start, end)
            if not embeddings.size:
                embeddings = np.zeros((read, some_embeddings.shape[1]), dtype=np.float32)
            inner = slice(keep_from - start, keep_to - start)
            logits[keep_from:keep_to] = some_logits[inner]
            embeddings[keep_from:keep_to] = some_embeddings[inner]
        return Encoding(pieces=pieces, logits=logits, embeddings=embeddings, truncated=truncated)

    def _run(self, pieces: Pieces, start: int, end: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        ids = np.concatenate(([self._cls], pieces.ids[start:end], [self._sep]))[None]
        shapes = np.concatenate(([0], pieces.shapes[start:end], [0]))[None]
        logits, embeddings = self._session.run(
            ["logits", "embeddings"], {"ids": ids, "mask": np.ones_like(ids), "shapes": shapes}
        )
        return logits[0, 1:-1], embeddings[0, 1:-1]


def windows(count: int) -> list[tuple[int, int, int, int]]:
    """Cover `count` pieces: (start, end) of each window and the (from, to) part of it to keep.

    The kept parts follow each other without gap; where two windows overlap, each gives the half further from its edge.
    """
    starts = list(range(0, max(count - OVERLAP, 1), WINDOW - OVERLAP)) if count else []
    covers = []
    for start in starts:
        end = min(start + WINDOW, count)
        keep_from = start + OVERLAP // 2 if start else 0
        keep_to = count if end == count else end - OVERLAP // 2
        covers.append((start, end, keep_from, keep_to))
    return covers


def _check_fit(artifacts: Artifacts) -> None:
    manifest = artifacts.manifest
    if manifest.labels != LABELS or manifest.shapes != SHAPES:
        raise WeightsError(
            f"{artifacts.folder} was trained for labels {manifest.labels} and shapes {manifest.shapes}, this version "
            f"reads {LABELS} and {SHAPES}: use the weights of this version"
        )
