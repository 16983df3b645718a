"""Clean articles to put boilerplate into: those of Wikinews where present, and those of the demo newsroom."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from consumers.paragraphs import SEPARATOR
from copydesk.newsroom.articlefile import BlockKind
from copydesk.newsroom.catalogue import load_articles
from copydesk.quality.measures import Context
from infra.errors import Refused

WIKINEWS = "news/wikinews_gum_train.jsonl"


@dataclass(frozen=True, slots=True)
class Article:
    """Paragraphs in order; those at ``body`` are prose that must stay.

    The others are the article's own headline, dateline, captions and cross-headings: they stand in the text, and
    whether they stay is not counted.
    """

    id: str
    paragraphs: tuple[str, ...]
    body: frozenset[int]


def newsroom() -> tuple[Article, ...]:
    """Return the English articles that the demo newsroom prints whole, without the boilerplate of its pages."""
    return tuple(
        Article(
            id=article.slug,
            paragraphs=tuple(block.text for block in blocks),
            body=frozenset(i for i, block in enumerate(blocks) if block.kind is BlockKind.PARAGRAPH),
        )
        for article in load_articles()
        if article.language.startswith("en") and not article.held_back
        for blocks in [[b for b in article.editions[-1].blocks if b.kind in {BlockKind.PARAGRAPH, BlockKind.HEADING}]]
    )


def wikinews(context: Context) -> tuple[Article, ...]:
    """Return the articles of Wikinews; none where they are not here. Raises ``Refused`` if they are others than ours.

    Which of their paragraphs are no body was told by hand, in ``wikinews.yaml``.
    """
    path = context.corpora / WIKINEWS
    if not path.is_file():
        return ()
    apart = _apart(context.data / "wikinews.yaml")
    return tuple(_wikinews_articles(path, apart))


def _apart(path: Path) -> dict[str, frozenset[int]]:
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=dict[str, frozenset[int]])
    except (msgspec.DecodeError, OSError) as error:
        raise Refused(f"{path.name} cannot be used: {error}") from error


def _wikinews_articles(path: Path, apart: dict[str, frozenset[int]]) -> Iterator[Article]:
    for line in path.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        paragraphs = tuple(given["text"].split(SEPARATOR))
        try:
            yield Article(given["id"], paragraphs, frozenset(range(len(paragraphs))) - apart[given["id"]])
        except KeyError as error:
            raise Refused(f"wikinews.yaml has nothing on {error}: name its paragraphs that are no body") from error
