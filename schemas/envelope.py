"""The envelope: CloudEvents 1.0 in Kafka's binary mode, plus W3C trace context.

Every message carries ``ce_specversion``, ``ce_id``, ``ce_source``, ``ce_type``, ``ce_time``, ``ce_dataschema`` and
``content-type``; ``ce_id`` is stable when work is redone. Extensions: ``ce_origin`` (position of the raw message),
``ce_objectkey`` and ``ce_objectsha256`` (the enriched object), ``traceparent``.
Sources: CloudEvents 1.0.2, Kafka Protocol Binding; W3C Trace Context level 1.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import msgspec

from schemas.articles import Origin
from schemas.codec import JSON_TYPE, ValidationError
from schemas.topics import Topic

Headers = tuple[tuple[str, bytes], ...]
SOURCE_PREFIX = "/copydesk/"
# Ids of zeros alone are invalid. Of later versions only these first fields may be read.
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?P<trace>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")


def headers(
    topic: Topic,
    *,
    event_id: str,
    stage: str,
    time: datetime,
    traceparent: str,
    content_type: str = JSON_TYPE,
    origin: Origin | None = None,
    extensions: Mapping[str, str] | None = None,
) -> Headers:
    """Return the message headers of one event. ``extensions`` are CloudEvents attributes without their ``ce_``."""
    values = {
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_source": SOURCE_PREFIX + stage,
        "ce_type": topic.event_type,
        "ce_time": time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "content-type": content_type,
        "traceparent": traceparent,
    }
    if topic.schema_id is not None:
        values["ce_dataschema"] = topic.schema_id
    if origin is not None:
        values["ce_origin"] = format_origin(origin)
    for name, value in (extensions or {}).items():
        values[f"ce_{name}"] = value
    return tuple((name, value.encode()) for name, value in values.items())


def read(message_headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """Return the headers as text; bytes that are not UTF-8 are replaced, since headers are hostile too."""
    return {name: (value or b"").decode(errors="replace") for name, value in message_headers}


def format_origin(origin: Origin) -> str:
    """Return ``topic/partition/offset``."""
    return f"{origin.topic}/{origin.partition}/{origin.offset}"


def parse_origin(text: str) -> Origin:
    """Read what ``format_origin`` wrote. Raises ``ValidationError``."""
    try:
        topic, partition, offset = text.rsplit("/", 2)
        parts = {"topic": topic, "partition": int(partition), "offset": int(offset)}
        return msgspec.convert(parts, Origin)
    except ValueError as error:
        raise ValidationError(f"not an origin: {text!r}; expected topic/partition/offset") from error


def new_traceparent() -> str:
    """Start a trace: version 00, random ids, sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def child_traceparent(parent: str | None) -> str:
    """Return a new span of the same trace, or of a new one where the parent is missing or malformed."""
    match = _TRACEPARENT.fullmatch(parent or "")
    if match is None:
        return new_traceparent()
    return f"00-{match['trace']}-{secrets.token_hex(8)}-01"
