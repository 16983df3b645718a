"""The loop that runs a step. It knows Kafka's rhythm and no news.

Order of effects for every batch, in ``Loop.turn``: poll (with the group membership) -> note the batch in the journal ->
work, objects put -> close the note -> one transaction: begin, results, outcomes and dead letters, every
acknowledgement checked, offsets, commit -> forget the positions. A crash between any two of these repeats work; it
loses nothing, and since keys, bytes and event ids are the same again, it forks nothing.

- ``Unavailable`` while working: what is done is committed, the rest is put back, and the loop pauses and keeps polling
  (a sleep would cost the membership).
- ``Invalid``, or bytes that are not the payload: a dead letter. ``dead_limit`` of them in a row halt the slot once
  they are committed, so that a bad deploy does not drain a topic.
- ``TransactionFailed`` and ``GroupLost`` end the process (crash-only): whoever supervises it starts it again with the
  same static ids. ``Refused`` (credentials, settings) ends it too; no article is to blame.
- Any other error is a bug in a step. It ends the process too, and counts as a death over that article: see
  ``consumers.poison``.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from consumers.poison import CRASH_LIMIT, Journal
from consumers.records import dead_record, outcome_record, result_record
from consumers.step import Done, Invalid, Result, Step
from consumers.watchdog import KAFKA_LIMIT_S, Polling, Watchdog
from infra.errors import NotFound, Refused, Unavailable
from infra.messaging import Batch, Consumer, Message, Partition, Record, TransactionalPublisher
from schemas.articles import CleanArticle, Origin, RawArticle
from schemas.codec import BlobStore, ValidationError, unpack
from schemas.envelope import child_traceparent, format_origin, parse_origin, read
from schemas.identity import is_article_id
from schemas.topics import OUTCOMES, RAW

A = TypeVar("A", bound=RawArticle | CleanArticle)

log = structlog.get_logger(__name__)

POLL_S = 0.5
CRASHED = "crashed"
WAIT_S = 3.0
"""Between two attempts while a system is away."""


class Halted(Exception):
    """Too many dead letters in a row. A person must look; the message has the remedy."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``batch_seconds``: a batch is cut after that much work. ``work_seconds``: an article over it is a hang."""

    batch_size: int = 50
    batch_seconds: float = 5.0
    work_seconds: float = 120.0
    dead_limit: int = 20


@dataclass(frozen=True, slots=True)
class _Job:
    """A message with what its envelope says."""

    message: Message
    position: Origin
    origin: Origin
    article_id: str
    content_type: str
    trace: str


@dataclass(slots=True)
class _Work:
    """What a turn has made so far."""

    records: list[Record] = field(default_factory=list)
    settled: list[_Job] = field(default_factory=list)


