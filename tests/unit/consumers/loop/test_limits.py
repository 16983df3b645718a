"""What stops a slot: too many dead letters in a row, and calls that do not return."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from consumers.runtime import Halted
from consumers.step import Invalid, Result
from consumers.watchdog import KAFKA_LIMIT_S, Polling
from infra.errors import TransactionFailed, Unavailable
from infra.messaging import Batch, Partition, Record
from schemas.envelope import read
from schemas.topics import DEAD


def test_dead_letters_in_a_row_halt_the_slot_after_they_are_committed(desk: Any) -> None:
    names = desk.same_partition(8)
    desk.publish(*names)
    desk.step.behaviour = {name: desk.raising(Invalid("no-text", name)) for name in names}
    with pytest.raises(Halted, match=r"5 dead letters in a row, the last one no-text.*copydesk dead list"):
        desk.start(dead_limit=5).turn()
    assert len(desk.read(DEAD)) == 5, "what a person is sent to look at is there"
    assert (desk.lag(), desk.step.seen) == (3, names[:5])
    assert desk.halt_file.read_text().startswith("5 dead letters in a row")


def test_halted_slot_does_not_start_until_its_file_is_deleted(desk: Any) -> None:
    names = desk.same_partition(6)
    desk.publish(*names)
    desk.step.behaviour = {name: desk.raising(Invalid("no-text", name)) for name in names[:5]}
    with pytest.raises(Halted):
        desk.start(dead_limit=5).turn()
    with pytest.raises(Halted, match=r"5 dead letters in a row.*delete .*halted"):
        desk.start(dead_limit=5).run()
    assert len(desk.step.seen) == 5
    desk.halt_file.unlink()
    desk.start(dead_limit=5).turn()
    assert desk.statuses()[names[5]] == ["done"]


def test_dead_letters_with_others_between_do_not_halt(desk: Any) -> None:
    names = desk.same_partition(30)
    desk.publish(*names)
    desk.step.behaviour = {name: desk.raising(Invalid("no-text", name)) for i, name in enumerate(names) if i % 5 != 4}
    desk.start(dead_limit=5).turn()
    assert (len(desk.read(DEAD)), desk.lag()) == (24, 0)


def test_dead_letters_are_counted_over_batches(desk: Any) -> None:
    names = desk.same_partition(6)
    desk.publish(*names)
    desk.step.behaviour = {name: desk.raising(Invalid("no-text", name)) for name in names}
    loop = desk.start(dead_limit=5, batch_size=2)
    loop.turn()
    loop.turn()
    with pytest.raises(Halted):
        loop.turn()
    assert len(desk.read(DEAD)) == 5


def test_article_that_hangs_is_named_and_nothing_else_is_limited_by_it(desk: Any) -> None:
    names = desk.same_partition(3)
    desk.publish(*names)

    def hang() -> Result:
        desk.now += 120.5
        desk.watchdog.check()
        return desk.done(names[1])

    def slow() -> Result:
        desk.now += 119
        desk.watchdog.check()
        return desk.done(names[0])

    desk.step.behaviour = {names[0]: slow, names[1]: hang}
    loop = desk.start(work_seconds=120, batch_seconds=1000)
    loop.turn()
    assert desk.ended == [f"work on {desk.id(names[1])} did not return within its limit"]


def test_poll_and_transaction_are_watched(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_only_polls_that_give_nothing_are_idle(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = desk.start()
    poll = loop._consumer.poll

    def slow(**options: Any) -> Batch:
        desk.now += 0.5
        return poll(**options)

    monkeypatch.setattr(loop._consumer, "poll", slow)
    loop.turn()
    assert loop.polling == Polling(frozenset(range(8)), 0.5)
    desk.publish("a")
    loop.turn()
    assert loop.polling.idle_s == 0.5, "this one gave a message"
    desk.publish("b")
    desk.step.behaviour["b"] = desk.raising(Unavailable("the store"))
    loop.turn()
    assert loop.waiting
    loop.turn()
    assert loop.polling.idle_s == 0.5, "paused"
    desk.now += 10
    desk.step.behaviour.clear()
    loop.turn()
    loop.turn()
    assert loop.polling.idle_s == 1.0


def test_redone_work_gives_the_same_events(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.publish("a")
    desk.send(b"{", key=desk.id("b").encode())
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
