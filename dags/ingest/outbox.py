"""What a source's pull sends, in batches: raw articles first, outcomes once the broker has those."""

from collections.abc import Callable, Sequence
from datetime import datetime

from dags.ingest.errors import NotAcknowledged
from dags.ingest.messages import STAGE, outcome_record, raw_record
from dags.ingest.raw import keep_raw
from dags.ingest.sources import Source
from infra.messaging import Message, Publisher, Record
from infra.objects import ObjectStore
from schemas.articles import Origin, Outcome, RawArticle, Status
from schemas.envelope import child_traceparent, new_traceparent

BATCH_ITEMS = 50
BATCH_BYTES = 8_000_000
"""Bodies held before they are sent: what bounds the memory of a task."""


class Outbox:
    """Outgoing messages of one source. Nothing counts as sent before ``flush`` returned.

    ``on_sent`` is told of every raw article that the broker has acknowledged, in the order of sending.
    """

    def __init__(
        self,
        source: Source,
        store: ObjectStore,
        publisher: Publisher,
        topic_prefix: str,
        on_sent: Callable[[RawArticle, Message], None] = lambda _article, _message: None,
    ) -> None:
        self._source = source
        self._store = store
        self._publisher = publisher
        self._prefix = topic_prefix
        self._on_sent = on_sent
        self._articles: list[tuple[RawArticle, datetime, datetime]] = []
        self._outcomes: list[Record] = []

    def send(self, article: RawArticle, *, started_at: datetime, ended_at: datetime) -> None:
        """Keep the raw bytes and take the article up for sending. May flush. Raises what ``flush`` raises."""
        keep_raw(self._store, article)
        self._articles.append((article, started_at, ended_at))
        bodies = sum(len(each.body) for each, _, _ in self._articles)
        if len(self._articles) >= BATCH_ITEMS or bodies >= BATCH_BYTES:
            self.flush()

    def report(
        self,
        status: Status,
        identity: str,
        url: str | None,
        *,
        started_at: datetime,
        ended_at: datetime,
        reason: str | None = None,
        detail: str | None = None,
    ) -> None:
        """Take up the outcome of an item that is not sent."""
        outcome = Outcome(
            id=identity,
            stage=STAGE,
            status=status,
            reason=reason,
            detail=detail,
            source=self._source.name,
            url=url,
            started_at=started_at,
            ended_at=ended_at,
        )
        self._outcomes.append(outcome_record(outcome, trace=new_traceparent(), prefix=self._prefix))

    def flush(self) -> None:
        """Send all: raw articles, then outcomes. Raises ``NotAcknowledged`` and what store and publisher raise."""
        traces = [new_traceparent() for _ in self._articles]
        records = [
            raw_record(article, trace=trace, time=ended_at, prefix=self._prefix, store=self._store)
            for trace, (article, _, ended_at) in zip(traces, self._articles, strict=True)
        ]
        acknowledged = self._publish(records)
        for message, (article, _, _) in zip(acknowledged, self._articles, strict=True):
            self._on_sent(article, message)
        sent = []
        for trace, message, (article, started_at, ended_at) in zip(traces, acknowledged, self._articles, strict=True):
            outcome = Outcome(
                id=article.id,
                stage=STAGE,
                status="sent",
                origin=Origin(topic=message.topic, partition=message.partition, offset=message.offset),
                source=article.source,
                url=article.url,
                started_at=started_at,
                ended_at=ended_at,
            )
            sent.append(outcome_record(outcome, trace=child_traceparent(trace), prefix=self._prefix))
        self._publish([*sent, *self._outcomes])
        self._articles, self._outcomes = [], []

    def _publish(self, records: Sequence[Record]) -> tuple[Message, ...]:
        acknowledged = self._publisher.publish(records) if records else ()
        if len(acknowledged) != len(records):
            raise NotAcknowledged(f"{len(records)} messages sent, {len(acknowledged)} acknowledged; run the task again")
        return acknowledged
