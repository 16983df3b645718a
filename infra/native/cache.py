"""The user's cache: what is fetched or built once and shared by every checkout on this machine."""

import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_dir() -> Path:
    """Return the cache folder of this user (XDG base directory specification; Library/Caches on macOS)."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    if named and Path(named).is_absolute():
        return Path(named) / "copydesk"
    base = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return base / "copydesk"


@contextmanager
def exclusive(name: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock file ``name`` against every other process; ``waiting`` is called once if somebody else has it.

    The kernel drops the lock when its holder ends, however it ends, so nothing stale is left to clear.
    """
    name.parent.mkdir(parents=True, exist_ok=True)
    with name.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting is not None:
                waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
