"""The supervisor over real processes: restarts, giving up, changes, and a stop that leaves nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from infra.native.home import Home
from infra.native.ready import wait_until
from infra.native.service import Service
from infra.native.supervise import State, Supervisor, end_left_behind, stack_processes

SLEEPS = "import time\nprint('here', flush=True)\ntime.sleep(600)"


def service(home: Home, name: str, code: str = SLEEPS, **options: object) -> Service:
    script = home.path / f"{name}.py"
    script.write_text(code)
    return Service(name, (sys.executable, str(script)), home.path, **options)  # type: ignore[arg-type]


@pytest.fixture
def supervisor(home: Home) -> Iterator[Supervisor]:
    home.create()
    supervisor = Supervisor(home)
    yield supervisor
    supervisor.shutdown()


def started(supervisor: Supervisor, *services: Service) -> None:
    """Start services that say that they are here, and wait until they do."""
    names = [one.name for one in services]
    supervisor.apply(services)
    supervisor.start(names)
    eventually(lambda: all("here" in supervisor.log_file(name).read_text() for name in names), "the services")


def eventually(check: Callable[[], bool], what: str) -> None:
    wait_until(check, seconds=30, what=what)


def test_killed_service_comes_back_as_another_process(home: Home, supervisor: Supervisor) -> None:
    started(supervisor, service(home, "one"))
    first = supervisor.processes()["one"].pid
    os.kill(first, signal.SIGKILL)
    eventually(lambda: supervisor.processes()["one"].pid not in {0, first}, "the service")
    assert supervisor.processes()["one"].up


def test_service_that_cannot_stay_up_is_given_up(home: Home, supervisor: Supervisor) -> None:
    started(supervisor, service(home, "one", "raise SystemExit('no luck here')", give_up_after=1))
    eventually(lambda: supervisor.processes()["one"].state is State.GAVE_UP, "giving up")
    assert "no luck here" in supervisor.log_file("one").read_text()
    assert not supervisor.processes()["one"].up


def test_start_of_what_runs_changes_nothing(home: Home, supervisor: Supervisor) -> None:
    one = service(home, "one")
    started(supervisor, one)
    pid = supervisor.processes()["one"].pid
    started(supervisor, one)
    assert supervisor.processes()["one"].pid == pid


def test_change_touches_only_what_changed(home: Home, supervisor: Supervisor) -> None:
    started(supervisor, service(home, "one"), service(home, "two"), service(home, "three"))
    before = {name: process.pid for name, process in supervisor.processes().items()}
    supervisor.apply([service(home, "one"), service(home, "two", environment={"X": "1"}), service(home, "four")])
    after = supervisor.processes()
    assert set(after) == {"one", "two", "four"}
    assert after["one"].pid == before["one"]
    assert not after["two"].up
    assert not psutil.pid_exists(before["three"])


def test_secrets_reach_the_process_and_nobody_else(home: Home, supervisor: Supervisor) -> None:
    code = "import os, time\nopen('seen', 'w').write(os.environ['KEY'])\nprint('here', flush=True)\ntime.sleep(600)"
    started(supervisor, service(home, "one", code, environment={"KEY": "s3cret-value"}))
    seen = home.path / "seen"
    eventually(lambda: seen.exists() and seen.read_text() == "s3cret-value", "the secret")
    assert not [line for line in command_lines() if "s3cret-value" in line]
    readable = [path for path in home.path.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    assert not [path for path in readable if "s3cret-value" in path.read_text(errors="replace")]
    assert home.path.stat().st_mode & 0o077 == 0


def command_lines() -> Iterator[str]:
    for process in psutil.process_iter():
        try:
            yield " ".join(process.cmdline())
        except psutil.Error:
            continue


def test_stubborn_service_is_killed_with_its_children(home: Home, supervisor: Supervisor) -> None:
    code = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('child', 'w').write(str(child.pid))\n"
        "print('here', flush=True)\n"
        "time.sleep(600)"
    )
    started(supervisor, service(home, "one", code, stop_seconds=1))
    child = home.path / "child"
    eventually(lambda: child.exists() and child.read_text() != "", "the child")
    pid = supervisor.processes()["one"].pid
    supervisor.stop(["one"])
    assert not psutil.pid_exists(pid)
    eventually(lambda: not alive(int(child.read_text())), "the end of the child")


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_shutdown_leaves_nothing(home: Home, supervisor: Supervisor) -> None:
    started(supervisor, service(home, "one"), service(home, "two"))
    pids = [process.pid for process in supervisor.processes().values()]
    supervisor.shutdown()
    assert not supervisor.alive()
    assert supervisor.processes() == {}
    assert not [pid for pid in pids if alive(pid)]
    assert not list(stack_processes(home))


def test_services_of_a_killed_supervisor_are_found_and_ended(home: Home, supervisor: Supervisor) -> None:
    started(supervisor, service(home, "one"))
    pid = supervisor.processes()["one"].pid
    master = supervisor.pid()
    assert master is not None
    os.kill(master, signal.SIGKILL)
    eventually(lambda: not alive(master), "the end of the supervisor")
    assert not supervisor.alive()
    assert end_left_behind(home) == [pid]
    assert not alive(pid)
    started(supervisor, service(home, "one"))
    assert supervisor.processes()["one"].up


RETITLED = """
import time, setproctitle
setproctitle.setproctitle("airflow worker -- LocalExecutor: <idle>")
print("here", flush=True)
time.sleep(600)
"""


def test_orphans_that_wrote_over_their_environment_are_found_too(home: Home) -> None:
    home.create()
    orphan = subprocess.Popen([sys.executable, "-c", RETITLED], cwd=home.path, stdout=subprocess.PIPE)
    assert orphan.stdout is not None
    assert orphan.stdout.readline() == b"here\n"
    try:
        assert end_left_behind(home) == [orphan.pid]
    finally:
        orphan.kill()
        orphan.communicate()


def test_stacks_do_not_touch_each_other(home: Home, supervisor: Supervisor, tmp_path: Path) -> None:
    other_home = Home(tmp_path / "other")
    other_home.create()
    other = Supervisor(other_home)
    started(supervisor, service(home, "one"))
    try:
        started(other, service(other_home, "one"))
    finally:
        other.shutdown()
    assert end_left_behind(other_home) == []
    assert supervisor.processes()["one"].up


def test_deep_home_works_too(tmp_path: Path) -> None:
    home = Home(tmp_path / ("deep-" * 30))
    home.create()
    supervisor = Supervisor(home)
    started(supervisor, service(home, "one"))
    try:
        assert supervisor.processes()["one"].up
        assert supervisor._socket.parent.stat().st_mode & 0o777 == 0o700
    finally:
        supervisor.shutdown()
    assert not supervisor._socket.parent.exists()
