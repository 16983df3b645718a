"""The loop on the twins of broker and store: every outcome, every way to end, nothing lost and nothing twice."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from consumers.poison import CRASH_LIMIT, Journal
from consumers.runtime import WAIT_S, Halted, Limits, Loop
from consumers.step import Done, Duplicate, Invalid, Rejected, Result, Superseded
from consumers.watchdog import KAFKA_LIMIT_S, Watchdog
from infra.errors import GroupLost, Refused, TransactionFailed, Unavailable
from infra.memory import MemoryBroker, MemoryStore
from infra.messaging import Batch, Message, Partition, Record, partition_for
from schemas.articles import (
    CleanArticle,
    Language,
    Origin,
    Outcome,
    Provenance,
    RawArticle,
    RawObject,
    Revision,
    Stage,
)
from schemas.codec import INLINE_LIMIT, JSON_TYPE, POINTER_TYPE, Pointer, decode, encode, pack, unpack
from schemas.envelope import headers, read
from schemas.topics import CLEAN, DEAD, ENRICHED, OUTCOMES, RAW, TOPICS, Topic

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
GROUP = "copydesk-prepare"
Behaviour = Callable[[], Result | None]


class Killed(BaseException):
    """What kill -9 is to the loop: nothing runs after it."""


def article_id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def raw(name: str, body: bytes = b"text") -> RawArticle:
    return RawArticle(
        id=article_id(name),
        url=f"https://paper.example/{name}",
        source="paper",
        media_type="text/plain",
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
    )


def clean(name: str, text: str = "Text.") -> CleanArticle:
    return CleanArticle(
        id=article_id(name),
        revision=Revision(number=1, hash="0" * 64, cause="first"),
        url=f"https://paper.example/{name}",
        source="paper",
        language=Language(code="en", confidence=1.0),
        text=text,
        text_hash=hashlib.sha256(text.encode()).hexdigest(),
        provenance=Provenance(raw=RawObject(key="raw/x", sha256="1" * 64), rules="r1", extractor="none"),
    )


def done(name: str, text: str = "Text.") -> Done:
    article = clean(name, text)
    return Done(article, encode(article), f"{article.id}.r1.0123456789ab", 1, object_key=f"enriched/v1/{name}")


class Script:
    """A step that does what the test wrote down for an article: return a result, or raise. Unlisted ones are done."""

    stage: Stage = "prepare"
    input: Topic = RAW
    output: Topic = CLEAN

    def __init__(self) -> None:
        self.behaviour: dict[str, Callable[[], Result]] = {}
        self.seen: list[str] = []
        self.origins: list[Origin] = []

    def read(self, data: bytes) -> RawArticle:
        return decode(data, RawArticle)

    def __call__(self, article: RawArticle, origin: Origin) -> Result:
        name = article.url.rsplit("/", 1)[-1]
        self.seen.append(name)
        self.origins.append(origin)
        return self.behaviour.get(name, lambda: done(name))()


class EnrichScript(Script):
    """The same at the second stage."""

    stage: Stage = "enrich"
    input: Topic = CLEAN
    output: Topic = ENRICHED

    def read(self, data: bytes) -> CleanArticle:  # type: ignore[override]
        return decode(data, CleanArticle)


def raising(error: BaseException) -> Callable[[], Result]:
    def act() -> Result:
        raise error

    return act


class Desk:
    """A broker, a store and the files of one slot; ``start`` is what a new process of the slot does."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.broker = MemoryBroker()
        self.store = MemoryStore()
        self.step: Script = Script()
        self.now = 1000.0
        self.stopped = False
        self.ended: list[str] = []
        self.transactions: list[int] = []
        self.watchdog = Watchdog(clock=lambda: self.now, end=self.ended.append)

    @property
    def halt_file(self) -> Path:
        return self.home / "halted"

    def start(self, *, prefix: str = "", **limits: Any) -> Loop[Any]:
        publisher = self.broker.transactional_publisher(f"{GROUP}-0", GROUP)
        desk = self

        class Counting:
            """Notes how many messages every transaction settles."""

            def commit(self, records: Sequence[Record], batch: Batch, offsets: Mapping[Partition, int]) -> None:
                publisher.commit(records, batch, offsets)
                desk.transactions.append(sum(record.topic == prefix + OUTCOMES.name for record in records))

            def heal(self, topic: str, value: int = 0) -> None:
                publisher.heal(topic, value)

            def close(self) -> None:
                publisher.close()

        return Loop(
            self.step,
            consumer=self.broker.consumer(prefix + self.step.input.name, GROUP, f"{GROUP}-0"),
            publisher=Counting(),
            store=self.store,
            journal=Journal(self.home / "journal.json"),
            watchdog=self.watchdog,
            halt_file=self.halt_file,
            limits=Limits(**limits),
            stop=lambda: self.stopped,
            prefix=prefix,
            clock=lambda: self.now,
            now=lambda: NOW,
        )

    def publish(self, *names: str) -> None:
        for name in names:
            self.send(encode(raw(name)), key=article_id(name).encode())

    def send(
        self,
        value: bytes | None,
        *,
        key: bytes | None = None,
        content_type: str = JSON_TYPE,
        topic: Topic = RAW,
        origin: Origin | None = None,
        prefix: str = "",
    ) -> Message:
        envelope = headers(
            topic,
            event_id="x",
            stage="pull",
            time=NOW,
            traceparent=TRACE,
            content_type=content_type,
            origin=origin,
        )
        (message,) = self.broker.publisher().publish(
            [Record(prefix + topic.name, key or article_id("x").encode(), value, envelope)]
        )
        return message

    def read(self, topic: Topic, prefix: str = "") -> list[Message]:
        return list(self.broker.reader().read(prefix + topic.name))

    def outcomes(self, prefix: str = "") -> list[Outcome]:
        return [decode(message.value or b"", Outcome) for message in self.read(OUTCOMES, prefix)]

    def statuses(self) -> dict[str, list[str]]:
        """Article name to the statuses it got: exactly one, or something is lost or twice."""
        found: dict[str, list[str]] = {}
        for outcome in self.outcomes():
            name = (outcome.url or outcome.id).rsplit("/", 1)[-1]
            found.setdefault(name, []).append(outcome.status)
        return found

    def lag(self, topic: Topic = RAW) -> int:
        committed = self.broker.admin().committed(GROUP, topic.name)
        end = self.broker.admin().end_offsets(topic.name)
        return sum(end[number] - committed.get(number, 0) for number in end)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def same_partition(count: int) -> list[str]:
    """Names whose ids all lie in one partition, so that their order is fixed."""
    names = (f"a{number}" for number in range(1000))
    return [name for name in names if partition_for(article_id(name).encode(), RAW.partitions) == 0][:count]


