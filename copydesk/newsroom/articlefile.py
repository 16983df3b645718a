"""The format of an article file: YAML front matter between `---` lines, then blocks parted by blank lines.

A block is a body paragraph unless it starts with a tag:

- `## Text` is a cross-heading: part of the article, but no paragraph.
- `[kind] Text` is a line that an ideal cleaner takes out of the text; `kind` is a `BlockKind`.
  `[read-more:slug] Text` and `[related:slug] Text` link to the article of that name.
- `[edition 1]` or `[edition 2]`, before anything else, limits the block to that edition.

A block may be wrapped over several lines; they are joined by one space.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec

from copydesk.newsroom.errors import ArticleFileError
from copydesk.newsroom.outlets import OutletName

EDITIONS = (1, 2)
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Case(StrEnum):
    """What an article is there to show."""

    PLAIN = "plain"
    READ_MORE = "read-more"
    COMMENT_POLICY = "comment-policy"
    LIVE_BLOG = "live-blog"
    AGENCY_CREDIT = "agency-credit"
    CORRECTION = "correction"
    LONG_READ = "long-read"
    BRIEF = "brief"
    OTHER_LANGUAGE = "other-language"
    CARRIED_TWICE = "carried-twice"
    SERVER_ERROR = "server-error"
    EDITED = "edited"
    CONSENT = "consent"
    PAYWALL_STUB = "paywall-stub"
    ROBOT_CHECK = "robot-check"


class HeldBack(StrEnum):
    """How a page keeps its article from the reader; the words are those of Copydesk's flags and reasons.

    A paywall's page prints the blocks of the file, which are the beginning of the article; the other two print none.
    """

    CONSENT = "consent"
    PAYWALL_STUB = "paywall-stub"
    ROBOT_CHECK = "robot-check"


class BlockKind(StrEnum):
    """What a block of an article is. All but the first two are to be taken out of the text."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    CAPTION = "caption"
    SHARE = "share"
    NEWSLETTER = "newsletter"
    READ_MORE = "read-more"
    RELATED = "related"
    COPYRIGHT = "copyright"
    COMMENT_POLICY = "comment-policy"
    STAMP = "stamp"
    CREDIT = "credit"
    CORRECTION = "correction"
    PAYWALL = "paywall"


class Block(msgspec.Struct, frozen=True):
    """One paragraph or line. `link` is the slug of the article it points to; `edition` None means all."""

    kind: BlockKind
    text: str
    link: str | None = None
    edition: int | None = None


class Changes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the second edition changes in the front matter."""

    updated: Instant
    title: str | None = None
    standfirst: str | None = None


class FrontMatter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The head of an article file.

    `feeds` maps each feed that carries it to a query string for its link; with `full_text_feed` they carry all of it.
    """

    outlet: OutletName
    case: Case
    section: str
    language: str
    title: str
    standfirst: str
    byline: str
    published: Instant
    updated: Instant | None = None
    second_edition: Changes | None = None
    fails_in: tuple[int, ...] = ()
    held_back: HeldBack | None = None
    full_text_feed: bool = False
    feeds: dict[OutletName, str] = {}


_TAGGED = re.compile(r"\[edition (?P<edition>\d)\]\s+|\[(?P<kind>[a-z-]+)(?::(?P<link>[a-z0-9-]+))?\]\s+|##\s+")
_LINKING = frozenset({BlockKind.READ_MORE, BlockKind.RELATED})
_BLANK_LINES = re.compile(r"\n[ \t]*\n")


def parse_article_file(text: str, source: Path) -> tuple[FrontMatter, tuple[Block, ...]]:
    """Read one article file; `source` is named in errors.

    Raises:
        ArticleFileError: front matter or a block does not follow the format.

    """
    opening, separator, rest = text.partition("---\n")
    head, closing, body = rest.partition("\n---\n")
    if opening or not separator or not closing:
        raise ArticleFileError(f"{source}: front matter must stand between two lines of ---")
    try:
        front = msgspec.yaml.decode(head, type=FrontMatter)
    except msgspec.DecodeError as error:
        raise ArticleFileError(f"{source}: correct the front matter: {error}") from error
    blocks = tuple(_blocks(body, source))
    if not any(block.kind is BlockKind.PARAGRAPH for block in blocks):
        raise ArticleFileError(f"{source}: there is no body paragraph; add one below the front matter")
    if unknown := {*front.fails_in} - {*EDITIONS}:
        raise ArticleFileError(f"{source}: fails_in names {sorted(unknown)}; the editions are {EDITIONS}")
    return front, blocks


def _blocks(body: str, source: Path) -> Iterator[Block]:
    for raw in _BLANK_LINES.split(body.strip()):
        text = " ".join(raw.split())
        if text:
            yield _block(text, source)


def _block(text: str, source: Path) -> Block:
    kind, link, edition = BlockKind.PARAGRAPH, None, None
    rest = text
    while tag := _TAGGED.match(rest):
        rest = rest[tag.end() :]
        if tag["edition"]:
            edition = int(tag["edition"])
        elif tag["kind"]:
            kind, link = _kind(tag["kind"], text, source), tag["link"]
        else:
            kind = BlockKind.HEADING
    if edition is not None and edition not in EDITIONS:
        raise ArticleFileError(f"{source}: there is no edition {edition}: {text[:60]!r}; use one of {EDITIONS}")
    if link and kind not in _LINKING:
        raise ArticleFileError(f"{source}: only read-more and related lines may link: {text[:60]!r}")
    if rest.startswith("["):
        raise ArticleFileError(f"{source}: unreadable tag at {rest[:60]!r}; write [kind] followed by text")
    return Block(kind, rest, link, edition)


def _kind(name: str, text: str, source: Path) -> BlockKind:
    try:
        return BlockKind(name)
    except ValueError:
        known = ", ".join(BlockKind)
        raise ArticleFileError(f"{source}: unknown tag at {text[:60]!r}; use one of {known}") from None
