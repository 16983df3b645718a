"""The native stack as a whole: starting what is missing, stopping what was started, and the state it is in."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event

from infra.errors import Refused, Unavailable
from infra.native.cache import exclusive
from infra.native.home import Home, broker_address, native_settings, store_endpoint
from infra.native.parts import Part, PartName, Report, all_parts
from infra.native.ports import check_distinct, check_ports
from infra.native.service import Service
from infra.native.supervise import ProcessInfo, State, Supervisor, end_left_behind, stack_processes
from infra.native.worker_process import Seat
from infra.settings import Settings, config_file, load

READY_SECONDS = 180.0
"""How long a service may take to its first answer. A broker that was killed recovers its logs first."""
POLL_SECONDS = 0.2
SERVERS = frozenset({PartName.BROKER, PartName.STORE})
"""What the other parts use, so it stops last."""


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service as it is now.

    ``state``: ``ready`` (it answers), ``starting`` (it runs and does not answer yet, or no more), ``restarting``,
    ``gave up``, ``stopped``. ``note`` has the reason and the remedy where there is one.
    """

    name: str
    part: PartName
    state: str
    address: str
    log: Path
    pid: int
    since: datetime | None
    note: str


class Stack:
    """The native stack of one home."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.home = Home(settings.home.resolve())
        self.supervisor = Supervisor(self.home)

    def up(self, wanted: frozenset[PartName], report: Report) -> Settings:
        """Start what is missing of ``wanted`` and return once all of it works, with the settings then in force.

        What runs already goes on, unless it was configured otherwise since: then it is started again.

        Raises ``Refused`` when something on this machine must be changed first, ``Unavailable`` when a service does
        not get ready.
        """
        self.home.create()
        with self._alone(report):
            if not self.supervisor.alive():
                end_left_behind(self.home)
            running = {name for name, process in self.supervisor.processes().items() if process.up}
            parts = all_parts(self.home, self._settings)
            wanted |= {name for name, part in parts.items() if running & part.addresses().keys()}
            self._keep_settings(wanted)
            parts = {name: part for name, part in all_parts(self.home, self._settings).items() if name in wanted}
            services = {name: part.services() for name, part in parts.items()}
            check_distinct({setting: port for part in parts.values() for setting, port in part.ports().items()})
            for part in parts.values():
                if not running & part.addresses().keys():
                    check_ports(part.ports())
            self.supervisor.apply(_flat(services))
            self._start(parts, services, report)
        return self._settings

    def _start(
        self, parts: Mapping[PartName, Part], services: Mapping[PartName, tuple[Service, ...]], report: Report
    ) -> None:
        """Start all parts at once, each as soon as what it needs is ready. The first error ends the wait for all."""
        tasks: dict[PartName, Future[None]] = {}
        failed = Event()

        def bring_up(part: Part) -> None:
            names = [service.name for service in services[part.name]]
            processes = self.supervisor.processes()
            missing = [name for name in names if not processes[name].up]
            if missing:
                part.prepare(report)
            for need in part.needs & parts.keys():
                tasks[need].result()
            for name in missing:
                report(name, "starting")
            self.supervisor.start(missing)
            self._wait(part, names, report, failed)
            if not failed.is_set():
                part.furnish(report)

        with ThreadPoolExecutor(len(parts)) as pool:
            # A part comes after those it needs, so their tasks exist before it asks for them.
            for name in sorted(parts, key=lambda name: len(parts[name].needs)):
                tasks[name] = pool.submit(bring_up, parts[name])
            try:
                for task in as_completed(tasks.values()):
                    task.result()
            finally:
                failed.set()

    def _wait(self, part: Part, names: list[str], report: Report, failed: Event) -> None:
        deadline = time.monotonic() + READY_SECONDS
        waiting = list(names)
        while waiting and not failed.is_set():
            processes = self.supervisor.processes()
            for name in list(waiting):
                process = processes[name]
                if process.up and part.answers(process):
                    report(name, "ready")
                    waiting.remove(name)
                elif process.state is State.GAVE_UP or time.monotonic() > deadline:
                    raise Unavailable(
                        f"{name} does not get ready ({process.state}: {self._note(part, process)}); "
                        f"see {self.supervisor.log_file(name)}"
                    )
            if waiting:
                failed.wait(POLL_SECONDS)

    def down(self, report: Report) -> tuple[str, ...]:
        """Stop what runs and return its names: consumers and Airflow first, then the servers they use.

        Also ends processes of this stack that a supervisor killed from outside left behind. Raises ``Unavailable``.
        """
        if not self.home.path.is_dir():
            return ()
        with self._alone(report):
            active = [
                name
                for name, process in self.supervisor.processes().items()
                if process.up or process.state is State.RESTARTING
            ]
            servers = {name for part in SERVERS for name in self._parts()[part].addresses()}
            for names in (
                [name for name in active if name not in servers],
                [name for name in active if name in servers],
            ):
                for name in names:
                    report(name, "stopping")
                self.supervisor.stop(names)
                for name in names:
                    report(name, "stopped")
            self.supervisor.shutdown()
            for pid in end_left_behind(self.home):
                report("down", f"process {pid} was left behind; stopped")
            return tuple(active)

    def status(self) -> tuple[ServiceStatus, ...]:
        """Return the state of every service, each asked now."""
        processes = self.supervisor.processes()
        rows = [
            (part, name, address, processes.get(name))
            for part in self._parts().values()
            for name, address in part.addresses().items()
        ]
        with ThreadPoolExecutor(len(rows)) as pool:
            return tuple(pool.map(lambda row: self._row(*row), rows))

    def left_behind(self) -> tuple[int, ...]:
        """Return the ids of processes of this stack that no supervisor looks after any more."""
        supervisor = self.supervisor.pid()
        return tuple(
            process.pid
            for process in stack_processes(self.home)
            if supervisor not in {process.pid, *(parent.pid for parent in process.parents())}
        )

    def _row(self, part: Part, name: str, address: str, process: ProcessInfo | None) -> ServiceStatus:
        log = self.supervisor.log_file(name)
        if process is None:
            return ServiceStatus(name, part.name, State.STOPPED, address, log, 0, None, "")
        state: str = process.state
        if process.up:
            state = "ready" if part.answers(process) else "starting"
        return ServiceStatus(
            name, part.name, state, address, log, process.pid, process.since, self._note(part, process)
        )

    def _note(self, part: Part, process: ProcessInfo) -> str:
        if part.name is PartName.WORKERS and (reason := Seat.named(process.name).halted(self.home)):
            return f"halted: {reason}"
        if process.state is State.GAVE_UP:
            return f"{process.note}; read its log, mend the cause, then `copydesk up`"
        return "" if process.up else process.note

    def _parts(self) -> dict[PartName, Part]:
        return all_parts(self.home, self._settings)

    @contextmanager
    def _alone(self, report: Report) -> Iterator[None]:
        with exclusive(
            self.home.path / ".lock", lambda: report("stack", "waiting for another `copydesk up` or `down`")
        ):
            yield

    def _keep_settings(self, wanted: frozenset[PartName]) -> None:
        """Store ports, addresses and credentials for later commands, and read all settings again."""
        used = config_file()
        if used is not None and used.resolve() != self.home.config:
            raise Refused(
                f"COPYDESK_CONFIG names {used}, but the native stack keeps its settings in {self.home.config}: "
                "move yours there and unset COPYDESK_CONFIG"
            )
        self.home.store_settings(native_settings(self.home, self._settings))
        load.cache_clear()
        self._settings = settings = load()
        if settings.home.resolve() != self.home.path:
            raise Refused(f"this stack's home is {self.home.path}: set COPYDESK_HOME to it")
        for part, setting, value, own in (
            (PartName.BROKER, "KAFKA_BOOTSTRAP", settings.kafka_bootstrap, broker_address(settings)),
            (PartName.STORE, "S3_ENDPOINT", settings.s3_endpoint, store_endpoint(settings)),
        ):
            if part in wanted and value != own:
                others = ",".join(other for other in PartName if other is not part)
                raise Refused(
                    f"COPYDESK_{setting} is {value}, but the native {part} is at {own}: unset it, or leave the {part} "
                    f"out with --only {others}"
                )


def _flat(services: Mapping[PartName, tuple[Service, ...]]) -> tuple[Service, ...]:
    return tuple(service for group in services.values() for service in group)
