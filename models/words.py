"""Word pieces of a text with their places, and the word shapes that an uncased encoder cannot see.

A *word* here is what BERT's own pre-tokenizer calls one: a run of letters and digits, or a single punctuation
mark ("U.S." is four words). Training and run time cut text by the same function, so they agree by construction.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from models.errors import WeightsError

IntArray = npt.NDArray[np.int64]

#: Word shapes, passed to the encoder as `token_type_ids`. The order is part of the trained weights.
SHAPES = ("lower", "title", "upper", "mixed")


def shape_of(word: str) -> int:
    """Index into `SHAPES`: what the letters of a word look like; a word without capitals (digits too) is lower."""
    capitals = sum(1 for letter in word if letter.isupper())
    if capitals == 0:
        return 0
    if capitals == 1 and word[0].isupper():
        return 1
    letters = sum(1 for letter in word if letter.isalpha())
    return 2 if capitals == letters else 3


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of one text, without special tokens.

    All arrays have one row per piece. `starts` and `ends` are Unicode code points of the text; `words` is the
    index of the piece's word, never falling; `shapes` is the shape of that word.
    """

    ids: IntArray
    starts: IntArray
    ends: IntArray
    words: IntArray
    shapes: IntArray

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, count: int) -> "Pieces":
        """The first `count` pieces."""
        return Pieces(
            ids=self.ids[:count],
            starts=self.starts[:count],
            ends=self.ends[:count],
            words=self.words[:count],
            shapes=self.shapes[:count],
        )

    def first_of_word(self) -> npt.NDArray[np.bool_]:
        """True where a piece opens its word: the pieces whose labels count."""
        first = np.ones(len(self.words), dtype=np.bool_)
        first[1:] = self.words[1:] != self.words[:-1]
        return first


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of a `tokenizer.json`, set to cut nothing off and to read "[SEP]" in an article as plain text."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def brackets(tokenizer: Tokenizer) -> tuple[int, int]:
    """The ids of the two pieces that stand around every text: MPNet's <s> and </s>, or BERT's [CLS] and [SEP].

    Raises:
        WeightsError: the tokenizer has neither.
    """
    # MPNet's vocabulary holds BERT's, brackets included, so its own come first.
    for opening, closing in (("<s>", "</s>"), ("[CLS]", "[SEP]")):
        first, last = tokenizer.token_to_id(opening), tokenizer.token_to_id(closing)
        if first is not None and last is not None:
            return first, last
    raise WeightsError(
        "the tokenizer has neither [CLS] and [SEP] nor <s> and </s>: use the tokenizer.json that came with the weights"
    )


def cut(text: str, tokenizer: Tokenizer) -> Pieces:
    """Cut a text into word pieces."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    words = np.array(encoding.word_ids, dtype=np.int64)
    starts, ends = offsets[:, 0], offsets[:, 1]
    shapes = np.zeros(len(words), dtype=np.int64)
    if len(words):
        opens = np.flatnonzero(np.concatenate(([True], words[1:] != words[:-1])))
        closes = np.append(opens[1:], len(words)) - 1
        for first, last in zip(opens, closes, strict=True):
            shapes[first : last + 1] = shape_of(text[starts[first] : ends[last]])
    return Pieces(ids=np.array(encoding.ids, dtype=np.int64), starts=starts, ends=ends, words=words, shapes=shapes)
