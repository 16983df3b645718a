"""Kafka's jars: the locked set, fetched by coordinates into the user's cache and checked against its sha256 each time.

``python -m infra.native.jars`` resolves the set anew and rewrites ``jars.lock.toml``.
"""

import hashlib
import shutil
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.errors import Refused, Unavailable
from infra.native.cache import cache_dir, exclusive

KAFKA_VERSION = "4.3.1"
ENDPOINTS = (
    f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}",
    # Named as well, since the resolver's mediation would otherwise choose an old one.
    f"org.apache.kafka:kafka-clients:{KAFKA_VERSION}",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.3",
)
_SCRATCH = ".fetch-"
LOCK_FILE = Path(__file__).with_name("jars.lock.toml")

Progress = Callable[[int, int], None]
"""Called with (done, total), in jars."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One locked jar. ``sha256`` in hex."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """Its name in the cache, as in a repository."""
        return f"{self.artifact}-{self.version}.jar"


def locked_jars(lock_file: Path = LOCK_FILE) -> tuple[Jar, ...]:
    """Return the locked set. Raises ``Refused`` when the lock cannot be read."""
    try:
        rows = tomllib.loads(lock_file.read_text(encoding="utf-8"))["jar"]
        return tuple(Jar(row["group"], row["artifact"], row["version"], row["sha256"]) for row in rows)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise Refused(f"{lock_file.name} cannot be read ({error!r}): restore it from the repository") from error


def jar_paths() -> list[Path]:
    """Return the class path, fetched or not."""
    return [_folder() / jar.file_name for jar in locked_jars()]


def stale_jars() -> list[Jar]:
    """Return the jars that are not in the cache, or not as they are locked."""
    return [jar for jar in locked_jars() if not _matches(_folder() / jar.file_name, jar)]


def _folder() -> Path:
    return cache_dir() / f"kafka-{KAFKA_VERSION}"


def ensure_jars(
    progress: Progress | None = None, *, jars: tuple[Jar, ...] | None = None, into: Path | None = None
) -> list[Path]:
    """Return the class path, fetching what is missing or does not match its sha256.

    Every jar is hashed on every call (44 MB, about 30 ms): a jar that was changed is fetched again, never run.

    Raises ``Unavailable`` when a jar cannot be fetched, ``Refused`` when what came is not what is locked.
    """
    jars = locked_jars() if jars is None else jars
    folder = into or _folder()
    folder.mkdir(parents=True, exist_ok=True)
    missing = [jar for jar in jars if not _matches(folder / jar.file_name, jar)]
    if missing:
        with exclusive(folder / ".lock"):
            missing = [jar for jar in missing if not _matches(folder / jar.file_name, jar)]
            _fetch_all(missing, folder, len(jars), progress)
    return [folder / jar.file_name for jar in jars]


def _fetch_all(missing: list[Jar], folder: Path, total: int, progress: Progress | None) -> None:
    for abandoned in folder.glob(f"{_SCRATCH}*"):  # by a process that was killed: we hold the lock
        shutil.rmtree(abandoned)
    done = total - len(missing)
    with ThreadPoolExecutor(8) as pool:
        tasks = [pool.submit(_fetch, jar, folder) for jar in missing]
        try:
            for task in as_completed(tasks):
                task.result()
                done += 1
                if progress is not None:
                    progress(done, total)
        finally:
            pool.shutdown(cancel_futures=True)


def _fetch(jar: Jar, folder: Path, attempts: int = 3) -> None:
    """Download one jar into a folder of its own, check it, and move it into place in one step."""
    for attempt in range(1, attempts + 1):
        with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=folder) as scratch:
            try:
                path = _download(jar, Path(scratch))
            except (OSError, RuntimeError) as error:  # requests' errors are OSErrors, the resolver's RuntimeErrors
                if attempt == attempts:
                    raise Unavailable(
                        f"cannot fetch {jar.file_name} ({error}): check the network (a mirror of Maven Central can "
                        "be named in jgo's settings file under [repositories]) and run it again"
                    ) from error
                time.sleep(attempt)
                continue
            if not _matches(path, jar):
                raise Refused(
                    f"{jar.file_name} is not the locked one (sha256 {_sha256(path)}, wanted {jar.sha256}): "
                    "something between this machine and Maven Central changes files; nothing of it was run"
                )
            path.replace(folder / jar.file_name)
            return


def _download(jar: Jar, scratch: Path) -> Path:
    return Path(_context(scratch).project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve())


def _context(scratch: Path) -> Any:
    """Return jgo's context; jgo is imported only when something is fetched."""
    from jgo.config import GlobalSettings  # noqa: PLC0415
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415
    from jgo.maven import MavenContext  # noqa: PLC0415

    # The user's mirrors first.
    repositories = {**GlobalSettings.load().repositories, "central": MAVEN_CENTRAL_URL}
    return MavenContext(repo_cache=scratch, local_repos=[], remote_repos=repositories, timeout=30)


def _matches(path: Path, jar: Jar) -> bool:
    return path.is_file() and _sha256(path) == jar.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def resolve_jars() -> tuple[Jar, ...]:
    """Resolve ``ENDPOINTS`` with all they need at run time, download each jar and return the set with its hashes."""
    import jgo  # noqa: PLC0415

    found = []
    with tempfile.TemporaryDirectory() as scratch:
        for artifact in jgo.resolve("+".join(ENDPOINTS)):
            jar = Jar(artifact.groupId, artifact.artifactId, artifact.version, "")
            sha256 = _sha256(_download(jar, Path(scratch)))
            found.append(Jar(jar.group, jar.artifact, jar.version, sha256))
    return tuple(sorted(found, key=lambda jar: (jar.group, jar.artifact)))


def write_lock(jars: tuple[Jar, ...], lock_file: Path = LOCK_FILE) -> None:
    """Write the lock file."""
    rows = [
        "# The jars of the native broker, by Maven coordinates. Made by `python -m infra.native.jars`; do not edit.\n"
    ]
    rows += [
        f'\n[[jar]]\ngroup = "{jar.group}"\nartifact = "{jar.artifact}"\nversion = "{jar.version}"\n'
        f'sha256 = "{jar.sha256}"\n'
        for jar in jars
    ]
    lock_file.write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    write_lock(resolve_jars())
    sys.stdout.write(f"wrote {LOCK_FILE.name}\n")
