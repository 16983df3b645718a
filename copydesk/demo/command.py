"""Wires the demo: stack, newsroom, DAG, and the table at the end."""

import sys
from collections.abc import Sequence
from functools import partial

import msgspec
from rich.console import Console
from rich.text import Text

from copydesk.airflow_api import AirflowApi
from copydesk.demo.flow import Newsroom, outcomes, play
from copydesk.demo.report import Row, rows
from copydesk.demo.table import render
from copydesk.newsroom.catalogue import load_articles
from copydesk.preflight import check
from copydesk.stack_view import StackProgress
from infra.broker import KafkaAdmin, KafkaReader
from infra.errors import Unavailable
from infra.native.home import airflow_url
from infra.native.parts import PartName
from infra.native.stack import Stack
from infra.settings import Settings
from infra.store import S3Store
from schemas.articles import EnrichedArticle
from schemas.codec import decode
from schemas.topics import OUTCOMES

DAG_ID = "ingest_demo"
RUN_LIMIT_S = 300.0


def run(settings: Settings, *, as_json: bool) -> int:
    """Run the demo. Returns the exit code: 1 if an article did not end as it should."""
    parts = frozenset(PartName)
    check(settings, parts)
    with StackProgress() as progress:
        settings = Stack(settings).up(parts, progress)
    notes = Console(file=sys.stderr)
    topic = settings.topic_prefix + OUTCOMES.name
    store = S3Store.from_settings(settings)
    admin, reader = KafkaAdmin(settings.kafka_bootstrap), KafkaReader(settings.kafka_bootstrap)
    try:
        play(
            Newsroom(settings.newsroom_url),
            partial(_run_dag, settings),
            out_of_order=lambda edition: sum(edition in article.fails_in for article in load_articles()),
            admin=admin,
            reader=reader,
            topic=topic,
            say=lambda text: notes.print(Text(text)),
        )
        found = rows(
            load_articles(),
            settings.newsroom_url,
            outcomes(reader, topic),
            lambda key: decode(store.get(key), EnrichedArticle),
        )
    finally:
        reader.close()
        admin.close()
    if as_json:
        sys.stdout.write("".join(msgspec.json.encode(row).decode() + "\n" for row in found))
    else:
        render(found, Console())
        Console().print(Text(_where(settings, found)))
    return 0 if all(row.complete for row in found) else 1


def _run_dag(settings: Settings) -> None:
    """Run the DAG once, by its scheduler. Raises ``Unavailable`` if the run fails."""
    with AirflowApi.from_settings(settings) as api:
        api.unpause(DAG_ID)
        run_id = api.trigger(DAG_ID)
        state = api.wait_for_run(DAG_ID, run_id, seconds=RUN_LIMIT_S)
        if state != "success":
            tasks = api.task_instances(DAG_ID, run_id)
            failed = ", ".join(f"{task.task_id}[{task.map_index}]" for task in tasks if task.state == "failed")
            raise Unavailable(
                f"run {run_id} of {DAG_ID} ended as {state} ({failed or 'no task failed'}); see its logs at "
                f"{airflow_url(settings)}/dags/{DAG_ID}/runs/{run_id}"
            )


def _where(settings: Settings, found: Sequence[Row]) -> str:
    right = sum(row.complete for row in found)
    rejected = sum(row.complete and row.object_key is None for row in found)
    return (
        f"{right} of {len(found)} articles ended as they should, {rejected} of them rejected.\n\n"
        f"Where to look:\n"
        f"  the newsroom    {settings.newsroom_url}\n"
        f"  Airflow         {airflow_url(settings)} (user admin, password in {settings.home}/secrets)\n"
        f"  MinIO's pages   http://127.0.0.1:{settings.s3_console_port} (access key in {settings.home}/copydesk.toml)\n"
        f"  objects         bucket {settings.s3_bucket}, enriched/v1/\n"
        f"  logs            {settings.home}/logs\n\n"
        f"Next: copydesk status, copydesk ledger, copydesk ingest YOUR-FILE --wait; copydesk down stops it all."
    )
