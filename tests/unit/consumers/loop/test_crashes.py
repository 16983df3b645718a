"""Crash-only: a failed transaction ends the process, and one article cannot stop a partition."""

from typing import Any

import pytest

from consumers.poison import CRASH_LIMIT, Journal
from consumers.step import Result
from infra.errors import GroupLost, TransactionFailed
from schemas.articles import (
    Origin,
)
from schemas.codec import encode
from schemas.envelope import read
from schemas.topics import CLEAN, DEAD, OUTCOMES


@pytest.mark.parametrize("at", ["begin", "offsets", "commit"])
def test_failed_transaction_ends_the_loop_and_the_next_process_does_the_batch(desk: Any, at: Any) -> None:
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


def test_commit_whose_answer_is_lost_is_not_done_twice(desk: Any) -> None:
    desk.publish("a", "b")
    loop = desk.start()
    desk.broker.fail_transaction("reply")
    with pytest.raises(TransactionFailed):
        loop.turn()
    desk.start().turn()
    assert desk.statuses() == {"a": ["done"], "b": ["done"]}


def test_lost_membership_ends_the_loop(desk: Any) -> None:
    loop = desk.start()
    desk.broker.expel(desk.GROUP, f"{desk.GROUP}-0")
    with pytest.raises(GroupLost):
        loop.turn()


def test_predecessor_that_still_runs_cannot_commit(desk: Any) -> None:
    desk.publish("a")
    predecessor: list[Any] = []

    def meanwhile() -> Result:
        desk.step.behaviour = {}
        desk.start().turn()  # a successor takes the seat and does the work
        return desk.done("a")

    desk.step.behaviour["a"] = meanwhile
    predecessor.append(desk.start())
    with pytest.raises(TransactionFailed, match="fenced"):
        predecessor[0].turn()
    assert desk.statuses() == {"a": ["done"]}


def test_every_start_heals(desk: Any) -> None:
    desk.stopped = True
    desk.start().run()
    assert desk.broker.admin().committed(desk.GROUP, OUTCOMES.name) == {0: 0}
    loop = desk.start()
    desk.broker.fail_transaction("commit")
    with pytest.raises(TransactionFailed):
        loop.run()


def test_start_counts_as_one_once_the_loop_is_reached(desk: Any) -> None:
    desk.stopped = True
    desk.broker.fail_transaction("commit")
    with pytest.raises(TransactionFailed):
        desk.start().run()
    assert Journal(desk.home / "journal.json").starts == 2
    desk.start().run()
    assert Journal(desk.home / "journal.json").starts == 1


def test_article_that_kills_its_process_ends_as_crashed_and_the_others_get_through(desk: Any) -> None:
    names = desk.same_partition(6)
    culprit = names[3]
    desk.publish(*names)
    desk.step.behaviour[culprit] = desk.raising(desk.Killed())
    assert desk.starts_until_done(desk.Killed) == 2 + CRASH_LIMIT
    assert desk.statuses() == {
        **{name: ["done"] for name in names if name != culprit},
        desk.id(culprit): ["dead"],
    }
    (letter,) = desk.read(DEAD)
    envelope = read(letter.headers)
    assert (envelope["dead_error"], envelope["dead_attempts"]) == ("crashed", "5")
    assert letter.value == encode(desk.raw(culprit))
    assert [outcome.reason for outcome in desk.outcomes() if outcome.status == "dead"] == ["crashed"]


def test_bug_in_a_step_is_isolated_at_once(desk: Any) -> None:
    names = desk.same_partition(6)
    culprit = names[3]
    desk.publish(*names)
    desk.step.behaviour[culprit] = desk.raising(ZeroDivisionError())
    assert desk.starts_until_done(ZeroDivisionError) == CRASH_LIMIT
    assert [outcome.reason for outcome in desk.outcomes() if outcome.status == "dead"] == ["crashed"]
    assert sorted(status for (status,) in desk.statuses().values()) == ["dead"] + ["done"] * 5
    assert [dict(letter.headers)["dead_attempts"] for letter in desk.read(DEAD)] == [b"3"]


def test_two_killers_in_one_batch_are_both_found(desk: Any) -> None:
    names = desk.same_partition(6)
    desk.publish(*names)
    desk.step.behaviour = {names[1]: desk.raising(desk.Killed()), names[4]: desk.raising(desk.Killed())}
    assert desk.starts_until_done(desk.Killed) == 2 + 2 * CRASH_LIMIT
    statuses = desk.statuses()
    assert [statuses[desk.id(names[n])] for n in (1, 4)] == [["dead"]] * 2
    assert [statuses[names[n]] for n in (0, 2, 3, 5)] == [["done"]] * 4


def test_suspects_are_worked_on_one_by_one_and_newcomers_together(desk: Any) -> None:
    names = desk.same_partition(6)
    desk.publish(*names[:3])
    desk.step.behaviour[names[1]] = desk.raising(desk.Killed())
    for _ in range(2):
        with pytest.raises(desk.Killed):
            desk.start().turn()
    desk.publish(*names[3:])
    desk.step.behaviour = {}
    desk.start().turn()
    assert desk.transactions == [1, 1, 1, 3]
    assert desk.statuses() == {name: ["done"] for name in names}
    journal = Journal(desk.home / "journal.json")
    assert [journal.deaths(Origin(topic="news.raw", partition=0, offset=offset)) for offset in range(6)] == [0] * 6


def test_one_death_does_not_take_a_batch_apart(desk: Any) -> None:
    names = desk.same_partition(3)
    desk.publish(*names)
    desk.step.behaviour[names[1]] = desk.raising(desk.Killed())
    with pytest.raises(desk.Killed):
        desk.start().turn()
    desk.step.behaviour = {}
    desk.start().turn()
    assert desk.transactions == [3]


def test_death_in_a_transaction_blames_nobody(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.publish("a")
    for _ in range(10):
        loop = desk.start()
        monkeypatch.setattr(loop._publisher, "commit", lambda *_: desk.raising(desk.Killed())())
        with pytest.raises(desk.Killed):
            loop.turn()
    desk.start().turn()
    assert desk.statuses() == {"a": ["done"]}


def test_bad_bytes_beside_a_killer_do_not_hide_it(desk: Any) -> None:
    names = desk.same_partition(3)
    desk.publish(names[0])
    desk.send(b"{", key=desk.id(names[1]).encode())
    desk.publish(names[2])
    desk.step.behaviour[names[2]] = desk.raising(desk.Killed())
    assert desk.starts_until_done(desk.Killed) == 2 + CRASH_LIMIT
    assert {read(letter.headers)["dead_error"] for letter in desk.read(DEAD)} == {"invalid", "crashed"}
