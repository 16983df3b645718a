"""What to do about each item of a feed, given what is remembered. Decides; touches nothing."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from dags.ingest.feeds import Entry, Feed
from dags.ingest.state import Pending, Seen, SourceState
from schemas.articles import FeedItem
from schemas.codec import encode

GIVE_UP_ATTEMPTS = 5
GIVE_UP_AGE = timedelta(days=1)
"""A page is given up when both are reached, so no outage shorter than a day loses an article, however often polled."""
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
class Plan:
    """Pages to fetch, and the items about which nothing is to be done."""

    tasks: tuple[Task, ...]
    unchanged: tuple[Entry, ...]


def fingerprint(item: FeedItem) -> str:
    """Return a short hash of the item."""
    return hashlib.sha256(encode(item)).hexdigest()[:16]


def make_plan(feed: Feed | None, state: SourceState) -> Plan:
    """Return what to do; ``feed`` is None when it is unchanged, and then only what is pending is tried again.

    Pages that failed most come last: however many hang, they cannot keep the others from being reached.
    """
    tasks, unchanged = [], []
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
    return Plan(tuple(sorted(tasks, key=lambda task: task.attempts)), tuple(unchanged))


def _again(identity: str, url: str, item: FeedItem, pending: Pending, seen: Seen | None) -> Task:
    return Task(identity, url, item, "pending", pending.attempts, pending.first_seen, seen)
