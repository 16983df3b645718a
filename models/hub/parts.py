"""Long articles in parts that a model can read: whole sentences, neighbours overlapping."""

from collections.abc import Callable, Sequence
from typing import Final

from models.sentences import Sentence

#: Parts read of one article: with 1,024 pieces each, some 6,000 words. What follows is left unread.
MOST_PARTS: Final = 8
#: A part opens with so many of the last sentences of the one before, so that "she" has somebody to be.
_OVERLAP: Final = 1


def divide(
    sentences: Sequence[Sentence], count: Callable[[str], int], longest: int
) -> tuple[list[Sequence[Sentence]], bool]:
    """Cut the sentences of an article into parts of about equal length, each at most `longest` pieces by `count`.

    Returns at most `MOST_PARTS` parts, and whether all was taken. A sentence that is longer by itself makes a part of
    its own, of which the model reads the beginning.
    """
    lengths = [count(sentence.text) for sentence in sentences]
    # A model that reads everything in one go is given everything: cutting costs sense.
    wanted = max(1, -(-sum(lengths) // longest))
    target = max(min(longest, sum(lengths) / wanted * 1.1), 1)
    parts: list[Sequence[Sentence]] = []
    first = 0
    while first < len(sentences):
        last, size = first, 0
        while last < len(sentences) and (last == first or size + lengths[last] <= target):
            size += lengths[last]
            last += 1
        parts.append(sentences[first:last])
        if last == len(sentences):
            break
        overlaps = last - _OVERLAP > first and lengths[last - 1] * 2 <= target
        first = last - _OVERLAP if overlaps else last
    return parts[:MOST_PARTS], len(parts) <= MOST_PARTS


def paragraphs(part: Sequence[Sentence]) -> str:
    """The text of a part, its paragraphs on lines of their own."""
    text = ""
    for before, sentence in zip([None, *part], part, strict=False):
        if before is not None:
            text += " " if before.paragraph == sentence.paragraph else "\n"
        text += sentence.text
    return text
