"""Puts back what the cleaner took out. Apart from the cleaner, so that it needs no rules and no RE2."""

from collections.abc import Sequence

from schemas.articles import Removed


def restore(text: str, removed: Sequence[Removed]) -> str:
    """Return the cleaner's input: every piece put in at its offset, last first."""
    parts: list[str] = []
    end = len(text)
    for piece in reversed(removed):
        parts += [text[piece.offset : end], piece.text]
        end = piece.offset
    parts.append(text[:end])
    return "".join(reversed(parts))
