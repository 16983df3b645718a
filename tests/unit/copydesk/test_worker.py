"""How a worker ends itself, and whom that blames."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from consumers.learn import learn
from consumers.memory_store import publish
from consumers.poison import Journal
from consumers.prepare import Prepare
from consumers.slot import Slot
from copydesk import worker
from infra.errors import Refused, Unavailable
from infra.memory import MemoryBroker, MemoryStore
from infra.messaging import Admin
from infra.settings import Settings
from infra.shutdown import Shutdown
from schemas.articles import Origin
from schemas.topics import RAW

POSITION = Origin(topic="news.raw", partition=0, offset=1)


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    reasons: list[str] = []
    monkeypatch.setattr(worker, "end_process", reasons.append)
    return reasons


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker()


@pytest.fixture
def slot(tmp_path: Path) -> Slot:
    return Slot("prepare", 0, tmp_path)


def test_process_ended_for_a_fault_of_the_systems_blames_no_article(
    tmp_path: Path, slot: Slot, broker: MemoryBroker, ended: list[str]
) -> None:
    journal = Journal(tmp_path / "journal.json")
    journal.begin([POSITION])
    worker._end_stalled(slot, broker.admin(), journal, "partition 3 stands")
    assert ended == ["partition 3 stands"]
    assert Journal(tmp_path / "journal.json").deaths(POSITION) == 0


def test_process_ended_for_a_fault_of_the_systems_gives_its_seat_up(
    tmp_path: Path, slot: Slot, broker: MemoryBroker, ended: list[str]
) -> None:
    for name in (slot.static_id, "another"):
        broker.consumer(RAW.name, slot.group, name)
    worker._end_stalled(slot, broker.admin(), Journal(tmp_path / "journal.json"), "partition 3 stands")
    assert [member.instance_id for member in broker.admin().members(slot.group)] == ["another"]
    assert ended == ["partition 3 stands"]


def test_process_is_ended_even_if_the_broker_is_away(tmp_path: Path, slot: Slot, ended: list[str]) -> None:
    class Away:
        def expel(self, group: str, instance_id: str) -> None:
            raise Unavailable(f"no answer about {instance_id} of {group}")

    worker._end_stalled(slot, cast("Admin", Away()), Journal(tmp_path / "journal.json"), "partition 3 stands")
    assert ended == ["partition 3 stands"]


def test_process_that_was_asked_to_stop_blames_no_article(tmp_path: Path) -> None:
    journal, shutdown = Journal(tmp_path / "journal.json"), Shutdown()
    journal.begin([POSITION])
    shutdown.request()
    worker._forgive_once_stopped(shutdown, journal)
    assert Journal(tmp_path / "journal.json").deaths(POSITION) == 0


def test_process_is_ended_even_if_its_journal_cannot_be_written(
    tmp_path: Path, slot: Slot, broker: MemoryBroker, ended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "journal.json")
    journal.begin([POSITION])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        worker._end_stalled(slot, broker.admin(), journal, "partition 3 stands")
    assert ended == ["partition 3 stands"]


class Pauses:
    """Stands for ``Shutdown``: notes how long it was asked to wait. A signal comes after ``patience`` pauses."""

    def __init__(self, patience: int = 1000) -> None:
        self.patience = patience
        self.seconds: list[float] = []

    def install(self) -> None:
        """Signals are not this test's business."""

    def wait(self, seconds: float) -> bool:
        self.seconds.append(seconds)
        return len(self.seconds) > self.patience


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Pauses:
    pauses = Pauses()
    monkeypatch.setattr(worker, "Shutdown", lambda: pauses)
    monkeypatch.setattr(worker, "configure", lambda _level: None)
    return pauses


def broken(*_: Any) -> int:
    raise ImportError("no such library")


def test_worker_that_never_reaches_its_loop_gives_up(
    tmp_path: Path, pauses: Pauses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_run", broken)
    settings = Settings(home=tmp_path)
    for _ in range(worker.START_LIMIT):
        with pytest.raises(ImportError):
            worker.run("prepare", 0, settings)
    assert pauses.seconds == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert worker.run("prepare", 0, settings) == worker.EXIT_HALTED
    with pytest.raises(ImportError):  # a person started it again: it tries again
        worker.run("prepare", 0, settings)


def test_worker_stopped_in_a_pause_ends_in_peace_and_starts_anew(
    tmp_path: Path, pauses: Pauses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_run", broken)
    pauses.patience = 3
    settings = Settings(home=tmp_path)
    for _ in range(3):
        with pytest.raises(ImportError):
            worker.run("prepare", 0, settings)
    assert worker.run("prepare", 0, settings) == 0
    assert Journal(tmp_path / "slots" / "prepare-0.journal.json").starts == 1


def prepare_step(store: MemoryStore, settings: Settings) -> Prepare:
    calls: list[Callable[[], Any]] = []

    def connect(make: Callable[[], Any]) -> Any:
        calls.append(make)
        return make()

    step = worker._step("prepare", store, settings, connect)
    assert isinstance(step, Prepare)
    assert len(calls) == 1, "the memory is loaded where a store that is away is waited for"
    return step


def test_prepare_worker_has_the_memory_that_the_settings_name(tmp_path: Path) -> None:
    store, memory = MemoryStore(), learn([])
    assert prepare_step(store, Settings(home=tmp_path)).memory is None
    publish(store, memory, current=None, etag=None, now=datetime(2026, 12, 1, tzinfo=UTC))
    assert prepare_step(store, Settings(home=tmp_path)).memory == memory
    assert prepare_step(store, Settings(home=tmp_path, memory=memory.version)).memory == memory
    assert prepare_step(store, Settings(home=tmp_path, memory="none")).memory is None
    with pytest.raises(Refused, match="COPYDESK_MEMORY"):
        prepare_step(store, Settings(home=tmp_path, memory="0123456789ab"))
