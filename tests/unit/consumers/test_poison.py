"""The journal finds the message that kills its process, and blames no other."""

import os
import threading
from pathlib import Path

import pytest

from consumers.poison import CRASH_LIMIT, SUSPECT_AFTER, Journal
from consumers.step import Invalid
from infra.errors import Refused, Unavailable
from schemas.articles import Origin
from schemas.codec import ValidationError


def at(offset: int) -> Origin:
    return Origin(topic="news.raw", partition=3, offset=offset)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "slots" / "prepare-0.journal.json"


def test_new_journal_suspects_nobody(path: Path) -> None:
    journal = Journal(path)
    assert (journal.suspect(at(1)), journal.crashes(at(1)), journal.deaths(at(1))) == (False, 0, 0)


def test_batch_is_suspect_after_two_deaths_over_it(path: Path) -> None:
    for death in range(SUSPECT_AFTER):
        journal = Journal(path)
        assert journal.deaths(at(1)) == death
        assert not journal.suspect(at(1))
        journal.begin([at(1), at(2)])
    journal = Journal(path)
    assert [journal.suspect(at(offset)) for offset in (1, 2, 3)] == [True, True, False]
    assert journal.crashes(at(1)) == 0, "a death in company is no proof"


def test_only_deaths_alone_count_as_crashes(path: Path) -> None:
    Journal(path).begin([at(1), at(2)])
    for _ in range(CRASH_LIMIT):
        Journal(path).begin([at(2)])
    journal = Journal(path)
    assert (journal.crashes(at(1)), journal.crashes(at(2))) == (0, CRASH_LIMIT)
    assert (journal.deaths(at(1)), journal.deaths(at(2))) == (1, CRASH_LIMIT + 1)


def test_death_after_the_work_counts_for_nobody(path: Path) -> None:
    journal = Journal(path)
    journal.begin([at(1)])
    journal.end()
    assert Journal(path).deaths(at(1)) == 0


def test_death_between_starts_is_counted_once(path: Path) -> None:
    Journal(path).begin([at(1)])
    assert [Journal(path).deaths(at(1)) for _ in range(3)] == [1, 1, 1]


def test_committed_messages_are_forgotten(path: Path) -> None:
    Journal(path).begin([at(1), at(2)])
    journal = Journal(path)
    journal.settle([at(1)])
    reopened = Journal(path)
    assert (reopened.deaths(at(1)), reopened.deaths(at(2))) == (0, 1)


def test_unknown_error_is_blamed_on_its_message_alone(path: Path) -> None:
    journal = Journal(path)
    journal.begin([at(1), at(2), at(3)])
    with pytest.raises(ZeroDivisionError), journal.blame(at(2)):
        _ = 1 / 0
    reopened = Journal(path)
    assert [reopened.crashes(at(offset)) for offset in (1, 2, 3)] == [0, 1, 0]
    assert [reopened.deaths(at(offset)) for offset in (1, 2, 3)] == [0, 1, 0]


@pytest.mark.parametrize(
    "error", [Unavailable("store"), Refused("credentials"), Invalid("no-text", "none"), ValidationError("not a thing")]
)
def test_systems_and_outcomes_are_no_deaths(path: Path, error: Exception) -> None:
    journal = Journal(path)
    journal.begin([at(1), at(2)])
    with pytest.raises(type(error)), journal.blame(at(1)):
        raise error
    reopened = Journal(path)  # killed a moment later: the note is still that of the batch
    assert [reopened.deaths(at(offset)) for offset in (1, 2)] == [1, 1]
    assert reopened.crashes(at(1)) == 0


@pytest.mark.parametrize("content", [b"", b"{", b'{"working": 5}', b"\xff\xfe", b"null"])
def test_damaged_note_starts_anew(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    journal = Journal(path)
    assert not journal.suspect(at(1))
    journal.begin([at(1)])
    assert Journal(path).deaths(at(1)) == 1


def test_half_written_note_does_not_count(path: Path) -> None:
    Journal(path).begin([at(1)])
    path.with_suffix(".tmp").write_bytes(b'{"wor')
    assert Journal(path).deaths(at(1)) == 1


def test_process_that_is_forgiven_blames_nothing_it_still_works_on(path: Path) -> None:
    journal = Journal(path)
    journal.begin([at(1), at(2)])
    journal.forgive()
    assert Journal(path).deaths(at(1)) == 0
    journal.begin([at(3)])
    assert Journal(path).deaths(at(3)) == 0


def test_bug_counts_even_in_a_process_that_is_forgiven(path: Path) -> None:
    journal = Journal(path)
    journal.forgive()
    with pytest.raises(ZeroDivisionError), journal.blame(at(2)):
        _ = 1 / 0
    assert Journal(path).crashes(at(2)) == 1


def test_threads_take_turns_at_the_note(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watch forgives while the loop is in the middle of writing the same file."""
    journal = Journal(path)
    written: list[str] = []
    replace = os.replace

    def meanwhile(source: Path, target: Path) -> None:
        name = threading.current_thread().name
        written.append(f"{name} begins")
        if name != "watch":
            watch.start()
            watch.join(timeout=0.1)  # it has to wait for us, so this runs out
        replace(source, target)
        written.append(f"{name} ends")

    watch = threading.Thread(target=journal.forgive, name="watch")
    monkeypatch.setattr(os, "replace", meanwhile)
    journal.begin([at(1)])
    watch.join()
    monkeypatch.undo()
    main = threading.current_thread().name
    assert written == [f"{main} begins", f"{main} ends", "watch begins", "watch ends"]
    assert Journal(path).deaths(at(1)) == 0


def test_starts_are_counted_until_one_reaches_its_loop(path: Path) -> None:
    assert [Journal(path).starts for _ in range(3)] == [1, 2, 3]
    Journal(path).reset_starts()
    assert Journal(path).starts == 1
