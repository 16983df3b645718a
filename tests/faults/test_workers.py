"""Workers that die at any moment: nothing is lost, nothing is done twice, one article cannot stop the others."""

import json
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from infra.native.home import Home
from infra.native.supervise import Supervisor
from infra.native.worker_process import Seat
from infra.store import S3Store


@pytest.fixture
def workers(clients: Any, workers_of: Callable[..., Any]) -> Any:
    """Workers on the shared broker."""
    return workers_of(clients)


def test_killed_in_the_work_and_in_a_transaction(workers: Any, eventually: Any) -> None:
    first = workers.publish(**{f"a{n}": "text" for n in range(9)}, a9="hold")
    worker = workers.start()
    eventually((workers.home / "holding").exists, seconds=60, what="the worker is at work")
    worker.kill()
    worker.wait()
    (workers.home / "go").touch()
    worker = workers.start()
    eventually(lambda: workers.lag() == 0, seconds=60, what="a successor does the work")
    assert workers.outcomes() == {identity: ["done"] for identity in first.values()}

    (workers.home / "hold-transaction").touch()
    second = workers.publish(**{f"b{n}": "text" for n in range(5)})
    eventually((workers.home / "in-transaction").exists, seconds=60, what="the worker is in a transaction")
    worker.kill()
    worker.wait()
    (workers.home / "hold-transaction").unlink()
    worker = workers.start()
    eventually(lambda: workers.lag() == 0, seconds=60, what="a successor does the work")
    everything = {**first, **second}
    assert workers.outcomes() == {identity: ["done"] for identity in everything.values()}
    assert workers.results() == sorted(everything.values())

    worker.terminate()
    assert worker.wait(timeout=30) == 0


def _run_until_done(workers: Any, seconds: float = 150) -> list[int]:
    """Start the worker again after every death, as a supervisor does. Returns how it died."""
    exits: list[int] = []
    deadline = time.monotonic() + seconds
    worker = workers.start()
    while workers.lag():
        assert time.monotonic() < deadline, f"not through after {len(exits)} deaths: {exits}"
        try:
            exits.append(worker.wait(timeout=0.5))
        except subprocess.TimeoutExpired:
            continue
        worker = workers.start()
    return exits


def test_articles_that_kill_their_process_end_as_crashed(workers: Any) -> None:
    articles = workers.publish(**{f"a{n}": "text" for n in range(12)}, violent="segfault", buggy="bug")
    exits = _run_until_done(workers)
    expected = {identity: ["done"] for identity in articles.values()}
    expected[articles["violent"]] = expected[articles["buggy"]] = ["crashed"]
    assert workers.outcomes() == expected
    assert sorted(set(exits)) == [-signal.SIGSEGV, 1]
    assert workers.results() == sorted(set(articles.values()) - {articles["violent"], articles["buggy"]})
    letters = workers.clients.messages(f"{workers.prefix}news.dead")
    assert {(letter.key.decode(), dict(letter.headers)["dead_error"]) for letter in letters} == {
        (articles["violent"], b"crashed"),
        (articles["buggy"], b"crashed"),
    }


def test_supervised_slot_outlives_several_killers_in_one_batch(workers: Any, eventually: Any) -> None:
    killers = {f"k{n}": "segfault" for n in range(3)}
    articles = workers.publish(**{f"a{n}": "text" for n in range(6)}, **killers)
    home = Home(workers.home.resolve())
    home.create()
    service = replace(
        Seat("prepare", 0).service(), command=workers.command(0), environment=workers.settings(home.path), ours=False
    )
    supervisor = Supervisor(home)
    try:
        supervisor.apply([service])
        supervisor.start([service.name])
        eventually(lambda: workers.lag() == 0, seconds=180, what="the supervised worker does everything")
        assert supervisor.processes()[service.name].up
    finally:
        supervisor.shutdown()
    assert workers.outcomes() == {
        identity: ["crashed" if name in killers else "done"] for name, identity in articles.items()
    }


