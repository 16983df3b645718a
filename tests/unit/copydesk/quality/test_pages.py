"""Bag-of-words scores, and the comparison with trafilatura, on invented pages."""

import gzip
import json

import pytest

from copydesk.quality.measures import Context
from copydesk.quality.pages import Overlap, bag, load_pages, measure, overlap, tabulate


def test_words_are_counted_without_case_and_order():
    assert bag("The quay, the QUAY!") == {"the": 2, "quay": 2}


def test_overlap_counts_every_word_as_often_as_both_have_it():
    found = overlap(bag("a a b x"), bag("a b b"))
    assert (found.precision, found.recall) == (0.5, pytest.approx(2 / 3))
    assert found.f == pytest.approx(4 / 7)


@pytest.mark.parametrize(("found", "gold"), [("", "a"), ("a", ""), ("", ""), ("a", "b")])
def test_without_a_common_word_all_is_zero(found, gold):
    assert overlap(bag(found), bag(gold)) == Overlap(0, 0, 0)


def test_the_first_half_was_seen_and_the_second_never():
    same = [Overlap(f, f, f) for f in (1.0, 0.5)]
    found = tabulate({"Copydesk": same, "trafilatura": [Overlap(0.4, 0.4, 0.4)] * 2})
    assert found.figures == {
        "pages.all.f": 0.75, "pages.all.f-over-trafilatura": pytest.approx(0.35),
        "pages.seen.f": 1.0, "pages.seen.f-over-trafilatura": pytest.approx(0.6),
        "pages.unseen.f": 0.5, "pages.unseen.f-over-trafilatura": pytest.approx(0.1),
    }  # fmt: skip
    assert [(row[0], row[1], row[2], row[-1]) for row in found.tables[0].rows[:2]] == [
        ("all", 2, "Copydesk", 1), ("all", 2, "trafilatura", 2)
    ]  # fmt: skip


STORY = "The harbour office in Port Ainslie said on {} that the ferry would sail again once its engine was mended. "


@pytest.fixture
def corpora(tmp_path):
    (tmp_path / "pages" / "pages").mkdir(parents=True)
    lines = []
    for name in ("b", "a"):
        text = "".join(STORY.format(day) for day in ("Monday", "Tuesday", "Friday"))
        page = f"<html><head><title>{name}</title></head><body><article><p>{text}</p></article></body></html>"
        with gzip.open(tmp_path / "pages" / "pages" / f"{name}.html.gz", "wb") as file:
            file.write(page.encode())
        lines.append(json.dumps({"name": name, "url": f"https://{name}.example/1", "paragraphs": [text]}))
    (tmp_path / "pages" / "gold.jsonl").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_pages_come_in_the_order_of_the_sorted_gold(corpora):
    assert [page.url for page in load_pages(corpora / "pages")] == ["https://a.example/1", "https://b.example/1"]


def test_both_extractors_are_scored_on_the_same_pages_and_no_text_is_kept(corpora):
    found = measure(Context(corpora=corpora))
    assert found.figures["pages.all.f"] == 1.0
    assert found.failures == ()
    assert "harbour" not in repr(found)


def test_without_the_pages_the_table_is_skipped_by_name(tmp_path):
    found = measure(Context(corpora=tmp_path))
    assert (found.tables, found.figures) == ((), {})
    assert "corpora/pages" in found.skipped[0]
