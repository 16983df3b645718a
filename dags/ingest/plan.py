"""What to do about each item of a feed, given what is remembered. Decides; touches nothing."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from dags.ingest.feeds import NO_LINK, Entry, Feed
from dags.ingest.state import Pending, Seen, SourceState
from schemas.articles import FeedItem
from schemas.codec import ValidationError, encode
from schemas.identity import article_id

GIVE_UP_ATTEMPTS = 5
GIVE_UP_AGE = timedelta(days=1)
"""A page is given up when both are reached, so no outage shorter than a day loses an article, however often polled."""
OVER_LIMIT = "over-limit"
_OVER_LIMIT = "after the first `max_items` items of the feed; a larger `max_items` in sources.yaml takes it in"
Cause = Literal["new", "changed", "pending"]


@dataclass(frozen=True, slots=True)
class Task:
    """A page to fetch. ``attempts`` are those made before, since ``first_seen``; ``seen`` what was last sent of it."""

    id: str
    url: str
    item: FeedItem
    cause: Cause
    attempts: int = 0
    first_seen: datetime | None = None
    seen: Seen | None = None

    @property
    def fingerprint(self) -> str:
        """Of all that the feed says of the item."""
        return fingerprint(self.item)

    def is_last(self, now: datetime) -> bool:
        """Whether the page is given up if this attempt fails too."""
        old = self.first_seen is not None and now - self.first_seen >= GIVE_UP_AGE
        return old and self.attempts + 1 >= GIVE_UP_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Left:
    """An item that is not pulled. ``id`` is that of its article, or stands for an item that has none."""

    id: str
    url: str | None
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Pages to fetch, items about which nothing is to be done, and items that cannot or shall not be pulled."""

    tasks: tuple[Task, ...]
    unchanged: tuple[Entry, ...]
    left: tuple[Left, ...] = ()


def fingerprint(item: FeedItem) -> str:
    """Return a short hash of the item."""
    return hashlib.sha256(encode(item)).hexdigest()[:16]


def make_plan(feed: Feed | None, state: SourceState, feed_url: str) -> Plan:
    """Return what to do; ``feed`` is None when it is unchanged, and then only what is pending is tried again.

    Pages that failed most come last: however many hang, they cannot keep the others from being reached. An item over
    the limit of the source is left, unless it is known: newer ones push what was pulled over the limit every day.
    """
    tasks: list[Task] = []
    known, left = _not_pulled(feed, state, feed_url) if feed else ([], [])
    unchanged = list(known)  # first, so that they are forgotten before those within the limit
    waiting = dict(state.pending)
    for entry in feed.entries if feed else ():
        pending, seen = waiting.pop(entry.id, None), state.seen.get(entry.id)
        if pending is not None:
            tasks.append(_again(entry.id, entry.url, entry.item, pending, seen))
        elif seen is None:
            tasks.append(Task(entry.id, entry.url, entry.item, "new"))
        elif seen.fingerprint != fingerprint(entry.item):
            tasks.append(Task(entry.id, entry.url, entry.item, "changed", seen=seen))
        else:
            unchanged.append(entry)
    tasks += [_again(key, each.url, each.item, each, state.seen.get(key)) for key, each in waiting.items()]
    return Plan(tuple(sorted(tasks, key=lambda task: task.attempts)), tuple(unchanged), tuple(left))


def _not_pulled(feed: Feed, state: SourceState, feed_url: str) -> tuple[list[Entry], list[Left]]:
    """Return the items over the limit that are known and unchanged, and those left; a pending one is neither."""
    known: list[Entry] = []
    left: dict[str, Left] = {}
    for entry in feed.over_limit:
        seen = state.seen.get(entry.id)
        if entry.id in state.pending:
            continue
        if seen is not None and seen.fingerprint == fingerprint(entry.item):
            known.append(entry)
        else:
            left[entry.id] = Left(entry.id, entry.url, OVER_LIMIT, _OVER_LIMIT)
    articles = {entry.id for entry in (*feed.entries, *feed.over_limit)}
    for each in feed.skipped:
        if each.key is not None and (identity := _stand_in(each.reason, each.key, feed_url)) not in articles:
            left.setdefault(identity, Left(identity, None, each.reason, each.detail))
    return known, list(left.values())


def _stand_in(reason: str, key: str, feed_url: str) -> str:
    """Return an id for an item without an article: of its link where it has one, so that the link finds it again."""
    if reason == NO_LINK:
        return _digest(f"{feed_url}\n{key}")
    try:
        return article_id(key)
    except ValidationError:
        return _digest(key)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _again(identity: str, url: str, item: FeedItem, pending: Pending, seen: Seen | None) -> Task:
    return Task(identity, url, item, "pending", pending.attempts, pending.first_seen, seen)