# Outcomes


@pytest.mark.parametrize(
    ("result", "status", "reason", "revision"),
    [
        (Duplicate(3), "duplicate", None, 3),
        (Superseded(4), "superseded", None, 4),
        (Rejected("too-short", "It has 3 words."), "rejected", "too-short", None),
    ],
)
def test_results_without_an_event(
    desk: Desk, result: Result, status: str, reason: str | None, revision: int | None
) -> None:
    desk.step.behaviour["a"] = lambda: result
    desk.publish("a")
    desk.start().turn()
    (outcome,) = desk.outcomes()
    assert (outcome.status, outcome.reason, outcome.revision) == (status, reason, revision)
    assert (outcome.id, outcome.stage, outcome.url, outcome.source) == (
        article_id("a"),
        "prepare",
        "https://paper.example/a",
        "paper",
    )
    assert (desk.read(CLEAN), desk.read(DEAD), desk.lag()) == ([], [], 0)


def test_done_sends_its_event_and_its_outcome(desk: Desk) -> None:
    sent = desk.send(encode(raw("a")), key=article_id("a").encode())
    desk.start().turn()
    (event,) = desk.read(CLEAN)
    assert event.value == done("a").data
    assert event.key == article_id("a").encode()
    envelope = read(event.headers)
    assert envelope["ce_id"] == f"{article_id('a')}.r1.0123456789ab"
    assert envelope["ce_type"] == CLEAN.event_type
    assert envelope["ce_source"] == "/copydesk/prepare"
    assert envelope["ce_origin"] == f"news.raw/{sent.partition}/{sent.offset}"
    assert envelope["traceparent"].split("-")[1] == "a" * 32
    assert envelope["traceparent"] != TRACE
    (outcome,) = desk.outcomes()
    assert (outcome.status, outcome.object_key, outcome.revision) == ("done", "enriched/v1/a", 1)
    assert outcome.origin == Origin(topic="news.raw", partition=sent.partition, offset=sent.offset)
    assert desk.lag() == 0


