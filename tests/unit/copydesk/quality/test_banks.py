"""Articles are put together from bodies and lines, each line where its kind stands."""

import random
from pathlib import Path

import pytest

from copydesk.quality.banks import READINGS, Bank, Body, Section, load_bank, load_bodies, put_together
from copydesk.quality.paragraphs import BODY
from copydesk.quality.readings import FOLDS, load_writers
from copydesk.quality.train_scorer import DATA
from infra.errors import Refused

BODIES = [Body(f"ferry-{number}", tuple(f"Paragraph {number}.{part}" for part in range(6))) for number in range(40)]
BANK = Bank(
    lines=(("byline", "head", "By A"), ("related", "between", "Also read"), ("share", "end", "Share")),
    sections=(Section("comments", ("Our rules", "Be kind")),),
)


def made() -> list[tuple[tuple[str, str], ...]]:
    return [entry.paragraphs for entry in put_together(BODIES, BANK, random.Random(1))]  # noqa: S311 - no secret


def test_bodies_stay_whole_and_in_order() -> None:
    articles = made()
    assert len(articles) == READINGS * len(BODIES)
    bodies = [tuple(text for label, text in article if label == BODY) for article in articles]
    assert bodies == [body.paragraphs for body in BODIES for _ in range(READINGS)]


def test_lines_stand_where_their_kind_stands() -> None:
    for article in made():
        at = [index for index, (label, _) in enumerate(article) if label == BODY]
        for index, (label, _) in enumerate(article):
            if label == "byline":
                assert index < at[1]
            elif label in {"share", "comments"}:
                assert index > at[-1]
            elif label == "related":
                assert at[0] < index < at[-1]


def test_what_belongs_together_stays_together() -> None:
    found = [
        (article[index], article[index + 1])
        for article in made()
        for index, paragraph in enumerate(article)
        if paragraph == ("comments", "Our rules")
    ]
    assert found
    assert {pair[1] for pair in found} == {("comments", "Be kind")}


def test_no_line_of_a_bank_stands_in_two_folds() -> None:
    """Else the second regression would trust the first more than it may on articles that it has not seen."""
    for name, articles in load_writers(DATA).items():
        if name.startswith("dev"):
            continue
        lines: list[set[str]] = [set() for _ in range(FOLDS)]
        for article in articles:
            lines[article.fold].update(text for label, text in article.entry.paragraphs if label != BODY)
        seen = [text for fold in lines for text in fold]
        assert len(seen) - len({*seen}) <= 0.02 * len(seen), name


@pytest.mark.parametrize("data", ["- [related, nowhere, Text]", "- {section: comments}", "- ["])
def test_a_damaged_bank_is_refused(data: str, tmp_path: Path) -> None:
    path = tmp_path / "lines-ours.yaml"
    path.write_text(data, encoding="utf-8")
    with pytest.raises(Refused, match=r"lines-ours\.yaml cannot be used"):
        load_bank(path)
    with pytest.raises(Refused, match=r"lines-ours\.yaml cannot be used"):
        load_bodies(path)
