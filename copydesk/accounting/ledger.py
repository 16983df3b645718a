"""The balance: every raw message is enriched, duplicate, superseded, rejected, dead or in flight."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from copydesk.accounting.desk import Desk
from copydesk.accounting.settle import is_final
from infra.messaging import Message
from schemas.articles import Origin, Outcome
from schemas.codec import ValidationError, decode
from schemas.envelope import format_origin, parse_origin, read
from schemas.topics import OUTCOMES, RAW

SHOWN = 20
"""Positions listed of each kind of fault."""
Position = tuple[int, int]


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of raw messages that are still kept.

    ``missing`` are positions with neither a final outcome nor a place in flight, ``repeated`` those with more than one
    final outcome, ``unreadable`` positions of outcomes that are none. All three are empty in books that balance.
    """

    raw: int
    enriched: int
    duplicate: int
    superseded: int
    rejected: int
    dead: int
    in_flight: int
    missing_count: int
    missing: tuple[str, ...]
    repeated: tuple[str, ...]
    unreadable: tuple[str, ...]
    balanced: bool


def take_ledger(desk: Desk) -> Ledger:
    """Count, also while work goes on. Raises ``Unavailable`` and ``Refused``.

    Messages only move on, from raw to clean to their outcome, and are read in that order: none can slip past. What was
    in flight and has its outcome by the time that outcomes are read counts as settled. The broker makes the parts of
    one transaction visible within moments, not at once, so books that do not balance are counted a second time.
    """
    ledger = _count(desk)
    return ledger if ledger.balanced else _count(desk)


def _count(desk: Desk) -> Ledger:
    raw = {(message.partition, message.offset) for message in desk.messages(RAW)}
    waiting = {(message.partition, message.offset) for message in desk.waiting("prepare")}
    waiting.update(_origins(desk.waiting("enrich")))
    statuses: Counter[str] = Counter()
    settled: Counter[Position] = Counter()
    unreadable = []
    for message in desk.messages(OUTCOMES):
        try:
            outcome = decode(message.value or b"", Outcome)
        except ValidationError:
            unreadable.append(f"{message.topic}/{message.partition}/{message.offset}")
            continue
        if not is_final(outcome) or outcome.origin is None or outcome.origin.topic != desk.name(RAW):
            continue
        position = (outcome.origin.partition, outcome.origin.offset)
        if position in raw:  # or else it came later, or retention has taken it
            settled[position] += 1
            if settled[position] == 1:
                statuses["enriched" if outcome.status == "done" else outcome.status] += 1
    in_flight = (raw & waiting) - settled.keys()
    missing = sorted(raw - waiting - settled.keys())
    repeated = sorted(position for position, times in settled.items() if times > 1)
    return Ledger(
        raw=len(raw),
        enriched=statuses["enriched"],
        duplicate=statuses["duplicate"],
        superseded=statuses["superseded"],
        rejected=statuses["rejected"],
        dead=statuses["dead"],
        in_flight=len(in_flight),
        missing_count=len(missing),
        missing=_shown(desk, missing),
        repeated=_shown(desk, repeated),
        unreadable=tuple(unreadable[:SHOWN]),
        balanced=not (missing or repeated or unreadable),
    )


def _origins(messages: Iterator[Message]) -> Iterator[Position]:
    for message in messages:
        try:
            origin = parse_origin(read(message.headers).get("ce_origin", ""))
        except ValidationError:
            continue  # its raw message shows up as missing
        yield origin.partition, origin.offset


def _shown(desk: Desk, positions: list[Position]) -> tuple[str, ...]:
    name = desk.name(RAW)
    return tuple(format_origin(Origin(topic=name, partition=p, offset=o)) for p, o in positions[:SHOWN])
