"""MinIO's binary, compiled once per user: upstream publishes none any more."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from infra.errors import Unavailable
from infra.native.cache import cache_dir, exclusive
from infra.native.toolchain import Tool, find_go

STORE_MODULE = "github.com/minio/minio"
STORE_VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"
"""The last commit upstream; release tags are not served as module versions."""
WHY = (
    "MinIO publishes no binaries any more, so it is compiled here once from its last commit: "
    "2 to 4 minutes on 2 cores, 100 to 150 MB, kept for this user."
)
BUILD_ENVIRONMENT = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
_SCRATCH = ".build-"
_PACKAGES = 1300
"""About how many packages the build compiles, for the progress bar."""

Progress = Callable[[int, int, str], None]
"""Called with (done, total, what happens now)."""


def store_binary_path() -> Path:
    """Return where the binary of this version lies, built or not."""
    return cache_dir() / f"store-{STORE_VERSION.rpartition('-')[2]}" / "minio"


def ensure_store_binary(progress: Progress | None = None) -> Path:
    """Return MinIO's binary, compiling it if this user has none yet.

    Raises ``Refused`` when there is no Go, ``Unavailable`` when the build fails. The binary appears in one step, so
    an interrupted build leaves nothing that looks like one; a second caller waits for the first.
    """
    target = store_binary_path()
    if target.is_file():
        return target
    go = find_go()
    report = progress or (lambda _done, _total, _what: None)
    with exclusive(target.with_name(".lock"), lambda: report(0, _PACKAGES, "another process compiles it; waiting")):
        if not target.is_file():
            _build(go, target, report)
    return target


def build_command(go: str = "go") -> list[str]:
    """Return the command that compiles MinIO into ``GOBIN``, here and in infra/images/store.Dockerfile."""
    return [go, "install", "-v", "-trimpath", "-ldflags", "-s -w", f"{STORE_MODULE}@{STORE_VERSION}"]


def _build(go: Tool, target: Path, report: Progress) -> None:
    for abandoned in target.parent.glob(f"{_SCRATCH}*"):  # by a build that was killed: we hold the lock
        shutil.rmtree(abandoned)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=target.parent) as scratch:
        environment = {
            **{name: value for name, value in os.environ.items() if name not in {"GOOS", "GOARCH"}},
            "GOBIN": scratch,
            "GOFLAGS": "-modcacherw",  # or the sources below could not be removed again
            **BUILD_ENVIRONMENT,
        }
        if go.origin != "PATH":
            # Who has no Go of his own has no use for 2 GB of its sources and caches.
            environment |= {"GOPATH": f"{scratch}/path", "GOCACHE": f"{scratch}/cache"}
        command = build_command(str(go.path))
        last = ""
        done = 0
        report(0, 0, WHY)
        report(0, _PACKAGES, "fetching the sources")
        with subprocess.Popen(  # noqa: S603 -- the Go tool with fixed arguments
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=scratch
        ) as build:
            for line in build.stderr or ():
                last = line.strip() or last
                if re.fullmatch(r"[\w.~/@-]+", last):  # `-v` names each package as it is compiled
                    done += 1
                    report(min(done, _PACKAGES), _PACKAGES, f"compiling {last}")
                else:
                    report(min(done, _PACKAGES), _PACKAGES, last)
        built = Path(scratch) / "minio"
        if build.returncode != 0 or not built.is_file():
            raise Unavailable(
                f"MinIO could not be compiled ({last}): check the network and the free disk space (3 GB while it "
                "compiles) and run it again"
            )
        built.chmod(0o755)
        shutil.move(built, target.with_name(".new"))
        target.with_name(".new").replace(target)
