"""The rows of cleaning: from page to clean article, and of the text alone. No model takes part."""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from consumers.clean import clean
from consumers.extract import extract  # before trafilatura: it quiets a warning of that import
from consumers.prepare import to_clean
from consumers.step import Invalid
from copydesk.bench.articles import PageSet
from copydesk.bench.measure import Row, Unit
from schemas.articles import RawArticle

T = TypeVar("T")


def clean_rows(sets: Sequence[PageSet]) -> tuple[Row, ...]:
    """Return the rows over every set. A sample is one article, so that figures are of the median article."""
    return tuple(row for given in sets for row in (_page(given), _cleaning(given)))


class InTurn(Generic[T]):
    """A call that takes the next of some items each time, and begins again after the last."""

    def __init__(self, items: Sequence[T], work: Callable[[T], object]) -> None:
        self._items = items
        self._work = work
        self._next = 0

    def __call__(self) -> object:
        item = self._items[self._next % len(self._items)]
        self._next += 1
        return self._work(item)


def _page(given: PageSet) -> Row:
    from trafilatura import extract as trafilatura_extract

    return Row(
        name="page to clean article",
        article_set=given.name,
        naive=InTurn(given.pages, lambda page: trafilatura_extract(page.body)),
        ours=InTurn(given.pages, _ours),
        unit=Unit.MS_PER_ARTICLE,
        note="naive is trafilatura's extract alone: no metadata, cleaning, language or hash; goal: CPU 0.77x",
        calls=len(given.pages),
    )


def _cleaning(given: PageSet) -> Row:
    texts = tuple(_texts(given.pages))
    return Row(
        name="cleaning of extracted text",
        article_set=given.name,
        ours=InTurn(texts, clean),
        unit=Unit.MS_PER_ARTICLE,
        note="all that the cleaner does, without extraction; goal: under 1 ms",
        calls=len(texts),
    )


def _ours(page: RawArticle) -> object:
    try:
        return to_clean(page)
    except Invalid as error:  # what holds no article costs something too
        return error


def _texts(pages: Sequence[RawArticle]) -> Iterator[str]:
    for page in pages:
        try:
            yield extract(page).text
        except Invalid:
            continue
