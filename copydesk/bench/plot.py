"""What an article costs by its length: an SVG for documents, bars for the terminal. Both scales are logarithmic."""

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from rich.console import Console
from rich.table import Table

from copydesk.bench.measure import Figure, Result

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 110, 50, 80
FONT = 'font-family="sans-serif" font-size="12"'
BAR = 32
"""Characters of the longest bar."""
COLOURS = {"naive": "#b3541e", "ours": "#1f5f8b"}

Point = tuple[int, float]


def curve(rows: Sequence[Result]) -> tuple[Result, ...]:
    """Return the rows that are points of the curve, by length."""
    return tuple(sorted((row for row in rows if row.words), key=lambda row: row.words or 0))


def show_bars(points: Sequence[Result], console: Console) -> None:
    """Print a bar for each length."""
    table = Table(title="What an article costs by its length, ms of CPU (bars are logarithmic)", title_justify="left")
    for column in ("Words", "Naive", "Ours"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    values = [cost for point in points for figure in (point.naive, point.ours) if (cost := _cpu(figure))]
    low, high = _decades(values)
    for point in points:
        ours, naive = _cpu(point.ours), _cpu(point.naive)
        length = round(BAR * (math.log10(ours) - low) / (high - low)) if ours else 0
        table.add_row(f"{point.words:,}", _shown(naive), _shown(ours), "█" * max(length, 1))
    console.print(table)


def draw(points: Sequence[Result], under: str) -> str:
    """Return the SVG of the two curves; ``under`` stands below it, a line for each part between semicolons.

    Raises ``ValueError`` where there is no point.
    """
    lines = {
        "naive": [(point.words or 0, cost) for point in points if (cost := _cpu(point.naive))],
        "ours": [(point.words or 0, cost) for point in points if (cost := _cpu(point.ours))],
    }
    if not lines["ours"]:
        raise ValueError("no row of the curve was measured: leave `--only` out, or name an article's length")
    x = _Scale([words for line in lines.values() for words, _ in line], LEFT, WIDTH - RIGHT)
    y = _Scale([cost for line in lines.values() for _, cost in line], HEIGHT - BOTTOM, TOP)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {FONT}>',
            "<title>What an article costs by its length</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            f'<text x="{LEFT}" y="26" font-size="16">What an article costs by its length, ms of CPU, one thread</text>',
            *_grid(x, y),
            *(part for name, line in lines.items() if line for part in _line(name, line, x, y)),
            f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 44}" text-anchor="middle">words</text>',
            *(
                f'<text x="8" y="{HEIGHT - 22 + 13 * number}" font-size="9" fill="#555">{escape(part.strip())}</text>'
                for number, part in enumerate(under.split(";"))
            ),
            "</svg>\n",
        )
    )


class _Scale:
    """Whole decades around some values, laid between two places of the picture."""

    def __init__(self, values: Sequence[float], start: int, end: int) -> None:
        self._low, self._high = _decades(values)
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        part = (math.log10(value) - self._low) / (self._high - self._low)
        return self._start + part * (self._end - self._start)

    def decades(self) -> Iterator[int]:
        return (10**exponent for exponent in range(self._low, self._high + 1))


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low = max(math.floor(math.log10(min(values))), 0) if values else 0
    return low, max(math.ceil(math.log10(max(values))) if values else 1, low + 1)


def _grid(x: _Scale, y: _Scale) -> Iterator[str]:
    for value in x.decades():
        yield _stroke(x(value), HEIGHT - BOTTOM, x(value), TOP)
        yield f'<text x="{x(value):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value:,}</text>'
    for value in y.decades():
        yield _stroke(LEFT, y(value), WIDTH - RIGHT, y(value))
        yield f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:,}</text>'


def _stroke(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def _line(name: str, points: Sequence[Point], x: _Scale, y: _Scale) -> Iterator[str]:
    colour, places = COLOURS[name], [(x(words), y(cost)) for words, cost in points]
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for (a, b), (words, cost) in zip(places, points, strict=True):
        told = f"<title>{words:,} words: {_shown(cost)} ms, {name}</title>"
        yield f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{colour}">{told}</circle>'
    a, b = places[-1]
    yield f'<text x="{a + 10:.1f}" y="{b + 4:.1f}" fill="{colour}">{name} {_shown(points[-1][1])} ms</text>'


def _cpu(figure: Figure | None) -> float | None:
    """CPU time: that of one thread, whatever else the machine does. None too where it was too short to be seen."""
    return figure.cpu or None if figure else None


def _shown(cost: float | None) -> str:
    return "-" if cost is None else f"{cost:,.0f}" if cost >= 10 else f"{cost:.1f}"
