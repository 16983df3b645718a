"""The one form of an outcome's event, whichever stage tells of it."""

from datetime import UTC, datetime, timedelta

import msgspec

from schemas.articles import Origin, Outcome
from schemas.codec import JSON_TYPE, decode
from schemas.envelope import parse_origin, read
from schemas.outcomes import outcome_event
from schemas.topics import OUTCOMES

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
DONE = Outcome(
    id="0" * 31 + "1",
    stage="prepare",
    status="done",
    origin=Origin(topic="news.raw", partition=3, offset=7),
    source="wire",
    started_at=START,
    ended_at=START + timedelta(seconds=2),
)


def test_the_event_holds_the_outcome_under_the_articles_key() -> None:
    event = outcome_event(DONE, trace=TRACE)
    headers = read(event.headers)
    assert event.key == DONE.id.encode()
    assert decode(event.value, Outcome) == DONE
    assert headers["ce_type"] == OUTCOMES.event_type
    assert headers["ce_source"] == "/copydesk/prepare"
    assert headers["ce_time"] == "2026-03-01T12:00:02Z"
    assert headers["content-type"] == JSON_TYPE
    assert headers["traceparent"] == TRACE
    assert parse_origin(headers["ce_origin"]) == DONE.origin


def test_work_redone_gives_the_same_id_and_another_stage_another() -> None:
    later = msgspec.structs.replace(DONE, started_at=START + timedelta(hours=1), ended_at=START + timedelta(hours=1))
    enriched = msgspec.structs.replace(DONE, stage="enrich")
    ids = [read(outcome_event(each, trace=TRACE).headers)["ce_id"] for each in (DONE, later, enriched)]
    assert ids == ["news.raw/3/7.prepare", "news.raw/3/7.prepare", "news.raw/3/7.enrich"]


def test_without_a_raw_message_source_and_time_tell_events_apart() -> None:
    failed = msgspec.structs.replace(DONE, stage="pull", status="failed", origin=None)
    headers = read(outcome_event(failed, trace=TRACE).headers)
    assert headers["ce_id"] == f"{DONE.id}.wire.2026-03-01T12:00:00+00:00.pull"
    assert "ce_origin" not in headers
