"""Payloads to bytes and back, and the pointer rule."""

import hashlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.errors import NotFound
from infra.memory import MemoryStore
from schemas.articles import FeedItem, Language, Outcome, RawArticle
from schemas.codec import INLINE_LIMIT, JSON_TYPE, POINTER_TYPE, Pointer, ValidationError, decode, encode, pack, unpack

DIGEST = "0" * 64
OUTCOME: dict[str, Any] = {
    "id": "0" * 32,
    "stage": "enrich",
    "status": "done",
    "started_at": "2026-10-05T05:40:00Z",
    "ended_at": "2026-10-05T05:40:01Z",
}


def test_one_line_in_field_order() -> None:
    assert encode(Language(code="en", confidence=1.0)) == b'{"code":"en","confidence":1.0}\n'


def test_text_stays_readable_and_line_breaks_are_escaped() -> None:
    line = encode(FeedItem(title="Fête\nto\u2028day"))
    assert line.count(b"\n") == 1
    assert "Fête\\nto".encode() in line
    assert decode(line, FeedItem).title == "Fête\nto\u2028day"


@given(body=st.binary(max_size=200), title=st.none() | st.text(max_size=50))
def test_round_trip(body: bytes, title: str | None) -> None:
    article = RawArticle(
        id="0" * 32,
        url="https://news.example/a",
        source="s",
        media_type="text/html",
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        item=FeedItem(title=title),
    )
    assert decode(encode(article), RawArticle) == article


def test_times_keep_their_instant_and_need_a_zone() -> None:
    outcome = decode(json.dumps({**OUTCOME, "started_at": "2026-10-05T07:40:00+02:00"}).encode(), Outcome)
    assert outcome.started_at == decode(json.dumps(OUTCOME).encode(), Outcome).started_at
    with pytest.raises(ValidationError, match=r"started_at"):
        decode(json.dumps({**OUTCOME, "started_at": "2026-10-05T07:40:00"}).encode(), Outcome)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Input data was truncated"),
        (b"{", "Input data was truncated"),
        (b"null", "Expected `object`, got `null`"),
        (b"[]", "Expected `object`, got `array`"),
        (b"\x00\x01", "malformed"),
        (b"<html>", "malformed"),
        (b'{"code":"en"}', "missing required field `confidence`"),
        (b'{"code":"en","confidence":2}', r"<= 1.0 - at `\$.confidence`"),
        (b'{"code":"en","confidence":NaN}', "malformed"),
        (b'{"code":1,"confidence":1}', r"Expected `str`, got `int` - at `\$.code`"),
        (b'{"code":"\xff\xfe","confidence":1}', "decode"),
        (b'{"code":"\\ud800","confidence":1}', "surrogate"),
        (b'{"code":"en","confidence":1} {}', "malformed"),
        (b'{"new":' + b"[" * 100_000 + b"]" * 100_000 + b',"code":"en","confidence":1}', "recursion"),
        (b"[" * 1_000_000, "Language"),
    ],
    ids=lambda value: repr(value[:24]),
)
def test_bad_bytes_raise_the_one_error(data: bytes, message: str) -> None:
    with pytest.raises(ValidationError, match=rf"not a Language: .*{message}" if message != "Language" else message):
        decode(data, Language)


@given(data=st.binary(max_size=100))
def test_no_bytes_raise_another_error(data: bytes) -> None:
    try:
        decode(data, Language)
    except ValidationError:
        return
    assert msgspec.json.decode(data)


@pytest.mark.parametrize(
    ("field", "value"),
    [("id", "ABC"), ("stage", "cook"), ("status", "ok"), ("revision", 0), ("origin", {"topic": "t"}), ("url", 3)],
)
def test_values_outside_the_contract_are_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(ValidationError, match=field):
        decode(json.dumps({**OUTCOME, field: value}).encode(), Outcome)


def test_small_payloads_travel_in_the_message() -> None:
    store = MemoryStore()
    data = b"x" * INLINE_LIMIT
    assert pack(data, store) == (data, JSON_TYPE)
    assert list(store.list()) == []
    assert unpack(data, JSON_TYPE, store) is data


def test_one_byte_more_goes_to_the_store() -> None:
    store = MemoryStore()
    data = b"x" * (INLINE_LIMIT + 1)
    value, content_type = pack(data, store)
    digest = hashlib.sha256(data).hexdigest()
    assert content_type == POINTER_TYPE
    assert decode(value, Pointer) == Pointer(key=f"payloads/{digest}.json", sha256=digest, size=len(data))
    assert [(item.key, item.size) for item in store.list()] == [(f"payloads/{digest}.json", len(data))]
    assert unpack(value, content_type, store) == data


def test_packing_again_gives_the_same_message() -> None:
    store = MemoryStore()
    data = b"x" * (INLINE_LIMIT + 1)
    assert pack(data, store) == pack(data, store)
    assert len(list(store.list())) == 1


def test_an_object_with_other_bytes_is_refused() -> None:
    store = MemoryStore()
    value, content_type = pack(b"x" * (INLINE_LIMIT + 1), store)
    store.put(decode(value, Pointer).key, b"something else")
    with pytest.raises(ValidationError, match="does not have the hash"):
        unpack(value, content_type, store)


def test_a_missing_object_is_the_stores_error() -> None:
    value, content_type = pack(b"x" * (INLINE_LIMIT + 1), MemoryStore())
    with pytest.raises(NotFound):
        unpack(value, content_type, MemoryStore())


@pytest.mark.parametrize(
    "pointer",
    [
        b"",
        b"{}",
        b'{"key":"a","sha256":"short","size":1}',
        b'{"key":"a","sha256":"' + DIGEST.encode() + b'","size":-1}',
        b'{"key":null,"sha256":"' + DIGEST.encode() + b'","size":1}',
    ],
)
def test_a_malformed_pointer_is_refused_before_the_store_is_asked(pointer: bytes) -> None:
    with pytest.raises(ValidationError, match="not a Pointer"):
        unpack(pointer, POINTER_TYPE, MemoryStore())


def test_only_the_content_type_makes_a_pointer() -> None:
    value = encode(Pointer(key="a", sha256=DIGEST, size=1))
    assert unpack(value, JSON_TYPE, MemoryStore()) == value
