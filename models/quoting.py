"""Where quotations open and close: double marks of all kinds, and single ones that can be no apostrophes."""

import re
from collections.abc import Iterable
from typing import Literal

#: In what a text stands: in no quotation, in one with double marks, or in one with single ones.
Quoting = Literal["", '"', "'"]

#: "'Ndrangheta" opens nothing.
_OPENS = r"(?<![\w’'])[‘'](?=[A-ZÀ-Þ]\w)(?!Ndrang)"
_CLOSES = r"[’'](?!\w)"
_MARKS = re.compile(rf'["„“”]|(?P<opens>{_OPENS})|(?P<closes>{_CLOSES})')
_OPENING, _CLOSING = re.compile(_OPENS), re.compile(_CLOSES)
_WHOLE = re.compile(r"[“\"][^“”\"]*[”\"]|‘[^‘“”\"]*[.!?…]’|'[^‘“”\"]*[.!?…]'")


def open_after(text: str, quoting: Quoting = "", *, singles: bool = True) -> Quoting:
    """The quotation that is open at the end of a text, if `quoting` was open at its start."""
    low = False
    for mark in _MARKS.finditer(text):
        char = mark[0]
        if mark["opens"]:
            quoting = quoting or ("'" if singles else "")
        elif mark["closes"]:
            quoting = "" if quoting == "'" else quoting
        elif char == '"':
            # 6'2" tall: a digit before the mark opens nothing.
            quoting = "" if quoting or text[mark.start() - 1 : mark.start()].isdigit() else '"'
        elif char == "„":
            quoting, low = '"', True
        elif char == "“":
            quoting, low = ("" if low else '"'), False
        else:
            quoting = ""
    return quoting


def has_singles(sentences: Iterable[str]) -> bool:
    """Whether a paragraph has a quotation in single marks; else what looks like one's beginning is an apostrophe."""
    text = " ".join(sentences)
    opening = _OPENING.search(text)
    return opening is not None and _CLOSING.search(text, opening.end()) is not None


def balanced(text: str) -> bool:
    """Whether every quotation that opens in a text is closed in it, and every bracket."""
    return (
        not open_after(text)
        and text.count("“") + text.count("„") >= text.count("”")
        and text.count("‘") <= text.count("’")
        and text.count("(") == text.count(")")
        and text.count("[") == text.count("]")
    )


def is_quotation(sentence: str) -> bool:
    """Whether a sentence is nothing but what somebody said; who did stands beside it."""
    return _WHOLE.fullmatch(sentence) is not None
