"""The messages that a stage writes besides its result: outcomes and dead letters."""

from datetime import datetime

from consumers.step import Done, Duplicate, Invalid, Rejected, Result, Superseded
from infra.messaging import Message, Record
from schemas.articles import CleanArticle, Origin, Outcome, RawArticle, Stage, Status
from schemas.codec import BlobStore, pack
from schemas.envelope import format_origin, headers
from schemas.outcomes import outcome_event
from schemas.topics import DEAD, OUTCOMES, Topic

HEADER_TEXT_LIMIT = 500
"""Characters of an error message kept in a header."""


def result_record(
    topic: Topic, done: Done, *, prefix: str, stage: Stage, origin: Origin, trace: str, now: datetime, store: BlobStore
) -> Record:
    """Return the event of a result. Too large a payload goes to the store. Raises the store's errors."""
    value, content_type = pack(done.data, store)
    return Record(
        topic=prefix + topic.name,
        key=_id(done).encode(),
        value=value,
        headers=headers(
            topic,
            event_id=done.event_id,
            stage=stage,
            time=now,
            traceparent=trace,
            content_type=content_type,
            origin=origin,
            extensions=done.extensions,
        ),
    )


def outcome_record(
    result: Result | Invalid,
    *,
    article_id: str,
    article: RawArticle | CleanArticle | None,
    prefix: str,
    stage: Stage,
    origin: Origin,
    trace: str,
    started_at: datetime,
    ended_at: datetime,
) -> Record:
    """Return the event that tells how one message ended. Its id is the same whenever the work is redone."""
    status, reason, detail = _status(result)
    outcome = Outcome(
        id=article_id,
        stage=stage,
        status=status,
        reason=reason,
        detail=detail,
        origin=origin,
        source=article.source if article else None,
        url=article.url if article else None,
        revision=None if isinstance(result, Rejected | Invalid) else result.revision,
        object_key=result.object_key if isinstance(result, Done) else None,
        started_at=started_at,
        ended_at=ended_at,
    )
    return Record(prefix + OUTCOMES.name, *outcome_event(outcome, trace=trace))


def dead_record(
    error: Invalid,
    message: Message,
    *,
    article_id: str,
    prefix: str,
    stage: Stage,
    origin: Origin,
    attempts: int,
    trace: str,
    now: datetime,
) -> Record:
    """Return the dead letter: the original value and content type, and headers that say what happened."""
    content_type = dict(message.headers).get("content-type", b"application/octet-stream").decode(errors="replace")
    return Record(
        topic=prefix + DEAD.name,
        key=article_id.encode(),
        value=message.value,
        headers=(
            *headers(
                DEAD,
                event_id=f"{format_origin(origin)}.{stage}.dead",
                stage=stage,
                time=now,
                traceparent=trace,
                content_type=content_type,
                origin=origin,
            ),
            ("dead_stage", stage.encode()),
            ("dead_error", error.reason.encode()),
            ("dead_message", error.detail[:HEADER_TEXT_LIMIT].encode()),
            ("dead_input", f"{message.topic}/{message.partition}/{message.offset}".encode()),
            ("dead_attempts", str(attempts).encode()),
        ),
    )


def _status(result: Result | Invalid) -> tuple[Status, str | None, str | None]:
    match result:
        case Done():
            return "done", None, None
        case Duplicate():
            return "duplicate", None, None
        case Superseded():
            return "superseded", None, None
        case Rejected(reason, detail):
            return "rejected", reason, detail
        case Invalid():
            return "dead", result.reason, result.detail


def _id(done: Done) -> str:
    return done.event_id.partition(".")[0]
