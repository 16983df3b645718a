"""How a worker ends itself, and whom that blames."""

from pathlib import Path

import pytest

from consumers.poison import Journal
from copydesk import worker
from infra.shutdown import Shutdown
from schemas.articles import Origin

POSITION = Origin(topic="news.raw", partition=0, offset=1)


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    reasons: list[str] = []
    monkeypatch.setattr(worker, "end_process", reasons.append)
    return reasons


def test_process_ended_for_a_fault_of_the_systems_blames_no_article(tmp_path: Path, ended: list[str]) -> None:
    journal = Journal(tmp_path / "journal.json")
    journal.begin([POSITION])
    worker._end_blameless(journal, "partition 3 stands")
    assert ended == ["partition 3 stands"]
    assert Journal(tmp_path / "journal.json").deaths(POSITION) == 0


def test_process_that_was_asked_to_stop_blames_no_article(tmp_path: Path) -> None:
    journal, shutdown = Journal(tmp_path / "journal.json"), Shutdown()
    journal.begin([POSITION])
    shutdown.request()
    worker._forgive_once_stopped(shutdown, journal)
    assert Journal(tmp_path / "journal.json").deaths(POSITION) == 0


def test_process_is_ended_even_if_its_journal_cannot_be_written(
    tmp_path: Path, ended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "journal.json")
    journal.begin([POSITION])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        worker._end_blameless(journal, "partition 3 stands")
    assert ended == ["partition 3 stands"]
