"""Sends inputs to `news.raw` and waits for what becomes of them."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import msgspec

from copydesk.accounting.desk import Desk
from copydesk.accounting.settle import NotSettled, settled
from copydesk.intake.inputs import Input
from dags.ingest.outbox import Outbox
from dags.ingest.sources import Source
from infra.messaging import Message, Publisher
from schemas.articles import Origin, Outcome, RawArticle
from schemas.identity import LOCAL_SOURCE
from schemas.topics import OUTCOMES

LOCAL = Source(name=LOCAL_SOURCE, group=LOCAL_SOURCE, url="file:")
"""Stands for files handed over: it is never polled."""
GOOD = frozenset({"sent", "enriched", "duplicate", "superseded"})


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an input. ``outcome``: `failed` (never sent), `sent`, `waiting`, or how it ended.

    ``position`` is topic/partition/offset of its raw message.
    """

    input: str
    outcome: str
    id: str | None = None
    url: str | None = None
    position: str | None = None
    revision: int | None = None
    object_key: str | None = None
    reason: str | None = None
    detail: str | None = None

    @property
    def good(self) -> bool:
        """Whether nothing has to be done about it."""
        return self.outcome in GOOD


def send(
    desk: Desk,
    publisher: Publisher,
    inputs: Iterable[Input],
    *,
    told: Callable[[int], None] = lambda _: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[list[Result], dict[Origin, int]]:
    """Put raw bytes and metadata into the store, send the messages, and wait until the broker has them.

    Returns a result per input, and where in that list the message at each position is. ``told`` gets the number of
    inputs taken. Raises ``Unavailable``, ``Refused`` and ``NotAcknowledged``; what was sent before stays sent, and
    sending it again gives duplicates, which do no harm.
    """
    results: list[Result] = []
    places: dict[Origin, int] = {}
    on_their_way: list[int] = []

    def acknowledged(_article: RawArticle, message: Message) -> None:
        index = on_their_way.pop(0)
        origin = Origin(topic=message.topic, partition=message.partition, offset=message.offset)
        places[origin] = index
        position = f"{message.topic}/{message.partition}/{message.offset}"
        results[index] = msgspec.structs.replace(results[index], outcome="sent", position=position)

    outbox = Outbox(LOCAL, desk.store, publisher, desk.prefix, acknowledged)
    for each in inputs:
        if each.raw is None:
            reason, detail = (each.error.reason, each.error.detail) if each.error else ("empty", "there is no article")
            results.append(Result(input=each.name, outcome="failed", reason=reason, detail=detail))
        else:
            results.append(Result(input=each.name, outcome="waiting", id=each.raw.id, url=each.raw.url))
            on_their_way.append(len(results) - 1)
            at = now()
            outbox.send(each.raw, started_at=at, ended_at=at)
        told(len(results))
    outbox.flush()
    return results, places


def wait(
    desk: Desk,
    results: list[Result],
    places: dict[Origin, int],
    *,
    start: dict[int, int],
    timeout_s: float,
    told: Callable[[int], None] = lambda _: None,
) -> NotSettled | None:
    """Follow the outcomes from ``start`` on until every message has its final one, writing them into ``results``.

    Returns the error that names what had none after ``timeout_s`` seconds. Raises ``Unavailable``.
    """
    for index in places.values():
        results[index] = msgspec.structs.replace(results[index], outcome="waiting")
    count = 0
    try:
        for outcome in settled(desk.reader, desk.name(OUTCOMES), places, start=start, timeout_s=timeout_s):
            if outcome.origin is not None:
                index = places[outcome.origin]
                results[index] = _ended(results[index], outcome)
            count += 1
            told(count)
    except NotSettled as error:
        return error
    return None


def _ended(result: Result, outcome: Outcome) -> Result:
    return msgspec.structs.replace(
        result,
        outcome="enriched" if outcome.status == "done" else outcome.status,
        revision=outcome.revision,
        object_key=outcome.object_key,
        reason=outcome.reason,
        detail=outcome.detail,
    )
