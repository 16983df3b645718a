"""Every message ends in one result, and its events carry what they must."""

import hashlib
from datetime import datetime
from typing import Any

import pytest
import structlog

from consumers.step import Duplicate, Invalid, Rejected, Result, Superseded
from infra.memory import MemoryBroker
from infra.messaging import Record
from schemas.articles import (
    Origin,
)
from schemas.codec import INLINE_LIMIT, JSON_TYPE, POINTER_TYPE, Pointer, encode, pack, unpack
from schemas.envelope import read
from schemas.topics import CLEAN, DEAD, ENRICHED, OUTCOMES, TOPICS, Topic


@pytest.mark.parametrize(
    ("result", "status", "reason", "revision"),
    [
        (Duplicate(3), "duplicate", None, 3),
        (Superseded(4), "superseded", None, 4),
        (Rejected("too-short", "It has 3 words."), "rejected", "too-short", None),
    ],
)
def test_results_without_an_event(
    desk: Any, result: Result, status: str, reason: str | None, revision: int | None
) -> None:
    desk.step.behaviour["a"] = lambda: result
    desk.publish("a")
    desk.start().turn()
    (outcome,) = desk.outcomes()
    assert (outcome.status, outcome.reason, outcome.revision) == (status, reason, revision)
    assert (outcome.id, outcome.stage, outcome.url, outcome.source) == (
        desk.id("a"),
        "prepare",
        "https://paper.example/a",
        "paper",
    )
    assert (desk.read(CLEAN), desk.read(DEAD), desk.lag()) == ([], [], 0)


def test_done_sends_its_event_and_its_outcome(desk: Any) -> None:
    sent = desk.send(encode(desk.raw("a")), key=desk.id("a").encode())
    desk.start().turn()
    (event,) = desk.read(CLEAN)
    assert event.value == desk.done("a").data
    assert event.key == desk.id("a").encode()
    envelope = read(event.headers)
    assert envelope["ce_id"] == f"{desk.id('a')}.r1.0123456789ab"
    assert envelope["ce_type"] == CLEAN.event_type
    assert envelope["ce_source"] == "/copydesk/prepare"
    assert envelope["ce_origin"] == f"news.raw/{sent.partition}/{sent.offset}"
    assert envelope["traceparent"].split("-")[1] == "a" * 32
    assert envelope["traceparent"] != read(sent.headers)["traceparent"], "a span of its own"
    (outcome,) = desk.outcomes()
    assert (outcome.status, outcome.object_key, outcome.revision) == ("done", "enriched/v1/a", 1)
    assert outcome.origin == Origin(topic="news.raw", partition=sent.partition, offset=sent.offset)
    assert desk.lag() == 0


def test_dead_letter_keeps_the_bytes_and_says_what_happened(desk: Any) -> None:
    desk.step.behaviour["a"] = desk.raising(Invalid("no-text", "There is no text. " + "x" * 600))
    sent = desk.send(encode(desk.raw("a")), key=desk.id("a").encode())
    desk.start().turn()
    (letter,) = desk.read(DEAD)
    assert (letter.key, letter.value) == (sent.key, sent.value)
    envelope = read(letter.headers)
    assert envelope["dead_stage"] == "prepare"
    assert envelope["dead_error"] == "no-text"
    assert envelope["dead_message"].startswith("There is no text. x")
    assert len(envelope["dead_message"]) == 500
    assert envelope["dead_attempts"] == "1"
    assert envelope["dead_input"] == f"news.raw/{sent.partition}/{sent.offset}" == envelope["ce_origin"]
    assert envelope["content-type"] == JSON_TYPE
    assert envelope["ce_type"] == DEAD.event_type
    assert datetime.fromisoformat(envelope["ce_time"]) == desk.NOW
    (outcome,) = desk.outcomes()
    assert (outcome.status, outcome.reason, outcome.url) == ("dead", "no-text", "https://paper.example/a")
    assert (desk.read(CLEAN), desk.lag()) == ([], 0)


@pytest.mark.parametrize("value", [b"", b"\xff\xfe\x00", b"{", b"[]", b"null", b'{"id": "short"}', b"[" * 100_000])
def test_bytes_that_are_no_payload_are_dead_letters(desk: Any, value: bytes) -> None:
    desk.send(value)
    desk.publish("good")
    desk.start().turn()
    (letter,) = desk.read(DEAD)
    assert letter.value == value
    assert dict(letter.headers)["dead_error"] == b"invalid"
    assert desk.statuses()["good"] == ["done"]
    assert (desk.step.seen, desk.lag()) == (["good"], 0)


def test_tombstone_on_an_input_is_a_dead_letter(desk: Any) -> None:
    desk.send(None)
    desk.start().turn()
    (letter,) = desk.read(DEAD)
    assert (letter.value, dict(letter.headers)["dead_error"]) == (None, b"empty")
    assert "copydesk withdraw" in dict(letter.headers)["dead_message"].decode()


