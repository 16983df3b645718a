"""Articles put together for training: bodies of their own, with lines from banks of boilerplate where such lines stand.

Labelled articles hold few lines each; the banks (``tests/quality/data/banks``) hold thousands, by several hands, that
no whole article had to be written for. Each line is met in several articles, at places where its kind stands.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Literal

import msgspec

from copydesk.quality.paragraphs import BODY, Entry
from infra.errors import Refused

_Block = list[tuple[str, str]]
Place = Literal["head", "between", "end", "any"]
READINGS = 2
"""Articles made of each body."""
_AT_HEAD = (0, 0, 1, 1, 2, 3)
_BETWEEN = (0, 0, 1, 1, 2, 3, 4)
_AT_END = (0, 1, 1, 2, 3, 4, 6, 8)
"""Lines of an article at each place, each number as likely as it is listed."""
_SECTIONS = 0.2
"""Share of the articles with lines that belong together."""
_TOGETHER = 0.3
"""Share of the lines between paragraphs that stand below the one before."""


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An article without anything round it."""

    id: str
    paragraphs: tuple[str, ...]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines of one kind that always stand together."""

    section: str
    lines: tuple[str, ...]
    place: Place = "end"


class Bank(msgspec.Struct, frozen=True):
    """Lines of boilerplate with kind and place, and such as stand together."""

    lines: tuple[tuple[str, Place, str], ...]
    sections: tuple[Section, ...]

    def part(self, number: int, parts: int) -> "Bank":
        """Return one of so many parts."""
        return Bank(self.lines[number::parts], self.sections[number::parts])


def load_bank(path: Path) -> Bank:
    """Return the lines of a file. Raises ``Refused`` naming what is wrong."""
    try:
        entries = msgspec.yaml.decode(path.read_bytes(), type=tuple[tuple[str, Place, str] | Section, ...])
    except (msgspec.DecodeError, OSError) as error:
        raise Refused(f"the lines {path.name} cannot be used: {error}") from error
    return Bank(
        tuple(entry for entry in entries if not isinstance(entry, Section)),
        tuple(entry for entry in entries if isinstance(entry, Section)),
    )


def load_bodies(path: Path) -> tuple[Body, ...]:
    """Return the articles of a file. Raises ``Refused`` naming what is wrong."""
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=tuple[Body, ...])
    except (msgspec.DecodeError, OSError) as error:
        raise Refused(f"the articles {path.name} cannot be used: {error}") from error


def put_together(bodies: Sequence[Body], bank: Bank, rng: random.Random) -> Iterator[Entry]:
    """Yield ``READINGS`` articles of each body; the lines of the bank are used in turn, in an order of chance."""
    at = {
        place: _in_turn([[(kind, text)] for kind, where, text in bank.lines if where in {place, "any"}], rng)
        for place in ("head", "between", "end")
    }
    for place in tuple(at):
        blocks = [[(section.section, text) for text in section.lines] for section in bank.sections]
        at[f"{place} blocks"] = _in_turn(
            [block for block, section in zip(blocks, bank.sections, strict=True) if section.place == place], rng
        )
    for body in bodies:
        for number in range(READINGS):
            gaps: list[list[tuple[str, str]]] = [[] for _ in range(len(body.paragraphs) + 1)]
            for place, counts in (("head", _AT_HEAD), ("between", _BETWEEN), ("end", _AT_END)):
                blocks = list(islice(at[place], rng.choice(counts)))
                if rng.random() < _SECTIONS:
                    blocks.insert(rng.randint(0, len(blocks)), next(at[f"{place} blocks"], []))
                spots = [_spot(place, len(gaps) - 1, rng) for _ in blocks]
                for before, spot, block in zip([0, *spots], spots, blocks, strict=False):
                    gaps[before if place == "between" and before and rng.random() < _TOGETHER else spot] += block
            middle = ([*gap, (BODY, text)] for gap, text in zip(gaps, body.paragraphs, strict=False))
            yield Entry(
                id=f"{body.id}.{number}", host="bank.example", paragraphs=(*chain.from_iterable(middle), *gaps[-1])
            )


def _spot(place: str, last: int, rng: random.Random) -> int:
    """Where a line goes: the number of the body's paragraphs before it."""
    if place == "end":
        return last
    return rng.choice((0, 0, 0, 1)) if place == "head" else rng.randint(1, max(1, last - 1))


def _in_turn(items: list[_Block], rng: random.Random) -> Iterator[_Block]:
    rng.shuffle(items)
    return cycle(items)
