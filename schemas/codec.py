"""Payloads to bytes and back, and the one rule for payloads too large for a message.

A payload of more than ``INLINE_LIMIT`` bytes encoded is put into the store under its hash and the message carries a
``Pointer`` instead (the claim-check pattern; the content type tells the two apart).
"""

import hashlib
from typing import Annotated, Protocol, TypeVar

import msgspec
from msgspec import Meta

from schemas.articles import Sha256

P = TypeVar("P", bound=msgspec.Struct)

INLINE_LIMIT = 700_000
"""Bytes. Kafka refuses messages over 1 MB by default; headers and compression overhead need room below that."""
JSON_TYPE = "application/json"
POINTER_TYPE = "application/vnd.copydesk.pointer+json"


class ValidationError(ValueError):
    """The bytes are not a payload of the type asked for. The message names the field."""


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """Where a payload lies that was too large for a message."""

    key: Annotated[str, Meta(description="The object's key in the bucket.")]
    sha256: Sha256
    size: Annotated[int, Meta(ge=0, description="Bytes of the object.")]


class BlobStore(Protocol):
    """What the pointer rule needs of an object store."""

    def put(self, key: str, data: bytes, *, content_type: str = ...) -> object: ...

    def get(self, key: str) -> bytes: ...


def encode(payload: msgspec.Struct) -> bytes:
    """Return the payload as one line of JSON, in field order, ended by a newline."""
    return msgspec.json.encode(payload) + b"\n"


def decode(data: bytes, kind: type[P]) -> P:
    """Return the payload in ``data``. Unknown fields are ignored. Raises ``ValidationError``."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValidationError(f"not a {kind.__name__}: {error}") from error


def pack(data: bytes, store: BlobStore) -> tuple[bytes, str]:
    """Return the message value and its content type, putting ``data`` into the store if it is too large."""
    if len(data) <= INLINE_LIMIT:
        return data, JSON_TYPE
    digest = hashlib.sha256(data).hexdigest()
    key = _key(digest)
    store.put(key, data, content_type=JSON_TYPE)
    return encode(Pointer(key=key, sha256=digest, size=len(data))), POINTER_TYPE


def decode_pointer(value: bytes) -> Pointer:
    """Return the pointer in ``value``. Raises ``ValidationError``, also if it points elsewhere than ``pack`` puts.

    Messages are hostile: what they name is read, or deleted, only where payloads lie.
    """
    pointer = decode(value, Pointer)
    if pointer.key != _key(pointer.sha256):
        raise ValidationError(f"not a Pointer: the key is {pointer.key!r:.200}, not {_key(pointer.sha256)}")
    return pointer


def unpack(value: bytes, content_type: str, store: BlobStore) -> bytes:
    """Return the payload's bytes, fetching them if the message holds a pointer.

    Raises ``ValidationError`` when the pointer is malformed, points elsewhere than ``pack`` puts payloads, or what it
    points to has another hash. The store's own errors pass through.
    """
    if content_type != POINTER_TYPE:
        return value
    pointer = decode_pointer(value)
    data = store.get(pointer.key)
    if hashlib.sha256(data).hexdigest() != pointer.sha256:
        raise ValidationError(f"object {pointer.key} does not have the hash that the message promises")
    return data


def _key(digest: str) -> str:
    return f"payloads/{digest}.json"
