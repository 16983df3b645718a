"""Draws the explained article of the README: `python -m copydesk.filters.picture` writes `docs/explained.svg`."""

import io
import re

from rich.console import Console

from copydesk.filters.explain import explain
from copydesk.filters.source import document
from copydesk.filters.verbs import draft
from copydesk.main import ROOT

PAGE = ROOT / "docs" / "example-page.html"
PICTURE = ROOT / "docs" / "explained.svg"
WIDTH = 104
_FROM_OUTSIDE = re.compile(r"\s*@font-face \{.*?\}|\s*<!--.*?-->", re.DOTALL)
"""Fonts that rich would have the viewer fetch, and its comment."""


def draw() -> str:
    """Return what the terminal shows of the example page, as an SVG that fetches nothing."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    explain(draft(document(PAGE.read_bytes(), None)).article, console)
    title = f"copydesk clean {PAGE.relative_to(ROOT).as_posix()} --explain"
    return _FROM_OUTSIDE.sub("", console.export_svg(title=title, unique_id="explained")) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
