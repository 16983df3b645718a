"""The supervisor: one supervisord per home, driven over its Unix socket.

It restarts what ends, with growing pauses if that is before ``Service.settled_seconds``. It leaves a service alone
("gave up") that does so ``Service.give_up_after`` times in a row, or that says that it gives up (``EXIT_FINAL``).
"""

import contextlib
import hashlib
import os
import shlex
import stat
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from http.client import HTTPException
from pathlib import Path
from typing import Any

import psutil

from infra.errors import Refused, Unavailable
from infra.native.home import Home, write_private
from infra.native.service import EXIT_FINAL, Service
from infra.settings import ROOT

MARK = "COPYDESK_STACK"
"""Environment variable that marks every process of a stack, its supervisor too, with its home."""
LOG_BYTES = "10MB"
LOG_BACKUPS = 3
_LONGEST_SOCKET = 90
"""Bytes of a path a Unix socket can be bound to (104 on some systems), less what supervisord adds for a moment."""
_STARTED_ALREADY, _NOT_RUNNING = 60, 70  # fault codes of supervisor.xmlrpc


class State(StrEnum):
    """What the supervisor makes of a process."""

    RUNNING = "running"
    STARTING = "starting"
    RESTARTING = "restarting"
    GAVE_UP = "gave up"
    STOPPED = "stopped"


_STATES = {
    "RUNNING": State.RUNNING,
    "STARTING": State.STARTING,
    "BACKOFF": State.RESTARTING,
    "FATAL": State.GAVE_UP,
    "UNKNOWN": State.GAVE_UP,
    "EXITED": State.RESTARTING,
    "STOPPED": State.STOPPED,
    "STOPPING": State.STOPPED,
}


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """A supervised process. ``pid`` 0 and ``since`` None when there is none; ``note`` is the supervisor's own word."""

    name: str
    state: State
    pid: int
    since: datetime | None
    note: str

    @property
    def up(self) -> bool:
        """Whether it runs, for however short a time yet."""
        return self.state in {State.RUNNING, State.STARTING}


