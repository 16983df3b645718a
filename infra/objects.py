"""What Copydesk asks of an object store. ``infra.store`` speaks S3; ``infra.memory`` is the twin for tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from infra.errors import Refused

KEY_LIMIT = 1024
"""Bytes of a key in UTF-8 (Amazon S3, "Creating object key names")."""
SEGMENT_LIMIT = 255
"""Bytes between two slashes: servers that keep objects as files are bound by the file system's names."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object with its version tag. ``etag`` has no quotes."""

    key: str
    data: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One row of a listing. ``size`` in bytes; ``modified`` is when the server wrote it, where it says so."""

    key: str
    size: int
    etag: str
    modified: datetime | None = None


class ObjectStore(Protocol):
    """One bucket. Every method raises ``Unavailable`` when the store does not answer within the bounded retries."""

    def put(self, key: str, data: bytes, *, content_type: str = "application/octet-stream") -> str:
        """Write, replacing what is there. Returns the etag."""
        ...

    def put_if_absent(self, key: str, data: bytes, *, content_type: str = "application/json") -> str:
        """Write only if the key is free. Returns the etag. Raises ``Conflict`` if it is taken by other bytes.

        If the object that is there holds the same bytes the call succeeds: a retried request may be refused because
        of its own first attempt.
        """
        ...

    def put_if_match(self, key: str, data: bytes, etag: str, *, content_type: str = "application/json") -> str:
        """Write only over the version ``etag``. Returns the new etag. Raises ``Conflict`` (also when it is gone)."""
        ...

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises ``NotFound``."""
        ...

    def get_object(self, key: str) -> StoredObject:
        """Return bytes and etag of one version. Raises ``NotFound``."""
        ...

    def exists(self, key: str) -> bool:
        """Whether the key is taken."""
        ...

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every object whose key starts with ``prefix``, in key order."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens if it is not there."""
        ...


def check_key(key: str) -> str:
    """Return ``key`` if every S3 server stores it under exactly this name. Raises ``Refused`` saying what is wrong."""
    problem = _key_problem(key)
    if problem:
        raise Refused(f"object key {key!r:.200} {problem}")
    return key


def _key_problem(key: str) -> str | None:
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return "holds characters that UTF-8 cannot write"
    segments = key.split("/")
    if not 0 < size <= KEY_LIMIT:
        return f"has {size} bytes; 1 to {KEY_LIMIT} are allowed"
    if any(segment in {"", ".", ".."} for segment in segments):
        return "has an empty, `.` or `..` part; servers fold such parts"
    if "\\" in key or not key.isprintable():
        return "holds a backslash or characters that do not print"
    if max(len(segment.encode()) for segment in segments) > SEGMENT_LIMIT:
        return f"has a part of more than {SEGMENT_LIMIT} bytes"
    return None
