"""Batches: cut by count and time, put off while a system is away."""

from collections.abc import Callable
from typing import Any

import pytest

from consumers.poison import Journal
from consumers.runtime import WAIT_S
from consumers.step import Result
from infra.errors import Refused, Unavailable
from infra.messaging import Batch
from schemas.articles import (
    Origin,
)
from schemas.codec import INLINE_LIMIT, encode, pack
from schemas.topics import OUTCOMES


def test_batch_is_one_transaction(desk: Any) -> None:
    desk.publish(*(f"n{number}" for number in range(20)))
    desk.start(batch_size=8).turn()
    assert (desk.transactions, desk.lag()) == ([8], 12)


def test_batch_is_cut_after_its_seconds_of_work(desk: Any) -> None:
    names = desk.same_partition(7)
    desk.publish(*names)

    def slow(name: str) -> Callable[[], Result]:
        def act() -> Result:
            desk.now += 2
            return desk.done(name)

        return act

    desk.step.behaviour = {name: slow(name) for name in names}
    loop = desk.start(batch_seconds=5)
    for _ in range(3):
        loop.turn()
    assert desk.transactions == [3, 3, 1]
    assert desk.step.seen == names, "in order, and none twice"
    assert desk.lag() == 0


def test_stop_finishes_the_batch(desk: Any) -> None:
    names = desk.same_partition(4)
    desk.publish(*names)

    def stop() -> Result:
        desk.stopped = True
        return desk.done(names[1])

    desk.step.behaviour[names[1]] = stop
    desk.start().run()
    assert (desk.transactions, desk.lag()) == ([4], 0)


def test_idle_turn_commits_nothing(desk: Any) -> None:
    loop = desk.start()
    for _ in range(3):
        loop.turn()
    assert desk.transactions == []


def test_store_away_commits_what_is_done_and_waits_without_losing_the_membership(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = desk.same_partition(5)
    desk.publish(*names)
    away = [True]

    def third() -> Result:
        if away[0]:
            raise Unavailable("the store is down")
        return desk.done(names[2])

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


def test_store_away_at_the_first_message_commits_nothing(desk: Any) -> None:
    desk.publish("a")
    desk.step.behaviour["a"] = desk.raising(Unavailable("down"))
    desk.start().turn()
    assert (desk.transactions, desk.lag()) == ([], 1)


def test_store_away_for_a_pointer_or_a_large_result_is_waited_for_too(desk: Any) -> None:
    value, content_type = pack(encode(desk.raw("big", b"x" * INLINE_LIMIT)), desk.store)
    desk.send(value, content_type=content_type, key=desk.id("big").encode())
    desk.step.behaviour["large"] = lambda: desk.done("large", "x" * INLINE_LIMIT)
    desk.publish("large")
    desk.store.down = True
    loop = desk.start()
    loop.turn()
    assert (loop.waiting, desk.read(OUTCOMES)) == (True, [])
    desk.store.down = False
    desk.now += WAIT_S
    loop.turn()
    assert desk.statuses() == {"big": ["done"], "large": ["done"]}


def test_broker_away_is_tried_again(desk: Any) -> None:
    desk.publish("a")
    loop = desk.start()
    desk.broker.down = True
    loop.turn()
    desk.broker.down = False
    loop.turn()
    assert desk.statuses() == {"a": ["done"]}


def test_refused_by_a_system_ends_the_loop_and_blames_no_article(desk: Any) -> None:
    desk.publish(*desk.same_partition(2))
    desk.step.behaviour[desk.same_partition(2)[0]] = desk.raising(
        Refused("the credentials are wrong; set COPYDESK_S3_SECRET_KEY")
    )
    for _ in range(5):
        with pytest.raises(Refused, match="credentials"):
            desk.start().turn()
    desk.step.behaviour = {}
    desk.start().turn()
    assert desk.statuses() == {name: ["done"] for name in desk.same_partition(2)}
