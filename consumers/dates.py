"""Dates as pages and feeds write them, to times in UTC; and the choice among several."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

CLOCK_SKEW = timedelta(minutes=5)
"""A publisher's clock may run ahead of ours by this much; such a date counts as the capture's own time."""
_EARLIEST_YEAR = 1800
"""Older dates are the null dates of content systems (year 1), not newspapers."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A date with where it was found. ``zone_guessed``: it had no zone, UTC was assumed."""

    time: datetime
    found_in: str
    zone_guessed: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The date chosen, or None; ``in_future`` when a candidate was passed over for being later than the capture."""

    date: Candidate | None
    in_future: bool = False


def parse_date(text: str, found_in: str) -> Candidate | None:
    """Read ISO 8601 / RFC 3339 or RFC 5322 text; None for anything else. A time without a zone is taken as UTC."""
    text = text.strip()
    if not 8 <= len(text) <= 64:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        try:
            time = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
    return candidate(time, found_in)


def candidate(time: datetime, found_in: str) -> Candidate | None:
    """Return the time in UTC, or None where it is a content system's null."""
    guessed = time.tzinfo is None
    try:
        in_utc = time.replace(tzinfo=UTC) if guessed else time.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    if in_utc.year < _EARLIEST_YEAR or in_utc == _EPOCH:
        return None
    return Candidate(in_utc, found_in, guessed)


def choose(candidates: Iterable[Candidate | None], *, not_after: datetime | None) -> Choice:
    """Return the first candidate that is not later than ``not_after`` (by more than the clock skew)."""
    in_future = False
    for date in candidates:
        if date is None:
            continue
        if not_after is None or date.time <= not_after:
            return Choice(date, in_future)
        if date.time - not_after <= CLOCK_SKEW:
            return Choice(Candidate(not_after.astimezone(UTC), date.found_in, date.zone_guessed), in_future)
        in_future = True
    return Choice(None, in_future)
