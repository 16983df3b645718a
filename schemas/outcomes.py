"""The event of an outcome, for every stage that tells of one."""

from typing import NamedTuple

from schemas.articles import Outcome
from schemas.codec import encode
from schemas.envelope import Headers, format_origin, headers
from schemas.topics import OUTCOMES


class OutcomeEvent(NamedTuple):
    """What a message on ``news.outcomes`` holds."""

    key: bytes
    value: bytes
    headers: Headers


def outcome_event(outcome: Outcome, *, trace: str) -> OutcomeEvent:
    """Return the event of ``outcome``, which is told of in the trace ``trace`` (a W3C ``traceparent``).

    Its ``ce_id`` is origin and stage, the same whenever the work is redone. A pull that sent nothing has no origin: the
    id is then made of article, source and start, so every pull's event is another one.
    """
    origin = outcome.origin
    work = format_origin(origin) if origin else f"{outcome.id}.{outcome.source}.{outcome.started_at.isoformat()}"
    return OutcomeEvent(
        outcome.id.encode(),
        encode(outcome),
        headers(
            OUTCOMES,
            event_id=f"{work}.{outcome.stage}",
            stage=outcome.stage,
            time=outcome.ended_at,
            traceparent=trace,
            origin=origin,
        ),
    )
