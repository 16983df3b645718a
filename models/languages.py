"""What languages the built-in models read. Telling an article's language is the caller's work."""

from typing import Final

#: ISO 639-1 codes of the languages that the built-in tagger was trained on.
READ: Final = frozenset({"en"})

#: The code for "cannot be told" (ISO 639-2), used for texts too short to tell.
UNKNOWN: Final = "und"


#: The code for a text that cannot be told and is in another script than Latin (BCP 47: unknown script).
OTHER_SCRIPT: Final = "und-Zzzz"

#: Letters looked at to tell the script, and how few tell nothing about case.
_SAMPLE: Final = 2_000
_FEW: Final = 20


def settle(code: str, text: str) -> str:
    """The code, or `OTHER_SCRIPT` where it could not be told and most letters of the text are no Latin ones."""
    if code != UNKNOWN:
        return code
    letters = [letter for letter in text[:_SAMPLE] if letter.isalpha()]
    latin = sum(1 for letter in letters if letter < "\u0250" or "\u1e00" <= letter < "\u1f00")
    return code if 2 * latin >= len(letters) else OTHER_SCRIPT


def has_case(text: str) -> bool:
    """Whether a text has both capitals and small letters."""
    return text != text.lower() and text != text.upper()


def lost_case(text: str) -> bool:
    """Whether a text of more than a few letters, which may be capitals, has only capitals or none."""
    return not has_case(text) and sum(1 for letter in text[:_SAMPLE] if letter.lower() != letter.upper()) > _FEW


def reads(code: str) -> bool:
    """Whether the built-in models read this language; region and script (`en-GB`) do not matter.

    A language that could not be told is read as English: the text is short, and its caller flags it.
    """
    return code == UNKNOWN or code.lower().replace("_", "-").split("-")[0] in READ
