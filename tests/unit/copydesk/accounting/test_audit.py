"""Events against objects, and what is mended."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from consumers.identify import mark_withdrawn
from consumers.step import Rejected
from copydesk.accounting.audit import Finding, audit, parse_key
from copydesk.accounting.repair import repair
from copydesk.accounting.withdraw import tombstone, withdraw
from infra.messaging import Record
from schemas.envelope import read
from schemas.keys import raw_key
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
    second = press.store.get(key).replace(b'"number":1', b'"number":2')
    press.store.put(key.replace(".r1.", ".r2."), second)
    press.store.put(key.replace(".r1.", ".r3."), b"not an article")
    press.store.put(key.replace(".r1.", ".r4."), second)
    found = audit(press.desk).findings
    assert [finding.fault for finding in found] == ["missing-event"] * 3
    mended = repair(press.desk, press.broker.publisher(), found, NOW)
    assert [finding.repaired for finding in mended] == [False] * 3
    assert len(list(press.desk.messages(ENRICHED))) == 1


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


def republished_after(press, withdraw_it) -> str:
    """A worker that took the article up before its withdrawal puts its object and sends its event after it."""
    raw, key = press.whole_way(URL)
    data = press.store.get(key)
    (event,) = press.desk.messages(ENRICHED)
    withdraw_it(raw.id)
    press.store.put(key, data)
    press.broker.publisher().publish([Record(event.topic, event.key or b"", event.value, event.headers)])
    return key


def test_an_event_after_the_withdrawal_is_named_and_taken_back(press):
    key = republished_after(press, lambda identity: withdraw(press.desk, press.broker.publisher(), identity, NOW))
    found = audit(press.desk).findings
    assert [finding.fault for finding in found if finding.fault != "repeated-event"] == ["withdrawn-event"]
    mended = repair(press.desk, press.broker.publisher(), found, NOW)
    assert [each.repaired for each in mended if each.fault == "withdrawn-event"] == [True]
    assert not press.store.exists(key)
    assert list(press.desk.messages(ENRICHED))[-1].value is None
    assert "withdrawn-event" not in faults(press)


def test_a_tombstone_that_no_withdrawal_sent_deletes_nothing(press):
    def forge(identity: str) -> None:
        press.broker.publisher().publish([tombstone(identity, prefix="test.", now=NOW)])

    key = republished_after(press, forge)
    found = audit(press.desk).findings
    assert "withdrawn-event" in {finding.fault for finding in found}
    assert not any(finding.repaired for finding in repair(press.desk, press.broker.publisher(), found, NOW))
    assert press.store.exists(key)


def test_a_withdrawal_that_broke_off_after_its_mark_is_finished(press):
    raw, _ = press.whole_way(URL)
    mark_withdrawn(press.store, raw.id)
    found = audit(press.desk).findings
    assert {finding.fault for finding in found} == {"withdrawn-bytes", "withdrawn-event"}
    assert all(finding.repaired for finding in repair(press.desk, press.broker.publisher(), found, NOW))
    assert [info.key for info in press.store.list()] == [f"state/articles/{raw.id}.json"]
    assert [message.value is None for message in press.desk.messages(ENRICHED)] == [False, True]
    assert faults(press) == []


def test_an_object_of_a_withdrawn_article_is_not_put_back(press):
    raw, key = press.whole_way(URL)
    press.store.delete(key)
    found = audit(press.desk).findings
    mark_withdrawn(press.store, raw.id)
    assert [finding.repaired for finding in repair(press.desk, press.broker.publisher(), found, NOW)] == [False]
    assert not press.store.exists(key)


def test_bytes_of_a_withdrawn_article_that_came_again_are_named_and_deleted(press):
    raw, _ = press.whole_way(URL)
    other, _ = press.whole_way("https://b.example/1")
    withdraw(press.desk, press.broker.publisher(), raw.id, NOW)
    press.pull(URL)  # the bytes that the other article has too
    press.prepare(result=Rejected("withdrawn", "it was withdrawn"))
    again = press.pull(URL, "Another text.")
    press.prepare(result=Rejected("withdrawn", "it was withdrawn"))
    found = audit(press.desk).findings
    assert [(finding.fault, finding.subject) for finding in found] == [("withdrawn-bytes", f"raw-meta/{raw.id}/")]
    assert all(finding.repaired for finding in repair(press.desk, press.broker.publisher(), found, NOW))
    assert list(press.store.list(f"raw-meta/{raw.id}/")) == []
    assert not press.store.exists(raw_key(again.body_sha256))
    assert press.store.get(raw_key(other.body_sha256)) == other.body
    assert faults(press) == []


def test_a_state_that_cannot_be_read_is_named_and_the_rest_compared(press):
    raw, _ = press.whole_way(URL)
    _, key = press.whole_way("https://b.example/1")
    press.store.put(f"state/articles/{raw.id}.json", b"?")
    press.store.delete(key)
    assert faults(press) == ["unreadable-state", "missing-object"]


def test_what_is_gone_at_the_second_look_is_not_told(press):
    _, key = press.whole_way(URL)
    data = press.store.get(key)
    press.store.delete(key)
    looks: list[int] = []

    def seen(number: int) -> None:
        looks.append(number)
        press.store.put(key, data)

    assert audit(press.desk, seen=seen).findings == ()
    assert looks == [1, 1]


def test_an_event_that_shows_after_the_audit_is_not_published_again(press):
    _, key = press.whole_way(URL)
    finding = Finding(fault="missing-event", subject=key, article_id=key, detail="it was not visible yet")
    assert [each.repaired for each in repair(press.desk, press.broker.publisher(), (finding,), NOW)] == [True]
    assert len(list(press.desk.messages(ENRICHED))) == 1


def test_the_event_of_an_article_withdrawn_since_is_not_published(press):
    raw = press.pull(URL)
    press.prepare()
    key = press.enrich(commit=False)
    mark_withdrawn(press.store, raw.id)
    finding = Finding(fault="missing-event", subject=key, article_id=raw.id, detail="no event tells of this object")
    assert [each.repaired for each in repair(press.desk, press.broker.publisher(), (finding,), NOW)] == [False]
    assert list(press.desk.messages(ENRICHED)) == []


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
