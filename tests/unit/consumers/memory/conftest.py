"""A paper whose articles can be made by the hundred."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest

from consumers.learn import Reading

DAY = date(2026, 11, 1)
NOUNS = ("harbour", "school", "bridge", "council", "ferry", "library", "orchard", "tramway", "clinic", "quarry")


def prose(article: int, number: int) -> str:
    """A paragraph of prose that stands in this article only."""
    word = (
        hashlib.sha256(f"{article}/{number}".encode()).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop"))
    )
    return (
        f"The {NOUNS[article % 10]} at {word[:8].title()} will stay shut until the spring, said {word[8:16].title()} "
        f"of the office for {NOUNS[number % 10]} matters, after the survey of the {word[16:24]} found faults in it."
    )


Make = Callable[..., Reading]


@pytest.fixture(scope="session")
def own_prose() -> Callable[[int], tuple[str, ...]]:
    """Three paragraphs of article ``number`` that no other has."""
    return lambda number: tuple(prose(number, each) for each in range(3))


@pytest.fixture
def make() -> Make:
    """Make article ``number``: three paragraphs of its own, and what is given before, between and after them."""

    def made(
        number: int,
        *,
        day: int | None = None,
        head: Sequence[str] = (),
        middle: Sequence[str] = (),
        tail: Sequence[str] = (),
        host: str = "paper.example",
        revision: int = 1,
        taken: Sequence[str] = (),
    ) -> Reading:
        lines = [*head, prose(number, 0), *middle, prose(number, 1), prose(number, 2), *tail]
        return Reading(
            host=host,
            article=hashlib.sha256(f"{host}/{number}".encode()).hexdigest()[:32],
            revision=revision,
            day=DAY + timedelta(days=number % 28 if day is None else day),
            paragraphs=tuple((each, each in taken) for each in lines),
        )

    return made
