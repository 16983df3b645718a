"""What the DAGs log when they fail: one structured line each.

``context`` is Airflow's. A task's callback runs where the task ran, with all of it; but when the task was killed from
outside, and for a whole run always, Airflow calls from its DAG processor, where parts may be missing.
"""

from collections.abc import Mapping
from typing import Any

import structlog

log = structlog.get_logger(__name__)


def log_failed_task(context: Mapping[str, Any]) -> None:
    """Failure callback of a task: it failed for good, its retries used up. Names the sources of its shard."""
    ti = context["ti"]
    error = context.get("exception")
    log.error(
        "task of a DAG failed",
        dag=ti.dag_id,
        run=ti.run_id,
        task=ti.task_id,
        shard=ti.map_index,
        sources=_sources(context),
        attempts=ti.try_number,
        error=f"{type(error).__name__}: {error}" if error else "the task was killed; see the scheduler's log",
    )


def log_failed_run(context: Mapping[str, Any]) -> None:
    """Failure callback of a DAG: once, after its last task. The failed shards have lines of their own."""
    run = context.get("run_id") or getattr(context.get("dag_run"), "run_id", None)
    log.error("run of a DAG failed", dag=context["dag"].dag_id, run=run, reason=context.get("reason"))


def _sources(context: Mapping[str, Any]) -> list[str]:
    arguments = getattr(context.get("task"), "op_kwargs", None)
    names = arguments.get("names") if isinstance(arguments, Mapping) else None
    return [str(name) for name in names] if isinstance(names, list | tuple) else []
