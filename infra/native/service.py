"""What the supervisor, the readiness checks and the tests need to know about one process of the stack."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Service:
    """One process. ``environment`` is added to that of its parent and may hold secrets; ``command`` never does.

    ``stop_seconds`` is how long a SIGTERM may take before SIGKILL. ``give_up_after`` is how many starts in a row
    may fail before the supervisor leaves it alone. ``rank``: lower starts first and stops last.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    ports: dict[str, int] = field(default_factory=dict)
    address: str = ""
    stop_seconds: int = 20
    give_up_after: int = 10
    rank: int = 1
