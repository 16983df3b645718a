"""The built-in models, loaded once, and hand-made encodings for tests that need exact numbers."""

import re
from collections.abc import Callable, Mapping

import numpy as np
import pytest

import models
from models.calibration import UNCALIBRATED
from models.encoder import OnnxEncoder
from models.labels import LABELS
from models.protocols import Encoding
from models.words import Pieces
from schemas.articles import ModelRef

#: What `encode_by_hand` takes: for each word of the text that is not plain, its label.
Tags = Mapping[str, str]


@pytest.fixture(scope="session")
def encoder() -> OnnxEncoder:
    return OnnxEncoder()


@pytest.fixture(scope="session")
def builtin() -> models.Models:
    return models.load()


@pytest.fixture
def encode_by_hand() -> Callable[[str, Tags], Encoding]:
    """An encoding with one piece a word, sure of the labels given and of O elsewhere."""

    def encode(text: str, tags: Tags) -> Encoding:
        words = list(re.finditer(r"\w+|[^\w\s]", text))
        logits = np.zeros((len(words), len(LABELS)), dtype=np.float32)
        for row, word in enumerate(words):
            logits[row, LABELS.index(tags.get(word.group(), "O"))] = 9.0
        count = len(words)
        pieces = Pieces(
            ids=np.zeros(count, dtype=np.int64),
            starts=np.array([word.start() for word in words], dtype=np.int64),
            ends=np.array([word.end() for word in words], dtype=np.int64),
            words=np.arange(count, dtype=np.int64),
            shapes=np.zeros(count, dtype=np.int64),
        )
        return Encoding(
            pieces=pieces, logits=logits, embeddings=np.zeros((count, 4), dtype=np.float32), truncated=False
        )

    return encode


class TopicEncoder:
    """Gives each word a vector by topic, so that a test knows which sentences are alike."""

    def __init__(self, topics: Mapping[str, int]) -> None:
        self._topics = topics
        self.calls = 0
        self.calibration = UNCALIBRATED
        self.reference = ModelRef(name="topics", task="test", revision="1", sha256="", engine="numpy", precision="fp32")

    def encode(self, text: str) -> Encoding:
        self.calls += 1
        words = list(re.finditer(r"\w+", text))
        embeddings = np.zeros((len(words), 5), dtype=np.float32)
        for row, word in enumerate(words):
            embeddings[row, self._topics.get(word.group(), 4)] = 1.0
        count = len(words)
        return Encoding(
            pieces=Pieces(
                ids=np.zeros(count, dtype=np.int64),
                starts=np.array([word.start() for word in words], dtype=np.int64),
                ends=np.array([word.end() for word in words], dtype=np.int64),
                words=np.arange(count, dtype=np.int64),
                shapes=np.zeros(count, dtype=np.int64),
            ),
            logits=np.zeros((count, len(LABELS)), dtype=np.float32),
            embeddings=embeddings,
            truncated=False,
        )


@pytest.fixture
def topic_encoder() -> Callable[[Mapping[str, int]], TopicEncoder]:
    return TopicEncoder
