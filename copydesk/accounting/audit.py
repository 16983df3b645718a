"""Proof that topics and bucket agree: every event has its object, every object its event."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from consumers.identify import is_withdrawn
from consumers.step import Invalid
from copydesk.accounting.desk import Desk
from copydesk.accounting.received import RAW_META_PREFIX, read_received
from infra.errors import NotFound
from infra.messaging import Message
from schemas.codec import JSON_TYPE, ValidationError, unpack
from schemas.envelope import read
from schemas.identity import is_article_id
from schemas.keys import ENRICHED_PREFIX, article_state_key
from schemas.topics import ENRICHED

THREADS = 8

Fault = Literal[
    "unreadable-event", "repeated-event", "event-differs", "missing-object", "object-differs", "missing-event",
    "withdrawn-event", "withdrawn-object", "withdrawn-bytes", "foreign-object", "unreadable-state",
]  # fmt: skip


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One disagreement. ``subject`` is an object key or an event's topic/partition/offset."""

    fault: Fault
    subject: str
    article_id: str
    detail: str
    repaired: bool = False


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What was compared and what was found. ``in_flight`` counts objects that wait for their event."""

    events: int
    objects: int
    withdrawn: int
    in_flight: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """What an event promises. ``intact``: its own bytes keep the promise."""

    place: str
    article_id: str
    event_id: str
    revision: int
    key: str
    sha256: str
    intact: bool


@dataclass(slots=True)
class _Published:
    """The events that hold, by article and key; a tombstone takes those before it away."""

    events: dict[str, dict[str, Event]] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    count: int = 0

    def latest(self, article_id: str) -> int:
        """Return the highest revision published, or 0."""
        return max((event.revision for event in self.events.get(article_id, {}).values()), default=0)


def audit(desk: Desk, *, seen: Callable[[int], None] = lambda _: None) -> Audit:
    """Compare every event with its object and the other way round. ``seen`` is told the number of objects read.

    What is found is looked at again, and only what is found twice is told: the offsets and the events of a transaction
    become visible at different moments. Raises ``Unavailable`` and ``Refused``.
    """
    first = _look(desk, seen)
    if not first.findings:
        return first
    found = {(finding.fault, finding.subject) for finding in first.findings}
    second = _look(desk, seen)
    twice = tuple(finding for finding in second.findings if (finding.fault, finding.subject) in found)
    return msgspec.structs.replace(second, findings=twice)


def _look(desk: Desk, seen: Callable[[int], None]) -> Audit:
    """Objects are listed first, then what is in flight, then events: an event on its way is in one of the two."""
    keys = [info.key for info in desk.store.list(ENRICHED_PREFIX)]
    received = read_received(desk.store)
    waiting = {_article_of(message) for message in desk.waiting("enrich")}
    findings: list[Finding] = []
    published = _read_events(desk, findings)
    marked = _marked(desk, {*published.events, *received, *(parse_key(key)[0] for key in keys)}, findings)
    published.withdrawn |= marked
    in_flight = 0
    for key in keys:
        fault = _fault_of_object(key, published)
        article_id = parse_key(key)[0]
        if fault == "missing-event" and article_id in waiting:
            in_flight += 1
        elif fault:
            findings.append(_finding(fault, key, article_id, _OBJECT_FAULTS[fault]))
    for article_id in sorted(marked & received.keys()):
        detail = "bytes of a withdrawn article were received again"
        findings.append(_finding("withdrawn-bytes", f"{RAW_META_PREFIX}{article_id}/", article_id, detail))
    findings.extend(_compare(desk, published, seen))
    return Audit(
        events=published.count,
        objects=len(keys),
        withdrawn=len(published.withdrawn),
        in_flight=in_flight,
        findings=tuple(findings),
    )


def parse_key(key: str) -> tuple[str, int]:
    """Return article id and revision of an enriched object's key; an empty id and 0 for a key that is none."""
    article_id, _, rest = key.rpartition("/")[2].partition(".r")
    number = rest.partition(".")[0]
    return (article_id, int(number)) if number.isdecimal() else ("", 0)


def read_event(desk: Desk, message: Message) -> Event | None:
    """Return what a message of ``news.enriched`` promises; None if it does not say. Raises ``Unavailable``."""
    headers = read(message.headers)
    key, event_id = headers.get("ce_objectkey", ""), headers.get("ce_id", "")
    sha256, revision = headers.get("ce_objectsha256", ""), parse_key(key)[1]
    if not (event_id and sha256 and revision):
        return None
    data = payload(desk, message)
    intact = data is not None and hashlib.sha256(data).hexdigest() == sha256
    return Event(_place(message), _article_of(message), event_id, revision, key, sha256, intact)


