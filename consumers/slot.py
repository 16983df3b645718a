"""A slot: the fixed seat of one worker, with its ids, its lock and its files.

Static ids let a restarted worker take its seat back at once, and free what the one before left open. So two live
workers must never share a slot.
"""

import fcntl
import hashlib
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from infra.errors import SlotTaken
from infra.messaging import Admin
from schemas.articles import Stage


def group_name(stage: Stage, prefix: str = "") -> str:
    """Return the consumer group of a stage."""
    return f"{prefix}copydesk-{stage}"


@dataclass(frozen=True, slots=True)
class Slot:
    """``number`` counts from 0; ``home`` is where its files lie; ``prefix`` keeps stacks on one broker apart."""

    stage: Stage
    number: int
    home: Path
    prefix: str = ""

    @property
    def group(self) -> str:
        """The consumer group of the stage."""
        return group_name(self.stage, self.prefix)

    @property
    def static_id(self) -> str:
        """Group instance id and transactional id."""
        return f"{self.group}-{self.number}"

    @property
    def client_id(self) -> str:
        """Names the holder of the slot: host and home, so that a successor on the same host knows its own kind."""
        place = hashlib.sha256(str(self.home.resolve()).encode()).hexdigest()[:8]
        return f"{self.static_id}@{socket.gethostname()}-{place}"

    def file(self, suffix: str) -> Path:
        """Path of one of the slot's files."""
        return self.home / "slots" / f"{self.stage}-{self.number}.{suffix}"

    def lock(self) -> IO[str]:
        """Take the slot on this host, until the file returned is closed. Raises ``SlotTaken``."""
        path = self.file("lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            handle.close()
            raise SlotTaken(
                f"slot {self.number} of {self.stage} is held by process {holder} on this host; "
                f"stop it, or use --slot with another number"
            ) from error
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        return handle


def refuse_if_held_elsewhere(
    slot: Slot,
    admin: Admin,
    *,
    session_s: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Raise ``SlotTaken`` if a live worker of another host or home sits in the slot.

    A dead member stays listed until its session ends, so one that is still there ``session_s`` later is alive. Our own
    kind needs no wait: holding the lock proves that it is dead.
    """
    deadline = clock() + session_s
    while True:
        holders = [
            member
            for member in admin.members(slot.group)
            if member.instance_id == slot.static_id and member.client_id != slot.client_id
        ]
        if not holders:
            return
        if clock() >= deadline:
            raise SlotTaken(
                f"slot {slot.number} of {slot.stage} is held by {holders[0].client_id} ({holders[0].host}); "
                f"stop that worker, or use --slot with another number"
            )
        sleep(0.5)
