"""Pull the sources of a shard: poll feeds, fetch pages, keep the raw bytes, send, report, remember.

Order of effects, per source: raw bytes and metadata to the store -> ``news.raw``, every message acknowledged ->
``news.outcomes`` -> the source's state, with a condition. A crash between any two repeats work under the same ids,
which the consumers recognise; nothing is lost, since the state is the last to know.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
import structlog

from dags.ingest.errors import SourceBroken, SourceDown, SourceFailed
from dags.ingest.feeds import ACCEPT_FEED, Feed, NotAFeed, parse_feed
from dags.ingest.messages import raw_article
from dags.ingest.outbox import Outbox
from dags.ingest.plan import OVER_LIMIT, Left, Plan, Task, make_plan
from dags.ingest.sources import Source
from dags.ingest.state import Loaded, Pending, Seen, SourceState, load_state, save_state
from infra.messaging import Publisher
from infra.objects import ObjectStore
from infra.web import Fetched, Web
from infra.web_errors import ConnectFailed, DnsFailed, FetchFailed, FetchTimeout, TlsFailed
from schemas.articles import FeedItem

log = structlog.get_logger(__name__)

GAVE_UP = "gave-up"
POSTPONED = "postponed"
BUDGET = timedelta(minutes=20)
"""For the pages of one source; the rest waits for the next pull. A task that is killed late remembers nothing."""
MOST_SILENT = 5
"""Pages in a row without any answer, after which the site is left alone until the next pull."""
MOST_PENDING = 2_000
LONGEST_PENDING_TEXT = 20_000
"""Characters of a summary or body that are remembered of a pending item."""


_SILENT = (ConnectFailed, DnsFailed, FetchTimeout, TlsFailed)


class EmptyPage(FetchFailed):
    """The page has no bytes."""

    reason = "empty-page"


class PullCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What a pull did. Feeds hold ``items``; ``pages`` are asked for of new, changed and pending ones.

    Every item ends as ``sent``, ``unchanged``, ``failed`` or ``skipped``; ``pending`` ones are tried by the next pull.
    ``skipped`` ones repeat another item, have no link that can be fetched, or stand over the limit of the source. All
    but the first kind get an outcome, ``failed``, when they come, and not again while they stand in the feed.
    """

    sources: int = 0
    feeds_unchanged: int = 0
    items: int = 0
    skipped: int = 0
    pages: int = 0
    sent: int = 0
    unchanged: int = 0
    failed: int = 0
    pending: int = 0

    def __add__(self, other: "PullCounts") -> "PullCounts":
        ours, theirs = msgspec.structs.asdict(self), msgspec.structs.asdict(other)
        return PullCounts(**{name: ours[name] + theirs[name] for name in ours})


