"""Plain text to paragraphs.

Two kinds of file are common: one paragraph a line (with or without blank lines between), and lines wrapped at a
width with blank lines (or an indent) between paragraphs. Which of the two a text is, its line breaks tell.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from consumers.normal_form import thin_marks

SEPARATOR = "\n\n"
"""What parts paragraphs in every text of Copydesk."""
WRAP_WIDTHS = range(40, 121)
"""Characters. A text whose longest line is shorter or longer was not wrapped by an editor or mail program."""
_FORCED_SHARE = 0.5
"""Share of line breaks that must look forced (mid-sentence, next word would not have fitted) in a wrapped text."""
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7a3]")
_ITEM = re.compile(r"(?:[-*•·–—]|\(?\d{1,3}[.)])\s")
_QUOTE_MARKS = re.compile(r"\s{0,3}(?:>\s?)+")
"""What mail programs put before each line of a mail that they quote (RFC 3676, section 4.5)."""
_QUOTED_SHARE, _MIN_QUOTED = 0.5, 3
"""Share and number of the lines that such marks must open, where a text is taken for a quoted mail."""


def count_words(paragraphs: Iterable[str]) -> int:
    """Return the number of words; two ideographs or kana count as one."""
    words = 0
    for paragraph in paragraphs:
        wide = 0 if paragraph.isascii() else len(_WIDE.findall(paragraph))
        words += wide // 2 if wide > len(paragraph) // 3 else len(paragraph.split())
    return words


def collapse(text: str) -> str:
    """Return ``text`` on one line: NFC, every run of white space one space, no space at the ends.

    Of a run of combining marks 30 stay, see ``consumers.normal_form``.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", thin_marks(text))
    return " ".join(text.split())


def split_plain(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a plain text with ``\\n`` line ends, each on one line, without marks of quoted mail."""
    blocks = list(_blocks(_unquoted(text.split("\n"))))
    if not _is_wrapped(blocks):
        return tuple(collapse(line) for block in blocks for line in block)
    width = max(len(line.rstrip()) for block in blocks for line in block)
    return tuple(paragraph for block in blocks for paragraph in _unwrap(block, width))


def _unquoted(lines: Sequence[str]) -> Sequence[str]:
    marked = sum(line.lstrip().startswith(">") for line in lines)
    if marked < _MIN_QUOTED or marked < _QUOTED_SHARE * sum(bool(line.strip()) for line in lines):
        return lines
    return [_QUOTE_MARKS.sub("", line, count=1) if line.lstrip().startswith(">") else line for line in lines]


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in lines:
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _is_wrapped(blocks: Sequence[Sequence[str]]) -> bool:
    lines = [line for block in blocks for line in block]
    width = max((len(line.rstrip()) for line in lines), default=0)
    if width not in WRAP_WIDTHS:
        return False
    breaks = forced = 0
    for block in blocks:
        for line, following in pairwise(block):
            breaks += 1
            forced += _is_forced(line, following, width) and not _SENTENCE_END.search(line.rstrip())
    return breaks > 0 and forced >= _FORCED_SHARE * breaks


def _is_forced(line: str, following: str, width: int) -> bool:
    """Whether the next line's first word would not have fitted on this one."""
    return len(line.rstrip()) + 1 + len(following.split(maxsplit=1)[0]) > width


def _unwrap(block: Sequence[str], width: int) -> Iterator[str]:
    """Join the lines of one block. A short line, an indented one or a list item begins or ends a paragraph."""
    margin = min(len(line) - len(line.lstrip()) for line in block)
    parts = [block[0].strip()]
    for line, following in pairwise(block):
        right = following.strip()
        indented = len(following) - len(following.lstrip()) > margin and not _ITEM.match(parts[0])
        if indented or _ITEM.match(right) or not _is_forced(line, following, width):
            yield collapse("".join(parts))
            parts = [right]
        else:
            parts += [_glue(line.rstrip(), right), right]
    yield collapse("".join(parts))


def _glue(left: str, right: str) -> str:
    """Return what stood between two lines before wrapping: hyphens and CJK text take no space."""
    hyphenated = len(left) > 1 and left[-1] == "-" and left[-2].isalpha() and right[0].isalpha()
    wide = unicodedata.east_asian_width(left[-1]) in "WF" and unicodedata.east_asian_width(right[0]) in "WF"
    return "" if hyphenated or wide else " "
