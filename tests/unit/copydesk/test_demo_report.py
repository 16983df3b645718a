"""What the demo says of an article, and when that is what should have become of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import msgspec
import pytest
from rich.console import Console

from copydesk.demo.report import Row, rows
from copydesk.demo.table import render
from copydesk.newsroom.catalogue import Case, load_articles
from schemas.articles import EnrichedArticle, Outcome
from schemas.codec import decode
from schemas.identity import article_id

BASE = "http://newsroom.example"
URL = "https://paper.example/harbour"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
KEY = "enriched/v1/a.json"
SENT = {"stage": "pull", "status": "sent"}
CLEANED = {"stage": "prepare", "status": "done", "revision": 1}
REFUSED = {"stage": "prepare", "status": "rejected", "reason": "robot-check", "detail": "a [bold]check[/bold]"}
ENRICHED = {"stage": "enrich", "status": "done", "revision": 1, "object_key": KEY}
AGAIN = {**ENRICHED, "revision": 2}

Tell = Callable[..., Row]


@pytest.fixture
def tell(press: Any) -> Tell:
    """``tell(case, *outcomes, flags=())``: the row of a case's article after these outcomes, oldest first."""
    _, key = press.whole_way(URL)
    enriched = decode(press.store.get(key), EnrichedArticle)

    def row(case: Case, *outcomes: dict[str, Any], flags: tuple[str, ...] = ()) -> Row:
        (article,) = (article for article in load_articles() if article.case is case)
        id_ = article_id(BASE + article.paths[0])
        times = [NOW + timedelta(seconds=number) for number in range(len(outcomes))]
        given = [Outcome(id=id_, started_at=at, ended_at=at, **each) for each, at in zip(outcomes, times, strict=True)]
        number = max((outcome.revision or 1 for outcome in given), default=1)
        revision = msgspec.structs.replace(enriched.revision, number=number)
        stored = msgspec.structs.replace(enriched, flags=flags, revision=revision)
        (found,) = rows([article], BASE, given, {KEY: stored}.__getitem__)
        return found

    return row


@pytest.mark.parametrize(
    ("case", "outcomes", "flags", "complete"),
    [
        (Case.BRIEF, (SENT, CLEANED, ENRICHED), ("brief",), True),
        (Case.BRIEF, (SENT, CLEANED), (), False),
        (Case.BRIEF, (SENT, REFUSED), (), False),
        (Case.BRIEF, (), (), False),
        (Case.EDITED, (SENT, CLEANED, ENRICHED), (), False),
        (Case.EDITED, (SENT, CLEANED, ENRICHED, AGAIN), (), True),
        (Case.CONSENT, (SENT, CLEANED, ENRICHED), ("consent", "text-from-feed"), True),
        (Case.CONSENT, (SENT, CLEANED, ENRICHED), ("text-from-feed",), False),
        (Case.PAYWALL_STUB, (SENT, CLEANED, ENRICHED), ("paywall-stub",), True),
        (Case.PAYWALL_STUB, (SENT, CLEANED, ENRICHED), (), False),
        (Case.ROBOT_CHECK, (SENT, REFUSED), (), True),
        (Case.ROBOT_CHECK, (SENT, {**REFUSED, "reason": "no-text"}), (), False),
        (Case.ROBOT_CHECK, (SENT, CLEANED, ENRICHED), (), False),
        (Case.ROBOT_CHECK, (SENT, REFUSED, CLEANED, ENRICHED), (), False),
        (Case.ROBOT_CHECK, (SENT,), (), False),
    ],
)
def test_an_article_is_complete_when_it_ended_as_its_case_should(
    tell: Tell, case: Case, outcomes: tuple[dict[str, Any], ...], flags: tuple[str, ...], complete: bool
) -> None:
    assert tell(case, *outcomes, flags=flags).complete is complete


def test_a_rejected_article_is_told_with_the_reason_and_no_object(tell: Tell) -> None:
    row = tell(Case.ROBOT_CHECK, SENT, REFUSED)
    assert (row.outcome, row.note) == ("rejected (robot-check)", REFUSED["detail"])
    assert (row.object_key, row.revision, row.summary) == (None, None, None)
    out = StringIO()
    render([row], Console(file=out, width=140))
    assert out.getvalue().count(REFUSED["detail"]) == 1


def test_a_published_article_is_told_with_its_flags(tell: Tell) -> None:
    row = tell(Case.CONSENT, SENT, CLEANED, ENRICHED, flags=("consent", "text-from-feed"))
    assert (row.outcome, row.note, row.object_key) == ("enriched", "consent, text-from-feed", KEY)


def test_an_article_that_nothing_is_known_of_says_so(tell: Tell) -> None:
    row = tell(Case.ROBOT_CHECK)
    assert (row.outcome, row.note) == ("not seen", "")
    out = StringIO()
    render([row], Console(file=out, width=140))
    assert "nothing yet" in out.getvalue()
