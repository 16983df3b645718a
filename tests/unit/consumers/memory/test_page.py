"""Whether docs/cleaning.md tells the parameters that hold."""

from consumers.learn import BARS, MAX_ARTICLES, MAX_PARAGRAPHS, WINDOW_DAYS
from infra.settings import ROOT

PLACES = {"end": "at an end", "between": "between paragraphs", "anywhere": "anywhere"}


def test_the_page_tells_the_bars() -> None:
    page = (ROOT / "docs" / "cleaning.md").read_text(encoding="utf-8")
    rows = [row for row in page.splitlines() if row.startswith(("| a line", "| anything"))]
    expected = [f"| {PLACES[bar.place]} | {bar.articles} | {bar.days} | {bar.share:.0%} |" for bar in BARS]
    assert [row[row.index("|", 2) :].replace(" %", "%") for row in rows] == expected
    assert [row.startswith("| a line") for row in rows] == [bar.lines_only for bar in BARS]
    assert f"the {WINDOW_DAYS} days before" in page
    assert f"more than {MAX_ARTICLES:,} articles" in page
    assert f"more than {MAX_PARAGRAPHS} paragraphs the first and last {MAX_PARAGRAPHS // 2}." in page
