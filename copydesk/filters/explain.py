"""Shows people what the cleaner took out, and by which rule."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from copydesk.terminal import plain
from schemas.articles import CleanArticle, Removed


def explain(article: CleanArticle, console: Console) -> None:
    """Print the text as it came: what was taken out struck through, after `-` and with the rule's id."""
    for title in filter(None, (article.title, article.standfirst, article.byline)):
        console.print(Text(plain(title), style="bold"))
    grid = Table.grid(padding=(0, 1))
    for piece in pieces(article):
        removed = isinstance(piece, Removed)
        for row in filter(str.strip, (piece.text if isinstance(piece, Removed) else piece).splitlines()):
            shown = Text(plain(row).strip(), style="strike dim" if removed else "")
            if isinstance(piece, Removed):
                shown.append(" ").append(f"[{piece.rule} {piece.score:.2f}]", style="not strike yellow")
            grid.add_row(Text("-" if removed else " ", style="red"), shown)
    console.print(grid)
    kept, gone = len(article.text), sum(len(piece.text) for piece in article.removed)
    console.print(Text(f"kept {kept} characters, took out {gone} in {len(article.removed)} pieces", style="dim"))
    if article.flags:
        console.print(Text(f"flags: {', '.join(article.flags)}", style="dim"))


def pieces(article: CleanArticle) -> Iterator[str | Removed]:
    """The cleaner's input in its order, in kept and removed pieces."""
    position = 0
    for removed in article.removed:
        yield article.text[position : removed.offset]
        yield removed
        position = removed.offset
    yield article.text[position:]