def test_article_that_hangs_and_lets_no_thread_run_ends_as_crashed(clients: Any, workers_of: Any) -> None:
    workers = workers_of(clients, COPYDESK_WORK_LIMIT_S="1")
    articles = workers.publish(**{f"a{n}": "text" for n in range(6)}, endless="backtrack")
    exits = _run_until_done(workers)
    assert set(exits) == {1}, "ended by the timer: no thread could"
    assert workers.outcomes() == {
        **{identity: ["done"] for identity in articles.values()},
        articles["endless"]: ["crashed"],
    }
    assert "in fullmatch" in workers.log().read_text(), "the stack says where it hung"


@pytest.mark.parametrize("text", ["hold", "compute"])
def test_article_is_not_blamed_for_a_stop_that_does_not_wait_for_it(workers: Any, eventually: Any, text: str) -> None:
    workers.publish(a=text)
    journal = workers.home / "slots" / "prepare-0.journal.json"
    for _ in range(2):
        worker = workers.start()
        eventually((workers.home / "holding").exists, seconds=60, what="the worker is at work")
        assert json.loads(journal.read_bytes())["working"], "killed now, it would be blamed"
        worker.terminate()
        eventually(lambda: not json.loads(journal.read_bytes())["working"], seconds=30, what="it is forgiven")
        assert worker.poll() is None
        worker.kill()
        worker.wait()
        (workers.home / "holding").unlink()
    workers.start()
    eventually((workers.home / "holding").exists, seconds=60, what="the next worker is at work")
    assert json.loads(journal.read_bytes())["deaths"] == {}


def test_store_away_is_waited_for_in_the_group(
    clients: Any, workers_of: Callable[..., Any], spawn_store: Callable[[], Any], eventually: Any
) -> None:
    store = spawn_store()
    S3Store(store.endpoint, store.bucket, access_key=store.access_key, secret_key=store.secret_key).ensure_bucket()
    workers = workers_of(
        clients,
        COPYDESK_S3_ENDPOINT=store.endpoint,
        COPYDESK_S3_ACCESS_KEY=store.access_key,
        COPYDESK_S3_SECRET_KEY=store.secret_key,
        COPYDESK_S3_BUCKET=store.bucket,
    )
    store.kill()
    articles = workers.publish(**{f"a{n}": "put" for n in range(6)}, b="text")
    worker = workers.start()
    eventually(lambda: b"system away: pausing" in workers.log().read_bytes(), seconds=60, what="the worker waits")
    assert workers.lag() > 0
    (member,) = clients.admin().members(workers.group)
    store.start()
    eventually(lambda: workers.lag() == 0, seconds=60, what="the worker goes on")
    assert worker.poll() is None, "without a restart"
    assert clients.admin().members(workers.group) == (member,)
    assert workers.outcomes() == {identity: ["done"] for identity in articles.values()}
    assert workers.results() == sorted(articles.values())


def test_slot_of_a_live_worker_is_refused_and_that_of_a_dead_one_taken_over(
    workers: Any, eventually: Any, tmp_path: Any
) -> None:
    workers.publish(a="text")
    holder = workers.start()
    eventually(lambda: workers.lag() == 0, seconds=60, what="the holder works")

    same_home = workers.start()
    assert same_home.wait(timeout=30) != 0
    assert b"slot 0 of prepare is held by process " in workers.log().read_bytes()

    elsewhere = tmp_path / "elsewhere"
    refused = workers.start(home=elsewhere)
    assert refused.wait(timeout=60) != 0
    log = workers.log(home=elsewhere).read_text()
    assert "SlotTaken: slot 0 of prepare is held by" in log
    assert "stop that worker, or use --slot with another number" in log
    assert holder.poll() is None, "the one who holds it is left alone"

    holder.kill()
    holder.wait()
    articles = workers.publish(b="text")
    successor = workers.start(home=elsewhere)
    eventually(lambda: workers.lag() == 0, seconds=60, what="the successor works")
    assert successor.poll() is None
    assert workers.outcomes()[articles["b"]] == ["done"]
