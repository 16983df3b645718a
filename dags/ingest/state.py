"""What is remembered of a source between polls: one JSON object, written with a condition."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from dags.ingest.errors import SourceBroken, StateConflict
from infra.errors import Conflict, NotFound
from infra.objects import ObjectStore
from schemas.articles import FeedItem, Payload
from schemas.codec import ValidationError, decode, encode
from schemas.keys import source_state_key

MOST_SEEN = 5_000
"""Items remembered per source, the latest to stand in the feed; above the ``max_items`` of any feed."""


class Seen(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """An item that was dealt with, and the validators of its page as it was last sent."""

    url: str
    updated: datetime | None = None
    """What the feed says."""
    fingerprint: str
    """Of all that the feed says of it."""
    at: datetime
    """When its page was fetched or given up last."""
    body_sha256: str | None = None
    """Null if the page was given up before it was ever had."""
    etag: str | None = None
    last_modified: str | None = None


class Pending(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """An item whose page could not be had yet."""

    url: str
    item: FeedItem
    attempts: int
    first_seen: datetime
    reason: str


class SourceState(Payload, frozen=True, kw_only=True):
    """Validators of the feed, items dealt with (oldest first) and items pending, both by article id.

    ``skipped`` are the items of the feed, as last read, that were not pulled: id -> reason. Each was reported when it
    came, and is again only if it comes anew or for another reason.
    """

    version: int = 1
    feed_url: str = ""
    etag: str | None = None
    last_modified: str | None = None
    seen: dict[str, Seen] = msgspec.field(default_factory=dict)
    pending: dict[str, Pending] = msgspec.field(default_factory=dict)
    skipped: dict[str, str] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A state and the version of the object that it was read from; ``etag`` None where there was none."""

    state: SourceState
    data: bytes = b""
    etag: str | None = None


def load_state(store: ObjectStore, source: str) -> Loaded:
    """Return the state of a source, empty where there is none.

    Raises ``SourceBroken`` when the object cannot be read as one, and the store's errors.
    """
    key = source_state_key(source)
    try:
        stored = store.get_object(key)
    except NotFound:
        return Loaded(SourceState())
    try:
        return Loaded(decode(stored.data, SourceState), stored.data, stored.etag)
    except ValidationError as error:
        raise SourceBroken(
            f"{source}: the state in {key} is {error}; delete that object and all items are pulled again, which the "
            "consumers recognise as duplicates"
        ) from error


def save_state(store: ObjectStore, source: str, state: SourceState, before: Loaded) -> None:
    """Write ``state`` over what was loaded; nothing is written where nothing changed.

    Only to be called after the broker acknowledged all that the state says was sent. Raises ``StateConflict``, and
    the store's errors.
    """
    data = encode(msgspec.structs.replace(state, seen=dict(list(state.seen.items())[-MOST_SEEN:])))
    if data == before.data:
        return
    key = source_state_key(source)
    try:
        if before.etag is None:
            store.put_if_absent(key, data)
        else:
            store.put_if_match(key, data, before.etag)
    except Conflict as error:
        raise StateConflict(f"{source}: another run wrote {key} meanwhile; is the source in two DAGs?") from error