def test_dead_letter_keeps_the_bytes_and_says_what_happened(desk: Desk) -> None:
    desk.step.behaviour["a"] = raising(Invalid("no-text", "There is no text. " + "x" * 600))
    sent = desk.send(encode(raw("a")), key=article_id("a").encode())
    desk.start().turn()
    (letter,) = desk.read(DEAD)
    assert (letter.key, letter.value) == (sent.key, sent.value)
    envelope = read(letter.headers)
    assert envelope["dead_stage"] == "prepare"
    assert envelope["dead_error"] == "no-text"
    assert envelope["dead_message"].startswith("There is no text. x")
    assert len(envelope["dead_message"]) == 500
    assert envelope["dead_attempts"] == "1"
    assert envelope["dead_input"] == f"news.raw/{sent.partition}/{sent.offset}" == envelope["ce_origin"]
    assert envelope["content-type"] == JSON_TYPE
    assert envelope["ce_type"] == DEAD.event_type
    assert datetime.fromisoformat(envelope["ce_time"]) == NOW
    (outcome,) = desk.outcomes()
    assert (outcome.status, outcome.reason, outcome.url) == ("dead", "no-text", "https://paper.example/a")
    assert (desk.read(CLEAN), desk.lag()) == ([], 0)


@pytest.mark.parametrize("value", [b"", b"\xff\xfe\x00", b"{", b"[]", b"null", b'{"id": "short"}', b"[" * 100_000])
def test_bytes_that_are_no_payload_are_dead_letters(desk: Desk, value: bytes) -> None:
    desk.send(value)
    desk.publish("good")
    desk.start().turn()
    (letter,) = desk.read(DEAD)
    assert letter.value == value
    assert dict(letter.headers)["dead_error"] == b"invalid"
    assert desk.statuses()["good"] == ["done"]
    assert (desk.step.seen, desk.lag()) == (["good"], 0)


def test_tombstone_on_an_input_is_a_dead_letter(desk: Desk) -> None:
    desk.send(None)
    desk.start().turn()
    (letter,) = desk.read(DEAD)
    assert (letter.value, dict(letter.headers)["dead_error"]) == (None, b"empty")
    assert "copydesk withdraw" in dict(letter.headers)["dead_message"].decode()


@pytest.mark.parametrize("key", [b"not ours", b"\xff", b"A" * 32, b"0" * 31])
def test_strange_key_gets_an_id_made_of_the_position(desk: Desk, key: bytes) -> None:
    sent = desk.send(b"{", key=key)
    desk.start().turn()
    (outcome,) = desk.outcomes()
    position = f"news.raw/{sent.partition}/{sent.offset}"
    assert outcome.id == hashlib.sha256(position.encode()).hexdigest()[:32]
    assert [message.key for message in desk.read(DEAD)] == [outcome.id.encode()]


# Payloads in the store


def test_payload_behind_a_pointer_is_fetched(desk: Desk) -> None:
    value, content_type = pack(encode(raw("big", b"x" * INLINE_LIMIT)), desk.store)
    assert content_type == POINTER_TYPE
    desk.send(value, content_type=content_type, key=article_id("big").encode())
    desk.start().turn()
    assert desk.statuses() == {"big": ["done"]}


