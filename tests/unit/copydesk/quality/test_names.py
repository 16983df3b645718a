"""The tables of names, on invented texts."""

import gzip
import json

import pytest

from copydesk.quality.measures import Context
from copydesk.quality.names import SILVER, load_sets, measure, measure_quality, tabulate
from infra.errors import Refused
from models.training.cases import WEB, Case
from schemas.articles import Entity, Mention


def _entity(text, start, label, score):
    mention = Mention(text=text, start=start, end=start + len(text), score=score)
    return Entity(text=text, label=label, start=start, end=start + len(text), score=score, mentions=(mention,))


CASE = Case("Ada met Ben in Vale", frozenset({(0, 3, "PER"), (8, 11, "PER"), (15, 19, "LOC")}))
FOUND = (_entity("Ada", 0, "PER", 0.75), _entity("Vale", 15, "ORG", 0.75))


def test_a_name_is_right_with_its_place_and_its_label():
    found = tabulate({WEB: [(CASE, FOUND)]})

    assert [row[1:7] for row in found.tables[0].rows] == [
        ("all", 3, 2, 0.5, pytest.approx(1 / 3), pytest.approx(0.4)),
        ("PER", 2, 1, 1.0, 0.5, pytest.approx(2 / 3)),
        ("ORG", 0, 1, 0.0, 1.0, 0.0),
        ("LOC", 1, 0, 1.0, 0.0, 0.0),
    ]
    assert found.figures["names.ewt.all"] == pytest.approx(0.4)
    assert found.figures["names.ewt.reliability"] == pytest.approx(0.75)


def test_silver_says_nothing_of_scores():
    found = tabulate({SILVER: [(CASE, FOUND)]})

    assert "names.wikinews-silver.reliability" not in found.figures
    assert {row[-1] for row in found.tables[0].rows} == {None}


@pytest.fixture
def corpora(tmp_path):
    (tmp_path / "ner").mkdir()
    (tmp_path / "news").mkdir()
    tokens, tags = ["Ada", "Holt", "arrived", "in", "Leeds", "."], ["B-PER", "I-PER", "O", "O", "B-LOC", "O"]
    sentence = {"tokens": tokens, "tags": tags}
    with gzip.open(tmp_path / "ner" / "uner_ewt_dev.jsonl.gz", "wt") as file:
        file.write(json.dumps(sentence) + "\n")
    article = {"text": "Ada Holt left.", "entities": [{"start": 0, "end": 8, "label": "PER", "text": "Ada Holt"}]}
    (tmp_path / "news" / "wikinews_gum_train.jsonl").write_text(json.dumps(article) + "\n")
    return tmp_path


def test_sets_that_are_here_are_read_and_the_others_named(corpora):
    sets, missing = load_sets(Context(corpora=corpora))

    assert sets["EWT dev"][0].text == "Ada Holt arrived in Leeds ."
    assert sets["Wikinews, silver"][0].names == {(0, 8, "PER")}
    assert any("Broad Twitter news" in words for words in missing)


def test_a_damaged_corpus_is_refused(corpora):
    with gzip.open(corpora / "ner" / "uner_ewt_dev.jsonl.gz", "wt") as file:
        file.write(json.dumps({"tokens": ["Ada"], "tags": []}) + "\n")

    with pytest.raises(Refused, match="line 1"):
        load_sets(Context(corpora=corpora))


def test_what_the_shipped_tagger_finds_is_scored(corpora, monkeypatch):
    monkeypatch.setattr("models.training.cases.held_out_articles", list)

    found = measure(Context(corpora=corpora))

    assert found.figures["names.ewt.all"] == 1.0
    assert len(found.skipped) == 3


def test_the_quality_tier_is_left_out_with_the_remedy_where_it_was_not_pulled(corpora, monkeypatch, tmp_path):
    monkeypatch.setattr("copydesk.quality.names.models_dir", lambda _settings: tmp_path / "none")

    found = measure_quality(Context(corpora=corpora))

    assert (found.tables, found.figures) == ((), {})
    assert "tier quality" in found.skipped[0]
