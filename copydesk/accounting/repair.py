"""Mends what an audit found, where it is certain which side is right."""

import hashlib
from datetime import datetime

import msgspec

from consumers.identify import is_withdrawn, read_state
from consumers.records import result_record
from consumers.step import Done
from copydesk.accounting.audit import Finding, parse_key, payload, read_event
from copydesk.accounting.desk import Desk
from copydesk.accounting.withdraw import take_down
from infra.errors import Conflict, NotFound
from infra.messaging import Publisher
from schemas.articles import EnrichedArticle
from schemas.codec import JSON_TYPE, ValidationError, decode
from schemas.envelope import new_traceparent, parse_origin
from schemas.topics import ENRICHED


def repair(desk: Desk, publisher: Publisher, findings: tuple[Finding, ...], now: datetime) -> tuple[Finding, ...]:
    """Publish missing events, put back missing objects, take down what is there of withdrawn articles.

    Returns the findings with what was mended marked; the others are for a person to decide. Raises ``Unavailable`` and
    ``Refused``.
    """
    taken_down: dict[str, bool] = {}

    def mend(finding: Finding) -> bool:
        match finding.fault:
            case "missing-event":
                return _publish(desk, publisher, finding.subject, now)
            case "missing-object":
                return _put_back(desk, finding)
            case "withdrawn-object" | "withdrawn-event" | "withdrawn-bytes":
                if finding.article_id not in taken_down:
                    taken_down[finding.article_id] = _take_down(desk, publisher, finding.article_id, now)
                return taken_down[finding.article_id]
            case _:
                return False

    return tuple(msgspec.structs.replace(finding, repaired=mend(finding)) for finding in findings)


def _take_down(desk: Desk, publisher: Publisher, article_id: str, now: datetime) -> bool:
    """Send a tombstone and delete the objects. False if only a tombstone, not its state, calls the article withdrawn.

    What is deleted cannot be brought back, and anybody who may write to the topic can send a tombstone.
    """
    if not is_withdrawn(desk.store, article_id):
        return False
    take_down(desk, publisher, article_id, now)
    return True


def _publish(desk: Desk, publisher: Publisher, key: str, now: datetime) -> bool:
    """Publish the event of an object as the enrich step does, unless one of it or of a later revision is there by now.

    False if the object is not what its key says, its origin cannot be told, or the article is withdrawn.
    """
    try:
        data = desk.store.get(key)
        article = decode(data, EnrichedArticle)
    except (NotFound, ValidationError):
        return False
    state = read_state(desk.store, article.id)
    number = article.revision.number
    if parse_key(key) != (article.id, number) or (state and state.withdrawn):
        return False
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
    if not _is_published(desk, article.id, number):
        publisher.publish([record])
    return True


def _is_published(desk: Desk, article_id: str, revision: int) -> bool:
    """Whether the topic has an event of this revision, or of a later one, which a late event must not follow."""
    events = (read_event(desk, message) for message in desk.messages_of(ENRICHED, article_id) if message.value)
    return any(event is not None and event.revision >= revision for event in events)


def _put_back(desk: Desk, finding: Finding) -> bool:
    """Put the bytes of the event where its object is missing. False if they are not what it promises."""
    if is_withdrawn(desk.store, finding.article_id):
        return False
    for message in desk.messages_of(ENRICHED, finding.article_id):
        event = read_event(desk, message) if message.value is not None else None
        if event and event.intact and event.key == finding.subject:
            try:
                desk.store.put_if_absent(event.key, payload(desk, message) or b"", content_type=JSON_TYPE)
            except Conflict:
                return False
            return True
    return False