class Supervisor:
    """The supervisord of one home, running or not."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._config = home.run / "supervisord.conf"
        self._socket = _socket_path(home.run)

    def log_file(self, name: str) -> Path:
        """Return the log of a service."""
        return self._home.logs / f"{name}.log"

    def alive(self) -> bool:
        """Whether a supervisord answers for this home."""
        return self.pid() is not None

    def pid(self) -> int | None:
        """Return the process id of the supervisord that answers for this home, or None."""
        if not self._socket.exists():
            return None
        try:
            return int(self._call("getPID"))
        except Unavailable:
            return None

    def processes(self) -> dict[str, ProcessInfo]:
        """Return the state of every service that the supervisor knows; empty when it does not run."""
        if not self.alive():
            return {}
        return {row["name"]: _info(row) for row in self._call("getAllProcessInfo")}

    def apply(self, services: Iterable[Service]) -> None:
        """Make supervisord know exactly ``services``, and start it, but none of them, if it does not run.

        Of those it knows already, the ones that are gone or described otherwise now are stopped; the rest goes on.
        Raises ``Unavailable``, ``Refused``.
        """
        write_private(self._config, self._configuration(services))
        if not self.alive():
            self._launch()
            return
        ((added, changed, removed),) = self._call("reloadConfig")
        self.stop([*changed, *removed])
        for name in (*changed, *removed):
            self._call("removeProcessGroup", name)
        for name in (*added, *changed):
            self._call("addProcessGroup", name)

    def start(self, names: Iterable[str]) -> None:
        """Start services, without waiting for them; one that runs is left alone. Raises ``Unavailable``."""
        for name in names:
            try:
                self._call("startProcess", name, False)
            except xmlrpc.client.Fault as fault:
                if fault.faultCode != _STARTED_ALREADY:
                    raise Unavailable(f"{name} cannot be started: {fault.faultString}") from fault

    def stop(self, names: Iterable[str]) -> None:
        """Stop services and wait until each has ended. Raises ``Unavailable``."""
        waiting = list(names)
        for name in waiting:
            try:
                self._call("stopProcess", name, False)
            except xmlrpc.client.Fault as fault:
                if fault.faultCode != _NOT_RUNNING:
                    raise Unavailable(f"{name} cannot be stopped: {fault.faultString}") from fault
        while any(self._call("getProcessInfo", name)["pid"] for name in waiting):
            time.sleep(0.1)

    def shutdown(self, seconds: float = 60) -> None:
        """End supervisord with all that still runs under it, and wait until it is gone. Raises ``Unavailable``."""
        pid = self.pid()
        if pid is None:
            return
        self._call("shutdown")
        try:
            psutil.Process(pid).wait(timeout=seconds)
        except psutil.NoSuchProcess:
            pass
        except psutil.TimeoutExpired as error:
            raise Unavailable(f"the supervisor (pid {pid}) does not end: kill it") from error
        if self._socket.parent != self._home.run:
            self._socket.unlink(missing_ok=True)
            self._socket.parent.rmdir()

    def _launch(self) -> None:
        self._socket.parent.mkdir(mode=0o700, exist_ok=True)
        _socket_path(self._home.run)  # it may be another's by now
        self._socket.unlink(missing_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
        environment[MARK] = str(self._home.path)
        done = subprocess.run(  # noqa: S603 -- this interpreter with our own file
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._config)],
            env=environment,
            cwd=self._home.run,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        if done.returncode != 0:
            raise Unavailable(f"the supervisor does not start: {(done.stderr or done.stdout).strip()[-500:]}")
        deadline = time.monotonic() + 15
        while not self.alive():
            if time.monotonic() > deadline:
                raise Unavailable(f"the supervisor does not answer; see {self.log_file('supervisor')}")
            time.sleep(0.05)

    def _call(self, method: str, *arguments: object) -> Any:
        from supervisor.xmlrpc import SupervisorTransport  # noqa: PLC0415 -- slow, and not needed to say `not running`

        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        try:
            with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as proxy:
                return getattr(proxy.supervisor, method)(*arguments)
        except (OSError, HTTPException) as error:
            raise Unavailable(f"the supervisor does not answer ({error}); see {self.log_file('supervisor')}") from error

    def _configuration(self, services: Iterable[Service]) -> str:
        sections: dict[str, dict[str, object]] = {
            "unix_http_server": {"file": self._socket, "chmod": "0600"},
            "rpcinterface:supervisor": {
                "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
            },
            "supervisord": {
                "logfile": self.log_file("supervisor"),
                "logfile_maxbytes": LOG_BYTES,
                "logfile_backups": LOG_BACKUPS,
                "pidfile": self._home.run / "supervisord.pid",
                "childlogdir": self._home.logs,
                "directory": self._home.run,
                "umask": "077",
                # As root it warns unless told that this is meant; nobody else may name a user.
                **({"user": "root"} if os.geteuid() == 0 else {}),
            },
            **{f"program:{service.name}": self._program(service) for service in services},
        }
        lines = []
        for section, options in sections.items():
            lines.append(f"[{section}]")
            lines += [f"{name} = {_value(value)}" for name, value in options.items()]
            lines.append("")
        return "\n".join(lines)

    def _our_environment(self) -> dict[str, str]:
        """Return what our own processes need, with the settings of this environment.

        Those that the settings file holds as well are left out: whether they are in the environment the next time
        must not make a difference that starts everything again.
        """
        stored = {f"COPYDESK_{name.upper()}": str(value) for name, value in self._home.stored_settings().items()}
        settings = {name: value for name, value in os.environ.items() if name.startswith("COPYDESK_")}
        return {
            **{name: value for name, value in settings.items() if stored.get(name) != value},
            "COPYDESK_HOME": str(self._home.path),
            "PYTHONPATH": str(ROOT),
            # Without compiled modules Airflow takes twice as long to start.
            "PYTHONDONTWRITEBYTECODE": "",
        }

    def _program(self, service: Service) -> dict[str, object]:
        environment = {MARK: str(self._home.path), **(self._our_environment() if service.ours else {})}
        environment |= service.environment
        return {
            "command": shlex.join(service.command),
            "directory": service.folder,
            "environment": ",".join(f"{name}={_quoted(value)}" for name, value in environment.items()),
            "autostart": "false",
            "autorestart": "unexpected",
            "exitcodes": EXIT_FINAL,
            "startsecs": service.settled_seconds,
            "startretries": service.give_up_after,
            "stopsignal": "TERM",
            "stopwaitsecs": service.stop_seconds,
            # A parent ends its children in its own order; what is left when its time is up is killed with it.
            "stopasgroup": "false",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": self.log_file(service.name),
            "stdout_logfile_maxbytes": LOG_BYTES,
            "stdout_logfile_backups": LOG_BACKUPS,
        }


def stack_processes(home: Home) -> Iterator[psutil.Process]:
    """Every process of this user that was started by the stack of ``home``, whoever its parent is now."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and _belongs(process, home):
                yield process


