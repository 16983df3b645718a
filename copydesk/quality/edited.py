"""Invented articles of many kinds that were summed up as a sub-editor does: `tests/quality/data/summaries.yaml`."""

from collections.abc import Sequence
from statistics import fmean

import msgspec

from copydesk.quality.measures import Context, Measured, Table
from copydesk.quality.rouge import rouge_n
from copydesk.quality.summary_cases import Case
from infra.errors import Refused
from models.extractive import ExtractiveSummarizer
from models.protocols import Document, Encoder


class Edited(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article with its summary and the one line that tells it."""

    id: str
    title: str
    text: str
    summary: str
    headline: str

    def case(self) -> Case:
        """The article as the measure of summaries takes it."""
        return Case(id=self.id, title=self.title, text=self.text, summaries=(self.summary,))


def edited(context: Context) -> tuple[Edited, ...]:
    """Return the articles. Raises ``Refused`` naming what is wrong with the file."""
    path = context.data / "summaries.yaml"
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=tuple[Edited, ...])
    except (msgspec.DecodeError, OSError) as error:
        raise Refused(f"{path.name} cannot be used: {error}") from error


def measure_headlines(some: Sequence[Edited], encoder: Encoder) -> Measured:
    """ROUGE-1 F1 of the headline summary against the line by a person; an article without one counts 0."""
    summarizer = ExtractiveSummarizer(encoder)
    rows, figures = [], dict[str, float]()
    for name, titled in (("", False), ("-titled", True)):
        lines = [
            summarizer.headline(Document(one.text, encoder, title=one.title if titled else None)) or "" for one in some
        ]
        rouge = fmean(rouge_n(line, one.headline) for line, one in zip(lines, some, strict=True))
        found = fmean(bool(line) for line in lines)
        rows.append(
            (
                "Copydesk, title known" if titled else "Copydesk",
                len(some),
                found,
                rouge,
                fmean(len(line.split()) for line in lines),
            )
        )
        figures |= {f"summaries.headlines{name}.found": found, f"summaries.headlines{name}.rouge-1": rouge}
    firsts = [Document(one.text).sentences[0].text for one in some]
    rows.append(
        (
            "first sentence, of any length",
            len(some),
            1.0,
            fmean(rouge_n(first, one.headline) for first, one in zip(firsts, some, strict=True)),
            fmean(len(first.split()) for first in firsts),
        )
    )
    return Measured(
        tables=(
            Table(
                title="(d) Headline summaries of the edited articles: one line by a person",
                columns=("by", "n", "found", "R-1", "words"),
                rows=tuple(rows),
            ),
        ),
        figures=figures,
    )
