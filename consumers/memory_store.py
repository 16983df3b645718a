"""Where the versions of the learned memory lie, and which one is current.

``memory/v1/<version>.json`` is never changed; ``memory/current.json`` names the version that workers load. It is
written last and conditionally, so of two learners at once one wins and the other is told.
"""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from consumers.memory import Memory, version_of
from infra.errors import Conflict, NotFound, Refused
from infra.objects import ObjectStore
from schemas.articles import Time
from schemas.codec import ValidationError, decode, encode
from schemas.keys import CURRENT_MEMORY_KEY, memory_key

LATEST: Final = "latest"
NONE: Final = "none"
"""What may be asked for instead of a version."""


class Current(msgspec.Struct, frozen=True, kw_only=True):
    """The pointer. ``articles`` is the number of those that the version was learned from."""

    version: Annotated[str, Meta(pattern="^[0-9a-f]{12}$")]
    previous: Annotated[str, Meta(pattern="^[0-9a-f]{12}$")] | None
    learned_at: Time
    articles: int


def load_memory(store: ObjectStore, wanted: str) -> Memory | None:
    """Return the memory of a version, or the latest; None for ``none``, and where nothing was learned yet.

    Raises ``Refused`` for a version that is not there or is not what it was, and ``Unavailable``.
    """
    if wanted == NONE:
        return None
    if wanted == LATEST:
        current, _ = read_current(store)
        return read_version(store, current.version) if current else None
    return read_version(store, wanted)


def read_version(store: ObjectStore, version: str) -> Memory:
    """Return the memory of a version. Raises ``Refused`` and ``Unavailable``."""
    key = memory_key(version)
    remedy = "set COPYDESK_MEMORY to `none` or to another version, or learn anew with `copydesk clean --learn`"
    try:
        data = store.get(key)
    except NotFound as error:
        raise Refused(f"there is no memory {version} in the bucket ({key}): {remedy}") from error
    if version_of(data) != version:
        raise Refused(f"{key} was changed: its bytes make version {version_of(data)}; delete it, then {remedy}")
    return Memory.read(data, name=key)


def read_current(store: ObjectStore) -> tuple[Current | None, str | None]:
    """Return the pointer and its etag; None and None where nothing was learned yet.

    Raises ``Refused`` for one that cannot be read, and ``Unavailable``.
    """
    try:
        stored = store.get_object(CURRENT_MEMORY_KEY)
    except NotFound:
        return None, None
    try:
        return decode(stored.data, Current), stored.etag
    except ValidationError as error:
        raise Refused(
            f"{CURRENT_MEMORY_KEY} cannot be read ({error}): delete it, then run `copydesk clean --learn`"
        ) from error


def publish(store: ObjectStore, memory: Memory, *, current: Current | None, etag: str | None, now: datetime) -> Current:
    """Make ``memory`` the current version. ``current`` and ``etag`` are what ``read_current`` gave before learning.

    Raises ``Conflict`` when somebody else did meanwhile, and ``Unavailable``.
    """
    store.put_if_absent(memory_key(memory.version), memory.data)
    pointer = Current(
        version=memory.version,
        previous=current.version if current else None,
        learned_at=now,
        articles=memory.contents.articles,
    )
    try:
        if etag is None:
            store.put_if_absent(CURRENT_MEMORY_KEY, encode(pointer))
        else:
            store.put_if_match(CURRENT_MEMORY_KEY, encode(pointer), etag)
    except Conflict as error:
        raise Conflict("another run has learned meanwhile, and its memory is current; run this again") from error
    return pointer
