"""Scores by paragraph, on invented articles."""

import pytest

from consumers.restore import restore
from copydesk.quality.measures import Context, share
from copydesk.quality.paragraphs import Entry, Verdict, judge, load_entries, measure, score
from copydesk.quality.spans import removed_by
from infra.errors import Refused
from schemas.articles import Removed

PARAGRAPHS = ("One stays.", "Two goes.", "Three goes too.", "Four stays.")


def removed(offset: int, text: str, rule: str = "rule") -> Removed:
    return Removed(offset=offset, text=text, rule=rule, score=0.9)


def test_pieces_are_found_again_in_the_input():
    kept = "One stays.\n\nFour stays."
    pieces = (removed(10, "\n\nTwo goes.", "a"), removed(10, "\n\nThree goes too.", "b"))
    assert restore(kept, pieces) == "\n\n".join(PARAGRAPHS)
    assert removed_by(PARAGRAPHS, pieces) == [None, "a", "b", None]


def test_a_piece_with_its_separator_behind_it_takes_no_neighbour():
    pieces = (removed(0, "One stays.\n\n"), removed(9, "\n\nThree goes too."))
    assert restore("Two goes.\n\nFour stays.", pieces) == "\n\n".join(PARAGRAPHS)
    assert removed_by(PARAGRAPHS, pieces) == ["rule", None, "rule", None]


def test_one_piece_over_several_paragraphs_takes_them_all():
    pieces = (removed(10, "\n\nTwo goes.\n\nThree goes too.\n\nFour stays."),)
    assert removed_by(PARAGRAPHS, pieces) == [None, "rule", "rule", "rule"]


@pytest.mark.parametrize(("piece", "expected"), [("One st", "rule"), ("One s", None), ("One", None)])
def test_a_paragraph_counts_as_removed_when_more_than_half_of_it_is(piece, expected):
    assert removed_by(("One stays.",), (removed(0, piece),)) == [expected]


def test_all_may_go_and_nothing_may():
    assert removed_by(("a", "b"), (removed(0, "a\n\n"), removed(0, "b"))) == ["rule", "rule"]
    assert removed_by(("a", "b"), ()) == [None, None]


def verdict(label: str, rule: str | None) -> Verdict:
    return Verdict("entry", label, "text", rule)


def test_precision_and_recall_are_of_removal():
    found = score([verdict("body", None)] * 5 + [verdict("body", "x")] + [verdict("share", "x")] * 3
                  + [verdict("related", None)])  # fmt: skip
    assert (found.precision, found.recall) == (0.75, 0.75)
    found = score([verdict("body", "x"), verdict("share", "x"), verdict("share", None), verdict("share", None)])
    assert (found.precision, found.recall) == (0.5, pytest.approx(1 / 3))


def test_of_nothing_nothing_was_missed():
    assert share(0, 0) == 1.0
    found = score([verdict("body", None)])
    assert (found.precision, found.recall) == (1.0, 1.0)


STORY = "The harbour office in Port Ainslie said on Monday that the ferry would sail again once its engine was mended."


def test_an_article_is_cleaned_as_a_whole():
    entry = Entry("a", "a.example", (("body", STORY), ("related", "READ MORE: How the storm rewrote the coast"),
                                     ("body", STORY.replace("Monday", "Friday"))))  # fmt: skip
    found = list(judge(entry))
    assert [v.label for v in found] == ["body", "related", "body"]
    assert [v.right for v in found] == [True, True, True]
    assert found[1].rule


@pytest.mark.parametrize(
    "text",
    [
        "- {id: a}",
        "{",
        "- {id: a, host: b, paragraphs: [[body]]}",
        '- {id: a, host: b, paragraphs: [[body, " "]]}',
        '- {id: a, host: b, paragraphs: [[body, "x\\n\\ny"]]}',
    ],
)
def test_a_file_that_is_wrong_is_named(tmp_path, text):
    (tmp_path / "dev.yaml").write_text(text)
    with pytest.raises(Refused, match=r"dev\.yaml"):
        load_entries(tmp_path / "dev.yaml")


def test_a_file_that_is_absent_is_named(tmp_path):
    with pytest.raises(Refused, match=r"dev\.yaml"):
        load_entries(tmp_path / "dev.yaml")


@pytest.fixture
def context(tmp_path) -> Context:
    folder = tmp_path / "paragraphs"
    folder.mkdir()
    for name in ("dev", "held-out", "reserve"):
        (folder / f"{name}.yaml").write_text(
            f'- {{id: a, host: a.example, paragraphs: [[body, "{STORY}"], [share, "The {name} line that stays."]]}}'
        )
    return Context(data=tmp_path)


def test_only_the_dev_half_is_ever_shown(context):
    found = measure(Context(data=context.data, reserve=True))
    assert [failure.text for failure in found.failures] == ["The dev line that stays."]
    assert "stays" not in repr(found.tables)
    assert found.figures["paragraphs.held-out.recall"] == found.figures["paragraphs.reserve.recall"] == 0.0


def test_the_reserve_is_opened_only_when_asked(context):
    (context.data / "paragraphs" / "reserve.yaml").write_text("{ not yaml")
    found = measure(context)
    assert found.figures.keys() == {
        f"paragraphs.{name}.{kind}" for name in ("dev", "held-out") for kind in ("precision", "recall")
    }


def test_labels_of_the_sets_stand_beside_each_other(context):
    _, by_label = measure(context).tables
    assert by_label.columns == ("label", "dev", "dev n", "held-out", "held-out n")
    assert by_label.rows == (("body", 1.0, 1, 1.0, 1), ("share", 0.0, 1, 0.0, 1))
