"""Exact-span scores of a tagger: the measure of the CoNLL shared tasks (Tjong Kim Sang and De Meulder, 2003)."""

from collections import Counter
from collections.abc import Iterable, Sequence

Span = tuple[int, int, str]


def spans_of(tags: Sequence[str]) -> set[Span]:
    """The (first, one past last, class) spans of BIO tags; an I without a B before it opens a span."""
    spans, start, label = set[Span](), 0, "O"
    for index, tag in enumerate([*tags, "O"]):
        kind = tag[2:] or "O"
        if tag.startswith("I-") and kind == label:
            continue
        if label != "O":
            spans.add((start, index, label))
        start, label = index, kind
    return spans


class Score:
    """Counts of right, found and true spans, overall and by class."""

    def __init__(self) -> None:
        self._right: Counter[str] = Counter()
        self._found: Counter[str] = Counter()
        self._true: Counter[str] = Counter()

    def add(self, true: Iterable[Span], found: Iterable[Span]) -> None:
        """Count one text's spans."""
        wanted, got = set(true), set(found)
        for counter, spans in ((self._right, wanted & got), (self._found, got), (self._true, wanted)):
            counter.update(label for _, _, label in spans)

    def f1(self, *labels: str) -> float:
        """Micro F1 in percent over these classes (all, when none is named); 0 when there is nothing to find."""
        right, found, true = self.counts(*labels)
        return 200 * right / (found + true) if found + true else 0.0

    def counts(self, *labels: str) -> tuple[int, int, int]:
        """How many spans of these classes (all, when none is named) are right, were found, and are true."""
        right, found, true = (
            sum(count for label, count in counter.items() if not labels or label in labels)
            for counter in (self._right, self._found, self._true)
        )
        return right, found, true

    def __str__(self) -> str:
        right, found, true = self._right.total(), self._found.total(), self._true.total()
        precision, recall = 100 * right / max(found, 1), 100 * right / max(true, 1)
        parts = "/".join(f"{self.f1(label):.1f}" for label in ("PER", "ORG", "LOC"))
        return f"F1 {self.f1():.1f} (PER/ORG/LOC {parts}), precision {precision:.1f}, recall {recall:.1f}"
