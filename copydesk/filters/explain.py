"""Shows people in the terminal what the cleaner took out, by which rule and why."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from copydesk.filters.explained import Gone, counted, course, flag_meanings, found_in, uses
from copydesk.terminal import line, plain
from schemas.articles import CleanArticle


def explain(article: CleanArticle, console: Console) -> None:
    """Print the text as it came: what was taken out struck through, after `-` and with the rule's id; then why."""
    for title in filter(None, (article.title, article.standfirst)):
        console.print(Text(plain(title), style="bold"))
    if facts := _facts(article):
        console.print(Text(facts, style="dim"))
    console.print(_course(article))
    console.print()
    if article.removed:
        console.print(_rules(article))
        console.print()
    _say(console, "", counted(article))
    if (extraction := article.extraction) is not None:
        parts = ", ".join(f"{name} {value:.2f}" for name, value in extraction.candidates[0].parts.items())
        _say(console, "text from ", f"{extraction.chosen}, score {extraction.score:.2f} ({parts}): {extraction.reason}")
        for other in extraction.candidates[1:]:
            _say(console, "  beside it ", f"{other.name}, {other.words} words, score {other.score:.2f}")
    for flag, meaning in flag_meanings(article):
        _say(console, "flag ", f"{flag}: {meaning}" if meaning else flag)


def _course(article: CleanArticle) -> Table:
    grid = Table.grid(padding=(0, 1))
    for piece in course(article):
        removed = isinstance(piece, Gone)
        for paragraph in piece.paragraphs:
            shown = Text.assemble((plain(paragraph), "strike dim" if removed else ""))
            if isinstance(piece, Gone):
                shown.append(" ").append(f"[{plain(piece.rule)} {piece.score:.2f}]", style="yellow")
            grid.add_row(Text("-" if removed else " ", style="red"), shown)
    return grid


def _rules(article: CleanArticle) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), title=Text("Taken out", style="bold"), title_justify="left")
    table.add_column("rule", style="yellow", no_wrap=True)
    for column in ("pieces", "words", "score"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("what it takes out", ratio=1)
    for use in uses(article):
        table.add_row(
            Text(plain(use.rule)), str(use.pieces), str(use.words), f"{use.score:.2f}", Text(plain(use.reason))
        )
    return table


def _facts(article: CleanArticle) -> str:
    """Byline, section and dates, each with where it was found."""
    places = found_in(article)
    values = {
        "byline": article.byline,
        "section": article.section,
        "published_at": article.published_at and f"published {article.published_at.isoformat(' ', 'minutes')}",
        "updated_at": article.updated_at and f"updated {article.updated_at.isoformat(' ', 'minutes')}",
    }
    return line(
        " · ".join(
            f"{value} [{places[name]}]" if places.get(name) else value for name, value in values.items() if value
        )
    )


def _say(console: Console, label: str, words: str) -> None:
    console.print(Text.assemble((label, "bold dim"), (line(words), "dim")))
