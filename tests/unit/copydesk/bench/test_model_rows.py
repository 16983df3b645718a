"""Which rows of the models there are, what they compare, and what they say where something is not installed."""

import numpy as np
import pytest

from copydesk.bench import model_rows
from copydesk.bench.articles import PageSet, newsroom
from copydesk.bench.measure import Clock, Row, Skipped, Unit, measure, planned
from copydesk.bench.model_rows import LENGTHS, article_of, model_offers
from copydesk.bench.outputs import Outputs

TEXTS = ("One two three.\n\nFour five.", "Six seven eight nine.")


def offers(tmp_path):
    given = PageSet(name="two", pages=newsroom().pages[:2])
    return {offer.name: offer for offer in model_offers(given, tmp_path)}


@pytest.fixture
def without_extras(monkeypatch):
    monkeypatch.setattr(model_rows, "missing_modules", lambda extra: (extra,))


def test_there_is_a_row_for_each_claim_and_each_length(tmp_path):
    given = model_offers(newsroom(), tmp_path)
    names = [offer.name for offer in given]
    assert len({*names}) == len(names)
    for part in ("sentence vectors", "bert-base", "BART size, greedy", "BART size, 4 beams", "peak memory", "start"):
        assert any(part in name for name in names)
    assert [offer.name for offer in given if offer.of_curve] == [f"article of {words:,} words" for words in LENGTHS]


@pytest.mark.usefixtures("without_extras")
@pytest.mark.parametrize("part", ["bert-base", "greedy", "4 beams"])
def test_a_row_that_needs_an_extra_says_how_to_get_it(tmp_path, part):
    (offer,) = [offer for name, offer in offers(tmp_path).items() if part in name]
    skipped = offer.make()
    assert isinstance(skipped, Skipped)
    assert skipped.name == offer.name
    assert "requirements/torch.txt" in skipped.remedy
    assert ("requirements/ctranslate2.txt" in skipped.remedy) == (part != "bert-base")


@pytest.mark.usefixtures("without_extras")
def test_without_torch_ours_is_measured_alone_and_the_note_says_why(tmp_path):
    row = offers(tmp_path)["names, sentence vectors, article vector"].make()
    assert isinstance(row, Row)
    assert row.naive is None
    assert "requirements/torch.txt" in row.note
    found = row.ours()
    assert isinstance(found, Outputs)
    assert np.linalg.norm(found.sentences, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(found.text) == pytest.approx(1, abs=1e-5)
    assert len(found.sentences) > 10
    assert {*found.labels} > {0}


@pytest.mark.usefixtures("without_extras")
def test_a_point_of_the_curve_knows_its_length_and_whether_all_is_read(tmp_path):
    by_name = offers(tmp_path)
    short, long = by_name["article of 50 words"].make(), by_name["article of 100,000 words"].make()
    assert isinstance(short, Row)
    assert isinstance(long, Row)
    assert (short.words, long.words) == (50, 100_000)
    assert "left unread" in long.note
    assert "left unread" not in short.note


@pytest.mark.parametrize("words", [1, 3, 4, 9, 10, 31])
def test_an_article_has_the_words_asked_for_and_keeps_paragraphs(words):
    article = article_of(TEXTS, words)
    assert len(article.split()) == words
    assert article.split() == (" ".join(TEXTS).split() * 4)[:words]


def test_an_article_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no text"):
        article_of((" \n\n",), 5)


def test_pages_without_english_text_are_refused(tmp_path):
    row = {offer.name: offer for offer in model_offers(PageSet(name="none", pages=()), tmp_path)}
    with pytest.raises(ValueError, match="English"):
        row["article of 50 words"].make()


def test_a_slow_row_takes_fewer_rounds_and_a_warm_one_no_warm_up():
    calls: list[str] = []
    row = Row(
        name="slow", ours=lambda: calls.append("ours"), naive=lambda: calls.append("naive"), unit=Unit.MS, note="",
        most_rounds=2, warm=True,
    )  # fmt: skip
    found = measure(row, rounds=5, clock=Clock(lambda: 0.0, lambda: 0.0), seen=lambda _: None)
    assert calls == ["naive", "ours", "ours", "naive"]
    assert planned(row, 5) == len(calls)
    assert planned(row, 1) == 2
    assert len(found.ours.samples) == 2