def test_large_result_goes_to_the_store(desk: Desk) -> None:
    desk.step.behaviour["a"] = lambda: done("a", "x" * INLINE_LIMIT)
    desk.publish("a")
    desk.start().turn()
    (event,) = desk.read(CLEAN)
    content_type = read(event.headers)["content-type"]
    assert content_type == POINTER_TYPE
    assert unpack(event.value or b"", content_type, desk.store) == done("a", "x" * INLINE_LIMIT).data


@pytest.mark.parametrize(
    ("pointer", "reason"),
    [
        (Pointer(key=f"payloads/{'0' * 64}.json", sha256="0" * 64, size=1), "lost-payload"),
        (Pointer(key="state/articles/x.json", sha256="0" * 64, size=1), "invalid"),
        (Pointer(key="../../etc", sha256="0" * 64, size=1), "invalid"),
    ],
)
def test_pointer_to_nothing_is_a_dead_letter(desk: Desk, pointer: Pointer, reason: str) -> None:
    value = encode(pointer)
    desk.send(value, content_type=POINTER_TYPE)
    desk.start().turn()
    (letter,) = desk.read(DEAD)
    assert (letter.value, dict(letter.headers)["dead_error"].decode()) == (value, reason)
    assert dict(letter.headers)["content-type"].decode() == POINTER_TYPE, "a replay must still know what it is"


# The way of an article


def test_origin_of_the_raw_message_is_carried_on(desk: Desk) -> None:
    desk.step = EnrichScript()
    origin = Origin(topic="news.raw", partition=5, offset=17)
    desk.send(encode(clean("a")), topic=CLEAN, key=article_id("a").encode(), origin=origin)
    desk.step.behaviour["b"] = raising(Invalid("no-text", "none"))
    desk.send(encode(clean("b")), topic=CLEAN, key=article_id("b").encode(), origin=origin)
    desk.start().turn()
    assert desk.step.origins == [origin, origin]
    assert [outcome.origin for outcome in desk.outcomes()] == [origin, origin]
    for topic in (ENRICHED, DEAD, OUTCOMES):
        assert {read(message.headers)["ce_origin"] for message in desk.read(topic)} == {"news.raw/5/17"}
    assert {read(message.headers)["dead_input"].split("/")[0] for message in desk.read(DEAD)} == {"news.clean"}


@pytest.mark.parametrize("damaged", [None, b"nonsense", b"a/b/c", b"\xff"])
def test_message_without_an_origin_counts_from_its_own_position(desk: Desk, damaged: bytes | None) -> None:
    desk.step = EnrichScript()
    extra = () if damaged is None else (("ce_origin", damaged),)
    (sent,) = desk.broker.publisher().publish(
        [Record("news.clean", article_id("a").encode(), encode(clean("a")), (*extra, ("content-type", b"x")))]
    )
    desk.start().turn()
    assert desk.step.origins == [Origin(topic="news.clean", partition=sent.partition, offset=sent.offset)]


def test_prefix_stands_before_every_topic(desk: Desk) -> None:
    desk.broker = MemoryBroker([Topic(f"p.{topic.name}", None, "x", "x") for topic in TOPICS])
    desk.send(encode(raw("a")), key=article_id("a").encode(), prefix="p.")
    desk.send(b"{", prefix="p.")
    desk.start(prefix="p.").turn()
    assert [outcome.origin.topic for outcome in desk.outcomes("p.") if outcome.origin] == ["p.news.raw"] * 2
    assert (len(desk.read(CLEAN, "p.")), len(desk.read(DEAD, "p."))) == (1, 1)


