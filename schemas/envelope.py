"""The envelope: CloudEvents 1.0 in Kafka's binary mode, plus W3C trace context.

Every message carries ``ce_specversion``, ``ce_id``, ``ce_source``, ``ce_type``, ``ce_time``, ``ce_dataschema`` and
``content-type``; ``ce_id`` is stable when work is redone. Extensions: ``ce_origin`` (position of the raw message),
``ce_objectkey`` and ``ce_objectsha256`` (the enriched object), ``traceparent``.
Sources: CloudEvents 1.0.2, Kafka Protocol Binding; W3C Trace Context level 1.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from schemas.articles import Origin
from schemas.codec import JSON_TYPE, ValidationError
from schemas.topics import Topic

Headers = tuple[tuple[str, bytes], ...]
SOURCE_PREFIX = "/copydesk/"


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
    if topic.payload is not None:
        values["ce_dataschema"] = f"urn:copydesk:schema:{topic.event_type.removeprefix('copydesk.')}"
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
        return Origin(topic=topic, partition=int(partition), offset=int(offset))
    except ValueError as error:
        raise ValidationError(f"not an origin: {text!r}; expected topic/partition/offset") from error


def new_traceparent() -> str:
    """Start a trace: version 00, random ids, sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def child_traceparent(parent: str | None) -> str:
    """Return a new span of the same trace, or of a new one where the parent is missing or malformed."""
    parts = (parent or "").split("-")
    if len(parts) != 4 or len(parts[1]) != 32 or parts[1].strip("0123456789abcdef"):
        return new_traceparent()
    return f"00-{parts[1]}-{secrets.token_hex(8)}-01"
