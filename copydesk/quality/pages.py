"""(c) Publishers' pages: words of the clean article against those of the gold text, beside trafilatura in one run.

The pages are third-party (`../shared/corpora/pages`): read where present, never shown, only counted.
"""

import gzip
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from consumers.local import raw_from_bytes
from consumers.prepare import to_clean
from consumers.step import Invalid, Rejected
from copydesk.quality.measures import Context, Measured, Table

SEEN_SHARE = 0.5
"""The lines of the gold file, sorted, begin with the pages that were looked at while the cleaner was made."""
_WORD = re.compile(r"\w+")

Bag = Counter[str]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Bag-of-words precision, recall and their harmonic mean."""

    precision: float
    recall: float
    f: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and the words that its article has (paragraphs and headings)."""

    body: bytes
    url: str
    gold: Bag


def bag(text: str) -> Bag:
    """Return the words of a text with their counts, in lower case."""
    return Counter(_WORD.findall(text.lower()))


def overlap(found: Bag, gold: Bag) -> Overlap:
    """Return how well two bags agree; 0 where either is empty."""
    common = (found & gold).total()
    precision, recall = common / max(1, found.total()), common / max(1, gold.total())
    return Overlap(precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0)


def mean(scores: list[Overlap]) -> Overlap:
    """Return the mean over pages, of each of the three."""
    return Overlap(fmean(s.precision for s in scores), fmean(s.recall for s in scores), fmean(s.f for s in scores))


def load_pages(folder: Path) -> list[Page]:
    """Return the pages in the order of the sorted lines of the gold file."""
    pages = []
    for line in sorted((folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()):
        gold = json.loads(line)
        with gzip.open(folder / "pages" / f"{gold['name']}.html.gz") as file:
            body = file.read()
        pages.append(Page(body, gold["url"], bag(" ".join([*gold["paragraphs"], *(gold.get("headings") or [])]))))
    return pages


def ours(page: Page) -> str:
    """Return the text of the clean article; nothing where the page is refused."""
    try:
        made = to_clean(raw_from_bytes(page.body, url=page.url))
    except Invalid:
        return ""
    return "" if isinstance(made, Rejected) else made.article.text


def theirs(page: Page) -> str:
    """Return what trafilatura's `extract` makes of the page when it is called as its manual begins."""
    from trafilatura import extract

    return extract(page.body) or ""


def measure(context: Context) -> Measured:
    """Score both on every page: all, those seen, and those never looked at."""
    folder = context.corpora / "pages"
    if not folder.is_dir():
        return Measured(tables=(), figures={}, skipped=("(c) pages: ../shared/corpora/pages is not here",))
    pages = load_pages(folder)
    scores: dict[str, list[Overlap]] = {"Copydesk": [], "trafilatura": []}
    with context.counting("publishers' pages", len(pages)) as seen:
        for number, page in enumerate(pages, 1):
            scores["Copydesk"].append(overlap(bag(ours(page)), page.gold))
            scores["trafilatura"].append(overlap(bag(theirs(page)), page.gold))
            seen(number)
    return tabulate(scores)


def tabulate(scores: dict[str, list[Overlap]]) -> Measured:
    """Return the table and the figures of two extractors' scores, page by page in the same order."""
    count = len(scores["Copydesk"])
    half = round(count * SEEN_SHARE)
    parts = {"all": slice(0, count), "seen": slice(0, half), "unseen": slice(half, count)}
    rows: list[tuple[str | int | float, ...]] = []
    figures: dict[str, float] = {}
    for name, part in parts.items():
        means = {who: mean(found[part]) for who, found in scores.items()}
        for who, found in means.items():
            poor = sum(s.f < 0.9 for s in scores[who][part])
            rows.append((name, len(scores[who][part]), who, found.precision, found.recall, found.f, poor))
        figures[f"pages.{name}.f"] = means["Copydesk"].f
        figures[f"pages.{name}.f-over-trafilatura"] = means["Copydesk"].f - means["trafilatura"].f
    return Measured(
        tables=(
            Table(
                title="(c) Publishers' pages, bag of words",
                columns=("pages", "n", "by", "precision", "recall", "F", "F < 0.9"),
                rows=tuple(rows),
                notes=("means over pages; gold is paragraphs and headings; nobody looked at the unseen ones",),
            ),
        ),
        figures=figures,
    )