@pytest.mark.parametrize("key", [b"not ours", b"\xff", b"A" * 32, b"0" * 31])
def test_strange_key_gets_an_id_made_of_the_position(desk: Any, key: bytes) -> None:
    sent = desk.send(b"{", key=key)
    desk.start().turn()
    (outcome,) = desk.outcomes()
    position = f"news.raw/{sent.partition}/{sent.offset}"
    assert outcome.id == hashlib.sha256(position.encode()).hexdigest()[:32]
    assert [message.key for message in desk.read(DEAD)] == [outcome.id.encode()]


def test_payload_behind_a_pointer_is_fetched(desk: Any) -> None:
    value, content_type = pack(encode(desk.raw("big", b"x" * INLINE_LIMIT)), desk.store)
    assert content_type == POINTER_TYPE
    desk.send(value, content_type=content_type, key=desk.id("big").encode())
    desk.start().turn()
    assert desk.statuses() == {"big": ["done"]}


def test_large_result_goes_to_the_store(desk: Any) -> None:
    desk.step.behaviour["a"] = lambda: desk.done("a", "x" * INLINE_LIMIT)
    desk.publish("a")
    desk.start().turn()
    (event,) = desk.read(CLEAN)
    content_type = read(event.headers)["content-type"]
    assert content_type == POINTER_TYPE
    assert unpack(event.value or b"", content_type, desk.store) == desk.done("a", "x" * INLINE_LIMIT).data


@pytest.mark.parametrize(
    ("pointer", "reason"),
    [
        (Pointer(key=f"payloads/{'0' * 64}.json", sha256="0" * 64, size=1), "lost-payload"),
        (Pointer(key="state/articles/x.json", sha256="0" * 64, size=1), "invalid"),
        (Pointer(key="../../etc", sha256="0" * 64, size=1), "invalid"),
    ],
)
def test_pointer_to_nothing_is_a_dead_letter(desk: Any, pointer: Pointer, reason: str) -> None:
    value = encode(pointer)
    desk.send(value, content_type=POINTER_TYPE)
    desk.start().turn()
    (letter,) = desk.read(DEAD)
    assert (letter.value, dict(letter.headers)["dead_error"].decode()) == (value, reason)
    assert dict(letter.headers)["content-type"].decode() == POINTER_TYPE, "a replay must still know what it is"


def test_origin_of_the_raw_message_is_carried_on(desk: Any) -> None:
    desk.step = desk.EnrichScript()
    origin = Origin(topic="news.raw", partition=5, offset=17)
    desk.send(encode(desk.clean("a")), topic=CLEAN, key=desk.id("a").encode(), origin=origin)
    desk.step.behaviour["b"] = desk.raising(Invalid("no-text", "none"))
    desk.send(encode(desk.clean("b")), topic=CLEAN, key=desk.id("b").encode(), origin=origin)
    desk.start().turn()
    assert desk.step.origins == [origin, origin]
    assert [outcome.origin for outcome in desk.outcomes()] == [origin, origin]
    for topic in (ENRICHED, DEAD, OUTCOMES):
        assert {read(message.headers)["ce_origin"] for message in desk.read(topic)} == {"news.raw/5/17"}
    assert {read(message.headers)["dead_input"].split("/")[0] for message in desk.read(DEAD)} == {"news.clean"}


@pytest.mark.parametrize("damaged", [None, b"nonsense", b"a/b/c", b"\xff"])
def test_message_without_an_origin_counts_from_its_own_position(desk: Any, damaged: bytes | None) -> None:
    desk.step = desk.EnrichScript()
    extra = () if damaged is None else (("ce_origin", damaged),)
    (sent,) = desk.broker.publisher().publish(
        [Record("news.clean", desk.id("a").encode(), encode(desk.clean("a")), (*extra, ("content-type", b"x")))]
    )
    desk.start().turn()
    assert desk.step.origins == [Origin(topic="news.clean", partition=sent.partition, offset=sent.offset)]


def test_prefix_stands_before_every_topic(desk: Any) -> None:
    desk.broker = MemoryBroker([Topic(f"p.{topic.name}", None, "x", "x") for topic in TOPICS])
    desk.send(encode(desk.raw("a")), key=desk.id("a").encode(), prefix="p.")
    desk.send(b"{", prefix="p.")
    desk.start(prefix="p.").turn()
    assert [outcome.origin.topic for outcome in desk.outcomes("p.") if outcome.origin] == ["p.news.raw"] * 2
    assert (len(desk.read(CLEAN, "p.")), len(desk.read(DEAD, "p."))) == (1, 1)


def test_log_lines_carry_the_article_and_leave_it_behind(desk: Any) -> None:
    desk.publish("a")
    loop = desk.start()
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        loop.turn()
    (line,) = [line for line in lines if line["event"] == "article"]
    assert (line["article"], line["outcome"], line["stage"]) == (desk.id("a"), "done", "prepare")
    assert structlog.contextvars.get_contextvars() == {}
