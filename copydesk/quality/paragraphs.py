"""(a) Labelled paragraphs: articles of which every paragraph is known to stay or to go.

The rules are made with ``dev.yaml``. ``held-out.yaml`` was written without sight of them and is never shown, only
counted; ``reserve.yaml`` is opened when the held-out set has been looked at.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from consumers.clean import clean
from consumers.paragraphs import SEPARATOR
from consumers.site import Site
from copydesk.quality.measures import Context, Failure, Measured, Table, share
from copydesk.quality.spans import removed_by
from infra.errors import Refused

BODY = "body"
"""The label of what must stay; all others must go."""
SHOWN = "dev"
SETS = (SHOWN, "held-out")
RESERVE = "reserve"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An article: its paragraphs in order, each with its label."""

    id: str
    host: str
    paragraphs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a paragraph. ``rule`` took it out; None where it stayed."""

    entry: str
    label: str
    text: str
    rule: str | None

    @property
    def right(self) -> bool:
        """Whether it is where it belongs."""
        return (self.rule is None) == (self.label == BODY)


@dataclass(frozen=True, slots=True)
class Score:
    """Of what was taken out, the share that should be; of what should be, the share that was."""

    precision: float
    recall: float


def load_entries(path: Path) -> tuple[Entry, ...]:
    """Return the articles of a file. Raises ``Refused`` naming what is wrong."""
    try:
        entries = msgspec.yaml.decode(path.read_bytes(), type=tuple[Entry, ...])
    except (msgspec.DecodeError, OSError) as error:
        raise Refused(f"the labelled paragraphs {path.name} cannot be used: {error}") from error
    for entry in entries:
        for label, text in entry.paragraphs:
            if SEPARATOR in text or not text.strip():
                raise Refused(f"{path.name}, article {entry.id}: a paragraph ({label}) is empty or has a blank line")
    return entries


def judge(entry: Entry) -> Iterator[Verdict]:
    """Clean an article, its paragraphs joined by blank lines, and tell what became of each."""
    texts = [text for _, text in entry.paragraphs]
    rules = removed_by(texts, clean(SEPARATOR.join(texts), site=Site.of(entry.host)).removed)
    for (label, text), rule in zip(entry.paragraphs, rules, strict=True):
        yield Verdict(entry.id, label, text, rule)


def score(verdicts: Sequence[Verdict]) -> Score:
    """Return precision and recall of removal, counted by paragraph."""
    taken = [verdict for verdict in verdicts if verdict.rule is not None]
    hit = sum(verdict.right for verdict in taken)
    return Score(share(hit, len(taken)), share(hit, sum(verdict.label != BODY for verdict in verdicts)))


def measure(context: Context) -> Measured:
    """Clean every article of the sets, and compare with the labels."""
    names = (*SETS, RESERVE) if context.reserve else SETS
    verdicts: dict[str, list[Verdict]] = {}
    for name in names:
        entries = load_entries(context.data / "paragraphs" / f"{name}.yaml")
        verdicts[name] = []
        with context.counting(f"labelled paragraphs, {name}", len(entries)) as seen:
            for number, entry in enumerate(entries, 1):
                verdicts[name] += judge(entry)
                seen(number)
    scores = {name: score(found) for name, found in verdicts.items()}
    return Measured(
        tables=(_totals(verdicts, scores), _by_label(verdicts)),
        figures={
            f"paragraphs.{name}.{kind}": getattr(scores[name], kind)
            for name in names
            for kind in ("precision", "recall")
        },
        failures=tuple(_failure(verdict) for verdict in verdicts[SHOWN] if not verdict.right),
    )


def _totals(verdicts: dict[str, list[Verdict]], scores: dict[str, Score]) -> Table:
    rows = []
    for name, found in verdicts.items():
        body = [verdict for verdict in found if verdict.label == BODY]
        rows.append(
            (
                name, len({verdict.entry for verdict in found}), len(body), len(found) - len(body),
                sum(not verdict.right for verdict in body),
                sum(not verdict.right for verdict in found if verdict.label != BODY),
                scores[name].precision, scores[name].recall,
            )
        )  # fmt: skip
    return Table(
        title="(a) Labelled paragraphs",
        columns=("set", "articles", "body", "boilerplate", "body lost", "boilerplate left", "precision", "recall"),
        rows=tuple(rows),
        notes=("the rules were made with dev; held-out was written without sight of them, and is only ever counted",),
    )


def _by_label(verdicts: dict[str, list[Verdict]]) -> Table:
    counts = {name: Counter(verdict.label for verdict in found) for name, found in verdicts.items()}
    right = {name: Counter(verdict.label for verdict in found if verdict.right) for name, found in verdicts.items()}
    labels = sorted(set().union(*counts.values()), key=lambda label: (label != BODY, label))
    return Table(
        title="(a) by label: share taken out, of body: share that stayed",
        columns=("label", *(column for name in verdicts for column in (name, f"{name} n"))),
        rows=tuple(
            (
                label,
                *(
                    cell
                    for name in verdicts
                    for cell in (
                        share(right[name][label], counts[name][label]) if counts[name][label] else None,
                        counts[name][label],
                    )
                ),
            )
            for label in labels
        ),
    )


def _failure(verdict: Verdict) -> Failure:
    what = f"{verdict.label}: " + ("stayed" if verdict.rule is None else f"taken out by {verdict.rule}")
    return Failure(where=f"{SHOWN}: {verdict.entry}", what=what, text=verdict.text)
