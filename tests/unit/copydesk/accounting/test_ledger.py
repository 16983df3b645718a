"""The balance over raw messages."""

import pytest

from consumers.step import Duplicate, Invalid, Rejected, Superseded
from copydesk.accounting.ledger import SHOWN, Ledger, take_ledger
from infra.messaging import Record
from schemas.topics import OUTCOMES


def counts(ledger: Ledger) -> dict[str, int]:
    names = ("enriched", "duplicate", "superseded", "rejected", "dead", "in_flight")
    return {name: getattr(ledger, name) for name in names if getattr(ledger, name)}


def test_an_empty_desk_balances(press):
    ledger = take_ledger(press.desk)
    assert ledger.balanced
    assert ledger.raw == 0
    assert counts(ledger) == {}


def test_every_end_has_its_column(press):
    press.whole_way("https://a.example/1")
    for number, result in enumerate(
        [Duplicate(1), Superseded(1), Rejected("no-text", "none"), Invalid("crashed", "x")]
    ):
        press.pull(f"https://a.example/2{number}")
        press.prepare(result=result)
    press.pull("https://a.example/3")
    press.prepare()
    press.enrich(result=Invalid("crashed", "died"))
    ledger = take_ledger(press.desk)
    assert ledger.raw == 6
    assert counts(ledger) == {"enriched": 1, "duplicate": 1, "superseded": 1, "rejected": 1, "dead": 2}
    assert ledger.balanced


def test_what_is_on_its_way_is_measured_in_both_topics(press):
    for number in range(3):
        press.pull(f"https://a.example/{number}")
    press.prepare()
    ledger = take_ledger(press.desk)
    assert counts(ledger) == {"in_flight": 3}
    assert ledger.balanced
    press.enrich()
    assert counts(take_ledger(press.desk)) == {"in_flight": 2, "enriched": 1}


def test_a_message_whose_offset_moved_without_an_outcome_is_missing(press):
    press.pull("https://a.example/1")
    message = next(press.desk.waiting("prepare"))
    consumer = press.broker.consumer(message.topic, "test.copydesk-prepare", "rogue")
    batch = consumer.poll(timeout_s=0, limit=10)
    press.broker.transactional_publisher("rogue", "test.copydesk-prepare").commit([], batch, batch.next_offsets())
    ledger = take_ledger(press.desk)
    assert not ledger.balanced
    assert ledger.missing_count == 1
    assert ledger.missing == (f"{message.topic}/{message.partition}/{message.offset}",)
    assert counts(ledger) == {}


def test_a_second_outcome_is_repeated(press):
    press.whole_way("https://a.example/1")
    outcome = list(press.desk.messages(OUTCOMES))[-1]
    press.broker.publisher().publish([Record(outcome.topic, outcome.key or b"", outcome.value, outcome.headers)])
    ledger = take_ledger(press.desk)
    assert not ledger.balanced
    assert len(ledger.repeated) == 1
    assert counts(ledger) == {"enriched": 1}


def test_an_outcome_that_is_none_is_named(press):
    press.broker.publisher().publish([Record("test.news.outcomes", b"a", b"{}")])
    ledger = take_ledger(press.desk)
    assert not ledger.balanced
    assert ledger.unreadable[0].startswith("test.news.outcomes/")


def test_messages_that_retention_took_are_left_out(press):
    raw, _ = press.whole_way("https://a.example/1")
    press.pull("https://a.example/2")
    (message,) = (
        press.desk.messages_of(OUTCOMES, raw.id)
        if False
        else [m for m in press.desk.reader.read("test.news.raw") if m.key == raw.id.encode()]
    )
    press.broker.trim(message.topic, message.partition, message.offset + 1)
    ledger = take_ledger(press.desk)
    assert ledger.balanced
    assert ledger.raw == ledger.in_flight == 1


def test_an_open_transaction_is_in_flight_still(press):
    press.pull("https://a.example/1")
    press.broker.fail_transaction("commit")
    with pytest.raises(Exception, match="broke"):
        press.prepare()
    ledger = take_ledger(press.desk)
    assert ledger.balanced
    assert counts(ledger) == {"in_flight": 1}


def test_few_positions_are_listed_and_all_are_counted(press):
    for number in range(SHOWN + 5):
        press.pull(f"https://a.example/{number}")
    for number in range(8):
        messages = [m for m in press.desk.waiting("prepare") if m.partition == number]
        if messages:
            consumer = press.broker.consumer(messages[0].topic, "test.copydesk-prepare", "rogue")
            batch = consumer.poll(timeout_s=0, limit=500)
            press.broker.transactional_publisher("r", "test.copydesk-prepare").commit([], batch, batch.next_offsets())
    ledger = take_ledger(press.desk)
    assert ledger.missing_count == SHOWN + 5
    assert len(ledger.missing) == SHOWN
