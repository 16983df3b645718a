"""Mends what an audit found, where it is certain which side is right."""

import hashlib
from datetime import datetime

import msgspec

from consumers.identify import read_state
from consumers.records import result_record
from consumers.step import Done
from copydesk.accounting.audit import Finding, payload, read_event
from copydesk.accounting.desk import Desk
from infra.errors import Conflict
from infra.messaging import Publisher
from schemas.articles import EnrichedArticle
from schemas.codec import JSON_TYPE, ValidationError, decode
from schemas.envelope import new_traceparent, parse_origin
from schemas.topics import ENRICHED


def repair(desk: Desk, publisher: Publisher, findings: tuple[Finding, ...], now: datetime) -> tuple[Finding, ...]:
    """Publish missing events, put back missing objects, remove what is left of withdrawn articles.

    Returns the findings with what was mended marked; the others are for a person to decide. Raises ``Unavailable`` and
    ``Refused``.
    """

    def mend(finding: Finding) -> bool:
        match finding.fault:
            case "missing-event":
                return _publish(desk, publisher, finding.subject, now)
            case "missing-object":
                return _put_back(desk, finding)
            case "withdrawn-object":
                desk.store.delete(finding.subject)
                return True
            case _:
                return False

    return tuple(msgspec.structs.replace(finding, repaired=mend(finding)) for finding in findings)


def _publish(desk: Desk, publisher: Publisher, key: str, now: datetime) -> bool:
    """Publish the event of an object as the enrich step does. False if the object or its origin cannot be told."""
    data = desk.store.get(key)
    try:
        article = decode(data, EnrichedArticle)
    except ValidationError:
        return False
    state = read_state(desk.store, article.id)
    number = article.revision.number
    origins = [
        entry.origin
        for entry in (state.decisions if state else ())
        if entry.decided == "done" and entry.revision == number
    ]
    if not origins:
        return False
    done = Done(
        payload=article,
        data=data,
        event_id=f"{article.id}.r{number}.{article.pipeline}",
        revision=number,
        object_key=key,
        extensions={"objectkey": key, "objectsha256": hashlib.sha256(data).hexdigest()},
    )
    record = result_record(
        ENRICHED,
        done,
        prefix=desk.prefix,
        stage="enrich",
        origin=parse_origin(origins[-1]),
        trace=new_traceparent(),
        now=now,
        store=desk.store,
    )
    publisher.publish([record])
    return True


def _put_back(desk: Desk, finding: Finding) -> bool:
    """Put the bytes of the event where its object is missing. False if they are not what it promises."""
    for message in desk.messages_of(ENRICHED, finding.article_id):
        event = read_event(desk, message) if message.value is not None else None
        if event and event.intact and event.key == finding.subject:
            try:
                desk.store.put_if_absent(event.key, payload(desk, message) or b"", content_type=JSON_TYPE)
            except Conflict:
                return False
            return True
    return False