def pull(
    shard: Sequence[Source],
    web: Web,
    store: ObjectStore,
    publisher: Publisher,
    *,
    newsroom_url: str = "",
    topic_prefix: str = "",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> PullCounts:
    """Pull every source of the shard; one that fails does not keep the others from being pulled.

    Raises ``SourceDown`` (``StateConflict`` is one) when a source failed in a way that may pass, ``SourceBroken`` when
    all that failed will fail again, both after the last source; ``NotAcknowledged`` and what store and broker raise at
    once.
    """
    counts = PullCounts()
    failures: list[SourceFailed] = []
    for source in shard:
        outbox = Outbox(source, store, publisher, topic_prefix)
        feed_url = source.feed_url(newsroom_url)
        try:
            pulled = _SourcePull(source, feed_url, web=web, store=store, outbox=outbox, now=now).run()
        except SourceFailed as error:
            failures.append(error)
            log.error("source failed", source=source.name, error=str(error), retriable=isinstance(error, SourceDown))
        else:
            counts += pulled
            log.info("source pulled", source=source.name, **msgspec.structs.asdict(pulled))
    if len(failures) == 1:
        raise failures[0]
    if failures:
        kind = SourceDown if any(isinstance(error, SourceDown) for error in failures) else SourceBroken
        raise kind("; ".join(str(error) for error in failures)) from failures[0]
    return counts


class _SourcePull:
    """One pull of one source."""

    def __init__(
        self,
        source: Source,
        feed_url: str,
        *,
        web: Web,
        store: ObjectStore,
        outbox: Outbox,
        now: Callable[[], datetime],
    ) -> None:
        self._source = source
        self._feed_url = feed_url
        self._web = web
        self._store = store
        self._outbox = outbox
        self._now = now
        self._seen: dict[str, Seen] = {}
        self._pending: dict[str, Pending] = {}
        self._silent = 0
        self._ended = {"sent": 0, "unchanged": 0, "failed": 0}

    def run(self) -> PullCounts:
        """Raises ``SourceDown``, ``SourceBroken``, ``NotAcknowledged`` and what store and broker raise."""
        before = load_state(self._store, self._source.name)
        polled_at = self._now()
        answer = self._poll(before.state)
        feed = None if answer.unchanged else self._read(answer)
        plan = make_plan(feed, before.state, self._feed_url)
        self._seen, self._pending = dict(before.state.seen), dict(before.state.pending)
        for entry in plan.unchanged:
            self._remember(entry.id, self._seen[entry.id])
            self._report("unchanged", entry.id, entry.url, started_at=polled_at)
        for item in plan.left:
            if before.state.skipped.get(item.id) != item.reason:
                self._skip(item, started_at=polled_at)
        pages = 0
        for task in plan.tasks:
            if self._now() - polled_at > BUDGET or self._silent >= MOST_SILENT:
                self._postpone(task)
            else:
                self._do(task)
                pages += 1
        self._outbox.flush()
        skipped = {item.id: item.reason for item in plan.left} if feed else before.state.skipped
        self._save(answer, before, skipped)
        return PullCounts(
            sources=1,
            feeds_unchanged=int(feed is None),
            items=feed.items if feed else 0,
            skipped=_count_skipped(feed, plan) if feed else 0,
            pages=pages,
            pending=len(self._pending),
            **self._ended,
        )

    def _poll(self, state: SourceState) -> Fetched:
        same = state.feed_url == self._feed_url  # validators of another URL mean nothing
        try:
            return self._web.fetch(
                self._feed_url,
                private=self._source.private,
                etag=state.etag if same else None,
                last_modified=state.last_modified if same else None,
                accept=ACCEPT_FEED,
                language=self._source.language,
            )
        except FetchFailed as error:
            kind = SourceDown if error.retriable else SourceBroken
            raise kind(f"{self._source.name}: {error}") from error

    def _read(self, answer: Fetched) -> Feed:
        try:
            feed = parse_feed(
                answer.body,
                url=answer.final_url,
                content_type=answer.headers.get("content-type"),
                kind=self._source.kind,
                limit=self._source.max_items,
            )
        except NotAFeed as error:
            raise SourceBroken(f"{self._source.name}: not-a-feed: {error}") from error
        if feed.unread:
            log.warning("feed too long", source=self._source.name, unread=feed.unread, items=feed.items)
        return feed

    def _do(self, task: Task) -> None:
        started_at = self._now()
        try:
            page = self._fetch(task)
        except FetchFailed as error:
            self._silent = self._silent + 1 if isinstance(error, _SILENT) else 0
            self._fail(task, error, started_at)
            return
        self._silent = 0
        article = raw_article(task.id, task.url, page, self._source, task.item)
        known = task.seen.body_sha256 if task.seen else None
        self._pending.pop(task.id, None)
        if page.unchanged or article.body_sha256 == known:
            self._report("unchanged", task.id, task.url, started_at=started_at)
        else:
            self._outbox.send(article, started_at=started_at, ended_at=self._now())
            self._ended["sent"] += 1
            known = article.body_sha256
        self._remember(
            task.id,
            Seen(
                url=task.url,
                updated=task.item.updated,
                fingerprint=task.fingerprint,
                at=page.captured_at,
                body_sha256=known,
                etag=page.etag or (task.seen.etag if page.unchanged and task.seen else None),
                last_modified=page.last_modified or (task.seen.last_modified if page.unchanged and task.seen else None),
            ),
        )

    def _fetch(self, task: Task) -> Fetched:
        had = task.seen if task.seen and task.seen.body_sha256 else None
        page = self._web.fetch(
            task.url,
            private=self._source.private,
            etag=had.etag if had else None,
            last_modified=had.last_modified if had else None,
            language=self._source.language,
        )
        if not page.body and not page.unchanged:
            raise EmptyPage(f"{task.url} answered {page.status} without a body", retriable=True)
        return page

    def _fail(self, task: Task, error: FetchFailed, started_at: datetime) -> None:
        attempt = task.attempts + 1
        log.warning(
            "page failed",
            source=self._source.name,
            article=task.id,
            url=task.url,
            reason=error.reason,
            detail=error.detail,
            attempt=attempt,
        )
        if error.retriable and not task.is_last(started_at) and self._wait(task, attempt, error.reason, started_at):
            self._report("failed", task.id, task.url, started_at=started_at, reason=error.reason, detail=error.detail)
            return
        self._settle(task, started_at)
        self._report(
            "failed",
            task.id,
            task.url,
            started_at=started_at,
            reason=GAVE_UP if error.retriable else error.reason,
            detail=f"not tried again after attempt {attempt}: {error}",
        )

    def _postpone(self, task: Task) -> None:
        """Leave the page to the next pull. That is no attempt."""
        at = self._now()
        waits = self._wait(task, task.attempts, POSTPONED, at)
        if not waits:
            self._settle(task, at)
        why = "the site does not answer" if self._silent >= MOST_SILENT else f"over {BUDGET} on this source"
        self._report(
            "failed",
            task.id,
            task.url,
            started_at=at,
            reason=POSTPONED if waits else GAVE_UP,
            detail=f"{why}; {'the next pull tries it' if waits else f'more than {MOST_PENDING} items are pending'}",
        )

    def _wait(self, task: Task, attempts: int, reason: str, at: datetime) -> bool:
        """Make the item pending. Returns False where too many are."""
        self._pending.pop(task.id, None)
        if len(self._pending) >= MOST_PENDING:
            return False
        self._pending[task.id] = Pending(
            url=task.url,
            item=_short(task.item),
            attempts=attempts,
            first_seen=task.first_seen or at,
            reason=reason,
        )
        return True

    def _settle(self, task: Task, at: datetime) -> None:
        """Fail an item for good: it is fetched again only when the feed says something new of it."""
        self._pending.pop(task.id, None)
        seen = Seen(url=task.url, updated=task.item.updated, fingerprint=task.fingerprint, at=at)
        if task.seen is not None:
            had = task.seen
            seen = msgspec.structs.replace(
                seen, body_sha256=had.body_sha256, etag=had.etag, last_modified=had.last_modified
            )
        self._remember(task.id, seen)

    def _skip(self, item: Left, *, started_at: datetime) -> None:
        """Report an item that is not pulled. It is no page that failed, and not counted as one."""
        log.warning("item skipped", source=self._source.name, article=item.id, reason=item.reason, detail=item.detail)
        self._outbox.report(
            "failed",
            item.id,
            item.url,
            started_at=started_at,
            ended_at=self._now(),
            reason=item.reason,
            detail=item.detail,
        )

    def _report(
        self,
        status: Literal["unchanged", "failed"],
        identity: str,
        url: str,
        *,
        started_at: datetime,
        reason: str | None = None,
        detail: str | None = None,
    ) -> None:
        self._ended[status] += 1
        self._outbox.report(
            status, identity, url, started_at=started_at, ended_at=self._now(), reason=reason, detail=detail
        )

    def _remember(self, identity: str, seen: Seen) -> None:
        """Put the item last: what stands in the feed now is forgotten last."""
        self._seen.pop(identity, None)
        self._seen[identity] = seen

    def _save(self, answer: Fetched, before: Loaded, skipped: dict[str, str]) -> None:
        had = before.state if answer.unchanged else SourceState()
        state = SourceState(
            feed_url=self._feed_url,
            etag=answer.etag or had.etag,
            last_modified=answer.last_modified or had.last_modified,
            seen=self._seen,
            pending=self._pending,
            skipped=skipped,
        )
        save_state(self._store, self._source.name, state, before)


def _count_skipped(feed: Feed, plan: Plan) -> int:
    return len(feed.skipped) + feed.unread + sum(item.reason == OVER_LIMIT for item in plan.left)


def _short(item: FeedItem) -> FeedItem:
    """Return the item without a summary or body that is too long to remember."""
    return msgspec.structs.replace(
        item,
        summary=item.summary if len(item.summary or "") <= LONGEST_PENDING_TEXT else None,
        content=item.content if len(item.content or "") <= LONGEST_PENDING_TEXT else None,
    )
