"""Headers of an event, its origin, its trace."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from schemas import envelope
from schemas.articles import Origin
from schemas.codec import POINTER_TYPE, ValidationError
from schemas.topics import DEAD, ENRICHED, TOPICS, Topic

TRACE = "00-6f1d9c40b7e2a85309cd41e7f2b8a613-c2a97e0415bd3f86-01"
NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)


def test_headers_of_an_event() -> None:
    made = envelope.headers(
        ENRICHED,
        event_id="a.r1.b",
        stage="enrich",
        time=NOON,
        traceparent=TRACE,
        origin=Origin(topic="news.raw", partition=3, offset=12),
        extensions={"objectkey": "enriched/v1/å.json"},
    )
    assert dict(made) == {
        "ce_specversion": b"1.0",
        "ce_id": b"a.r1.b",
        "ce_source": b"/copydesk/enrich",
        "ce_type": b"copydesk.article.enriched.v1",
        "ce_time": b"2026-10-05T12:00:00Z",
        "ce_dataschema": b"urn:copydesk:schema:article.enriched.v1",
        "content-type": b"application/json",
        "traceparent": TRACE.encode(),
        "ce_origin": b"news.raw/3/12",
        "ce_objectkey": "enriched/v1/å.json".encode(),
    }
    assert len(made) == len(dict(made))


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_the_type_and_the_schema_are_the_topics(topic: Topic) -> None:
    made = dict(envelope.headers(topic, event_id="1", stage="pull", time=NOON, traceparent=TRACE))
    assert made["ce_type"] == topic.event_type.encode()
    assert ("ce_dataschema" in made) == (topic is not DEAD)
    assert "ce_origin" not in made


def test_time_is_written_in_utc() -> None:
    summer = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    made = dict(envelope.headers(ENRICHED, event_id="1", stage="enrich", time=summer, traceparent=TRACE))
    assert made["ce_time"] == b"2026-10-05T12:00:00Z"


def test_the_content_type_can_be_a_pointers() -> None:
    made = envelope.headers(
        ENRICHED, event_id="1", stage="enrich", time=NOON, traceparent=TRACE, content_type=POINTER_TYPE
    )
    assert dict(made)["content-type"] == POINTER_TYPE.encode()


def test_headers_are_read_as_text_whatever_they_hold() -> None:
    assert envelope.read([("a", b"1"), ("b", None), ("c", b"\xff"), ("a", b"2")]) == {"a": "2", "b": "", "c": "\ufffd"}


@pytest.mark.parametrize("topic", ["news.raw", "t1.news.raw"])
def test_origins_read_back(topic: str) -> None:
    origin = Origin(topic=topic, partition=7, offset=2**40)
    assert envelope.parse_origin(envelope.format_origin(origin)) == origin


@pytest.mark.parametrize("text", ["", "news.raw", "news.raw/1", "news.raw/a/1", "news.raw/-1/1", "news.raw/1/-1", "//"])
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="expected topic/partition/offset"):
        envelope.parse_origin(text)


def test_a_new_trace_is_valid_and_its_own() -> None:
    first, second = envelope.new_traceparent(), envelope.new_traceparent()
    version, trace, span, flags = first.split("-")
    assert (version, len(trace), len(span), flags) == ("00", 32, 16, "01")
    assert first != second


def test_a_child_keeps_the_trace_and_has_its_own_span() -> None:
    child = envelope.child_traceparent(TRACE)
    assert child.split("-")[:2] == TRACE.split("-")[:2]
    assert child.split("-")[2] != TRACE.split("-")[2]


def test_a_later_version_of_the_header_is_followed() -> None:
    assert envelope.child_traceparent(f"01{TRACE[2:]}-more").split("-")[1] == TRACE.split("-")[1]


@pytest.mark.parametrize(
    "parent",
    [
        None,
        "",
        "nonsense",
        TRACE.upper(),
        f"ff{TRACE[2:]}",
        f"00-{'0' * 32}-c2a97e0415bd3f86-01",
        f"00-6f1d9c40b7e2a85309cd41e7f2b8a613-{'0' * 16}-01",
        TRACE[:-1],
        f" {TRACE}",
    ],
)
def test_a_malformed_parent_starts_a_new_trace(parent: str | None) -> None:
    trace = envelope.child_traceparent(parent).split("-")[1]
    assert len(trace) == 32
    assert trace.strip("0")
    assert trace != TRACE.split("-")[1]
