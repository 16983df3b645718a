from pathlib import Path

import pytest

from copydesk.newsroom.edition import EditionFile
from copydesk.newsroom.errors import EditionError


def test_a_new_folder_starts_with_the_first_edition(tmp_path: Path):
    assert EditionFile(tmp_path / "deep" / "state").current() == 1


def test_a_restart_serves_the_edition_it_served_before(tmp_path: Path):
    EditionFile(tmp_path).switch(2)
    assert EditionFile(tmp_path).current() == 2
    assert [path.name for path in tmp_path.iterdir()] == ["edition"]


@pytest.mark.parametrize("number", [0, 3, -1])
def test_there_are_two_editions_only(tmp_path: Path, number: int):
    state = EditionFile(tmp_path)
    with pytest.raises(EditionError, match=f"no edition {number}"):
        state.switch(number)
    assert state.current() == 1


@pytest.mark.parametrize("content", [b"", b"3\n", b"two", b"\xff\xfe"])
def test_a_file_that_is_no_edition_is_named_with_the_remedy(tmp_path: Path, content: bytes):
    (tmp_path / "edition").write_bytes(content)
    with pytest.raises(EditionError, match="delete the file"):
        EditionFile(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "taken").write_text("a file", encoding="ascii")
    with pytest.raises(EditionError, match="taken"):
        EditionFile(tmp_path / "taken" / "state")