def payload(desk: Desk, message: Message) -> bytes | None:
    """Return a message's payload, fetched where it is a pointer; None if that is broken. Raises ``Unavailable``."""
    try:
        return unpack(message.value or b"", read(message.headers).get("content-type", JSON_TYPE), desk.store)
    except (NotFound, ValidationError):
        return None


_OBJECT_FAULTS: dict[Fault, str] = {
    "foreign-object": "the key is not one of an enriched object",
    "withdrawn-object": "the article is withdrawn, and this is left of it",
    "missing-event": "no event tells of this object",
}


def _fault_of_object(key: str, published: _Published) -> Fault | None:
    article_id, revision = parse_key(key)
    if not article_id:
        return "foreign-object"
    if key in published.events.get(article_id, {}):
        return None
    if article_id in published.withdrawn:
        return "withdrawn-object"
    if revision <= published.latest(article_id):
        return None  # the topic is compacted: events of earlier results go, their objects stay
    return "missing-event"


def _marked(desk: Desk, ids: set[str], findings: list[Finding]) -> set[str]:
    """Return the articles that their states call withdrawn: tombstones are compacted away, or a crash came before."""

    def ask(article_id: str) -> bool | Finding:
        try:
            return is_withdrawn(desk.store, article_id)
        except Invalid as error:
            return _finding("unreadable-state", article_state_key(article_id), article_id, error.detail)

    asked = sorted(filter(is_article_id, ids))
    with ThreadPoolExecutor(THREADS) as pool:
        answers = dict(zip(asked, pool.map(ask, asked), strict=True))
    findings.extend(answer for answer in answers.values() if isinstance(answer, Finding))
    return {article_id for article_id, answer in answers.items() if answer is True}


def _read_events(desk: Desk, findings: list[Finding]) -> _Published:
    published = _Published()
    ids: set[str] = set()
    for message in desk.messages(ENRICHED):
        article_id = _article_of(message)
        if message.value is None:
            published.withdrawn.add(article_id)
            published.events.pop(article_id, None)
            continue
        published.count += 1
        event = read_event(desk, message)
        if event is None:
            detail = "it does not name its object and hash"
            findings.append(_finding("unreadable-event", _place(message), article_id, detail))
            continue
        if event.event_id in ids:
            detail = f"{event.event_id} was published before"
            findings.append(_finding("repeated-event", event.place, article_id, detail))
        ids.add(event.event_id)
        published.events.setdefault(article_id, {})[event.key] = event
    return published


def _compare(desk: Desk, published: _Published, seen: Callable[[int], None]) -> Iterator[Finding]:
    events: list[Event] = []
    for article_id, of_article in published.events.items():
        if article_id in published.withdrawn:
            detail = "the article is withdrawn, and no tombstone follows; if this stays, run `copydesk withdraw` again"
            yield from (_finding("withdrawn-event", each.place, article_id, detail) for each in of_article.values())
        else:
            events.extend(of_article.values())
    with ThreadPoolExecutor(THREADS) as pool:
        for number, findings in enumerate(pool.map(lambda event: _compare_one(desk, event), events), 1):
            seen(number)
            yield from findings


def _compare_one(desk: Desk, event: Event) -> list[Finding]:
    findings = []
    if not event.intact:
        detail = f"the bytes of {event.event_id} do not have the hash it promises"
        findings.append(_finding("event-differs", event.place, event.article_id, detail))
    try:
        data = desk.store.get(event.key)
    except NotFound:
        detail = f"{event.event_id} points here, and there is nothing"
        return [*findings, _finding("missing-object", event.key, event.article_id, detail)]
    if hashlib.sha256(data).hexdigest() != event.sha256:
        detail = f"the object does not have the hash that {event.event_id} promises"
        findings.append(_finding("object-differs", event.key, event.article_id, detail))
    return findings


def _article_of(message: Message) -> str:
    return (message.key or b"").decode(errors="replace")


def _place(message: Message) -> str:
    return f"{message.topic}/{message.partition}/{message.offset}"


def _finding(fault: Fault, subject: str, article_id: str, detail: str) -> Finding:
    return Finding(fault=fault, subject=subject, article_id=article_id, detail=detail)