class Loop(Generic[A]):
    """Runs ``step`` over the messages of ``consumer`` until ``stop`` says so.

    ``halt_file`` is written when the slot halts; while it exists the slot does not start.
    """

    def __init__(
        self,
        step: Step[A],
        *,
        consumer: Consumer,
        publisher: TransactionalPublisher,
        store: BlobStore,
        journal: Journal,
        watchdog: Watchdog,
        halt_file: Path,
        limits: Limits,
        stop: Callable[[], bool],
        prefix: str = "",
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._step = step
        self._consumer = consumer
        self._publisher = publisher
        self._store = store
        self._journal = journal
        self._watchdog = watchdog
        self._halt_file = halt_file
        self._limits = limits
        self._stop = stop
        self._prefix = prefix
        self._clock = clock
        self._now = now
        self._dead_in_a_row = 0
        self._halt: str | None = None
        self._resume_at: float | None = None
        self._polling = Polling()

    @property
    def polling(self) -> Polling:
        """What was polled up to now. May be read from another thread."""
        return self._polling

    @property
    def waiting(self) -> bool:
        """Whether the loop waits for a system that is away."""
        return self._resume_at is not None

    def run(self) -> None:
        """Turn until ``stop``. Raises ``Halted``, ``TransactionFailed``, ``GroupLost``."""
        if self._halt_file.exists():
            raise Halted(f"{self._halt_file.read_text(encoding='utf-8').strip()} ({_remedy(self._halt_file)})")
        with self._watchdog.phase("healing transaction", KAFKA_LIMIT_S):
            self._publisher.heal(self._prefix + OUTCOMES.name)
        self._journal.reset_starts()
        log.info("worker ready", stage=self._step.stage)
        while not self._stop():
            self.turn()

    def turn(self) -> None:
        """Poll once, work on what came, and commit it."""
        if self._resume_at is not None and self._clock() >= self._resume_at:
            self._resume_at = None
            self._consumer.resume()
        began = self._clock()
        with self._watchdog.phase("poll", KAFKA_LIMIT_S):
            try:
                batch = self._consumer.poll(timeout_s=POLL_S, limit=self._limits.batch_size)
            except Unavailable as error:
                log.warning("broker away", error=str(error))
                return
        idle_s = 0.0 if batch.messages or self.waiting else self._clock() - began
        held = frozenset(partition.number for partition in self._consumer.assignment())
        self._polling = Polling(held, self._polling.idle_s + idle_s)
        if not batch.messages:
            return
        jobs = [self._job(message) for message in batch.messages]
        started = self._clock()
        while jobs and not self.waiting:
            count = self._next_count(jobs)
            done = self._work(jobs[:count], started)
            self._commit(done, batch)
            self._halt_if_asked()
            jobs = jobs[len(done.settled) :]
            if self._stop() or self._clock() - started >= self._limits.batch_seconds:
                break
        if jobs:
            self._consumer.rewind(Batch(tuple(job.message for job in jobs), batch.membership))

    def _next_count(self, jobs: list[_Job]) -> int:
        """How many of the next messages go into one transaction: a suspect goes alone."""
        for count, job in enumerate(jobs):
            if self._journal.suspect(job.position):
                return max(count, 1)
        return len(jobs)

    def _work(self, jobs: list[_Job], started: float) -> _Work:
        """Run the step on ``jobs``, stopping early when a system is away or the time is up."""
        work = _Work()
        self._journal.begin([job.position for job in jobs])
        try:
            for job in jobs:
                with self._watchdog.phase(f"work on {job.article_id}", self._limits.work_seconds):
                    work.records.extend(self._one(job))
                work.settled.append(job)
                if self._halt or self._clock() - started >= self._limits.batch_seconds:
                    break
        except Refused:
            self._journal.end()
            raise
        except Unavailable as error:
            log.warning("system away: pausing", error=str(error), seconds=WAIT_S)
            self._resume_at = self._clock() + WAIT_S
            self._consumer.pause()
        # Not in a finally: an unknown error must leave the note, it counts against the article.
        self._journal.end()
        return work

    def _one(self, job: _Job) -> list[Record]:
        """Run the step on one message. Returns its records. Raises ``Unavailable``, and the step's bugs."""
        context = {"article": job.article_id, "trace": job.trace, "origin": format_origin(job.origin)}
        with structlog.contextvars.bound_contextvars(**context):
            started_at = self._now()
            article: A | None = None
            result: Result | Invalid
            try:
                with self._journal.blame(job.position):
                    article = self._read(job)
                    result = self._step(article, job.origin)
            except ValidationError as error:
                result = Invalid("invalid", str(error))
            except Invalid as error:
                result = error
            ended_at = self._now()
            records = self._records(job, article, result, started_at, ended_at)
            log.info(
                "article",
                stage=self._step.stage,
                outcome=type(result).__name__.lower(),
                reason=getattr(result, "reason", None),
                revision=getattr(result, "revision", None),
                seconds=round((ended_at - started_at).total_seconds(), 3),
            )
            return records

    def _read(self, job: _Job) -> A:
        if self._journal.crashes(job.position) >= CRASH_LIMIT:
            raise Invalid(CRASHED, f"ended {CRASH_LIMIT} processes that worked on nothing else")
        if job.message.value is None:
            raise Invalid("empty", "the message has no value; withdraw articles with `copydesk withdraw`")
        try:
            data = unpack(job.message.value, job.content_type, self._store)
        except NotFound as error:
            raise Invalid("lost-payload", f"the payload that the message points to is gone: {error}") from error
        return self._step.read(data)

    def _records(
        self, job: _Job, article: A | None, result: Result | Invalid, started_at: datetime, ended_at: datetime
    ) -> list[Record]:
        records = [
            outcome_record(
                result,
                article_id=job.article_id,
                article=article,
                prefix=self._prefix,
                stage=self._step.stage,
                origin=job.origin,
                trace=job.trace,
                started_at=started_at,
                ended_at=ended_at,
            )
        ]
        if isinstance(result, Done):
            records.append(
                result_record(
                    self._step.output,
                    result,
                    prefix=self._prefix,
                    stage=self._step.stage,
                    origin=job.origin,
                    trace=job.trace,
                    now=ended_at,
                    store=self._store,
                )
            )
        if isinstance(result, Invalid):
            self._count_dead(result)
            records.append(
                dead_record(
                    result,
                    job.message,
                    article_id=job.article_id,
                    prefix=self._prefix,
                    stage=self._step.stage,
                    origin=job.origin,
                    # What crashed too often is given up without another attempt.
                    attempts=self._journal.deaths(job.position) + (result.reason != CRASHED),
                    trace=job.trace,
                    now=ended_at,
                )
            )
        else:
            self._dead_in_a_row = 0
        return records

    def _count_dead(self, error: Invalid) -> None:
        self._dead_in_a_row += 1
        if self._dead_in_a_row >= self._limits.dead_limit:
            self._halt = f"{self._dead_in_a_row} dead letters in a row, the last one {error}"

    def _halt_if_asked(self) -> None:
        if self._halt:
            self._halt_file.write_text(self._halt + "\n", encoding="utf-8")
            raise Halted(f"{self._halt} ({_remedy(self._halt_file)})")

    def _commit(self, work: _Work, batch: Batch) -> None:
        if not work.settled:
            return
        offsets: dict[Partition, int] = Batch(
            tuple(job.message for job in work.settled), batch.membership
        ).next_offsets()
        with self._watchdog.phase("transaction", KAFKA_LIMIT_S):
            self._publisher.commit(work.records, batch, offsets)
        self._journal.settle([job.position for job in work.settled])

    def _job(self, message: Message) -> _Job:
        envelope = read(message.headers)
        position = Origin(topic=message.topic, partition=message.partition, offset=message.offset)
        origin = position
        if self._step.input is not RAW:
            try:
                origin = parse_origin(envelope.get("ce_origin", ""))
            except ValidationError:
                log.warning("message without an origin", position=format_origin(position))
        return _Job(
            message=message,
            position=position,
            origin=origin,
            article_id=_article_id(message.key, position),
            content_type=envelope.get("content-type", ""),
            trace=child_traceparent(envelope.get("traceparent")),
        )


def _article_id(key: bytes | None, position: Origin) -> str:
    """Return the key, or an id made from the position where the key is none of ours."""
    text = (key or b"").decode(errors="replace")
    if is_article_id(text):
        return text
    return hashlib.sha256(format_origin(position).encode()).hexdigest()[:32]


def _remedy(halt_file: Path) -> str:
    return f"look with `copydesk dead list`; when the cause is mended, delete {halt_file} and run `copydesk up`"
