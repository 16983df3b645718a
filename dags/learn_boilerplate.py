"""The DAG ``learn_boilerplate``: learns once a day which paragraphs each host repeats.

Everything that happens is in ``consumers.learn_job``, behind the command that ``dags.ingest.learner`` runs.
"""

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, ExceptionRetryPolicy, RetryAction, RetryRule, task

from dags.ingest.failures import log_failed_run, log_failed_task
from infra.errors import Unavailable

DOC = """
Reads the enriched articles of the last weeks and learns which paragraphs each host prints again and again; what a host
no longer prints is forgotten. `copydesk clean --learn` by hand does the same.

- Writes `memory/v1/<version>.json`, then `memory/current.json`, and only if other paragraphs are known than before.
- Prepare workers load the current version when they start; one that runs keeps its own until it is restarted.
  `COPYDESK_MEMORY` pins a version, or switches it off.
- Running it again is harmless. XCom holds counts only.
"""


@task(multiple_outputs=False, execution_timeout=timedelta(hours=2))
def learn() -> dict[str, Any]:
    """Learn from the bucket. Returns counts."""
    from dags.ingest.learner import learn_boilerplate

    return learn_boilerplate()


with DAG(
    "learn_boilerplate",
    description="Learn which paragraphs each host repeats",
    doc_md=DOC,
    schedule="30 3 * * *",
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(hours=6),
    on_failure_callback=log_failed_run,
    tags={"copydesk", "learn"},
    default_args={
        "owner": "copydesk",
        "retries": 3,
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=10),
        "retry_policy": ExceptionRetryPolicy(
            rules=[RetryRule(Unavailable, RetryAction.RETRY, reason="the object store is away, or a run was faster")],
            default=RetryAction.FAIL,
        ),
        "on_failure_callback": log_failed_task,
    },
):
    learn()
