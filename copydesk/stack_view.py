"""What `up`, `down` and `status` show to people."""

import sys
from collections.abc import Iterable
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from copydesk.terminal import line
from infra.native.stack import ServiceStatus

_STYLES = {"ready": "green", "starting": "yellow", "restarting": "yellow", "gave up": "bold red", "stopped": "dim"}
WIDTH = 60
"""Characters that fit into a line with a bar; what is longer stays on the screen above."""
_FINAL = frozenset({"ready", "stopped"})


class StackProgress:
    """Shows what happens to each service: live on a terminal, a line per change elsewhere. On standard error."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr)
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓[/green]"),
            TextColumn("{task.fields[subject]:18}", markup=False),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._said: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, subject: str, text: str, done: int = 0, total: int = 0) -> None:
        """Tell (``infra.native.parts.Report``)."""
        if self._progress.disable or len(text) > WIDTH:
            # A log gets a line per change, and one per tenth of what is counted.
            tenths = f" ({done * 10 // total}0 %)" if total else ""
            if self._said.get(subject) != (tenths or text):
                self._console.print(Text(line(f"{subject}: {text}{tenths}")))
            self._said[subject] = tenths or text
            return
        if subject not in self._tasks:
            self._tasks[subject] = self._progress.add_task("", subject=subject, total=None)
        finished = text in _FINAL
        self._progress.update(
            self._tasks[subject],
            description=line(text, WIDTH),
            completed=1 if finished else done,
            total=1 if finished else total or None,
        )


def services_table(services: Iterable[ServiceStatus]) -> Table:
    """Return a row per service."""
    services = list(services)
    logs = services[0].log.parent if services else ""
    table = Table(caption=Text(f"logs: {logs}/SERVICE.log"), caption_justify="left")
    for column in ("Service", "State", "Address"):
        table.add_column(column, overflow="fold")
    for service in services:
        state = Text(service.state, style=_STYLES.get(service.state, ""))
        if service.note:
            state.append("\n" + line(service.note))
        table.add_row(service.name, state, service.address)
    return table
