"""Days, months and times of day in a sentence."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

_MONTHS: Final = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
                  "november", "december")  # fmt: skip
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH: Final = (
    r"(?P<short>Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?:\.|\b)"
    rf"|(?P<long>{'|'.join(name.title() for name in _MONTHS)})\b"
)
_DAY_BEFORE: Final = re.compile(r"(?<![\d.,:])(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?\Z")
_DAY_AFTER: Final = re.compile(r"\s+(\d{1,2})(?:st|nd|rd|th)?\b(?![,.]?\d|\s*%)")
_YEAR_AFTER: Final = re.compile(r",?\s+(?:of\s+)?((?:1[5-9]|20|21)\d\d)\b")
#: "May" and "March" are words too: alone they are months only behind one of these.
_BEFORE_MONTH: Final = re.compile(
    r"\b(?:in|on|of|by|until|till|since|from|to|through|before|after|last|next|this|early|late|mid|every|during|and)"
    r"[\s-]+\Z",
    re.IGNORECASE,
)
_FIND_MONTH: Final = re.compile(rf"\b(?:{_MONTH})")
_FIND_DAY: Final = re.compile(rf"\b(?:{'|'.join(name.title() for name in _DAYS)})(?=s?\b)")
_CLOCK: Final = re.compile(
    r"(?<![\d.,:])(?P<hour>\d{1,2})(?:[.:](?P<minute>[0-5]\d))?\s*(?P<half>[ap])\.?\s?m\b\.?"
    r"|(?<![\d.,:])(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)\b"
    r"|\b(?P<word>noon|midday|midnight)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as told: `kind` is `weekday`, `month` or `clock`, `sentence[start:end]` its words.

    A month is numbered from 1 and may have `day` and `year`; a clock time is in minutes after midnight, and
    `loose` where the half of the day was not told.
    """

    kind: str
    value: int
    start: int
    end: int
    day: int | None = None
    year: int | None = None
    loose: bool = False

    def agrees(self, told: "Moment") -> bool:
        """Whether the article tells (`told`) what this one says; it may tell more."""
        if self.kind != told.kind:
            return False
        if self.kind == "clock" and (self.loose or told.loose):
            return self.value % 720 == told.value % 720
        return (
            self.value == told.value
            and self.day in (None, told.day)
            and (self.year is None or told.year is None or self.year == told.year)
        )


def find(sentence: str) -> tuple[Moment, ...]:
    """The weekdays, dates and times of day of a sentence."""
    found = [
        Moment("weekday", _DAYS.index(match.group().lower()), match.start(), match.end())
        for match in _FIND_DAY.finditer(sentence)
    ]
    found += [_month(sentence, match) for match in _FIND_MONTH.finditer(sentence) if _is_month(sentence, match)]
    found += [_clock(match) for match in _CLOCK.finditer(sentence)]
    return tuple(sorted(found, key=lambda moment: moment.start))


def _is_month(sentence: str, match: re.Match[str]) -> bool:
    if match["long"] not in {"May", "March"} and not match["short"]:
        return True
    head = sentence[max(0, match.start() - 16) : match.start()]
    return bool(
        _DAY_BEFORE.search(head)
        or _BEFORE_MONTH.search(head)
        or _DAY_AFTER.match(sentence, match.end())
        or _YEAR_AFTER.match(sentence, match.end())
    )


def _month(sentence: str, match: re.Match[str]) -> Moment:
    name = (match["long"] or match["short"])[:3].lower()
    value = next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(name))
    start, end = match.span()
    head_from = max(0, start - 12)
    before = _DAY_BEFORE.search(sentence[head_from:start])
    after = None if before else _DAY_AFTER.match(sentence, end)
    if before:
        start = head_from + before.start()
    if after:
        end = after.end()
    year = _YEAR_AFTER.match(sentence, end)
    day = before or after
    return Moment(
        "month",
        value,
        start,
        year.end() if year else end,
        day=int(day[1]) if day else None,
        year=int(year[1]) if year else None,
    )


def _clock(match: re.Match[str]) -> Moment:
    if match["word"]:
        return Moment("clock", 0 if match["word"].lower() == "midnight" else 720, match.start(), match.end())
    if match["hour24"]:
        hour, minute = int(match["hour24"]), int(match["minute24"])
        return Moment("clock", hour * 60 + minute, match.start(), match.end(), loose=hour <= 12)
    hour = int(match["hour"]) % 12 + (12 if match["half"].lower() == "p" else 0)
    return Moment("clock", hour * 60 + int(match["minute"] or 0), match.start(), match.end())


def years(moments: tuple[Moment, ...]) -> set[Fraction]:
    """The years that dates carry, as numbers."""
    return {Fraction(moment.year) for moment in moments if moment.year is not None}
