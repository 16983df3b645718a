"""Boilerplate of fictional hosts, and how it is put into clean articles: at random places, the same ones every time."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Literal

import msgspec

from consumers.paragraphs import SEPARATOR
from copydesk.quality.articles import Article
from infra.errors import Refused

FIRST_DAY = date(2026, 3, 2)
STATEMENT_DAYS = (5, 5)
"""Articles on each of the two days on which every article of a host carries the same syndicated statements."""
RECURRING_SHARE, VARYING_SHARE, STATEMENT_SHARE = 0.8, 0.6, 0.5
"""How many articles carry a line that recurs, one that varies, and (of those cleaned later) a statement."""
CLEANED_SHARE = 3 / 7
"""Of a host's articles, those that are cleaned; the ones before them are learned from."""
MIN_LEARNED = 20
"""Articles that a memory is learned from at least: where there are fewer, each is printed in parts."""


class Piece(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Boilerplate of a host and where it stands: before the body, between its paragraphs, or after it."""

    at: Literal["head", "between", "tail"]
    kind: str
    text: str


class Host(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a host prints around its articles.

    ``varying`` pieces have ``{headline}``, ``{name}``, ``{date}`` and ``{time}`` in them. ``syndicated`` are statements
    that many of its articles quote word for word: they are body.
    """

    host: str
    recurring: tuple[Piece, ...]
    varying: tuple[Piece, ...]
    headlines: tuple[str, ...]
    names: tuple[str, ...]
    syndicated: tuple[str, ...]


class Role(StrEnum):
    """What a paragraph of a printed article is. Of ``OWN`` nothing is counted: see ``copydesk.quality.articles``."""

    BODY = "body"
    OWN = "own"
    STATEMENT = "statement"
    RECURRING = "recurring"
    VARYING = "varying"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as a host prints it. ``kind`` is that of the boilerplate."""

    text: str
    role: Role
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """An article as a host prints it on a day."""

    host: str
    url: str
    day: date
    paragraphs: tuple[Paragraph, ...]

    @property
    def text(self) -> str:
        """The cleaner's input."""
        return SEPARATOR.join(paragraph.text for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Run:
    """A host's articles in the order of their days: those that are learned from, and those cleaned after that."""

    learned: tuple[Printed, ...]
    cleaned: tuple[Printed, ...]


def load_hosts(path: Path) -> tuple[Host, ...]:
    """Return the hosts of a file. Raises ``Refused`` naming what is wrong."""
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=tuple[Host, ...])
    except (msgspec.DecodeError, OSError) as error:
        raise Refused(f"the hosts' boilerplate {path.name} cannot be used: {error}") from error


def run(host: Host, articles: tuple[Article, ...]) -> Run:
    """Let a host print all articles, each once, in an order of its own.

    One a day is learned from, and all statements stand in those of two days in the middle; then come the others.
    """
    chance = random.Random(host.host)  # noqa: S311  (repeatable, no secret)
    shuffled = chance.sample(articles, len(articles))
    later = shuffled[: round(len(articles) * CLEANED_SHARE)]
    earlier = shuffled[len(later) :]
    parts = [part for article in earlier for part in _parts(article, math.ceil(MIN_LEARNED / len(earlier)))]
    days = list(islice(_days(len(parts)), len(parts)))
    learned = [
        _print(host, article, day, chance, statements=all_statements)
        for article, (day, all_statements) in zip(parts, days, strict=True)
    ]
    last = days[-1][0] + timedelta(days=1)
    cleaned = [_print(host, article, last, chance, statements=None) for article in later]
    return Run(tuple(learned), tuple(cleaned))


def _parts(article: Article, count: int) -> Iterator[Article]:
    """An article as a series of ``count``, or of as many as it has paragraphs for."""
    total = len(article.paragraphs)
    count = min(count, max(1, total // 2))
    for number in range(count):
        start, end = number * total // count, (number + 1) * total // count
        yield Article(
            f"{article.id}-{number + 1}" if count > 1 else article.id,
            article.paragraphs[start:end],
            frozenset(index - start for index in article.body if start <= index < end),
        )


def _days(count: int) -> Iterator[tuple[date, bool]]:
    """The day of each article that is learned from, and whether it is one of those with the statements."""
    before = max(0, count - sum(STATEMENT_DAYS)) // 2
    plan = [*[1] * before, *STATEMENT_DAYS]
    plan += [1] * (count - sum(plan))
    for number, articles in enumerate(plan):
        yield from [(FIRST_DAY + timedelta(days=number), before <= number < before + len(STATEMENT_DAYS))] * articles


def _print(host: Host, article: Article, day: date, chance: random.Random, *, statements: bool | None) -> Printed:
    """Put a host's pieces into an article. ``statements``: all, none, or (None) each with a chance."""
    inside: list[tuple[int, list[Paragraph]]] = []
    ends: dict[str, list[Paragraph]] = {"head": [], "tail": []}
    gaps = range(1, len(article.paragraphs)) or range(1)
    for role, pieces, likely in (
        (Role.RECURRING, host.recurring, RECURRING_SHARE), (Role.VARYING, host.varying, VARYING_SHARE),
    ):  # fmt: skip
        for piece in pieces:
            if chance.random() >= likely:
                continue
            texts = _fill(piece.text, host, day, chance).split(SEPARATOR)
            made = [Paragraph(text, role, piece.kind) for text in texts]
            if piece.at == "between":
                inside.append((chance.choice(gaps), made))
            else:
                ends[piece.at] += made
    for text in host.syndicated:
        stands = chance.random() < STATEMENT_SHARE if statements is None else statements
        if stands:
            inside.append((chance.choice(gaps), [Paragraph(text, Role.STATEMENT)]))
    paragraphs = ends["head"]
    for index, text in enumerate(article.paragraphs):
        paragraphs += [paragraph for gap, made in inside if gap == index for paragraph in made]
        paragraphs.append(Paragraph(text, Role.BODY if index in article.body else Role.OWN))
    url = f"https://{host.host}/{day:%Y/%m/%d}/{article.id.lower().replace('_', '-')}"
    return Printed(host.host, url, day, (*paragraphs, *ends["tail"]))


def _fill(text: str, host: Host, day: date, chance: random.Random) -> str:
    """Put headline, name, date and time in; braces of other kinds are an error of the file."""
    try:
        return text.format(
            headline=chance.choice(host.headlines),
            name=chance.choice(host.names),
            date=f"{day.day} {day:%B %Y}",
            time=f"{chance.randrange(24):02}:{chance.randrange(60):02}",
        )
    except (KeyError, IndexError, ValueError) as error:
        raise Refused(f"hosts.yaml, {host.host}: a varying piece has an unknown place {error}: {text[:80]}") from error
