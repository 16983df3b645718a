"""The enrich step: same input, same bytes; what is stored is what is published."""

import hashlib
from datetime import UTC, datetime

import msgspec
import pytest

from consumers.enrich import Enrich, to_enriched
from consumers.identify import mark_withdrawn
from consumers.step import Done, Rejected
from infra.errors import Unavailable
from infra.memory import MemoryStore
from models.factory import Models, load
from schemas.articles import (
    CleanArticle,
    EnrichedArticle,
    Language,
    Origin,
    Provenance,
    RawObject,
    Revision,
)
from schemas.codec import decode
from schemas.keys import NO_DATE

TEXT = (
    "Lena Hartwig, the mayor of Bremen, opened the new harbour bridge on Friday.\n\n"
    "Hartwig thanked the European Commission, which had paid for half of it."
)
ORIGIN = Origin(topic="news.raw", partition=0, offset=7)


@pytest.fixture(scope="module")
def models() -> Models:
    return load()


def clean_article(**changes: object) -> CleanArticle:
    article = CleanArticle(
        id="ab" * 16,
        revision=Revision(number=1, hash="0" * 64, cause="first"),
        url="https://paper.example/bridge",
        source="paper",
        published_at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC),
        language=Language(code="en", confidence=0.99),
        text=TEXT,
        text_hash=hashlib.sha256(TEXT.encode()).hexdigest(),
        provenance=Provenance(raw=RawObject(key="raw/x", sha256="1" * 64), rules="r1", extractor="none"),
        flags=("brief",),
    )
    return msgspec.structs.replace(article, **changes)


def test_names_and_summary_slice_back_to_the_text(models: Models) -> None:
    enriched = to_enriched(clean_article(), models)
    assert {"Lena Hartwig", "Bremen"} <= {entity.text for entity in enriched.entities}
    for entity in enriched.entities:
        assert enriched.text[entity.start : entity.end] == entity.text
        for mention in entity.mentions:
            assert enriched.text[mention.start : mention.end] == mention.text
    for sentence in enriched.summary.sentences:
        assert enriched.text[sentence.start : sentence.end] == sentence.text
    assert enriched.flags == ("brief",)
    assert enriched.provenance.models == models.provenance


def test_object_lies_in_its_partition_and_its_event_names_it(models: Models) -> None:
    store = MemoryStore()
    done = Enrich(store, models)(clean_article(), ORIGIN)
    assert isinstance(done, Done)
    assert done.object_key is not None
    assert done.object_key.startswith(f"enriched/v1/published_date=2026-11-20/{'ab' * 16}.r1.")
    assert store.get(done.object_key) == done.data
    assert done.extensions == {
        "objectkey": done.object_key,
        "objectsha256": hashlib.sha256(done.data).hexdigest(),
    }
    assert done.event_id == done.object_key.rpartition("/")[2].removesuffix(".json")
    assert decode(done.data, EnrichedArticle) == done.payload


def test_article_without_a_date_has_a_partition_too(models: Models) -> None:
    done = Enrich(MemoryStore(), models)(clean_article(published_at=None), ORIGIN)
    assert isinstance(done, Done)
    assert f"published_date={NO_DATE}/" in str(done.object_key)


def test_redo_gives_the_same_bytes_and_event(models: Models) -> None:
    store = MemoryStore()
    step = Enrich(store, models)
    assert step(clean_article(), ORIGIN) == step(clean_article(), ORIGIN)
    assert len(list(store.list("enriched/"))) == 1


def test_what_lies_there_already_is_what_is_published(models: Models) -> None:
    store = MemoryStore()
    step = Enrich(store, models)
    first = step(clean_article(), ORIGIN)
    assert isinstance(first, Done)
    other = b'{"written": "by an earlier run"}\n'
    store.put(str(first.object_key), other)
    again = step(clean_article(), ORIGIN)
    assert isinstance(again, Done)
    assert again.data == other
    assert again.extensions["objectsha256"] == hashlib.sha256(other).hexdigest()


def test_language_that_the_models_do_not_read_is_said(models: Models) -> None:
    enriched = to_enriched(clean_article(language=Language(code="de", confidence=0.99)), models)
    assert enriched.entities == ()
    assert enriched.summary.method == "lead"
    assert "language-not-read" in enriched.flags


def test_withdrawn_on_the_way_is_not_published(models: Models) -> None:
    store = MemoryStore()
    mark_withdrawn(store, "ab" * 16)
    result = Enrich(store, models)(clean_article(), ORIGIN)
    assert isinstance(result, Rejected)
    assert result.reason == "withdrawn"
    assert not list(store.list("enriched/"))


def test_store_that_is_away_is_not_the_articles_fault(models: Models) -> None:
    store = MemoryStore()
    store.down = True
    with pytest.raises(Unavailable):
        Enrich(store, models)(clean_article(), ORIGIN)
