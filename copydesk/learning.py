"""`copydesk clean --learn`: learns from the bucket with progress, and shows what is new and what was forgotten."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import click
import msgspec

from consumers.learn_job import Learning, learn_from, select
from consumers.memory import RULE_PREFIX, Learned
from copydesk.progress import counting
from copydesk.terminal import line
from infra.settings import Settings
from infra.store import S3Store

SHOWN = 100
"""Rows of the table for people."""
TOLD_EVERY = 5_000
"""Articles, where no terminal shows the progress."""


class Paragraph(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph that was learned or forgotten. ``text`` is its beginning, without case and with numbers as 0."""

    rule: str
    place: str
    articles: int
    days: int
    share: float
    text: str


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """What changed for a host since the last version. ``known`` counts all its paragraphs now."""

    host: str
    known: int
    learned: tuple[Paragraph, ...]
    forgotten: tuple[Paragraph, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did. ``current`` is the version that workers load from now on, null while there is none.

    ``made`` is the version of what was learned: that of ``--out``, and current if it was ``written``, which it is only
    if it knows other paragraphs than ``previous``. ``articles`` are those of the window that tell a host and a day,
    ``unreadable`` counts objects that are no articles.
    """

    made: str
    current: str | None
    previous: str | None
    written: bool
    articles: int
    unreadable: int
    since: date | None
    until: date | None
    known: int
    learned: int
    forgotten: int
    hosts: tuple[Host, ...]


def learn(settings: Settings, *, out: str | None, write: bool, as_json: bool) -> None:
    """Learn, and print what was learned. Raises ``Conflict``, ``Refused``, ``Unavailable`` and ``OSError``."""
    store = S3Store.from_settings(settings)
    store.ping()
    now = datetime.now(UTC)
    with counting("finding the articles of the window"):
        keys = select(store, now.date())
    with counting("reading articles", len(keys)) as seen:
        learning = learn_from(store, keys, now=now, write=write, seen=_telling(seen, len(keys)))
    if out:
        Path(out).write_bytes(learning.memory.data)
    report = report_of(learning)
    if as_json:
        click.echo(msgspec.json.encode(report))
    else:
        _show(report, write=write, out=out)


def report_of(learning: Learning) -> Report:
    """Compare what was learned with what was known."""
    contents = learning.memory.contents
    now, before = contents.hosts, learning.previous.contents.hosts if learning.previous else {}
    hosts = []
    for host in sorted({*now, *before}):
        new, old = now.get(host, {}), before.get(host, {})
        learned = _paragraphs({digest: new[digest] for digest in new if digest not in old})
        forgotten = _paragraphs({digest: old[digest] for digest in old if digest not in new})
        hosts.append(Host(host=host, known=len(new), learned=learned, forgotten=forgotten))
    return Report(
        made=learning.memory.version,
        current=learning.current.version if learning.current else None,
        previous=learning.previous.version if learning.previous else None,
        written=learning.written,
        articles=contents.articles,
        unreadable=learning.unreadable,
        since=contents.since,
        until=contents.until,
        known=learning.memory.paragraphs,
        learned=sum(len(host.learned) for host in hosts),
        forgotten=sum(len(host.forgotten) for host in hosts),
        hosts=tuple(hosts),
    )


def _paragraphs(known: dict[str, Learned]) -> tuple[Paragraph, ...]:
    rows = sorted(known.items(), key=lambda row: (-row[1].articles, row[0]))
    return tuple(
        Paragraph(
            rule=RULE_PREFIX + digest[:8],
            place=each.place,
            articles=each.articles,
            days=each.days,
            share=each.share,
            text=each.text,
        )
        for digest, each in rows
    )


def _telling(seen: Callable[[int], None], total: int) -> Callable[[int], None]:
    """Tell the count in lines too where standard error is no terminal, such as in a task's log."""
    in_lines = not sys.stderr.isatty()

    def tell(count: int) -> None:
        seen(count)
        if in_lines and (count % TOLD_EVERY == 0 or count == total):
            click.echo(f"read {count} of {total} articles", err=True)

    return tell


def _show(report: Report, *, write: bool, out: str | None) -> None:
    if report.articles == 0:
        click.echo("nothing to learn from: the bucket has no articles with a host and a day of the last weeks")
        return
    click.echo(
        f"{report.articles} articles of {report.since} to {report.until}; paragraphs known: {report.known}, "
        f"new: {report.learned}, forgotten: {report.forgotten}"
    )
    _table(report)
    if out:
        click.echo(f"{out} holds version {report.made}")
    if report.written:
        click.echo(f"version {report.current} is current; prepare workers load it when they start the next time")
    elif write:
        click.echo(f"nothing has changed; current stays {report.current or 'none'}")
    else:
        click.echo(f"nothing was written; current stays {report.current or 'none'}")
    if report.unreadable:
        click.echo(f"{report.unreadable} objects are no articles: `copydesk verify` names them", err=True)


def _table(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for column, right in (("Host", False), ("", False), ("Rule", False), ("Articles", True), ("Days", True)):
        table.add_column(column, justify="right" if right else "left", no_wrap=not right and column != "Host")
    table.add_column("Where")
    table.add_column("Paragraph", overflow="fold")
    rows = [
        (host.host, sign, each)
        for host in report.hosts
        for sign, paragraphs in (("+", host.learned), ("-", host.forgotten))
        for each in paragraphs
    ]
    for name, sign, each in rows[:SHOWN]:
        table.add_row(
            Text(line(name)), sign, each.rule, str(each.articles), str(each.days), each.place, Text(line(each.text))
        )
    if rows:
        Console().print(table)
    if len(rows) > SHOWN:
        click.echo(f"and {len(rows) - SHOWN} more: --json prints them all")
