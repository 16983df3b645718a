"""Dates as they are written."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.dates import candidate, choose, parse_date

CAPTURED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected", "guessed"),
    [
        ("2026-11-18T10:30:00+01:00", datetime(2026, 11, 18, 9, 30, tzinfo=UTC), False),
        ("2026-11-18T10:30:00Z", datetime(2026, 11, 18, 10, 30, tzinfo=UTC), False),
        ("2026-11-18T10:30:00.123+0000", datetime(2026, 11, 18, 10, 30, 0, 123_000, tzinfo=UTC), False),
        ("Wed, 18 Nov 2026 10:30:00 GMT", datetime(2026, 11, 18, 10, 30, tzinfo=UTC), False),
        ("Wed, 18 Nov 2026 10:30:00 -0500", datetime(2026, 11, 18, 15, 30, tzinfo=UTC), False),
        ("2026-11-18", datetime(2026, 11, 18, tzinfo=UTC), True),
        ("20261118", datetime(2026, 11, 18, tzinfo=UTC), True),
        ("2026-11-18 10:30:00", datetime(2026, 11, 18, 10, 30, tzinfo=UTC), True),
    ],
)
def test_iso_and_mail_dates_become_utc(text: str, expected: datetime, guessed: bool) -> None:
    date = parse_date(text, "meta")
    assert date is not None
    assert (date.time, date.zone_guessed, date.found_in) == (expected, guessed, "meta")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "2026-13-45",
        "9999-12-31T23:59:59-14:00",
        "x" * 99,
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text, "meta") is None


def test_a_date_after_the_capture_is_passed_over() -> None:
    future = candidate(CAPTURED + timedelta(hours=2), "json-ld")
    past = candidate(CAPTURED - timedelta(hours=2), "meta")
    choice = choose([None, future, past], not_after=CAPTURED)
    assert choice.date == past
    assert choice.in_future


def test_a_publishers_clock_may_run_ahead_by_minutes() -> None:
    choice = choose([candidate(CAPTURED + timedelta(minutes=3), "json-ld")], not_after=CAPTURED)
    assert choice.date is not None
    assert choice.date.time == CAPTURED
    assert not choice.in_future


def test_without_a_capture_time_any_date_will_do() -> None:
    future = candidate(datetime(2031, 1, 1, tzinfo=UTC), "meta")
    assert choose([future], not_after=None).date == future


@given(st.text(max_size=40) | st.datetimes().map(str) | st.datetimes(timezones=st.timezones()).map(str))
def test_any_text_gives_a_time_in_utc_or_none(text: str) -> None:
    date = parse_date(text, "meta")
    assert date is None or date.time.utcoffset() == timedelta(0)
