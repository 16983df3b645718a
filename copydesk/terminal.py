"""Text of others, made harmless for a terminal. Give the result to rich as ``Text``, never as markup."""

import re

_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and line feed, DEL, C1: cursor movement, titles, clipboards
    "\u200e\u200f\u202a-\u202e\u2066-\u2069"  # directions: what is shown is not what is there
    "\ud800-\udfff]"  # halves of characters: cannot be written at all
)


def plain(text: str) -> str:
    """Return ``text`` without control characters; tabs and line feeds stay."""
    return _CONTROLS.sub("", text)


def line(text: str, width: int = 0) -> str:
    """Return ``text`` as one line, cut with ``…`` to ``width`` characters unless that is 0."""
    shown = " ".join(plain(text).split())
    return shown if not 0 < width < len(shown) else shown[: width - 1].rstrip() + "…"


def escaped(data: bytes) -> str:
    """Return bytes as text, with escapes for what is no UTF-8 and for control characters."""
    text = data.decode("utf-8", errors="backslashreplace")
    return _CONTROLS.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