def _belongs(process: psutil.Process, home: Home) -> bool:
    """By the mark; or, where a new title has overwritten the environment, as Airflow's workers do, by title and place.

    Workers of a scheduler that was killed live on with nobody to end them.
    """
    if process.environ().get(MARK) == str(home.path):
        return True
    retitled = process.cmdline()[:1]
    return bool(retitled) and retitled[0].startswith("airflow ") and Path(process.cwd()).is_relative_to(home.path)


def end_left_behind(home: Home, seconds: float = 20) -> list[int]:
    """End every process of the stack of ``home``, once its supervisor is gone; returns the process ids."""
    left = list(stack_processes(home))
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _gone, stubborn = psutil.wait_procs(left, timeout=seconds)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=5)
    return [process.pid for process in left]


def _info(row: dict[str, Any]) -> ProcessInfo:
    up = bool(row["pid"])
    state = _STATES[row["statename"]]
    if row["statename"] == "EXITED" and row["exitstatus"] == EXIT_FINAL:
        state = State.GAVE_UP
    return ProcessInfo(
        name=row["name"],
        state=state,
        pid=row["pid"],
        since=datetime.fromtimestamp(row["start"], UTC) if up else None,
        note=row["spawnerr"] or row["description"],
    )


def _socket_path(run: Path) -> Path:
    """Return where the socket lies: in the home, or in a private folder for temporary files if that path is too long.

    Raises ``Refused`` if that folder belongs to somebody else.
    """
    inside = run / "supervisor.sock"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET:
        return inside
    digest = hashlib.sha256(os.fsencode(run)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"copydesk-{os.geteuid()}-{digest}"
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return folder / "s"
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) != 0o700:
        raise Refused(f"{folder} is not a private folder of yours: remove it, or set COPYDESK_HOME to a shorter path")
    return folder / "s"


def _value(value: object) -> str:
    """Return a value in the supervisor's notation, where ``%`` expands and `` ;`` begins a comment.

    Raises ``Refused`` for what cannot be written there.
    """
    text = str(value)
    if any(mark in text for mark in ("\n", "\r", " ;", " #", "\t;", "\t#")):
        raise Refused(f"the supervisor cannot take {text[:200]!r}: avoid ' #' and ' ;' in paths and COPYDESK_ settings")
    return text.replace("%", "%%")


def _quoted(value: str) -> str:
    """Return a value of an environment variable in quotes. Raises ``Refused`` for what the supervisor would change.

    It knows no escapes, and takes every quote off both ends.
    """
    for quote in ('"', "'"):
        if quote not in value and value.strip("'\"") == value:
            return f"{quote}{value}{quote}"
    raise Refused(f"the supervisor cannot take {value[:200]!r}: avoid quotes in paths and COPYDESK_ settings")