def test_log_lines_carry_the_article_and_leave_it_behind(desk: Desk) -> None:
    desk.publish("a")
    loop = desk.start()
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        loop.turn()
    (line,) = [line for line in lines if line["event"] == "article"]
    assert (line["article"], line["outcome"], line["stage"]) == (article_id("a"), "done", "prepare")
    assert structlog.contextvars.get_contextvars() == {}


# Batches


def test_batch_is_one_transaction(desk: Desk) -> None:
    desk.publish(*(f"n{number}" for number in range(20)))
    desk.start(batch_size=8).turn()
    assert (desk.transactions, desk.lag()) == ([8], 12)


def test_batch_is_cut_after_its_seconds_of_work(desk: Desk) -> None:
    names = same_partition(7)
    desk.publish(*names)

    def slow(name: str) -> Callable[[], Result]:
        def act() -> Result:
            desk.now += 2
            return done(name)

        return act

    desk.step.behaviour = {name: slow(name) for name in names}
    loop = desk.start(batch_seconds=5)
    for _ in range(3):
        loop.turn()
    assert desk.transactions == [3, 3, 1]
    assert desk.step.seen == names, "in order, and none twice"
    assert desk.lag() == 0


def test_stop_finishes_the_batch(desk: Desk) -> None:
    names = same_partition(4)
    desk.publish(*names)

    def stop() -> Result:
        desk.stopped = True
        return done(names[1])

    desk.step.behaviour[names[1]] = stop
    desk.start().run()
    assert (desk.transactions, desk.lag()) == ([4], 0)


def test_idle_turn_commits_nothing(desk: Desk) -> None:
    loop = desk.start()
    for _ in range(3):
        loop.turn()
    assert desk.transactions == []


# Systems away


