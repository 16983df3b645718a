"""What languages the built-in models read. Telling an article's language is the caller's work."""

from typing import Final

#: ISO 639-1 codes of the languages that the built-in tagger was trained on.
READ: Final = frozenset({"en"})

#: The code for "cannot be told" (ISO 639-2), used for texts too short to tell.
UNKNOWN: Final = "und"


def reads(code: str) -> bool:
    """Whether the built-in models read this language; region and script (`en-GB`) do not matter.

    A language that could not be told is read as English: the text is short, and its caller flags it.
    """
    return code == UNKNOWN or code.lower().replace("_", "-").split("-")[0] in READ
