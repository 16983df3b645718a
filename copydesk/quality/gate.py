"""(f) The gate before written summaries: how many made-up sentences it tells, and how many true ones it drops.

The articles and sentences of ``gate.yaml`` are invented. The rules were made with the half ``dev``; ``held-out`` was
written before the rules, and is only ever counted.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from copydesk.quality.measures import Context, Failure, Measured, Table, share
from infra.errors import Refused
from models.encoder import OnnxEncoder
from models.protocols import Document
from models.support import Gate
from models.tagger import NewsTagger

SETS: Final = ("dev", "held-out")
SHOWN: Final = "dev"
#: What is made up, in the order of the table: names and numbers, then what is said of them.
FACTS: Final = ("person", "organisation", "place", "number", "unit", "time")
SAYINGS: Final = ("negation", "swap", "quote", "attribution")
KINDS: Final = (*FACTS, *SAYINGS)

Kind = Literal["person", "organisation", "place", "number", "unit", "time", "negation", "swap", "quote", "attribution"]
MadeUp = Annotated[dict[Kind, str], msgspec.Meta(min_length=1, max_length=1)]


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An article with sentences that it supports, and others by what is made up in them."""

    id: str
    set: Literal["dev", "held-out"]
    text: str
    supported: tuple[str, ...]
    unsupported: tuple[MadeUp, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate said of a sentence. ``kind`` is None for a true one; ``reasons`` are empty where it passed."""

    entry: Entry
    kind: str | None
    sentence: str
    reasons: tuple[tuple[str, str], ...]

    @property
    def right(self) -> bool:
        """Whether what is made up was told, or what is true let pass."""
        return bool(self.reasons) == (self.kind is not None)


def load_entries(path: Path) -> tuple[Entry, ...]:
    """Return the articles of the file. Raises ``Refused`` naming what is wrong."""
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=tuple[Entry, ...])
    except (msgspec.DecodeError, OSError) as error:
        raise Refused(f"the sentences in {path.name} cannot be used: {error}") from error


def judge(entry: Entry, tagger: NewsTagger, encoder: OnnxEncoder) -> Iterator[Verdict]:
    """Hold every sentence of an entry against its article, as the summariser does."""

    def names(text: str) -> list[tuple[int, int]]:
        found = tagger.tag(Document(text, encoder))
        return [(mention.start, mention.end) for entity in found for mention in entity.mentions]

    gate = Gate(entry.text, find_names=names)
    for sentence in entry.supported:
        yield Verdict(entry, None, sentence, gate.judge(sentence).reasons)
    for made_up in entry.unsupported:
        for kind, sentence in made_up.items():
            yield Verdict(entry, kind, sentence, gate.judge(sentence).reasons)


def measure(context: Context) -> Measured:
    """Hold all sentences of the file against their articles."""
    entries = load_entries(context.data / "gate.yaml")
    encoder = OnnxEncoder()
    tagger = NewsTagger(encoder)
    verdicts: dict[str, list[Verdict]] = {name: [] for name in SETS}
    with context.counting("the gate", len(entries)) as seen:
        for number, entry in enumerate(entries, 1):
            verdicts[entry.set] += judge(entry, tagger, encoder)
            seen(number)
    figures = {}
    for name, found in verdicts.items():
        figures[f"gate.{name}.facts"] = _right(found, FACTS)
        figures[f"gate.{name}.sayings"] = _right(found, SAYINGS)
        figures[f"gate.{name}.true-kept"] = _right(found, (None,))
    everything = [verdict for found in verdicts.values() for verdict in found]
    figures |= {f"gate.{kind}": _right(everything, (kind,)) for kind in KINDS}
    return Measured(
        tables=(_table(verdicts),),
        figures=figures,
        failures=tuple(_failure(verdict) for verdict in verdicts[SHOWN] if not verdict.right),
    )


def _right(verdicts: Sequence[Verdict], kinds: Sequence[str | None]) -> float:
    asked = [verdict for verdict in verdicts if verdict.kind in kinds]
    return share(sum(verdict.right for verdict in asked), len(asked))


def _table(verdicts: dict[str, list[Verdict]]) -> Table:
    counts = {name: Counter(verdict.kind for verdict in found) for name, found in verdicts.items()}
    return Table(
        title="(f) The gate before written summaries: share of made-up sentences told, of true ones kept",
        columns=("made up", *(column for name in verdicts for column in (name, f"{name} n"))),
        rows=tuple(
            (
                kind or "nothing (kept)",
                *(
                    cell
                    for name, found in verdicts.items()
                    for cell in (_right(found, (kind,)) if counts[name][kind] else None, counts[name][kind])
                ),
            )
            for kind in (*KINDS, None)
        ),
        notes=("the rules were made with dev; held-out was written before them, and is only ever counted",),
    )


def _failure(verdict: Verdict) -> Failure:
    what = (
        f"{verdict.kind}: passed"
        if verdict.kind
        else "true, but dropped: " + ", ".join(f"{reason} ({words})" for reason, words in verdict.reasons)
    )
    return Failure(where=f"{SHOWN}: {verdict.entry.id}", what=what, text=verdict.sentence)
