"""What belongs to a name and what only stands beside it: titles, articles, possessives, quotes, full stops."""

import re
from typing import Final

#: Titles of rank and office that introduce a name and are no part of it, and the words that make them longer.
_TITLE: Final = re.compile(
    r"""mr|mrs|ms|miss|mx|messrs|dr|prof|professor|sir|dame|rev|reverend|hon|judge|justice|president|chancellor
    |premier|minister|secretary|senator|sen|governor|gov|mayor|ambassador|envoy|spokesman|spokeswoman|spokesperson
    |congressman|congresswoman|representative|rep|mp|msp|councillor|cllr|commissioner|general|gen|colonel|col
    |captain|capt|lieutenant|lt|sergeant|sgt|corporal|cpl|admiral|adm|commander|cmdr|brigadier|brig|marshal|officer
    |constable|detective|inspector|superintendent|supt|director|chairman|chairwoman|chair|coach""",
    re.IGNORECASE | re.VERBOSE,
)
_TITLE_PREFIX: Final = re.compile(
    r"prime|vice|deputy|former|foreign|first|chief|attorney|acting|us|uk|eu|un", re.IGNORECASE
)

_WORD = re.compile(r"\w+(?:[.'’\-]\w+)*")
_WORD_BEFORE = re.compile(r"(\w+)\.?[^\S\n]+\Z")
_OTHER_HALF = re.compile(r"[-‐‑]\w+")
_FIRST_HALF = re.compile(r"\b\w+[-‐‑]\Z")
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
_INITIALS = re.compile(r"(?:^|[\s(])(?:\w\.){2,}$|(?:^|\s)(?:\w\.)+\w\.$")
_ABBREVIATED = re.compile(r"\b(?:inc|ltd|co|corp|bros|jr|sr|st|dept|assn)\.$", re.IGNORECASE)
_EDGES = " \t\r\n\"“”‘’'`´«»‹›,;:!?…·•*_–—-/\\|&@#()[]{}<>"
_PAIRS = {"(": ")", "[": "]"}


def trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Narrow or complete a span so that it holds the name and nothing else; None when no name is left.

    Both offsets are code points of `text`. A final full stop stays where it belongs to an abbreviation ("U.S.").
    """
    if text[end : end + 1] == "." and _INITIALS.search(text[start : end + 1]):
        end += 1
    while True:
        before = (start, end)
        start, end = _trim_edges(text, start, end)
        start = _after_titles(text, start, end)
        if (start, end) == before:
            break
    name = text[start:end]
    if sum(1 for letter in name if letter.isalnum()) < 2 or not any(letter.isalpha() for letter in name):
        return None
    return start, end


def whole_surname(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen the span of a person to both halves of a double-barrelled name ("Ada Holt|-Dale").

    A half in lower case is none: "Holt-led" and "anti-Holt" speak of Holt.
    """
    after = _OTHER_HALF.match(text, end)
    if after and text[end + 1].isupper():
        end = after.end()
    before = _FIRST_HALF.search(text, max(0, start - 40), start)
    if before and before.group()[0].isupper():
        start = before.start()
    return start, end


def has_title(text: str, start: int) -> bool:
    """Whether the word before `start` is a title: what follows is a person."""
    before = _WORD_BEFORE.search(text, max(0, start - 24), start)
    return before is not None and _TITLE.fullmatch(before[1]) is not None


def _trim_edges(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start] in _EDGES or text[start] == "." or not text[start].isprintable()):
        partner = _PAIRS.get(text[start])
        if partner and text.find(partner, start, end) == end - 1:
            end -= 1
        elif partner and partner in text[start:end]:
            break
        start += 1
    while start < end:
        name = text[start:end]
        mark = name[-1]
        if match := _POSSESSIVE.search(name):
            end -= len(match.group())
        elif mark == ".":
            if _INITIALS.search(name) or _ABBREVIATED.search(name):
                break
            end -= 1
        elif (mark == ")" and "(" in name) or (mark == "]" and "[" in name):
            break
        elif mark in _EDGES or not mark.isprintable():
            end -= 1
        else:
            break
    return start, end


def _after_titles(text: str, start: int, end: int) -> int:
    """Where the name begins once "the" in lower case and titles are passed over; at least one word stays."""
    words = list(_WORD.finditer(text, start, end))
    name = 1 if len(words) > 1 and words[0].group() == "the" else 0
    for index in range(name, len(words) - 1):
        if _TITLE.fullmatch(words[index].group()):
            name = index + 1
        elif not _TITLE_PREFIX.fullmatch(words[index].group()):
            break
    return words[name].start() if name else start
