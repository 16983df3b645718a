from datetime import UTC, datetime
from pathlib import Path

import pytest

from copydesk.newsroom.articlefile import Block, BlockKind, Case, parse_article_file
from copydesk.newsroom.errors import ArticleFileError

HEAD = """\
---
outlet: wire
case: plain
section: World
language: en-GB
title: A title
standfirst: A standfirst
byline: Ada Example
published: 2026-11-17T07:30:00Z
---
"""
SOURCE = Path("sample.md")


def test_front_matter_and_blocks_are_read():
    front, blocks = parse_article_file(
        HEAD
        + """
First paragraph,
on two lines.

## A cross-heading

[caption] A picture.

[read-more:other-story] READ MORE: Another story

[edition 2] Only later.

[edition 1] [related:other-story] Related: only at first
""",
        SOURCE,
    )
    assert front.case is Case.PLAIN
    assert front.published == datetime(2026, 11, 17, 7, 30, tzinfo=UTC)
    assert blocks == (
        Block(BlockKind.PARAGRAPH, "First paragraph, on two lines."),
        Block(BlockKind.HEADING, "A cross-heading"),
        Block(BlockKind.CAPTION, "A picture."),
        Block(BlockKind.READ_MORE, "READ MORE: Another story", link="other-story"),
        Block(BlockKind.PARAGRAPH, "Only later.", edition=2),
        Block(BlockKind.RELATED, "Related: only at first", link="other-story", edition=1),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("no front matter", "between two lines of ---", id="no front matter"),
        pytest.param(HEAD, "no body paragraph", id="empty body"),
        pytest.param(HEAD + "\n[caption] Only a picture.", "no body paragraph", id="no paragraph"),
        pytest.param(HEAD + "\n[advert] Buy!", "unknown tag", id="unknown kind"),
        pytest.param(HEAD + "\n[Caption] Typo.", "unreadable tag", id="unreadable tag"),
        pytest.param(HEAD + "\n[edition 3] Never.", "no edition 3", id="unknown edition"),
        pytest.param(HEAD + "\n[share:other] Share", "may link", id="link on a line that has none"),
        pytest.param(HEAD.replace("case: plain", "case: odd") + "\nText.", "front matter", id="unknown case"),
        pytest.param(HEAD.replace("T07:30:00Z", "T07:30:00") + "\nText.", "front matter", id="date without zone"),
        pytest.param(HEAD.replace("byline: Ada", "by: Ada") + "\nText.", "front matter", id="unknown field"),
        pytest.param(HEAD.replace("byline", "fails_in: [3]\nbyline") + "\nText.", "fails_in", id="fails in no edition"),
    ],
)
def test_a_broken_file_is_named_with_what_to_correct(text: str, complaint: str):
    with pytest.raises(ArticleFileError, match=complaint) as caught:
        parse_article_file(text, SOURCE)
    assert str(caught.value).startswith("sample.md: ")
