"""One article's way, dead letters, and taking an article down."""

from datetime import UTC, datetime
from functools import partial

import pytest

from consumers.identify import is_withdrawn, mark_withdrawn, read_state
from consumers.step import Duplicate, Invalid, Rejected
from copydesk.accounting.dead import dead_letters, find
from copydesk.accounting.drain import NotDrained
from copydesk.accounting.history import history, parse_id
from copydesk.accounting.withdraw import take_down, withdraw
from infra.errors import NotFound, Refused
from infra.messaging import Record
from schemas.identity import article_id
from schemas.keys import raw_key
from schemas.topics import DEAD, ENRICHED

NOW = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
URL = "https://a.example/1"


def test_a_url_or_an_id_names_the_article():
    identity = article_id(URL)
    assert parse_id(identity) == identity
    assert parse_id(URL) == parse_id(URL + "?utm_source=x#top") == identity
    assert parse_id("urn:sha256:" + "0" * 64) == article_id("urn:sha256:" + "0" * 64)


@pytest.mark.parametrize("named", ["foo", "e9590c1a", "docs/example-article.txt", ""])
def test_what_is_neither_url_nor_id_is_refused(named: str) -> None:
    with pytest.raises(Refused, match="32 hex digits"):
        parse_id(named)


def test_an_article_is_followed_from_capture_to_event(press):
    raw, key = press.whole_way(URL)
    press.whole_way("https://a.example/other", "Other text.")
    told = history(press.desk, raw.id)
    assert sorted(step.what for step in told.steps) == ["captured", "clean", "enriched", "outcome", "outcome", "raw"]
    assert [step.time for step in told.steps] == sorted(step.time for step in told.steps)
    by_what = {step.what: step for step in told.steps}
    assert by_what["enriched"].object_key == key
    assert by_what["raw"].object_key == raw_key(raw.body_sha256)
    assert {(step.stage, step.status) for step in told.steps if step.what == "outcome"} == {
        ("prepare", "done"),
        ("enrich", "done"),
    }
    assert all(step.trace for step in told.steps)
    assert told.raw_keys == (raw_key(raw.body_sha256),)
    assert told.state is not None
    assert told.state.revisions[0].revision.number == 1


def test_a_second_pull_and_a_dead_letter_are_steps_too(press):
    raw, _ = press.whole_way(URL)
    press.pull(URL)
    press.prepare(result=Duplicate(1))
    press.pull(URL)
    press.prepare(result=Invalid("crashed", "it ended three processes"))
    steps = history(press.desk, raw.id).steps
    assert [step.what for step in steps].count("raw") == 3
    (dead,) = [step for step in steps if step.what == "dead"]
    assert (dead.stage, dead.reason, dead.detail) == ("prepare", "crashed", "it ended three processes")
    assert {step.status for step in steps if step.what == "outcome"} == {"done", "duplicate", "dead"}


def test_messages_that_cannot_be_read_are_told_not_raised(press):
    identity = article_id(URL)
    for topic in ("raw", "clean", "enriched", "outcomes", "dead"):
        press.broker.publisher().publish([Record(f"test.news.{topic}", identity.encode(), b"\xff")])
    steps = history(press.desk, identity).steps
    assert len(steps) == 5
    assert sum("not readable" in step.detail for step in steps) == 2


def test_of_an_unknown_article_nothing_is_told(press):
    told = history(press.desk, article_id(URL))
    assert (told.steps, told.state, told.raw_keys) == ((), None, ())


def test_dead_letters_are_found_by_place_and_by_article(press):
    raw = press.pull(URL)
    press.prepare(result=Invalid("crashed", "it ended three processes"))
    ((letter, message),) = dead_letters(press.desk)
    assert (letter.article_id, letter.stage, letter.error) == (raw.id, "prepare", "crashed")
    assert letter.attempts == 1
    assert letter.input == letter.origin
    assert letter.size == len(message.value or b"")
    assert message.value == next(iter(press.desk.reader.read("test.news.raw"))).value
    assert find(press.desk, letter.place) == find(press.desk, raw.id) == ((letter, message),)
    with pytest.raises(NotFound, match="dead list"):
        find(press.desk, "0/99")


def test_a_dead_letter_without_headers_is_shown_all_the_same(press):
    press.broker.publisher().publish([Record("test.news.dead", b"\xff", None, (("dead_attempts", b"many"),))])
    ((letter, _),) = dead_letters(press.desk)
    assert (letter.stage, letter.error, letter.attempts, letter.size) == ("", "", None, 0)


def test_a_withdrawal_marks_tells_and_removes(press):
    raw, key = press.whole_way(URL)
    done = withdraw(press.desk, press.broker.publisher(), raw.id, NOW)
    assert done.revision == 1
    assert set(done.removed) == {key, raw_key(raw.body_sha256), f"raw-meta/{raw.id}/{raw.body_sha256}.json"}
    assert [info.key for info in press.store.list()] == [f"state/articles/{raw.id}.json"]
    assert is_withdrawn(press.store, raw.id)
    last = list(press.desk.messages_of(ENRICHED, raw.id))[-1]
    assert last.value is None
    assert dict(last.headers)["ce_id"] == f"{raw.id}.withdrawn".encode()
    assert history(press.desk, raw.id).steps[-1].what in {"withdrawn", "outcome"}


