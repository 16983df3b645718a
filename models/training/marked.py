"""Reader of the news paragraphs written for Copydesk: names marked in place, `[ORG Nato] met in [LOC Bergen].`

One paragraph a line, a blank line between articles. `models/training/news/README.md` says how names are marked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from models.labels import CLASSES, LABELS
from models.training.data import IGNORED, CorpusError, Example
from models.words import cut

#: The folder of the paragraphs.
NEWS = Path(__file__).parent / "news"
#: Every so manieth article of a file is kept out of training, to measure on.
HELD_OUT = 10

_NAME = re.compile(r"\[([A-Z]+) ([^\[\]]+)\]")


@dataclass(frozen=True, slots=True)
class Marked:
    """A paragraph and its names: (start, end, class) in code points of the text."""

    text: str
    names: tuple[tuple[int, int, str], ...]


def parse(line: str) -> Marked:
    """Read one marked paragraph.

    Raises:
        CorpusError: a bracket stands open, or a class is none of the tagger's.
    """
    parts, names = list[str](), list[tuple[int, int, str]]()
    length = position = 0
    for match in _NAME.finditer(line):
        parts.append(line[position : match.start()])
        start = length + len(parts[-1])
        label, name = match.groups()
        if label not in CLASSES or name != name.strip():
            raise CorpusError(f"{match.group()!r} is no name of a class: write [PER Name], [ORG Name] or [LOC Name]")
        parts.append(name)
        length = start + len(name)
        names.append((start, length, label))
        position = match.end()
    parts.append(line[position:])
    text = "".join(parts)
    if "[" in text or "]" in text:
        raise CorpusError(f"a bracket stands open: {line[:80]!r}")
    return Marked(text, tuple(names))


def read_articles(path: Path) -> list[list[Marked]]:
    """Read a file as its articles, each a list of paragraphs.

    Raises:
        CorpusError: naming the line that cannot be read.
    """
    articles: list[list[Marked]] = [[]]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            articles.append([])
            continue
        try:
            articles[-1].append(parse(line.strip()))
        except CorpusError as error:
            raise CorpusError(f"{path.name} line {number}: {error}") from error
    return [article for article in articles if article]


def split(articles: list[list[Marked]], *, held_out: bool) -> Iterator[Marked]:
    """The paragraphs to train on, or those to measure on."""
    for number, article in enumerate(articles):
        if (number % HELD_OUT == HELD_OUT - 1) == held_out:
            yield from article


def marked_example(marked: Marked, tokenizer: Tokenizer) -> Example:
    """Project the names of a paragraph onto its word pieces; the first piece of each word carries the label."""
    pieces = cut(marked.text, tokenizer)
    labels = np.full(len(pieces), IGNORED, dtype=np.int64)
    first = pieces.first_of_word()
    labels[first] = LABELS.index("O")
    for start, end, label in marked.names:
        inside = np.flatnonzero(first & (pieces.starts >= start) & (pieces.starts < end))
        labels[inside] = LABELS.index(f"I-{label}")
        labels[inside[:1]] = LABELS.index(f"B-{label}")
    return Example(ids=pieces.ids, shapes=pieces.shapes, labels=labels, has_names=bool(marked.names))
