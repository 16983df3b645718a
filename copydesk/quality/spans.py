"""Which paragraphs of the cleaner's input stand in `removed`."""

from collections.abc import Iterator, Sequence

from consumers.paragraphs import SEPARATOR
from schemas.articles import Removed


def removed_by(paragraphs: Sequence[str], removed: Sequence[Removed]) -> list[str | None]:
    """Return, per paragraph of the input, the rule that took out most of it; None where at least half stayed.

    The input is ``paragraphs`` joined by a blank line. Pieces of ``removed`` are in the order of their offsets.
    """
    spans = list(_spans(removed))
    found: list[str | None] = []
    start = 0
    for paragraph in paragraphs:
        end = start + len(paragraph)
        taken = {rule: 0 for _, _, rule in spans}
        for left, right, rule in spans:
            taken[rule] += max(0, min(right, end) - max(left, start))
        most = max(taken, key=taken.__getitem__, default=None)
        found.append(most if sum(taken.values()) * 2 > len(paragraph) else None)
        start = end + len(SEPARATOR)
    return found


def _spans(removed: Sequence[Removed]) -> Iterator[tuple[int, int, str]]:
    """Start and end of each piece in the input: its offset in the kept text, moved by the pieces before it."""
    before = 0
    for piece in removed:
        start = piece.offset + before
        before += len(piece.text)
        yield start, start + len(piece.text), piece.rule
