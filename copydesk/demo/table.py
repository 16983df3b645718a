"""The demo's table, for people."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from copydesk.demo.report import Row
from copydesk.terminal import plain

NAMES_SHOWN = 6


def render(rows: Sequence[Row], console: Console) -> None:
    """Print a row per article. What comes from articles is never read as markup."""
    table = Table(show_lines=True, expand=True)
    table.add_column("Article", ratio=2)
    table.add_column("What became of it", ratio=2)
    table.add_column("Summary, names, object", ratio=5, overflow="fold")
    for row in rows:
        table.add_row(_article(row), _outcome(row), _found(row))
    console.print(table)


def _article(row: Row) -> Text:
    return Text.assemble((plain(row.title), "bold"), (f"\ncase: {plain(row.case)}", "dim"))


def _outcome(row: Row) -> Text:
    text = Text(plain(row.outcome), style="" if row.complete else "yellow")
    if row.revision is not None:
        text.append(f"\nrevision {row.revision}")
    if row.note and row.object_key:
        text.append("\n" + plain(row.note), style="cyan")
    return text


def _found(row: Row) -> Text:
    if row.object_key is None:
        return Text(plain(row.note) or "nothing yet", style="dim")
    text = Text(plain(row.summary or ""))
    for label, names in (("people", row.people), ("organisations", row.organisations), ("places", row.places)):
        shown = ", ".join(names[:NAMES_SHOWN]) + (" ..." if len(names) > NAMES_SHOWN else "")
        text.append(f"\n{label}: ", style="dim").append(plain(shown) or "none")
    return text.append("\n" + plain(row.object_key), style="dim")
