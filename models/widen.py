"""What belongs to a name and stands just outside the span that was found: cut words, initials, nicknames, "The"."""

import re

#: A word goes on behind an apostrophe ("Tia'i"), but not as a possessive or a short verb.
_REST_OF_WORD = re.compile(r"['’ʻ](?!(?:s|t|d|m|re|ve|ll)\b)\w+", re.IGNORECASE)
_OTHER_HALF = re.compile(r"[-‐‑]([^\W\d_])\w+")
#: The second half of a Korean or Chinese given name ("Han So-ra"), not of a compound with a name ("Holt-led").
_SYLLABLE = re.compile(
    r"[-‐‑](?!(?:led|born|era|run|like|type|style|free|made|owned|based|only|turned|in|to|and)\b)"
    r"[a-z]{2,6}(?<!ed)(?![\w-])"
)
_FIRST_HALF = re.compile(r"\b([^\W\d_])\w+[-‐‑]\Z")
_INITIALS_BEFORE = re.compile(r"(?<![\w.'’-])(?:[A-ZÀ-Þ]\.(?:-[A-ZÀ-Þ]\.)?[^\S\n]?){1,3}\Z")
_NICKNAME = re.compile(r" [\"“‘'(]([^\W\d_])\w+[\"”’')] ([^\W\d_])[\w'’-]+")
_THE_BEFORE = re.compile(r"[a-zß-ÿ],? (The )\Z")
#: Longest stretch looked at before a name, in code points.
_REACH = 40


def whole_person(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen the span of a person to whole words, both halves of a double name ("Ada Holt|-Dale"), its initials
    ("J.K.| Holt") and the nickname in quotes with what follows it.

    A half in lower case is none: "Holt-led" and "anti-Holt" speak of Holt.
    """
    while match := _REST_OF_WORD.match(text, end) or _capital(_OTHER_HALF.match(text, end)):
        end = match.end()
    if " " in text[start:end] and (syllable := _SYLLABLE.match(text, end)):
        end = syllable.end()
    if nickname := _capital(_NICKNAME.match(text, end)):
        end = nickname.end()
    if before := _capital(_FIRST_HALF.search(text, max(0, start - _REACH), start)):
        start = before.start()
    if initials := _INITIALS_BEFORE.search(text, max(0, start - _REACH), start):
        start = initials.start()
    return start, end


def with_article(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen the span of a place or an organisation to a "The" that has its capital in mid-sentence ("in The Hague")."""
    before = _THE_BEFORE.search(text, max(0, start - _REACH), start)
    return (before.start(1) if before else start), end


def _capital(match: re.Match[str] | None) -> re.Match[str] | None:
    """The match, if each letter that it caught is a capital."""
    return match if match and all(letter.isupper() for letter in match.groups()) else None
