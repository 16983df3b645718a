"""Articles with summaries by people, and the sets of their sentences scored by ROUGE."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from consumers.paragraphs import SEPARATOR
from copydesk.quality.articles import WIKINEWS, wikinews
from copydesk.quality.measures import Context
from copydesk.quality.rouge import rouge_n, words
from models.choices import Choices, choices
from models.extractive import read
from models.lead import SENTENCES, WORDS
from models.protocols import Document, Encoder
from models.sentences import Sentence

Matrix = npt.NDArray[np.float64]

_WRITER = re.compile(r"\A\([^)]*\)\s*")
"""The corpus puts the name of the language model before what it wrote."""
_PERSON = 2
"""The weight of the summary by a person against one by a language model."""


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article and its summaries, of which the first is by a person."""

    id: str
    title: str
    text: str
    summaries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """The sets of sentences that could be a case's summary, and how near each comes to the references.

    `person` and `all` are ROUGE-1 F1 (sets,): against the person's summary, and the mean over all of them.
    """

    case: Case
    sentences: tuple[Sentence, ...]
    choices: Choices
    person: Matrix
    all: Matrix

    def sentences_of(self, row: int) -> list[Sentence]:
        """The sentences of a set."""
        return [self.sentences[number] for number in self.choices.sets[row]]


def wikinews_cases(context: Context) -> tuple[Case, ...]:
    """Return the bodies of the Wikinews articles; none where they are not here. Raises ``Refused``."""
    bodies = {
        article.id: SEPARATOR.join(text for at, text in enumerate(article.paragraphs) if at in article.body)
        for article in wikinews(context)
    }
    return tuple(_with_summaries(context.corpora / WIKINEWS, bodies)) if bodies else ()


def _with_summaries(path: Path, bodies: dict[str, str]) -> Iterable[Case]:
    for line in path.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        yield Case(
            id=given["id"],
            title=given["title"],
            text=bodies[given["id"]],
            summaries=tuple(_WRITER.sub("", summary) for summary in given["summaries"]),
        )


def score(case: Case, encoder: Encoder, *, title: bool) -> Scored:
    """Score every set of sentences that the product may choose."""
    document = Document(case.text, encoder, title=case.title if title else None)
    found = read(document)
    sets = choices(found.candidates, found.vectors, document.topic, most=SENTENCES, words=WORDS)
    cut = {number: words(found.sentences[number].text) for row in sets.sets for number in row}
    references = [words(summary) for summary in case.summaries]
    rouge = np.array(
        [
            [rouge_n([word for number in row for word in cut[number]], reference) for reference in references]
            for row in sets.sets
        ]
    )
    weights = np.array([_PERSON, *[1] * (len(references) - 1)], dtype=np.float64)
    return Scored(case, found.sentences, sets, rouge[:, 0], rouge @ (weights / weights.sum()))


def text_of(sentences: Sequence[Sentence]) -> str:
    """Sentences as one text."""
    return " ".join(item.text for item in sentences)
