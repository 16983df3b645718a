"""Learns from the bucket: reads the enriched objects of the window and makes the next version of the memory.

Every object of the window is read once, the newest revision of an article only; none is changed. What is held at once
is bounded by ``consumers.learn``, and the list of the window's keys.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime

from consumers.learn import MAX_ARTICLES, WINDOW_DAYS, Learner, reading
from consumers.memory import Memory
from consumers.memory_store import Current, publish, read_current, read_version
from infra.errors import NotFound, Refused
from infra.objects import ObjectStore
from schemas.articles import CleanArticle
from schemas.codec import ValidationError, decode
from schemas.keys import ENRICHED_PREFIX, NO_DATE, enriched_name

THREADS = 8
AHEAD = 4 * THREADS
"""Objects asked for before the first of them is read."""


@dataclass(frozen=True, slots=True)
class Learning:
    """What a run made. ``previous`` is the memory that was current; ``current`` the pointer after the run, if any.

    ``unreadable`` counts objects that are no articles; ``written`` tells whether ``memory`` became the current one.
    """

    memory: Memory
    previous: Memory | None
    current: Current | None
    unreadable: int
    written: bool


def select(store: ObjectStore, today: date) -> tuple[str, ...]:
    """Return the keys of the window's articles, the newest revision of each. Raises ``Unavailable``.

    The window ends with the newest day of publication that is not after ``today``. An article without one may be of
    any day: its object is left out only if the store wrote it before the window.
    """
    days: dict[date, dict[str, tuple[int, str]]] = {}
    undated: dict[str, tuple[int, str, datetime | None]] = {}
    for info in store.list(ENRICHED_PREFIX):  # in key order: days rise, and those without one come last
        name = enriched_name(info.key)
        if name is None:
            continue
        partition, article, revision, _ = name
        if partition == NO_DATE:
            undated[article] = max(undated.get(article, (0, "", None)), (revision, info.key, info.modified))
            continue
        day = _day(partition)
        if day is None or day > today:
            continue
        if day not in days:
            days = {each: keys for each, keys in days.items() if each > _before(day)}
            days[day] = {}
        days[day][article] = max(days[day].get(article, (0, "")), (revision, info.key))
    newest: dict[str, tuple[int, str]] = {}
    for keys in days.values():
        for article, entry in keys.items():
            newest[article] = max(newest.get(article, entry), entry)
    before = _before(max(days, default=today))
    for article, (revision, key, modified) in undated.items():
        if modified is None or modified.astimezone(UTC).date() > before:
            newest[article] = max(newest.get(article, (0, "")), (revision, key))
    sample = heapq.nsmallest(MAX_ARTICLES, newest)
    return tuple(newest[article][1] for article in sample)


def learn_from(
    store: ObjectStore,
    keys: Sequence[str],
    *,
    now: datetime,
    write: bool = True,
    seen: Callable[[int], None] = lambda _: None,
) -> Learning:
    """Learn from the objects ``keys``, and make the result current if it knows other paragraphs than the last one.

    ``seen`` is told how many objects have been read. Raises ``Conflict`` when another run was faster, ``Refused`` and
    ``Unavailable``.
    """
    current, etag = read_current(store)
    previous = _previous(store, current)
    learner = Learner()
    unreadable = 0
    for count, data in enumerate(_read(store, keys), start=1):
        seen(count)
        if data is None:
            continue
        try:
            found = reading(decode(data, CleanArticle))
        except ValidationError:
            unreadable += 1
            continue
        if found:
            learner.add(found)
    memory = learner.memory(today=now.astimezone(UTC).date())
    damaged = current is not None and previous is None
    written = write and (damaged or _known(memory) != _known(previous))
    if written:
        current = publish(store, memory, current=current, etag=etag, now=now)
    return Learning(memory, previous, current, unreadable, written)


def _previous(store: ObjectStore, current: Current | None) -> Memory | None:
    """Return the memory that is current. One that is damaged is as good as none: it is replaced."""
    try:
        return read_version(store, current.version) if current else None
    except Refused:
        return None


def _read(store: ObjectStore, keys: Sequence[str]) -> Iterator[bytes | None]:
    """The objects in the order of their keys; None for one that was withdrawn meanwhile."""
    waiting: deque[Future[bytes | None]] = deque()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="learn") as pool:
        try:
            for key in keys:
                waiting.append(pool.submit(_get, store, key))
                if len(waiting) >= AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _get(store: ObjectStore, key: str) -> bytes | None:
    try:
        return store.get(key)
    except NotFound:
        return None


def _known(memory: Memory | None) -> dict[str, set[str]]:
    return {host: set(paragraphs) for host, paragraphs in memory.contents.hosts.items()} if memory else {}


def _before(day: date) -> date:
    """Return the last day before the window that ends with ``day``."""
    return date.fromordinal(max(day.toordinal() - WINDOW_DAYS, 1))


def _day(partition: str) -> date | None:
    try:
        return date.fromisoformat(partition)
    except ValueError:
        return None
