"""The current edition, kept in a file so that a restarted newsroom serves the same one."""

import threading
from pathlib import Path

from copydesk.newsroom.articlefile import EDITIONS
from copydesk.newsroom.errors import EditionError


class EditionFile:
    """The number in `<folder>/edition`; no file means the first edition. The folder is made if missing."""

    def __init__(self, folder: Path) -> None:
        """Use `folder` for the state.

        Raises:
            EditionError: the folder cannot be made, or the file holds no edition's number.

        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EditionError(f"cannot make the folder {folder} ({error.strerror}); name another") from error
        self._path = folder / "edition"
        self._switching = threading.Lock()
        self.current()

    def current(self) -> int:
        """The edition being served.

        Raises:
            EditionError: the file holds something else than the number of an edition.

        """
        try:
            text = self._path.read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return EDITIONS[0]
        if text not in map(str, EDITIONS):
            raise EditionError(
                f"{self._path} holds {text[:20]!r}, which is no edition; delete the file to start with the first"
            )
        return int(text)

    def switch(self, number: int) -> None:
        """Serve edition `number` from now on; the file is replaced whole, so a crash leaves the old or the new.

        Raises:
            EditionError: there is no such edition, or the file cannot be written.

        """
        if number not in EDITIONS:
            raise EditionError(f"there is no edition {number}; the editions are {EDITIONS[0]} to {EDITIONS[-1]}")
        fresh = self._path.with_suffix(".new")
        try:
            with self._switching:
                fresh.write_text(f"{number}\n", encoding="ascii")
                fresh.replace(self._path)
        except OSError as error:
            raise EditionError(f"cannot write {self._path} ({error.strerror}); make room or name another") from error
