"""One article's way through the desk, from what the topics and the bucket still hold of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from consumers.identify import ArticleState, read_state
from copydesk.accounting.audit import payload
from copydesk.accounting.desk import Desk
from infra.errors import Refused
from infra.messaging import Message
from infra.objects import ObjectStore
from schemas.articles import Outcome, RawArticle
from schemas.codec import ValidationError, decode
from schemas.envelope import read
from schemas.identity import article_id, is_article_id
from schemas.keys import raw_key
from schemas.topics import CLEAN, DEAD, ENRICHED, OUTCOMES, RAW

What = Literal["captured", "raw", "clean", "enriched", "withdrawn", "outcome", "dead"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to the article. ``place`` is topic/partition/offset; ``trace`` a W3C trace id."""

    time: datetime
    what: What
    place: str
    detail: str
    stage: str | None = None
    status: str | None = None
    reason: str | None = None
    revision: int | None = None
    object_key: str | None = None
    seconds: float | None = None
    trace: str | None = None


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Steps in the order of their times, and what the state remembers. ``raw_keys`` are the bytes as received."""

    id: str
    steps: tuple[Step, ...]
    state: ArticleState | None
    raw_keys: tuple[str, ...]


def parse_id(named: str) -> str:
    """Return the article id that ``named`` is, or that it is the URL of. Raises ``Refused`` for what is neither."""
    if is_article_id(named):
        return named
    if not named.startswith(("http://", "https://", "urn:", "file:")):
        raise Refused(
            f"{named!r} is neither a URL nor an article id of 32 hex digits; `copydesk status` and "
            "`copydesk ingest --json` show ids"
        )
    return article_id(named)


def history(desk: Desk, identity: str) -> History:
    """Gather what is known of an article. Raises ``Unavailable``, ``Refused`` and ``Invalid`` (its state)."""
    steps = [
        step
        for topic, describe in (
            (RAW, _raw),
            (CLEAN, _clean),
            (ENRICHED, _enriched),
            (OUTCOMES, _outcome),
            (DEAD, _dead),
        )
        for message in desk.messages_of(topic, identity)
        for step in describe(desk, message)
    ]
    return History(
        id=identity,
        steps=tuple(sorted(steps, key=lambda step: step.time)),
        state=read_state(desk.store, identity),
        raw_keys=tuple(_raw_keys(desk.store, identity)),
    )


def _raw_keys(store: ObjectStore, identity: str) -> Iterator[str]:
    for info in store.list(f"raw-meta/{identity}/"):
        yield raw_key(info.key.rpartition("/")[2].removesuffix(".json"))


def _raw(desk: Desk, message: Message) -> Iterator[Step]:
    try:
        article = decode(payload(desk, message) or b"", RawArticle)
    except ValidationError as error:
        yield _step(message, "raw", f"not readable: {error}")
        return
    if article.captured_at is not None:
        yield _step(message, "captured", f"from {article.url}", time=article.captured_at)
    detail = f"{len(article.body)} bytes of {article.media_type} from source {article.source}"
    yield _step(message, "raw", detail, object_key=raw_key(article.body_sha256))


def _clean(desk: Desk, message: Message) -> Iterator[Step]:  # noqa: ARG001
    yield _step(message, "clean", _event_id(message))


def _enriched(desk: Desk, message: Message) -> Iterator[Step]:  # noqa: ARG001
    if message.value is None:
        yield _step(message, "withdrawn", "the tombstone that tells subscribers")
        return
    yield _step(message, "enriched", _event_id(message), object_key=read(message.headers).get("ce_objectkey"))


def _outcome(desk: Desk, message: Message) -> Iterator[Step]:  # noqa: ARG001
    try:
        outcome = decode(message.value or b"", Outcome)
    except ValidationError as error:
        yield _step(message, "outcome", f"not readable: {error}")
        return
    yield _step(
        message,
        "outcome",
        outcome.detail or "",
        time=outcome.ended_at,
        stage=outcome.stage,
        status=outcome.status,
        reason=outcome.reason,
        revision=outcome.revision,
        object_key=outcome.object_key,
        seconds=(outcome.ended_at - outcome.started_at).total_seconds(),
    )


def _dead(desk: Desk, message: Message) -> Iterator[Step]:  # noqa: ARG001
    headers = read(message.headers)
    detail = headers.get("dead_message", "")
    yield _step(message, "dead", detail, stage=headers.get("dead_stage"), reason=headers.get("dead_error"))


def _event_id(message: Message) -> str:
    return read(message.headers).get("ce_id", "")


def _step(
    message: Message,
    what: What,
    detail: str,
    *,
    time: datetime | None = None,
    stage: str | None = None,
    status: str | None = None,
    reason: str | None = None,
    revision: int | None = None,
    object_key: str | None = None,
    seconds: float | None = None,
) -> Step:
    trace = read(message.headers).get("traceparent", "").split("-")
    return Step(
        time=time or message.time,
        what=what,
        place=f"{message.topic}/{message.partition}/{message.offset}",
        detail=detail,
        stage=stage,
        status=status,
        reason=reason,
        revision=revision,
        object_key=object_key,
        seconds=seconds,
        trace=trace[1] if len(trace) == 4 else None,
    )
