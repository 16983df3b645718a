"""The DAG that learns, run by Airflow's own task runner against a real store."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from consumers.memory_store import load_memory
from infra.store import S3Store
from schemas.articles import CleanArticle, Language, Provenance, RawObject, Revision
from schemas.codec import encode
from schemas.keys import CURRENT_MEMORY_KEY, enriched_key

SLOGAN = "From the islands to the inner fjord, No. 12"
PROSE = "The {} at the quay was moved to the other side of the harbour on Monday, said the office, until the spring."


@pytest.fixture
def store(real_store, bucket_name) -> S3Store:
    opened = S3Store(
        real_store.endpoint, bucket_name, access_key=real_store.access_key, secret_key=real_store.secret_key
    )
    opened.ensure_bucket()
    return opened


@pytest.fixture
def environment(real_store, bucket_name, tmp_path) -> dict[str, str]:
    return {
        "COPYDESK_HOME": str(tmp_path / "home"),
        "COPYDESK_S3_ENDPOINT": real_store.endpoint,
        "COPYDESK_S3_BUCKET": bucket_name,
        "COPYDESK_S3_ACCESS_KEY": real_store.access_key,
        "COPYDESK_S3_SECRET_KEY": real_store.secret_key,
    }


def put_articles(store: S3Store) -> None:
    for n in range(12):
        text = f"{PROSE.format('abcdefghijkl'[n] * 4)}\n\n{SLOGAN}"
        day = datetime(2026, 9, 1, 12, tzinfo=UTC) + timedelta(days=n)
        article = CleanArticle(
            id=f"{n:032x}",
            revision=Revision(number=1, hash="0" * 64, cause="first"),
            url=f"https://paper.example/{n}",
            source="paper",
            published_at=day,
            language=Language(code="en", confidence=1.0),
            text=text,
            text_hash=hashlib.sha256(text.encode()).hexdigest(),
            provenance=Provenance(raw=RawObject(key="raw/x", sha256="0" * 64), rules="r", extractor="e"),
        )
        store.put(enriched_key(article.id, 1, "0" * 12, day), encode(article))


def test_a_run_learns_from_the_bucket_and_returns_counts(airflow, store, environment) -> None:
    put_articles(store)
    report = airflow.run("learn_boilerplate", **environment)
    assert report["state"] == "success"
    memory = load_memory(store, "latest")
    assert memory is not None
    assert memory.paragraphs == 1
    (returned,) = [row["value"] for row in report["xcoms"] if row["key"] == "return_value"]
    counts = json.loads(returned) if isinstance(returned, str) else returned
    assert counts == {
        "articles": 12, "known": 1, "learned": 1, "forgotten": 0, "unreadable": 0, "written": True,
        "current": memory.version,
    }  # fmt: skip
    assert "read 12 of 12 articles" in airflow.output


def test_a_run_over_an_empty_bucket_succeeds(airflow, store, environment) -> None:
    assert airflow.run("learn_boilerplate", **environment)["state"] == "success"
    assert not store.exists(CURRENT_MEMORY_KEY)


def test_a_store_that_refuses_fails_the_run_with_the_remedy(airflow, environment) -> None:
    report = airflow.run("learn_boilerplate", **environment)
    assert report["state"] == "failed"
    assert "create the bucket with `copydesk up`" in airflow.output
