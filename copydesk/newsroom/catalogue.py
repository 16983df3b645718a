"""Typed access to the demo articles, and what an ideal cleaner keeps of each of them.

The articles lie in `articles/`, one file each, in the format of `copydesk.newsroom.articlefile`.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

import msgspec

from copydesk.newsroom.articlefile import (
    EDITIONS,
    Block,
    BlockKind,
    Case,
    Changes,
    FrontMatter,
    HeldBack,
    parse_article_file,
)
from copydesk.newsroom.errors import ArticleFileError
from copydesk.newsroom.outlets import OUTLETS, Outlet, OutletName

__all__ = [
    "ARTICLES_DIR",
    "EDITIONS",
    "EXPECTED",
    "ArticleEdition",
    "Block",
    "BlockKind",
    "Case",
    "HeldBack",
    "NewsroomArticle",
    "load_articles",
]

ARTICLES_DIR = Path(__file__).parent / "articles"
_KEPT = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING})

EXPECTED: dict[Case, str] = {
    Case.PLAIN: "the text without share lines, captions and newsletter calls",
    Case.READ_MORE: "the text without its READ MORE lines",
    Case.COMMENT_POLICY: "the text without the comment policy behind it",
    Case.LIVE_BLOG: "the posts without their time stamps",
    Case.AGENCY_CREDIT: "the credit as a field, not in the text",
    Case.CORRECTION: "the correction as a field, not in the text",
    Case.LONG_READ: "every one of its 1,500 words",
    Case.BRIEF: "kept, though it has only 60 words",
    Case.OTHER_LANGUAGE: "flagged as German",
    Case.CARRIED_TWICE: "enriched once; the second feed's copy is a duplicate",
    Case.SERVER_ERROR: "failed on the first poll, enriched on the second",
    Case.EDITED: "revision 2 on the second poll",
    Case.CONSENT: "the feed's text in place of the question; flagged as such",
    Case.PAYWALL_STUB: "the beginning, flagged as one",
    Case.ROBOT_CHECK: "rejected: neither page nor feed has the article",
}


class ArticleEdition(msgspec.Struct, frozen=True, kw_only=True):
    """An article as one edition prints it. `updated` carries its zone."""

    number: int
    title: str
    standfirst: str
    updated: datetime
    blocks: tuple[Block, ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body: every one of these belongs in the cleaned text, in this order."""
        return self._texts({BlockKind.PARAGRAPH})

    @property
    def headings(self) -> tuple[str, ...]:
        """Cross-headings: part of the article, which a cleaner may keep."""
        return self._texts({BlockKind.HEADING})

    @property
    def boilerplate(self) -> tuple[str, ...]:
        """Lines inside the article that do not belong in the cleaned text, credit and corrections included."""
        return self._texts({*BlockKind} - _KEPT)

    @property
    def credits(self) -> tuple[str, ...]:
        """Agency credit lines: gone from the text, kept as the article's credit."""
        return self._texts({BlockKind.CREDIT})

    @property
    def corrections(self) -> tuple[str, ...]:
        """Correction notes: gone from the text, kept as the article's corrections."""
        return self._texts({BlockKind.CORRECTION})

    @property
    def word_count(self) -> int:
        """Words in the body paragraphs, split at white space."""
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)

    def _texts(self, kinds: Iterable[BlockKind]) -> tuple[str, ...]:
        wanted = frozenset(kinds)
        return tuple(block.text for block in self.blocks if block.kind in wanted)