def test_store_away_commits_what_is_done_and_waits_without_losing_the_membership(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = same_partition(5)
    desk.publish(*names)
    away = [True]

    def third() -> Result:
        if away[0]:
            raise Unavailable("the store is down")
        return done(names[2])

    desk.step.behaviour[names[2]] = third
    loop = desk.start()
    poll = loop._consumer.poll
    polled: list[int] = []

    def counting(**limits: Any) -> Batch:
        batch = poll(**limits)
        polled.append(len(batch.messages))
        return batch

    monkeypatch.setattr(loop._consumer, "poll", counting)
    loop.turn()
    assert loop.waiting
    assert desk.statuses() == {name: ["done"] for name in names[:2]}
    for _ in range(3):
        loop.turn()
    assert polled == [5, 0, 0, 0], "it polls, and so keeps the membership, but is handed nothing"
    assert desk.step.seen == names[:3]

    desk.now += WAIT_S
    loop.turn()
    assert loop.waiting, "still away"
    away[0] = False
    desk.now += WAIT_S
    loop.turn()
    assert not loop.waiting
    assert desk.statuses() == {name: ["done"] for name in names}
    assert desk.lag() == 0
    assert Journal(desk.home / "journal.json").deaths(Origin(topic="news.raw", partition=0, offset=2)) == 0


def test_store_away_at_the_first_message_commits_nothing(desk: Desk) -> None:
    desk.publish("a")
    desk.step.behaviour["a"] = raising(Unavailable("down"))
    desk.start().turn()
    assert (desk.transactions, desk.lag()) == ([], 1)


def test_store_away_for_a_pointer_or_a_large_result_is_waited_for_too(desk: Desk) -> None:
    value, content_type = pack(encode(raw("big", b"x" * INLINE_LIMIT)), desk.store)
    desk.send(value, content_type=content_type, key=article_id("big").encode())
    desk.step.behaviour["large"] = lambda: done("large", "x" * INLINE_LIMIT)
    desk.publish("large")
    desk.store.down = True
    loop = desk.start()
    loop.turn()
    assert (loop.waiting, desk.read(OUTCOMES)) == (True, [])
    desk.store.down = False
    desk.now += WAIT_S
    loop.turn()
    assert desk.statuses() == {"big": ["done"], "large": ["done"]}


def test_broker_away_is_tried_again(desk: Desk) -> None:
    desk.publish("a")
    loop = desk.start()
    desk.broker.down = True
    loop.turn()
    desk.broker.down = False
    loop.turn()
    assert desk.statuses() == {"a": ["done"]}


def test_refused_by_a_system_ends_the_loop_and_blames_no_article(desk: Desk) -> None:
    desk.publish(*same_partition(2))
    desk.step.behaviour[same_partition(2)[0]] = raising(
        Refused("the credentials are wrong; set COPYDESK_S3_SECRET_KEY")
    )
    for _ in range(5):
        with pytest.raises(Refused, match="credentials"):
            desk.start().turn()
    desk.step.behaviour = {}
    desk.start().turn()
    assert desk.statuses() == {name: ["done"] for name in same_partition(2)}


# Crash-only


@pytest.mark.parametrize("at", ["begin", "offsets", "commit"])
def test_failed_transaction_ends_the_loop_and_the_next_process_does_the_batch(desk: Desk, at: Any) -> None:
    desk.publish("a", "b")
    loop = desk.start()
    desk.broker.fail_transaction(at)
    with pytest.raises(TransactionFailed):
        loop.turn()
    assert (desk.read(OUTCOMES), desk.read(CLEAN)) == ([], [])
    desk.start().turn()
    assert desk.statuses() == {"a": ["done"], "b": ["done"]}
    assert len(desk.read(CLEAN)) == 2
    assert Journal(desk.home / "journal.json").deaths(Origin(topic="news.raw", partition=0, offset=0)) == 0


def test_commit_whose_answer_is_lost_is_not_done_twice(desk: Desk) -> None:
    desk.publish("a", "b")
    loop = desk.start()
    desk.broker.fail_transaction("reply")
    with pytest.raises(TransactionFailed):
        loop.turn()
    desk.start().turn()
    assert desk.statuses() == {"a": ["done"], "b": ["done"]}


def test_lost_membership_ends_the_loop(desk: Desk) -> None:
    loop = desk.start()
    desk.broker.expel(GROUP, f"{GROUP}-0")
    with pytest.raises(GroupLost):
        loop.turn()


def test_predecessor_that_still_runs_cannot_commit(desk: Desk) -> None:
    desk.publish("a")
    predecessor: list[Loop[Any]] = []

    def meanwhile() -> Result:
        desk.step.behaviour = {}
        desk.start().turn()  # a successor takes the seat and does the work
        return done("a")

    desk.step.behaviour["a"] = meanwhile
    predecessor.append(desk.start())
    with pytest.raises(TransactionFailed, match="fenced"):
        predecessor[0].turn()
    assert desk.statuses() == {"a": ["done"]}


def test_every_start_heals(desk: Desk) -> None:
    desk.stopped = True
    desk.start().run()
    assert desk.broker.admin().committed(GROUP, OUTCOMES.name) == {0: 0}
    loop = desk.start()
    desk.broker.fail_transaction("commit")
    with pytest.raises(TransactionFailed):
        loop.run()


# One article cannot stop a partition


def starts_until_done(desk: Desk, error: type[BaseException], **limits: Any) -> int:
    """Start the slot again after every death, as a supervisor does. Returns how many processes died."""
    for deaths in range(20):
        loop = desk.start(**limits)
        try:
            while desk.lag():
                loop.turn()
        except error:
            continue
        return deaths
    pytest.fail("the slot never got through")


def test_article_that_kills_its_process_ends_as_crashed_and_the_others_get_through(desk: Desk) -> None:
    names = same_partition(6)
    culprit = names[3]
    desk.publish(*names)
    desk.step.behaviour[culprit] = raising(Killed())
    assert starts_until_done(desk, Killed) == 2 + CRASH_LIMIT
    assert desk.statuses() == {
        **{name: ["done"] for name in names if name != culprit},
        article_id(culprit): ["dead"],
    }
    (letter,) = desk.read(DEAD)
    envelope = read(letter.headers)
    assert (envelope["dead_error"], envelope["dead_attempts"]) == ("crashed", "5")
    assert letter.value == encode(raw(culprit))
    assert [outcome.reason for outcome in desk.outcomes() if outcome.status == "dead"] == ["crashed"]


def test_bug_in_a_step_is_isolated_at_once(desk: Desk) -> None:
    names = same_partition(6)
    culprit = names[3]
    desk.publish(*names)
    desk.step.behaviour[culprit] = raising(ZeroDivisionError())
    assert starts_until_done(desk, ZeroDivisionError) == CRASH_LIMIT
    assert [outcome.reason for outcome in desk.outcomes() if outcome.status == "dead"] == ["crashed"]
    assert sorted(status for (status,) in desk.statuses().values()) == ["dead"] + ["done"] * 5
    assert [dict(letter.headers)["dead_attempts"] for letter in desk.read(DEAD)] == [b"3"]


def test_two_killers_in_one_batch_are_both_found(desk: Desk) -> None:
    names = same_partition(6)
    desk.publish(*names)
    desk.step.behaviour = {names[1]: raising(Killed()), names[4]: raising(Killed())}
    assert starts_until_done(desk, Killed) == 2 + 2 * CRASH_LIMIT
    statuses = desk.statuses()
    assert [statuses[article_id(names[n])] for n in (1, 4)] == [["dead"]] * 2
    assert [statuses[names[n]] for n in (0, 2, 3, 5)] == [["done"]] * 4


def test_suspects_are_worked_on_one_by_one_and_newcomers_together(desk: Desk) -> None:
    names = same_partition(6)
    desk.publish(*names[:3])
    desk.step.behaviour[names[1]] = raising(Killed())
    for _ in range(2):
        with pytest.raises(Killed):
            desk.start().turn()
    desk.publish(*names[3:])
    desk.step.behaviour = {}
    desk.start().turn()
    assert desk.transactions == [1, 1, 1, 3]
    assert desk.statuses() == {name: ["done"] for name in names}
    journal = Journal(desk.home / "journal.json")
    assert [journal.deaths(Origin(topic="news.raw", partition=0, offset=offset)) for offset in range(6)] == [0] * 6


def test_one_death_does_not_take_a_batch_apart(desk: Desk) -> None:
    names = same_partition(3)
    desk.publish(*names)
    desk.step.behaviour[names[1]] = raising(Killed())
    with pytest.raises(Killed):
        desk.start().turn()
    desk.step.behaviour = {}
    desk.start().turn()
    assert desk.transactions == [3]


def test_death_in_a_transaction_blames_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.publish("a")
    for _ in range(10):
        loop = desk.start()
        monkeypatch.setattr(loop._publisher, "commit", lambda *_: raising(Killed())())
        with pytest.raises(Killed):
            loop.turn()
    desk.start().turn()
    assert desk.statuses() == {"a": ["done"]}


def test_bad_bytes_beside_a_killer_do_not_hide_it(desk: Desk) -> None:
    names = same_partition(3)
    desk.publish(names[0])
    desk.send(b"{", key=article_id(names[1]).encode())
    desk.publish(names[2])
    desk.step.behaviour[names[2]] = raising(Killed())
    assert starts_until_done(desk, Killed) == 2 + CRASH_LIMIT
    assert {read(letter.headers)["dead_error"] for letter in desk.read(DEAD)} == {"invalid", "crashed"}


# The dead limit


def test_dead_letters_in_a_row_halt_the_slot_after_they_are_committed(desk: Desk) -> None:
    names = same_partition(8)
    desk.publish(*names)
    desk.step.behaviour = {name: raising(Invalid("no-text", name)) for name in names}
    with pytest.raises(Halted, match=r"5 dead letters in a row, the last one no-text.*copydesk dead list"):
        desk.start(dead_limit=5).turn()
    assert len(desk.read(DEAD)) == 5, "what a person is sent to look at is there"
    assert (desk.lag(), desk.step.seen) == (3, names[:5])
    assert desk.halt_file.read_text().startswith("5 dead letters in a row")


def test_halted_slot_does_not_start_until_its_file_is_deleted(desk: Desk) -> None:
    names = same_partition(6)
    desk.publish(*names)
    desk.step.behaviour = {name: raising(Invalid("no-text", name)) for name in names[:5]}
    with pytest.raises(Halted):
        desk.start(dead_limit=5).turn()
    with pytest.raises(Halted, match=r"5 dead letters in a row.*delete .*halted"):
        desk.start(dead_limit=5).run()
    assert len(desk.step.seen) == 5
    desk.halt_file.unlink()
    desk.start(dead_limit=5).turn()
    assert desk.statuses()[names[5]] == ["done"]


def test_dead_letters_with_others_between_do_not_halt(desk: Desk) -> None:
    names = same_partition(30)
    desk.publish(*names)
    desk.step.behaviour = {name: raising(Invalid("no-text", name)) for i, name in enumerate(names) if i % 5 != 4}
    desk.start(dead_limit=5).turn()
    assert (len(desk.read(DEAD)), desk.lag()) == (24, 0)


def test_dead_letters_are_counted_over_batches(desk: Desk) -> None:
    names = same_partition(6)
    desk.publish(*names)
    desk.step.behaviour = {name: raising(Invalid("no-text", name)) for name in names}
    loop = desk.start(dead_limit=5, batch_size=2)
    loop.turn()
    loop.turn()
    with pytest.raises(Halted):
        loop.turn()
    assert len(desk.read(DEAD)) == 5


# The watchdog


def test_article_that_hangs_is_named_and_nothing_else_is_limited_by_it(desk: Desk) -> None:
    names = same_partition(3)
    desk.publish(*names)

    def hang() -> Result:
        desk.now += 120.5
        desk.watchdog.check()
        return done(names[1])

    def slow() -> Result:
        desk.now += 119
        desk.watchdog.check()
        return done(names[0])

    desk.step.behaviour = {names[0]: slow, names[1]: hang}
    loop = desk.start(work_seconds=120, batch_seconds=1000)
    loop.turn()
    assert desk.ended == [f"work on {article_id(names[1])} did not return within its limit"]


def test_poll_and_transaction_are_watched(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.publish("a")
    loop = desk.start()

    def hanging(call: Callable[..., Any]) -> Callable[..., Any]:
        def act(*args: Any, **kwargs: Any) -> Any:
            desk.now += KAFKA_LIMIT_S + 1
            desk.watchdog.check()
            return call(*args, **kwargs)

        return act

    monkeypatch.setattr(loop._consumer, "poll", hanging(loop._consumer.poll))
    monkeypatch.setattr(loop._publisher, "commit", hanging(loop._publisher.commit))
    monkeypatch.setattr(loop._publisher, "heal", hanging(loop._publisher.heal))
    desk.stopped = True
    loop.run()
    loop.turn()
    assert [reason.split(" did not")[0] for reason in desk.ended] == ["healing transaction", "poll", "transaction"]


def test_redone_work_gives_the_same_events(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.publish("a")
    desk.send(b"{", key=article_id("b").encode())
    sent: list[Sequence[Record]] = []

    def fail(records: Sequence[Record], _batch: Batch, _offsets: Mapping[Partition, int]) -> None:
        sent.append(records)
        raise TransactionFailed("the broker went away")

    for _ in range(2):
        loop = desk.start()
        monkeypatch.setattr(loop._publisher, "commit", fail)
        with pytest.raises(TransactionFailed):
            loop.turn()

    def identity(record: Record) -> tuple[str, bytes, str, str]:
        envelope = read(record.headers)
        return record.topic, record.key, envelope["ce_id"], envelope["ce_origin"]

    first, second = sent
    assert [identity(record) for record in first] == [identity(record) for record in second]
    assert len({identity(record) for record in first}) == len(first) == 4
    assert [record.value for record in first] == [record.value for record in second]
