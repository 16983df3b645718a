"""The twin of the object store."""

import hashlib
import threading
from collections.abc import Iterator

from infra.errors import Conflict, NotFound, Unavailable
from infra.objects import ObjectInfo, StoredObject, check_key


class MemoryStore:
    """One bucket in memory (``infra.objects.ObjectStore``). Thread-safe. Set ``down`` to have every call refused."""

    def __init__(self) -> None:
        self.down = False
        self._objects: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def put(self, key: str, data: bytes, *, content_type: str = "application/octet-stream") -> str:  # noqa: ARG002
        """See ``ObjectStore.put``."""
        with self._open(key):
            return self._write(key, data)

    def put_if_absent(self, key: str, data: bytes, *, content_type: str = "application/json") -> str:  # noqa: ARG002
        """See ``ObjectStore.put_if_absent``."""
        with self._open(key):
            if self._objects.get(key, data) != data:
                raise Conflict(f"object {key} is there already, with other bytes")
            return self._write(key, data)

    def put_if_match(
        self,
        key: str,
        data: bytes,
        etag: str,
        *,
        content_type: str = "application/json",  # noqa: ARG002
    ) -> str:
        """See ``ObjectStore.put_if_match``."""
        with self._open(key):
            present = self._objects.get(key)
            if present is None or _etag(present) != etag:
                raise Conflict(f"object {key} is no longer the version expected")
            return self._write(key, data)

    def get(self, key: str) -> bytes:
        """See ``ObjectStore.get``."""
        return self.get_object(key).data

    def get_object(self, key: str) -> StoredObject:
        """See ``ObjectStore.get_object``."""
        with self._open(key):
            if key not in self._objects:
                raise NotFound(f"object {key} does not exist")
            return StoredObject(key, self._objects[key], _etag(self._objects[key]))

    def exists(self, key: str) -> bool:
        """See ``ObjectStore.exists``."""
        with self._open(key):
            return key in self._objects

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """See ``ObjectStore.list``."""
        with self._open():
            found = sorted((key.encode(), key) for key in self._objects if key.startswith(prefix))
            rows = [ObjectInfo(key, len(self._objects[key]), _etag(self._objects[key])) for _, key in found]
        yield from rows

    def delete(self, key: str) -> None:
        """See ``ObjectStore.delete``."""
        with self._open(key):
            self._objects.pop(key, None)

    def _open(self, key: str | None = None) -> threading.Lock:
        if key is not None:
            check_key(key)
        if self.down:
            raise Unavailable("the object store is down")
        return self._lock

    def _write(self, key: str, data: bytes) -> str:
        self._objects[key] = bytes(data)
        return _etag(data)


def _etag(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
