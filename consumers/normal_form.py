"""The form in which paragraphs are compared: by the cleaning rules, and by what is learned of a host."""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import Literal

_STRAIGHT = {
    **dict.fromkeys("‘’‚‛′´`", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\u00ad\ufeff\u200e\u200f", ""),
}
_CROOKED = re.compile(f"[{''.join(_STRAIGHT)}]")
_LEAD = re.compile(r"(?:[•·‣▪■●▶►▸→➜➤*#>|]+\s*|-+\s+)+")


_LONG = 10_000
"""Characters. No pattern is tried on so long a paragraph, and its compatibility form may be 18 times as long."""
_LINE = 1_000
"""Characters of a paragraph at most whose form is kept for a while."""
MOST_MARKS = 30
"""Combining marks in a row that are kept: no script needs more (UAX #15, Stream-Safe Text Format)."""


def _is_mark(char: str) -> bool:
    """Whether normalising makes nothing but combining marks of the character."""
    return all(map(unicodedata.combining, unicodedata.normalize("NFKD", char)))


def _long_runs() -> re.Pattern[str]:
    """Return what finds runs of marks that are too long; beyond the BMP others too, since a class of both is slow."""
    codes = (code for code in range(0x300, 0x10000) if _is_mark(chr(code)))
    runs = [[code for _, code in run] for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0])]
    marks = "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs) + "\U00010000-\U0010ffff"
    return re.compile(f"[{marks}][{marks}]{{{MOST_MARKS},}}")


_LONG_RUNS = _long_runs()


def thin_marks(text: str) -> str:
    """Return ``text`` with no more than ``MOST_MARKS`` in a row: to put marks in order takes time in squares."""
    return text if text.isascii() else _LONG_RUNS.sub(_thin, text)


def _thin(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for char in run[0]:
        marks = marks + 1 if _is_mark(char) else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def normal_form(paragraph: str) -> str:
    """Return the form of a paragraph that patterns are written for."""
    return _form_of_line(paragraph) if len(paragraph) <= _LINE else _form(paragraph)


@lru_cache(maxsize=128)
def _form_of_line(line: str) -> str:
    """As ``_form``: page kinds, rules and the gate ask for the lines of an article one after the other."""
    return _form(line)


def _form(paragraph: str) -> str:
    text = _straighten(paragraph)
    if not text.isascii():
        kind: Literal["NFKC", "NFC"] = "NFKC" if len(paragraph) <= _LONG else "NFC"
        text = _straighten(unicodedata.normalize(kind, thin_marks(text)))
    text = " ".join(text.split())
    lead = _LEAD.match(text)
    return text[lead.end() :] if lead else text


def _straighten(text: str) -> str:
    """Return ``text`` with plain quotes and dashes, and without what cannot be seen."""
    if text.isascii():
        return text.replace("`", "'")
    return _CROOKED.sub(_plain, text)


def _plain(char: re.Match[str]) -> str:
    return _STRAIGHT[char[0]]