def test_a_withdrawal_may_be_repeated_and_may_come_first(press):
    identity = article_id(URL)
    for _ in range(2):
        assert withdraw(press.desk, press.broker.publisher(), identity, NOW).removed == ()
    state = read_state(press.store, identity)
    assert state is not None
    assert state.withdrawn


def test_bytes_that_another_article_has_too_stay(press):
    raw, _ = press.whole_way(URL)
    other, other_key = press.whole_way("https://b.example/1")
    done = withdraw(press.desk, press.broker.publisher(), raw.id, NOW)
    assert raw_key(raw.body_sha256) not in done.removed
    assert press.store.get(raw_key(other.body_sha256)) == other.body
    assert press.store.exists(other_key)


def test_large_payloads_go_but_those_still_to_be_read(press):
    raw, _ = press.whole_way(URL, "word " * 200_000)
    press.pull(URL, "other " * 200_000)
    before = [info.key for info in press.store.list("payloads/")]
    mark_withdrawn(press.store, raw.id)
    take_down(press.desk, press.broker.publisher(), raw.id, NOW)
    left = [info.key for info in press.store.list("payloads/")]
    assert len(before) > len(left) == 1
    assert next(press.desk.waiting("prepare")).value is not None


def test_a_withdrawal_waits_for_what_a_worker_took_up_before_it(press):
    raw = press.pull(URL)
    press.prepare()
    keys: list[str] = []

    def sleep(_seconds: float) -> None:
        assert is_withdrawn(press.store, raw.id)
        keys.append(press.enrich())  # it had asked for the mark before it was there

    done = withdraw(press.desk, press.broker.publisher(), raw.id, NOW, sleep=sleep)
    assert set(keys) < set(done.removed)
    assert list(press.store.list("enriched/")) == []
    event, last = press.desk.messages_of(ENRICHED, raw.id)
    assert event.value is not None
    assert last.value is None


def test_a_withdrawal_waits_for_both_stages_in_turn(press):
    raw = press.pull(URL)
    press.prepare()
    press.pull(URL, "Another text.")
    steps = [partial(press.prepare, result=Rejected("withdrawn", "it was withdrawn")), press.enrich]
    withdraw(press.desk, press.broker.publisher(), raw.id, NOW, sleep=lambda _: steps.pop(0)())
    assert steps == []
    assert [info.key for info in press.store.list()] == [f"state/articles/{raw.id}.json"]


@pytest.mark.parametrize("manned", [False, True])
def test_a_withdrawal_that_waits_in_vain_says_so_and_may_be_repeated(press, manned):
    raw, key = press.whole_way(URL)
    press.pull(URL, "Another text.")
    if not manned:
        press.broker.expel("test.copydesk-prepare", "slot")
    times = iter((0.0, 30.0, 61.0))
    with pytest.raises(NotDrained, match="1 messages of it still waited for prepare after 60 s") as raised:
        withdraw(press.desk, press.broker.publisher(), raw.id, NOW, clock=lambda: next(times), sleep=lambda _: None)
    assert ("no prepare worker runs: start them with `copydesk up`" in str(raised.value)) is not manned
    assert is_withdrawn(press.store, raw.id)
    assert press.store.exists(key)
    press.prepare(result=Rejected("withdrawn", "it was withdrawn"))
    assert key in withdraw(press.desk, press.broker.publisher(), raw.id, NOW, timeout_s=0).removed


def test_a_withdrawal_does_not_wait_for_other_articles(press):
    raw, key = press.whole_way(URL)
    for number in range(30):
        press.pull(f"https://b.example/{number}")
    assert key in withdraw(press.desk, press.broker.publisher(), raw.id, NOW, timeout_s=0).removed


def test_a_message_cannot_name_what_is_deleted(press):
    other, key = press.whole_way("https://b.example/1", "Other text.")
    raw = press.pull(URL)
    pointer = f'{{"key":"{key}","sha256":"{"0" * 64}","size":1}}'.encode()
    content_type = (("content-type", b"application/vnd.copydesk.pointer+json"),)
    for topic in ("enriched", "dead"):
        press.broker.publisher().publish([Record(f"test.news.{topic}", raw.id.encode(), pointer, content_type)])
    press.prepare(result=Rejected("no-text", "there is none"))
    assert key not in withdraw(press.desk, press.broker.publisher(), raw.id, NOW).removed
    assert press.store.exists(key)
    assert press.store.exists(raw_key(other.body_sha256))


def test_a_withdrawal_that_cannot_tell_removes_nothing(press):
    raw, key = press.whole_way(URL)
    press.broker.down = True
    with pytest.raises(Exception, match="down"):
        withdraw(press.desk, press.broker.publisher(), raw.id, NOW)
    assert press.store.exists(key)
    assert list(press.store.list(f"state/articles/{raw.id}"))
    press.broker.down = False
    assert list(press.desk.messages(DEAD)) == []
