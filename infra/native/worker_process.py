"""The native workers: one process per seat in a consumer group."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.messaging import Member
from infra.native.home import Home
from infra.native.service import Service
from infra.settings import ROOT, Settings


@dataclass(frozen=True, slots=True)
class Seat:
    """A worker's stage and slot number. ``consumers.slot`` gives a seat its ids and files; a test holds them equal."""

    stage: str
    slot: int

    @classmethod
    def named(cls, name: str) -> "Seat":
        """Return the seat of the service ``name``."""
        stage, _, slot = name.rpartition("-")
        return cls(stage, int(slot))

    @property
    def name(self) -> str:
        """Name of its service."""
        return f"{self.stage}-{self.slot}"

    def group(self, prefix: str) -> str:
        """Return its consumer group."""
        return f"{prefix}copydesk-{self.stage}"

    def file(self, home: Home, suffix: str) -> Path:
        """Return one of its files."""
        return home.path / "slots" / f"{self.name}.{suffix}"

    def service(self) -> Service:
        """Describe the process."""
        return Service(
            name=self.name,
            command=(sys.executable, "-m", "copydesk.main", "worker", self.stage, "--slot", str(self.slot)),
            folder=ROOT,
            ours=True,
            stop_seconds=30,
            # Articles that kill cost several lives each, and none of them lasts: the worker itself counts the starts
            # that do not reach its loop, and gives up (copydesk.worker). Here only one that cannot even count does.
            settled_seconds=1,
        )

    def loop_entered(self, home: Home, pid: int) -> bool:
        """Whether the process ``pid`` has its models and clients and entered its loop."""
        try:
            return self.file(home, "ready").read_text(encoding="utf-8").strip() == str(pid)
        except OSError:
            return False

    def taken(self, members: Iterable[Member]) -> bool:
        """Whether one of ``members`` of its group sits here."""
        return any(member.instance_id.endswith(f"{self.group('')}-{self.slot}") for member in members)

    def halted(self, home: Home) -> str:
        """Return why the worker halted, or ''."""
        try:
            return self.file(home, "halted").read_text(encoding="utf-8").strip()
        except OSError:
            return ""


def seats(settings: Settings) -> tuple[Seat, ...]:
    """Return the seats that the settings ask for."""
    slots = {"prepare": settings.prepare_slots, "enrich": settings.enrich_slots}
    return tuple(Seat(stage, number) for stage, count in slots.items() for number in range(count))
