"""Events against objects, and what is mended."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from copydesk.accounting.audit import audit, parse_key
from copydesk.accounting.repair import repair
from copydesk.accounting.withdraw import tombstone, withdraw
from infra.messaging import Record
from schemas.envelope import read
from schemas.topics import ENRICHED

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
URL = "https://a.example/1"


def faults(press) -> list[str]:
    return [finding.fault for finding in audit(press.desk).findings]


def republish(press, **changed) -> None:
    (event,) = press.desk.messages(ENRICHED)
    record = Record(event.topic, event.key or b"", event.value, event.headers)
    press.broker.publisher().publish([replace(record, **changed)])


def test_topics_and_bucket_that_agree(press):
    for number in range(12):
        press.whole_way(f"https://a.example/{number}")
    seen: list[int] = []
    result = audit(press.desk, seen=seen.append)
    assert result.findings == ()
    assert (result.events, result.objects, result.withdrawn, result.in_flight) == (12, 12, 0, 0)
    assert seen == list(range(1, 13))


def test_an_object_without_event_is_named_and_its_event_published_as_the_step_does(press):
    press.pull(URL)
    press.prepare()
    key = press.enrich(commit=False)
    consumed = press.desk.waiting("enrich")
    message = next(consumed)
    before = audit(press.desk)
    assert (before.findings, before.in_flight) == ((), 1)
    consumer = press.broker.consumer(message.topic, "test.copydesk-enrich", "rogue")
    batch = consumer.poll(timeout_s=0, limit=10)
    press.broker.transactional_publisher("rogue", "test.copydesk-enrich").commit([], batch, batch.next_offsets())
    found = audit(press.desk).findings
    assert [(finding.fault, finding.subject) for finding in found] == [("missing-event", key)]
    assert [finding.repaired for finding in repair(press.desk, press.broker.publisher(), found, NOW)] == [True]
    assert faults(press) == []
    (event,) = press.desk.messages(ENRICHED)
    headers = read(event.headers)
    assert event.value == press.store.get(key)
    assert headers["ce_objectkey"] == key
    assert headers["ce_origin"].startswith("test.news.raw/")
    assert headers["ce_id"] == key.rpartition("/")[2].removesuffix(".json")


def test_an_object_whose_origin_nobody_remembers_is_left_to_a_person(press):
    _, key = press.whole_way(URL)
    other = key.replace(".r1.", ".r2.")
    press.store.put(other, press.store.get(key))
    press.store.put(key.replace(".r1.", ".r3."), b"not an article")
    found = audit(press.desk).findings
    assert [finding.fault for finding in found] == ["missing-event", "missing-event"]
    mended = repair(press.desk, press.broker.publisher(), found, NOW)
    assert [finding.repaired for finding in mended] == [True, False]


def test_a_missing_object_is_put_back_from_its_event(press):
    _, key = press.whole_way(URL)
    data = press.store.get(key)
    press.store.delete(key)
    found = audit(press.desk).findings
    assert [(finding.fault, finding.subject) for finding in found] == [("missing-object", key)]
    assert all(finding.repaired for finding in repair(press.desk, press.broker.publisher(), found, NOW))
    assert press.store.get(key) == data
    assert faults(press) == []


def test_changed_objects_are_named_and_kept(press):
    _, key = press.whole_way(URL)
    press.store.put(key, b"changed by hand")
    found = audit(press.desk).findings
    assert [finding.fault for finding in found] == ["object-differs"]
    assert not any(finding.repaired for finding in repair(press.desk, press.broker.publisher(), found, NOW))
    assert press.store.get(key) == b"changed by hand"


def test_an_event_published_twice_is_named(press):
    press.whole_way(URL)
    republish(press)
    assert faults(press) == ["repeated-event"]


def test_an_event_with_other_bytes_than_it_promises(press):
    press.whole_way(URL)
    (event,) = press.desk.messages(ENRICHED)
    republish(press, value=b"{}\n")
    assert sorted(faults(press)) == ["event-differs", "repeated-event"]
    assert event.value


@pytest.mark.parametrize("headers", [(), (("ce_id", b"\xff"), ("ce_objectkey", b"elsewhere"))])
def test_an_event_that_names_nothing(press, headers):
    press.broker.publisher().publish([Record("test.news.enriched", b"a" * 32, b"{}", headers)])
    assert faults(press) == ["unreadable-event"]


def test_a_pointer_whose_payload_is_gone(press):
    press.whole_way(URL)
    (event,) = press.desk.messages(ENRICHED)
    headers = tuple((n, v) for n, v in event.headers if n not in {"content-type", "ce_id"})
    pointer = b'{"key":"payloads/gone.json","sha256":"","size":1}'
    extra = (("content-type", b"application/vnd.copydesk.pointer+json"), ("ce_id", b"other"))
    republish(press, value=pointer, headers=(*headers, *extra))
    assert faults(press) == ["event-differs"]


def test_objects_of_earlier_results_need_no_event_for_the_topic_is_compacted(press):
    _, key = press.whole_way(URL)
    press.store.put(key.replace("0123456789ab", "ffffffffffff"), b"an earlier pipeline's")
    assert faults(press) == []


def test_what_is_left_of_a_withdrawn_article_is_named_and_removed(press):
    raw, key = press.whole_way(URL)
    data = press.store.get(key)
    withdraw(press.desk, press.broker.publisher(), raw.id, NOW)
    assert faults(press) == []
    press.store.put(key, data)
    found = audit(press.desk).findings
    assert [finding.fault for finding in found] == ["withdrawn-object"]
    assert all(finding.repaired for finding in repair(press.desk, press.broker.publisher(), found, NOW))
    assert not press.store.exists(key)


def test_a_withdrawn_article_is_not_published_again_when_its_tombstone_is_compacted_away(press):
    raw, key = press.whole_way(URL)
    data = press.store.get(key)
    withdraw(press.desk, press.broker.publisher(), raw.id, NOW)
    press.store.put(key, data)
    for number in range(8):
        press.broker.trim("test.news.enriched", number, 10)
    assert faults(press) == ["withdrawn-object"]


def test_an_event_after_the_withdrawal_is_named(press):
    raw, _ = press.whole_way(URL)
    (event,) = press.desk.messages(ENRICHED)
    press.broker.publisher().publish([tombstone(raw.id, prefix="test.", now=NOW)])
    press.broker.publisher().publish(
        [Record(event.topic, event.key or b"", event.value, (*event.headers, ("ce_id", b"another")))]
    )
    assert faults(press) == ["withdrawn-event"]


def test_a_key_that_is_not_ours_is_named(press):
    press.store.put("enriched/v1/notes.txt", b"")
    assert faults(press) == ["foreign-object"]


@pytest.mark.parametrize(
    ("key", "parsed"),
    [
        ("enriched/v1/published_date=2026-01-01/abc.r12.0123.json", ("abc", 12)),
        ("enriched/v1/published_date=2026-01-01/abc.json", ("", 0)),
        ("abc.rx.0123.json", ("", 0)),
        ("", ("", 0)),
    ],
)
def test_keys_are_parsed(key, parsed):
    assert parse_key(key) == parsed
