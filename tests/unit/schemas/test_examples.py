"""Every example file: decodes, encodes to the same, is valid, and says what is true of itself."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from consumers.clean import clean, restore
from consumers.identify import content_hash
from schemas.articles import CleanArticle, EnrichedArticle, Entity, Mention, RawArticle, SummarySentence
from schemas.codec import INLINE_LIMIT, JSON_TYPE, POINTER_TYPE, Pointer, decode, encode
from schemas.envelope import parse_origin
from schemas.generate import POINTER_SCHEMA_ID, ROOT, json_schema
from schemas.identity import article_id, bytes_url
from schemas.topics import TOPICS, Topic

FOLDER = ROOT / "schemas" / "examples"
BY_NAME = {topic.name: topic for topic in TOPICS}
PAYLOADS = sorted(FOLDER.glob("news.*/*.json"))
MESSAGES = sorted(FOLDER.glob("messages/*.json"))

Validate = Callable[[dict[str, Any]], Draft202012Validator]


def topic_of(path: Path) -> Topic:
    return BY_NAME[path.parent.name]


def kind_of(path: Path) -> type[msgspec.Struct]:
    payload = topic_of(path).payload
    assert payload is not None
    return payload


def schema_of(topic: Topic) -> dict[str, Any]:
    assert topic.payload is not None
    assert topic.schema_id is not None
    return json_schema(topic.payload, topic.schema_id)


def test_every_payload_has_an_example_and_nothing_else_lies_there() -> None:
    assert {path.parent.name for path in PAYLOADS} == {topic.name for topic in TOPICS if topic.payload is not None}
    assert {path.name for path in FOLDER.iterdir()} == {
        "README.md",
        "messages",
        *(topic.name for topic in TOPICS if topic.payload is not None),
    }


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: f"{path.parent.name}/{path.stem}")
class TestPayload:
    """One example of a payload."""

    def test_decodes_and_encodes_to_the_same(self, path: Path) -> None:
        line = encode(decode(path.read_bytes(), kind_of(path)))
        assert line.count(b"\n") == 1
        assert msgspec.json.format(line.rstrip(), indent=2) + b"\n" == path.read_bytes()

    def test_is_valid(self, path: Path, validator: Validate) -> None:
        validator(schema_of(topic_of(path))).validate(json.loads(path.read_bytes()))

    def test_a_reader_of_today_ignores_a_field_of_tomorrow(self, path: Path, validator: Validate) -> None:
        tomorrow = {**json.loads(path.read_bytes()), "added_later": {"a": [1]}}
        validator(schema_of(topic_of(path))).validate(tomorrow)
        assert decode(json.dumps(tomorrow).encode(), kind_of(path)) == decode(path.read_bytes(), kind_of(path))

    def test_no_field_is_optional_on_the_wire(self, path: Path) -> None:
        fields = [field.encode_name for field in msgspec.structs.fields(kind_of(path))]
        assert list(json.loads(path.read_bytes())) == fields


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_id_is_that_of_the_url(path: Path) -> None:
    example = json.loads(path.read_bytes())
    assert example["id"] == article_id(example["url"])


@pytest.mark.parametrize("path", sorted(FOLDER.glob("news.raw/*.json")), ids=lambda path: path.stem)
def test_raw_articles_hold_the_bytes_they_name(path: Path) -> None:
    article = decode(path.read_bytes(), RawArticle)
    assert article.body_sha256 == hashlib.sha256(article.body).hexdigest()
    if article.url.startswith("urn:"):
        assert article.url == bytes_url(article.body)


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("news.[ce][ln]*/*.json")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_texts_have_the_hash_and_the_offsets_they_name(path: Path) -> None:
    article = decode(path.read_bytes(), CleanArticle)
    assert article.text_hash == hashlib.sha256(article.text.encode()).hexdigest()
    assert list(article.flags) == sorted(article.flags)
    assert all(0 <= piece.offset <= len(article.text) for piece in article.removed)
    assert article.revision.hash == content_hash(article)
    restored = restore(article.text, article.removed)
    assert clean(restored).text == article.text
    assert "\n\n\n" not in article.text
    assert article.text == article.text.strip()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("news.enriched/*.json")), ids=lambda path: path.stem)
def test_spans_are_code_points_of_the_text(path: Path) -> None:
    article = decode(path.read_bytes(), EnrichedArticle)
    mentions = [mention for entity in article.entities for mention in entity.mentions]
    assert mentions
    assert article.summary.sentences
    spans: list[Entity | Mention | SummarySentence] = [*article.entities, *mentions, *article.summary.sentences]
    for span in spans:
        assert article.text[span.start : span.end] == span.text
    for entity in article.entities:
        assert (entity.text, entity.start, entity.end) in {(m.text, m.start, m.end) for m in entity.mentions}


def test_one_example_tells_code_points_from_bytes_and_utf_16() -> None:
    article = decode((FOLDER / "news.enriched" / "without-date.json").read_bytes(), EnrichedArticle)
    entity = article.entities[0]
    assert len(article.text[: entity.start].encode()) != entity.start
    assert len(article.text[: entity.start].encode("utf-16-le")) // 2 != entity.start


def test_the_messages_are_these() -> None:
    assert [path.stem for path in MESSAGES] == ["dead-letter", "outcome", "pointer", "withdrawn"]


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_messages_carry_the_envelope_of_their_topic(path: Path) -> None:
    message = json.loads(path.read_bytes())
    headers = message["headers"]
    topic = BY_NAME[message["topic"]]
    assert list(message) == ["topic", "key", "headers", "value"]
    assert headers["ce_specversion"] == "1.0"
    assert headers["ce_type"] == topic.event_type
    assert headers.get("ce_dataschema") == topic.schema_id
    assert {"ce_id", "ce_source", "ce_time", "content-type", "traceparent"} <= headers.keys()
    if "ce_origin" in headers:
        assert parse_origin(headers["ce_origin"]).topic == "news.raw"


def read_message(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / "messages" / f"{name}.json").read_bytes()))


def test_the_message_with_a_payload_is_valid(validator: Validate) -> None:
    message = read_message("outcome")
    assert message["headers"]["content-type"] == JSON_TYPE
    assert message["key"] == message["value"]["id"]
    validator(schema_of(BY_NAME["news.outcomes"])).validate(message["value"])


def test_the_pointer_is_one_that_the_codec_makes(validator: Validate) -> None:
    message = read_message("pointer")
    assert message["headers"]["content-type"] == POINTER_TYPE
    validator(json_schema(Pointer, POINTER_SCHEMA_ID)).validate(message["value"])
    pointer = msgspec.convert(message["value"], Pointer)
    assert pointer.key == f"payloads/{pointer.sha256}.json"
    assert pointer.size > INLINE_LIMIT
    assert message["headers"]["ce_objectsha256"] == pointer.sha256


def test_the_tombstone_has_a_key_and_no_value() -> None:
    message = read_message("withdrawn")
    assert message["value"] is None
    assert len(message["key"]) == 32


def test_the_dead_letter_says_what_happened() -> None:
    headers = read_message("dead-letter")["headers"]
    assert {"dead_stage", "dead_error", "dead_message", "dead_input", "dead_attempts"} <= headers.keys()
