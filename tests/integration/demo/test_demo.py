"""The demo as a newcomer sees it, and what must hold after it."""

import json
import re
from typing import Any

import pytest

from copydesk.airflow_api import AirflowApi
from copydesk.demo.command import DAG_ID
from copydesk.newsroom.catalogue import load_articles
from dags.ingest.sources import read_sources
from infra.broker import KafkaAdmin, KafkaReader
from infra.settings import Settings
from infra.store import S3Store
from schemas.articles import EnrichedArticle
from schemas.codec import decode
from schemas.topics import ENRICHED

Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows(desk: Any) -> dict[str, Row]:
    """The demo's rows by the case that each article is there to show; the plain ones under their slugs."""
    found = [json.loads(line) for line in (desk.home / "demo.jsonl").read_text().splitlines()]
    return {row["slug"] if row["case"] == "plain" else row["case"]: row for row in found}


@pytest.fixture
def settings(desk: Any) -> Settings:
    found: Settings = desk.settings()
    return found


@pytest.fixture
def published(settings: Settings) -> list[EnrichedArticle]:
    """What a read_committed reader sees on news.enriched."""
    reader = KafkaReader(settings.kafka_bootstrap)
    messages = list(reader.read(ENRICHED.name))
    reader.close()
    return [decode(message.value, EnrichedArticle) for message in messages if message.value is not None]


def test_every_article_ended_as_it_should(rows: dict[str, Row]) -> None:
    assert len(rows) == len(load_articles()) == 22
    assert [row["slug"] for row in rows.values() if not row["complete"]] == []


def test_each_case_ends_as_it_should(rows: dict[str, Row]) -> None:
    assert rows["carried-twice"]["outcome"].split(", ") in (["duplicate", "enriched"], ["enriched", "duplicate"])
    assert rows["server-error"]["outcome"] == "failed (http-status), enriched"
    assert rows["edited"]["revision"] == 2
    assert "language-not-read" in rows["other-language"]["note"]
    assert rows["other-language"]["people"] == []
    assert rows["brief"]["outcome"] == "enriched"


def test_pages_that_hold_their_article_back_end_as_they_should(rows: dict[str, Row]) -> None:
    assert rows["consent"]["outcome"] == rows["paywall-stub"]["outcome"] == "enriched"
    assert {"consent", "text-from-feed"} <= set(rows["consent"]["note"].split(", "))
    assert "paywall-stub" in rows["paywall-stub"]["note"].split(", ")
    assert rows["robot-check"]["outcome"] == "rejected (robot-check)"
    assert "the feed has no article either" in rows["robot-check"]["note"]
    assert (rows["robot-check"]["object_key"], rows["robot-check"]["revision"]) == (None, None)


def test_rows_have_what_people_look_for(rows: dict[str, Row]) -> None:
    for row in (row for case, row in rows.items() if case != "robot-check"):
        assert row["summary"], row["slug"]
        assert row["object_key"].startswith("enriched/v1/published_date=2026-11-"), row["slug"]
        if row["case"] != "other-language":
            assert row["people"], row["slug"]
            assert row["places"], row["slug"]


def test_events_are_there_once_each(published: list[EnrichedArticle]) -> None:
    revisions = [(article.id, article.revision.number) for article in published]
    assert len(revisions) == len(set(revisions)) == sum(article.revisions for article in load_articles())


def test_text_keeps_the_body_and_nothing_else(published: list[EnrichedArticle], settings: Settings) -> None:
    latest = {article.id: article for article in sorted(published, key=lambda article: article.revision.number)}
    by_title = {article.title: article for article in latest.values()}
    assert len(latest) == sum(article.rejection is None for article in load_articles())
    for article in (article for article in load_articles() if not article.rejection):
        found = by_title[article.title].text
        missing = [paragraph for paragraph in article.paragraphs if paragraph not in found]
        left = [line for line in article.boilerplate if line in found.split("\n\n")]
        assert (missing, left) == ([], []), article.slug


def test_airflow_ran_one_task_per_shard(settings: Settings) -> None:
    shards = read_sources(settings.sources_file).shards("demo")
    with AirflowApi.from_settings(settings) as api:
        runs = api.runs(DAG_ID)
        assert len(runs) >= 2
        for run in runs:
            assert run.state == "success"
            tasks = api.task_instances(DAG_ID, run.run_id)
            assert all(task.state == "success" for task in tasks)
            mapped = sorted(task.map_index for task in tasks if task.map_index >= 0)
            assert mapped == list(range(len(shards)))


def _poll(settings: Settings) -> None:
    with AirflowApi.from_settings(settings) as api:
        run = api.trigger(DAG_ID)
        assert api.wait_for_run(DAG_ID, run, seconds=240) == "success"


def _settle(desk: Any) -> None:
    """Wait until nothing is in flight."""
    for _ in range(60):
        (ledger,) = desk.records("ledger", "--json", check=False)
        if ledger["in_flight"] == 0:
            return
    pytest.fail(f"still in flight: {ledger}")


def test_polling_again_adds_nothing(desk: Any, settings: Settings) -> None:
    admin = KafkaAdmin(settings.kafka_bootstrap)
    log = desk.home / "logs" / "newsroom.log"

    def pages() -> int:
        return sum(_is_page(line) for line in log.read_text().splitlines())

    before, fetched = admin.end_offsets(ENRICHED.name), pages()
    _poll(settings)
    _settle(desk)
    assert admin.end_offsets(ENRICHED.name) == before
    assert pages() == fetched

    store = S3Store.from_settings(settings)
    for info in list(store.list("state/sources/")):
        store.delete(info.key)
    duplicates = desk.records("ledger", "--json")[0]["duplicate"]
    _poll(settings)
    _settle(desk)
    assert admin.end_offsets(ENRICHED.name) == before
    sent = sum(len(article.feed_links) for article in load_articles())
    assert pages() == fetched + sent
    rejected = sum(len(article.feed_links) for article in load_articles() if article.rejection)
    assert desk.records("ledger", "--json")[0]["duplicate"] == duplicates + sent - rejected
    admin.close()


def _is_page(line: str) -> bool:
    return bool(re.search(r'"GET /(wire|courier)/[^ ]+/[^ ]+ HTTP', line))


def test_second_demo_finds_everything_there(desk: Any, rows: dict[str, Row]) -> None:
    again = desk.records("demo", "--json", seconds=300)
    assert {row["slug"]: row["object_key"] for row in again} == {
        row["slug"]: row["object_key"] for row in rows.values()
    }