class NewsroomArticle(msgspec.Struct, frozen=True, kw_only=True):
    """One article of the demo newsroom. `title` to `boilerplate` are those of the last edition.

    `feed_links` maps each feed that carries the article to the path, with query, that the feed links to.
    `fails_in` lists the editions in which the page answers 500. `held_back` says how the page keeps the article back,
    `full_text_feed` whether the feeds carry its whole text.
    """

    slug: str
    outlet: Outlet
    case: Case
    section: str
    language: str
    byline: str
    published: datetime
    path: str
    feed_links: dict[OutletName, str]
    fails_in: frozenset[int]
    held_back: HeldBack | None
    full_text_feed: bool
    editions: tuple[ArticleEdition, ...]

    def at(self, edition: int) -> ArticleEdition:
        """The article as printed in edition 1 or 2."""
        return self.editions[EDITIONS.index(edition)]

    @property
    def title(self) -> str:
        return self.editions[-1].title

    @property
    def standfirst(self) -> str:
        return self.editions[-1].standfirst

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return self.editions[-1].paragraphs

    @property
    def boilerplate(self) -> tuple[str, ...]:
        return self.editions[-1].boilerplate

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path, with query, under which a feed links to the article."""
        return tuple(self.feed_links.values())

    @property
    def on_page(self) -> bool:
        """Whether the page prints the article, or its beginning."""
        return self.held_back in (None, HeldBack.PAYWALL_STUB)

    @property
    def rejection(self) -> str | None:
        """The reason for which nothing of it can be published: neither its page nor a feed has it."""
        return None if self.on_page or self.full_text_feed else self.held_back

    @property
    def flags(self) -> frozenset[str]:
        """Flags that tell how it was had where the page held it back."""
        if self.held_back is None or self.rejection:
            return frozenset()
        return frozenset({str(self.held_back)} | ({"text-from-feed"} if self.full_text_feed else set()))

    @property
    def revisions(self) -> int:
        """How many different texts the editions hold; 0 where none of them can be had."""
        return 0 if self.rejection else len({(e.title, e.standfirst, e.blocks) for e in self.editions})


def load_articles(folder: Path = ARTICLES_DIR) -> tuple[NewsroomArticle, ...]:
    """All articles, newest first (then by slug).

    Raises:
        ArticleFileError: a file does not follow the format, or links to an article that does not exist.

    """
    return _load(folder)


@cache
def _load(folder: Path) -> tuple[NewsroomArticle, ...]:
    articles = [_article(path) for path in sorted(folder.glob("*.md"))]
    slugs = {article.slug for article in articles}
    for article in articles:
        for link in {block.link for edition in article.editions for block in edition.blocks if block.link}:
            if link not in slugs:
                raise ArticleFileError(f"{article.slug}.md links to {link!r}, and there is no such article")
    return tuple(sorted(articles, key=lambda a: (-a.published.timestamp(), a.slug)))


def _article(path: Path) -> NewsroomArticle:
    front, blocks = parse_article_file(path.read_text(encoding="utf-8"), path)
    page = _page_path(front, path.stem)
    feeds = front.feeds or {front.outlet: ""}
    return NewsroomArticle(
        slug=path.stem,
        outlet=OUTLETS[front.outlet],
        case=front.case,
        section=front.section,
        language=front.language,
        byline=front.byline,
        published=front.published,
        path=page,
        feed_links={name: f"{page}?{query}" if query else page for name, query in feeds.items()},
        fails_in=frozenset(front.fails_in),
        held_back=front.held_back,
        full_text_feed=front.full_text_feed,
        editions=tuple(_edition(number, front, blocks) for number in EDITIONS),
    )


def _edition(number: int, front: FrontMatter, blocks: tuple[Block, ...]) -> ArticleEdition:
    printed_as = front.updated or front.published
    changes = front.second_edition if number > 1 and front.second_edition else Changes(updated=printed_as)
    return ArticleEdition(
        number=number,
        title=changes.title or front.title,
        standfirst=changes.standfirst or front.standfirst,
        updated=changes.updated,
        blocks=tuple(Block(block.kind, block.text, block.link) for block in blocks if block.edition in (None, number)),
    )


def _page_path(front: FrontMatter, slug: str) -> str:
    section = front.section.lower().replace(" ", "-")
    if front.outlet is OutletName.WIRE:
        return f"/wire/{section}/{slug}"
    return f"/courier/{section}/{front.published:%Y/%m/%d}/{slug}.html"
