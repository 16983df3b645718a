"""One DAG per group of ``sources.yaml``: ``ingest_<group>`` polls its feeds and sends what is new to ``news.raw``.

Everything that happens is in ``dags.ingest``; it is imported when a task runs, so that parsing this file stays cheap.
"""

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, ExceptionRetryPolicy, RetryAction, RetryRule, task

from dags.ingest.errors import NotAcknowledged, SourceBroken, SourceDown, SourcesInvalid
from dags.ingest.failures import log_failed_run, log_failed_task
from dags.ingest.sources import Group, parse_time_file, read_sources
from infra.errors import Refused, Unavailable

OWNER = "copydesk"
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(SourceDown, RetryAction.RETRY, reason="the source may come back"),
        RetryRule([Unavailable, NotAcknowledged], RetryAction.RETRY, reason="Kafka or the object store is away"),
        RetryRule(
            [SourceBroken, SourcesInvalid, Refused], RetryAction.FAIL, reason="fails until somebody changes something"
        ),
    ],
    default=RetryAction.FAIL,  # a bug; the next run goes on from the same state
)
DOC = """
Polls the feeds of group **{name}** and sends new and changed articles to the topic `news.raw`.
{description}

- One mapped `pull_shard` per shard; its name in the grid is that of its sources. A source that is down fails its own
  shard alone, and is retried with growing delays.
- A page that fails stays pending in the state of its source and is tried again by the next run.
- An item without a link that can be fetched, or after the first `max_items`, ends as failed in `news.outcomes`, once.
- Running it again is harmless: articles keep their ids, and the consumers recognise what they have.
- XCom holds counts only.

Sources and schedule are data: `sources.yaml`.
"""


@task
def list_shards(group: str) -> list[list[str]]:
    """Deal the enabled sources of the group out to its shards."""
    from dags.ingest.run import list_shards as listed

    return listed(group)


@task(
    multiple_outputs=False,
    map_index_template="{{ task.op_kwargs['names'] | join(', ') }}",
    execution_timeout=timedelta(hours=1),
)
def pull_shard(names: list[str]) -> dict[str, Any]:
    """Pull these sources. Returns counts."""
    from dags.ingest.run import pull_shard as pulled

    return pulled(names)


def make_dag(group: Group) -> DAG:
    """Return the DAG of a group."""
    with DAG(
        f"ingest_{group.name}",
        description=group.description or f"Pull the feeds of group {group.name}",
        doc_md=DOC.format(name=group.name, description=group.description),
        schedule=group.schedule,
        catchup=False,
        max_active_runs=1,  # two runs would race for the state of a source
        is_paused_upon_creation=group.paused,
        dagrun_timeout=timedelta(hours=6),
        on_failure_callback=log_failed_run,
        tags={"copydesk", "ingest"},
        default_args={
            "owner": OWNER,
            "retries": 3,
            "retry_delay": timedelta(seconds=15),
            "retry_exponential_backoff": 2.0,
            "max_retry_delay": timedelta(minutes=10),
            "retry_policy": RETRY_POLICY,
            "on_failure_callback": log_failed_task,
        },
    ) as dag:
        pull_shard.expand(names=list_shards(group.name))
    return dag


for _group in read_sources(parse_time_file()).groups:
    globals()[f"ingest_{_group.name}"] = make_dag(_group)
