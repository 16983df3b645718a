"""What the supervisor, the readiness checks and the tests need to know about one process of the stack."""

from dataclasses import dataclass, field
from pathlib import Path

EXIT_FINAL = 78
"""EX_CONFIG of sysexits.h. A process that ends with it says that another start will not help."""


@dataclass(frozen=True, slots=True)
class Service:
    """One process. ``environment`` is added to that of its parent and may hold secrets; ``command`` never does.

    ``ours`` is true of our own Python, which reads our settings. ``stop_seconds`` is how long a polite end may take. A
    start fails when the process ends before ``settled_seconds``; ``give_up_after`` is how many may in a row.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    address: str = ""
    ours: bool = False
    stop_seconds: int = 20
    settled_seconds: int = 10
    give_up_after: int = 10
