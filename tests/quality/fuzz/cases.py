"""A seed becomes a raw article: a mutated page, and what transport and feed say of it, true or not."""

import hashlib
import random
from datetime import UTC, datetime, timedelta, timezone

from material import HOSTILE_TEXT, SCRIPTS, URLS, Material
from mutations import encode_text, mutate_bytes, mutate_text

from schemas.articles import FeedItem, RawArticle
from schemas.identity import article_id

_MEDIA_TYPES = (
    "text/plain",
    "application/xhtml+xml",
    "application/octet-stream",
    "",
    "text/xml",
    "image/png",
    "TEXT/HTML",
)
_TIMES = (
    datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=23, minutes=59))),
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(-timedelta(hours=23, minutes=59))),
    datetime(1970, 1, 1, tzinfo=UTC),
)


def make_article(seed: int, material: Material) -> RawArticle:
    """Return the article of a seed: the same one for the same material."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    page = mutate_text(rng.choice(material.pages), rng, material)
    data, charset = encode_text(page, rng)
    body = mutate_bytes(data, rng)
    url = f"https://paper.example/{seed}"
    return RawArticle(
        id=article_id(url),
        url=url,
        final_url=rng.choice((None, None, None, *URLS)),
        source="fuzz",
        captured_at=rng.choice((None, *_TIMES[:1] * 8, *_TIMES)),
        media_type="text/html" if rng.random() < 0.85 else rng.choice(_MEDIA_TYPES),
        charset=charset,
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        item=_item(rng, material) if rng.random() < 0.4 else None,
    )


def _item(rng: random.Random, material: Material) -> FeedItem:
    def words(count: int) -> str | None:
        pieces = [rng.choice((*SCRIPTS, *HOSTILE_TEXT, *material.lines)) for _ in range(rng.randint(0, count))]
        return rng.choice((" ", "<p>", "\n\n", "<br>")).join(pieces) or None

    page = rng.choice(material.pages)
    start = rng.randint(0, len(page))
    return FeedItem(
        title=words(3),
        summary=words(5),
        content=rng.choice((None, words(40), page[start : start + 3_000], "<div>" * 3_000 + page[:500])),
        author=words(2),
        published=rng.choice((None, *_TIMES)),
        updated=rng.choice((None, *_TIMES)),
        section=words(1),
    )
