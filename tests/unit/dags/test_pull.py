"""One source pulled again and again: what is fetched, sent, reported and remembered."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from dags.ingest import feeds, outbox, pull
from dags.ingest.errors import NotAcknowledged, SourceBroken, SourceDown, StateConflict
from dags.ingest.plan import GIVE_UP_ATTEMPTS
from dags.ingest.raw import RawMeta
from infra.errors import Unavailable
from infra.messaging import Record
from infra.web import Web
from infra.web_errors import DnsFailed, PrivateAddress, TlsFailed, TooLarge
from schemas.articles import RawArticle
from schemas.codec import decode
from schemas.envelope import parse_origin, read
from schemas.identity import article_id
from schemas.keys import raw_key, raw_meta_key, source_state_key
from schemas.topics import OUTCOMES, RAW

SITE = "http://site.example"


# The first pull


def test_new_items_are_sent_with_all_that_is_known_of_them(desk) -> None:
    desk.site.add("/a", "/b?utm_source=feed")
    counts = desk.pull()
    assert msgspec.structs.asdict(counts) == {
        "sources": 1,
        "feeds_unchanged": 0,
        "items": 2,
        "skipped": 0,
        "pages": 2,
        "sent": 2,
        "unchanged": 0,
        "failed": 0,
        "pending": 0,
    }
    first, second = desk.raw()
    assert first.id == article_id(f"{SITE}/a")
    assert first.url == first.final_url == f"{SITE}/a"
    assert first.body == b"<p>The story of /a</p>"
    assert first.body_sha256 == hashlib.sha256(first.body).hexdigest()
    assert (first.media_type, first.charset) == ("text/html", "utf-8")
    assert set(first.headers) == {"content-type", "etag"}
    assert first.source == "site"
    assert first.rights == "ours"
    assert first.captured_at is not None
    assert first.item is not None
    assert (first.item.title, first.item.summary) == ("About /a", "In short.")
    assert second.id == article_id(f"{SITE}/b")
    assert second.url == f"{SITE}/b?utm_source=feed"


def test_the_envelope_is_stable_and_each_article_starts_a_trace(desk) -> None:
    desk.site.add("/a", "/b")
    desk.pull()
    messages = desk.messages(RAW.name)
    for message, article in zip(messages, desk.raw(), strict=True):
        headers = read(message.headers)
        assert message.key == article.id.encode()
        assert headers["ce_id"] == f"{article.id}.{article.body_sha256[:16]}"
        assert headers["ce_source"] == "/copydesk/pull"
        assert headers["ce_type"] == RAW.event_type
        assert headers["content-type"] == "application/json"
    assert len({read(message.headers)["traceparent"] for message in messages}) == 2


def test_every_sent_item_has_an_outcome_with_its_origin_in_the_same_trace(desk) -> None:
    desk.site.add("/a", "/b")
    desk.pull()
    sent = {(message.partition, message.offset): message for message in desk.messages(RAW.name)}
    for outcome, message in zip(desk.outcomes(), desk.messages(OUTCOMES.name), strict=True):
        headers = read(message.headers)
        assert (outcome.stage, outcome.status, outcome.source) == ("pull", "sent", "site")
        assert outcome.origin is not None
        assert outcome.origin.topic == RAW.name
        assert parse_origin(headers["ce_origin"]) == outcome.origin
        raw = sent.pop((outcome.origin.partition, outcome.origin.offset))
        assert raw.key == message.key
        assert headers["traceparent"].split("-")[1] == read(raw.headers)["traceparent"].split("-")[1]
        assert outcome.started_at < outcome.ended_at
    assert not sent


def test_the_store_holds_what_rebuilds_every_message(desk) -> None:
    desk.site.add("/a")
    desk.pull()
    (article,) = desk.raw()
    assert desk.store.get(raw_key(article.body_sha256)) == article.body
    assert b"The story" not in desk.store.get(raw_meta_key(article.id, article.body_sha256))
    meta = decode(desk.store.get(raw_meta_key(article.id, article.body_sha256)), RawMeta)
    assert RawArticle(**msgspec.structs.asdict(meta), body=article.body) == article


def test_a_body_too_large_for_a_message_goes_by_pointer(desk) -> None:
    desk.site.add("/long")
    desk.site.pages["/long"] = b"<p>" + b"long " * 200_000
    desk.pull()
    (message,) = desk.messages(RAW.name)
    assert len(message.value or b"") < 1000
    (article,) = desk.raw()
    assert article.body == desk.site.pages["/long"]


def test_articles_go_out_in_batches_bounded_by_bytes_and_number(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    publisher = desk.broker.publisher()

    class Counting:
        def publish(self, records: Any) -> Any:
            if records[0].topic == RAW.name:
                sizes.append(len(records))
            return publisher.publish(records)

        def close(self) -> None: ...

    monkeypatch.setattr(outbox, "BATCH_ITEMS", 3)
    monkeypatch.setattr(outbox, "BATCH_BYTES", 1000)
    desk.site.add(*(f"/{number}" for number in range(8)))
    desk.site.pages["/3"] = b"x" * 1000
    pull.pull([desk.source], desk.web, desk.store, Counting(), now=desk.clock)
    assert sizes == [3, 1, 3, 1]


def test_topics_carry_the_prefix(desk) -> None:
    published: list[Record] = []

    class Keeping:
        def publish(self, records: Any) -> Any:
            published.extend(records)
            return desk.broker.publisher().publish([replace(each, topic=each.topic[2:]) for each in records])

        def close(self) -> None: ...

    desk.site.add("/a")
    pull.pull([desk.source], desk.web, desk.store, Keeping(), topic_prefix="t.", now=desk.clock)
    assert [record.topic for record in published] == ["t.news.raw", "t.news.outcomes"]


def test_newsroom_urls_lead_to_the_newsroom_of_the_settings(desk) -> None:
    desk.site.add("/a")
    source = msgspec.structs.replace(desk.source, url="{newsroom}/feed")
    counts = pull.pull([source], desk.web, desk.store, desk.broker.publisher(), newsroom_url=SITE + "/", now=desk.clock)
    assert counts.sent == 1


# Again


@pytest.mark.parametrize("with_etags", [True, False])
def test_nothing_new_fetches_no_page_and_writes_no_state(desk, with_etags: bool) -> None:
    desk.site.with_etags = with_etags
    desk.site.add("/a", "/b")
    desk.pull()
    etag = desk.store.get_object(source_state_key("site")).etag
    desk.ended()
    counts = desk.pull()
    assert desk.site.asked == ["/feed"]
    assert (counts.sent, counts.pages) == (0, 0)
    assert counts.feeds_unchanged == int(with_etags)
    assert desk.ended() == ([] if with_etags else [("/a", "unchanged", None), ("/b", "unchanged", None)])
    assert desk.store.get_object(source_state_key("site")).etag == etag


def test_without_its_state_a_source_is_sent_again_under_the_same_ids(desk) -> None:
    desk.site.add("/a", "/b")
    desk.pull()
    desk.store.delete(source_state_key("site"))
    assert desk.pull().sent == 2
    ids = [read(message.headers)["ce_id"] for message in desk.messages(RAW.name)]
    assert ids[:2] == ids[2:]


def test_a_new_item_is_fetched_and_the_known_ones_are_reported(desk) -> None:
    desk.site.add("/a")
    desk.pull()
    desk.ended()
    desk.site.add("/b")
    desk.pull()
    assert desk.site.asked == ["/feed", "/b"]
    assert desk.ended() == [("/b", "sent", None), ("/a", "unchanged", None)]


@pytest.mark.parametrize("what", ["title", "published", "description"])
def test_an_item_of_which_the_feed_says_something_else_is_fetched_again(desk, what: str) -> None:
    desk.site.add("/a", "/b")
    desk.pull()
    setattr(desk.site.items[0], what, "Sun, 01 Mar 2026 11:11:00 GMT")
    desk.site.pages["/a"] += b" edited"
    desk.ended()
    assert desk.pull().sent == 1
    assert desk.site.asked == ["/feed", "/a"]
    assert desk.raw()[-1].body.endswith(b"edited")
    assert ("/a", "sent", None) in desk.ended()


@pytest.mark.parametrize("with_etags", [True, False])
def test_a_changed_item_with_the_same_page_is_not_sent_again(desk, with_etags: bool) -> None:
    desk.site.with_etags = with_etags
    desk.site.add("/a")
    desk.pull()
    desk.ended()
    desk.site.items[0].title = "Another title in the feed alone"
    counts = desk.pull()
    assert (counts.pages, counts.sent, counts.unchanged) == (1, 0, 1)
    assert desk.ended() == [("/a", "unchanged", None)]
    assert desk.state().seen[article_id(f"{SITE}/a")].body_sha256 == desk.raw()[0].body_sha256
    desk.pull()
    assert desk.site.asked == ["/feed"]


def test_the_page_validators_survive_an_unchanged_answer(desk) -> None:
    desk.site.add("/a")
    desk.pull()
    before = desk.state().seen[article_id(f"{SITE}/a")]
    desk.site.items[0].title = "2"
    desk.pull()
    after = desk.state().seen[article_id(f"{SITE}/a")]
    assert after.etag == before.etag is not None
    assert after.fingerprint != before.fingerprint


# Items that cannot be pulled


def test_an_id_that_stands_twice_in_a_feed_is_sent_once(desk, make_item) -> None:
    desk.site.add("/a")
    desk.site.items += [make_item(f"{SITE}/a?utm_campaign=x"), make_item(f"{SITE}/a#part")]
    counts = desk.pull()
    assert (counts.items, counts.sent, counts.skipped) == (3, 1, 2)
    assert desk.site.pages_asked == ["/a"]


def failures(desk) -> list[tuple[str, str | None]]:
    return [(each.id, each.reason) for each in desk.outcomes() if each.status == "failed"]


def test_items_without_a_link_that_can_be_fetched_fail_with_an_id_of_their_own(desk, make_item) -> None:
    desk.site.add("/a")
    desk.site.items += [
        make_item(None, title="One"),
        make_item(None, title="Two"),
        make_item("mailto:desk@site.example"),
        make_item("https://me:secret@site.example/x"),
    ]
    counts = desk.pull()
    assert (counts.items, counts.sent, counts.skipped, counts.failed) == (5, 1, 4, 0)
    told = failures(desk)
    assert [reason for _, reason in told] == ["no-link", "no-link", "bad-link", "bad-link"]
    assert len({identity for identity, _ in told}) == 4
    assert told[2][0] == article_id("mailto:desk@site.example"), "found by what the feed says"
    assert all(each.source == "site" and each.detail for each in desk.outcomes() if each.status == "failed")
    assert "secret" not in str(desk.outcomes())


def test_an_item_that_cannot_be_pulled_is_reported_once_while_it_stands_in_the_feed(desk, make_item) -> None:
    desk.site.with_etags = False
    desk.site.add("/a")
    desk.site.items.append(make_item(None))
    assert desk.pull().skipped == 1
    assert len(failures(desk)) == 1
    assert desk.pull().skipped == 1
    assert len(failures(desk)) == 1
    item = desk.site.items.pop()
    desk.pull()
    assert desk.state().skipped == {}
    desk.site.items.append(item)
    desk.pull()
    assert len(failures(desk)) == 2, "it came anew"


def test_what_was_reported_is_not_forgotten_while_the_feed_is_unchanged(desk, make_item) -> None:
    desk.site.items.append(make_item(None))
    desk.pull()
    assert desk.pull().feeds_unchanged == 1
    assert list(desk.state().skipped.values()) == ["no-link"]


def test_an_item_without_a_link_keeps_its_id_wherever_the_feed_is_served_from(desk, make_item) -> None:
    desk.site.items.append(make_item(None))
    for host in ("http://one.example", "http://two.example"):
        feed = httpx.Response(200, headers={"Content-Type": "application/rss+xml"}, content=desk.site.feed())
        site = {f"{SITE}/feed": httpx.Response(302, headers={"Location": f"{host}/feed"}), f"{host}/feed": feed}
        web = Web(
            user_agent="test",
            timeout_s=20,
            max_bytes=2_000_000,
            transport=httpx.MockTransport(lambda request, site=site: site[str(request.url)]),
            now=desk.clock,
        )
        pull.pull([desk.source], web, desk.store, desk.broker.publisher(), now=desk.clock)
    assert len(failures(desk)) == 1


def test_items_over_the_limit_of_the_source_fail_until_they_come_within_it(desk) -> None:
    few = msgspec.structs.replace(desk.source, max_items=2)
    desk.site.with_etags = False
    desk.site.add("/a", "/b", "/c", "/d")
    counts = desk.pull(few)
    assert desk.site.pages_asked == ["/a", "/b"]
    assert (counts.items, counts.sent, counts.skipped) == (4, 2, 2)
    assert ("/c", "failed", "over-limit") in desk.ended()
    assert desk.pull(few).skipped == 2
    assert desk.ended() == [("/a", "unchanged", None), ("/b", "unchanged", None)]
    del desk.site.items[:2]
    assert desk.pull(few).sent == 2
    assert desk.state().skipped == {}


def test_an_item_that_was_sent_does_not_fail_when_newer_ones_push_it_over_the_limit(desk, make_item) -> None:
    few = msgspec.structs.replace(desk.source, max_items=2)
    desk.site.add("/a", "/b")
    desk.site.broken["/b"] = 503
    desk.pull(few)
    desk.ended()
    desk.site.broken.clear()
    desk.site.add("/c", "/d")
    desk.site.items = desk.site.items[2:] + desk.site.items[:2]
    counts = desk.pull(few)
    assert (counts.sent, counts.unchanged, counts.skipped) == (3, 1, 0)
    assert sorted(desk.ended()) == [
        ("/a", "unchanged", None),
        ("/b", "sent", None),
        ("/c", "sent", None),
        ("/d", "sent", None),
    ]


def test_a_repeated_item_over_the_limit_is_the_article_it_repeats(desk, make_item) -> None:
    desk.site.add("/a")
    desk.site.items.append(make_item(f"{SITE}/a#part"))
    counts = desk.pull(msgspec.structs.replace(desk.source, max_items=1))
    assert (counts.sent, counts.skipped) == (1, 1)
    assert desk.ended() == [("/a", "sent", None)]


def test_a_feed_without_end_is_read_to_a_bound_and_the_rest_counted(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST_OVER_LIMIT", 3)
    desk.site.add(*(f"/{number}" for number in range(10)))
    counts = desk.pull(msgspec.structs.replace(desk.source, max_items=2))
    assert (counts.items, counts.sent, counts.skipped) == (10, 2, 8)
    assert [reason for _, reason in failures(desk)] == ["over-limit"] * 3


# Pages that fail


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (500, "http-status"),
        (404, "http-status"),
        (401, "http-status"),
        (403, "http-status"),
        (httpx.ReadTimeout("slow"), "timeout"),
        (TlsFailed("expired certificate", retriable=True), "tls"),
        (DnsFailed("no such name", retriable=True), "dns"),
    ],
)
def test_a_failed_page_is_pending_and_tried_again_though_the_feed_is_unchanged(desk, trouble, reason: str) -> None:
    desk.site.add("/a", "/b")
    desk.site.broken["/a"] = trouble
    counts = desk.pull()
    assert (counts.sent, counts.failed, counts.pending) == (1, 1, 1)
    assert desk.ended() == [("/b", "sent", None), ("/a", "failed", reason)]
    pending = desk.state().pending[article_id(f"{SITE}/a")]
    assert (pending.attempts, pending.reason) == (1, reason)

    counts = desk.pull()
    assert desk.site.asked == ["/feed", "/a"]
    assert (counts.feeds_unchanged, counts.failed, counts.pending) == (1, 1, 1)
    assert desk.state().pending[article_id(f"{SITE}/a")].attempts == 2
    assert desk.state().pending[article_id(f"{SITE}/a")].first_seen == pending.first_seen
    desk.ended()

    desk.site.broken.clear()
    counts = desk.pull()
    assert desk.site.asked == ["/feed", "/a"]
    assert (counts.feeds_unchanged, counts.sent, counts.pending) == (1, 1, 0)
    assert desk.ended() == [("/a", "sent", None)]
    assert desk.raw()[-1].item is not None
    assert desk.raw()[-1].item.title == "About /a"
    assert desk.state().pending == {}

    desk.pull()
    assert desk.site.asked == ["/feed"]


def test_an_empty_page_is_no_article(desk) -> None:
    desk.site.add("/a")
    desk.site.pages["/a"] = b""
    assert desk.pull().pending == 1
    assert desk.ended() == [("/a", "failed", "empty-page")]
    assert desk.raw() == []


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (410, "http-status"),
        (PrivateAddress("inside", retriable=False), "private-address"),
        (TooLarge("long", retriable=False), "too-large"),
    ],
)
def test_a_page_that_will_never_come_is_not_tried_again(desk, trouble, reason: str) -> None:
    desk.site.add("/a")
    desk.site.broken["/a"] = trouble
    counts = desk.pull()
    assert (counts.failed, counts.pending) == (1, 0)
    assert desk.ended() == [("/a", "failed", reason)]
    desk.pull()
    assert desk.site.asked == ["/feed"]


def test_a_page_given_up_is_tried_again_when_the_feed_says_something_new(desk) -> None:
    desk.site.add("/a")
    desk.site.broken["/a"] = 410
    desk.pull()
    desk.site.broken.clear()
    desk.site.items[0].title = "It is back"
    assert desk.pull().sent == 1


def test_a_page_is_given_up_after_enough_attempts_and_a_day(desk) -> None:
    desk.site.add("/a")
    desk.site.broken["/a"] = 503
    for _ in range(GIVE_UP_ATTEMPTS + 2):
        assert desk.pull().pending == 1
    desk.ended()
    desk.clock.leap(days=1)
    counts = desk.pull()
    assert (counts.failed, counts.pending) == (1, 0)
    assert desk.ended() == [("/a", "failed", "gave-up")]
    assert "http-status" in (desk.outcomes()[-1].detail or "")
    desk.pull()
    assert desk.site.asked == ["/feed"]


def test_age_alone_gives_nothing_up(desk) -> None:
    desk.site.add("/a")
    desk.site.broken["/a"] = 503
    desk.pull()
    desk.clock.leap(days=30)
    assert desk.pull().pending == 1


def test_an_edit_that_cannot_be_fetched_keeps_what_was_sent_before(desk) -> None:
    desk.site.add("/a")
    desk.pull()
    had = desk.state().seen[article_id(f"{SITE}/a")]
    desk.site.items[0].title = "Edited"
    desk.site.broken["/a"] = 500
    desk.pull()
    assert desk.state().seen[article_id(f"{SITE}/a")] == had
    desk.site.broken.clear()
    counts = desk.pull()
    assert (counts.pages, counts.unchanged, counts.pending) == (1, 1, 0), "the page itself had not changed"
    assert desk.state().seen[article_id(f"{SITE}/a")].body_sha256 == had.body_sha256


def test_too_many_pending_items_are_given_up_out_loud(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "MOST_PENDING", 2)
    desk.site.add("/a", "/b", "/c")
    desk.site.broken.update({"/a": 500, "/b": 500, "/c": 500})
    assert desk.pull().pending == 2
    assert desk.ended()[-1] == ("/c", "failed", "gave-up")
    monkeypatch.setattr(pull, "MOST_SILENT", 0)
    desk.site.add("/d")
    desk.pull()
    assert desk.ended() == [
        ("/c", "unchanged", None),
        ("/d", "failed", "gave-up"),
        ("/a", "failed", "postponed"),
        ("/b", "failed", "postponed"),
    ]


def test_pages_that_hang_do_not_keep_others_from_being_reached(desk) -> None:
    desk.site.add(*(f"/{number}" for number in range(8)))
    desk.site.broken.update({f"/{number}": httpx.ConnectTimeout("silence") for number in range(5)})
    assert desk.pull().sent == 0
    counts = desk.pull()
    assert desk.site.pages_asked[:3] == ["/5", "/6", "/7"]
    assert (counts.sent, counts.pending) == (3, 5)


def test_a_site_that_falls_silent_is_left_alone_until_the_next_pull(desk) -> None:
    desk.site.add(*(f"/{number}" for number in range(9)))
    desk.site.broken.update({f"/{number}": httpx.ConnectTimeout("silence") for number in range(1, 9)})
    counts = desk.pull()
    assert desk.site.pages_asked == ["/0", "/1", "/2", "/3", "/4", "/5"]
    assert (counts.pages, counts.sent, counts.failed, counts.pending) == (6, 1, 8, 8)
    assert desk.ended()[-3:] == [(f"/{number}", "failed", "postponed") for number in (6, 7, 8)]
    attempts = {pending.url.removeprefix(SITE): pending.attempts for pending in desk.state().pending.values()}
    assert attempts == {"/1": 1, "/2": 1, "/3": 1, "/4": 1, "/5": 1, "/6": 0, "/7": 0, "/8": 0}
    desk.site.broken.clear()
    assert desk.pull().sent == 8


def test_an_answer_in_between_shows_that_the_site_is_there(desk) -> None:
    desk.site.add(*(f"/{number}" for number in range(12)))
    desk.site.broken.update({f"/{number}": httpx.ConnectTimeout("silence") for number in range(12) if number % 5})
    assert desk.pull().pages == 12


def test_what_a_slow_site_leaves_undone_is_done_by_the_next_pull(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "BUDGET", timedelta(seconds=6))
    desk.site.add(*(f"/{number}" for number in range(6)))
    sent = []
    while not sent or sent[-1]:
        sent.append(desk.pull().sent)
        assert len(sent) < 10
    assert len(sent) > 2
    assert sum(sent) == 6
    assert len(desk.raw()) == 6
    assert desk.state().pending == {}


def test_a_pending_item_does_not_drag_a_long_body_along(desk) -> None:
    desk.site.add("/a")
    desk.site.items[0].description = "long " * 10_000
    desk.site.broken["/a"] = 500
    desk.pull()
    assert desk.state().pending[article_id(f"{SITE}/a")].item.summary is None


# Sources that fail


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [(503, SourceDown), (httpx.ConnectError("refused"), SourceDown), (403, SourceDown), (410, SourceBroken)],
)
def test_a_source_that_fails_says_whether_later_may_be_better(desk, trouble, kind: type[Exception]) -> None:
    desk.site.broken["/feed"] = trouble
    with pytest.raises(kind, match="site: "):
        desk.pull()
    assert desk.outcomes() == []
    assert not desk.store.exists(source_state_key("site"))


@pytest.mark.parametrize(
    "feed", [b"<!doctype html><title>Sorry</title><p>Back soon", b"", b"\x00\x01", b"/etc/passwd", b"http://a.example/"]
)
def test_what_is_no_feed_is_said_to_be_none(desk, monkeypatch: pytest.MonkeyPatch, feed: bytes) -> None:
    monkeypatch.setattr(desk.site, "feed", lambda: feed)
    with pytest.raises(SourceBroken, match="not-a-feed"):
        desk.pull()


def test_one_source_of_a_shard_that_fails_does_not_keep_the_others(desk) -> None:
    desk.site.add("/a")
    down = msgspec.structs.replace(desk.source, name="down", url=f"{SITE}/nothing")
    with pytest.raises(SourceDown, match=r"^down: http-status"):
        desk.pull(down, desk.source)
    assert [article.source for article in desk.raw()] == ["site"]
    assert desk.state().seen


def test_a_passing_failure_in_a_shard_rules_over_a_final_one(desk) -> None:
    desk.site.broken |= {"/gone": 410, "/away": 503}
    sources = [msgspec.structs.replace(desk.source, name=name, url=f"{SITE}/{name}") for name in ("gone", "away")]
    with pytest.raises(SourceDown, match=r"gone: .*; away: "):
        desk.pull(*sources)


# Systems that fail


def test_nothing_is_remembered_unless_the_broker_took_all(desk) -> None:
    desk.site.add("/a", "/b", "/c")
    desk.broker.fail_after = 1
    with pytest.raises(Unavailable):
        desk.pull()
    assert not desk.store.exists(source_state_key("site"))
    desk.broker.down, desk.broker.fail_after = False, None
    assert desk.pull().sent == 3


def test_nothing_is_remembered_when_the_outcomes_are_not_taken(desk) -> None:
    desk.site.add("/a", "/b")
    desk.broker.fail_after = 3
    with pytest.raises(Unavailable):
        desk.pull()
    assert not desk.store.exists(source_state_key("site"))


def test_fewer_acknowledgements_than_messages_are_a_failure(desk) -> None:
    class Forgetful:
        def publish(self, records: Any) -> Any:
            return desk.broker.publisher().publish(records)[:-1]

        def close(self) -> None: ...

    desk.site.add("/a", "/b")
    with pytest.raises(NotAcknowledged, match="2 messages sent, 1 acknowledged"):
        pull.pull([desk.source], desk.web, desk.store, Forgetful(), now=desk.clock)
    assert not desk.store.exists(source_state_key("site"))


def test_nothing_is_sent_before_the_store_has_the_bytes(desk) -> None:
    desk.site.add("/a")
    desk.store.down = True
    with pytest.raises(Unavailable):
        desk.pull()
    assert desk.messages(RAW.name) == []


@pytest.mark.parametrize("first", [True, False])
def test_two_runs_at_once_do_not_overwrite_each_others_memory(desk, first: bool) -> None:
    desk.site.add("/a")
    if not first:
        desk.pull()
        desk.site.add("/b")
    other = b'{"feed_url":"http://elsewhere.example/"}\n'

    class Racing:
        def publish(self, records: Any) -> Any:
            desk.store.put(source_state_key("site"), other)
            return desk.broker.publisher().publish(records)

        def close(self) -> None: ...

    with pytest.raises(StateConflict, match=r"state/sources/site\.json"):
        pull.pull([desk.source], desk.web, desk.store, Racing(), now=desk.clock)
    assert desk.store.get(source_state_key("site")) == other


def test_a_state_that_cannot_be_read_names_the_remedy(desk) -> None:
    desk.store.put(source_state_key("site"), b'{"seen": 7}')
    with pytest.raises(SourceBroken, match=r"delete that object"):
        desk.pull()


def test_a_source_that_moved_is_not_asked_with_the_old_validators(desk) -> None:
    desk.site.add("/a")
    desk.pull()
    moved = msgspec.structs.replace(desk.source, url=f"{SITE}/feed?v=2")
    desk.site.pages["/feed?v=2"] = desk.site.feed()
    counts = desk.pull(moved)
    assert (counts.feeds_unchanged, counts.items, counts.unchanged) == (0, 1, 1)
