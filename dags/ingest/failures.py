"""What the DAGs log when they fail: one structured line, with the names of the sources."""

from collections.abc import Mapping
from typing import Any

import structlog

log = structlog.get_logger(__name__)


def log_failed_task(context: Mapping[str, Any]) -> None:
    """Failure callback of a task: runs when it failed for good, its retries used up. ``context`` is Airflow's."""
    ti = context["ti"]
    log.error(
        "ingest task failed",
        dag=ti.dag_id,
        run=ti.run_id,
        task=ti.task_id,
        sources=_sources(context),
        attempts=ti.try_number,
        error=f"{type(context.get('exception')).__name__}: {context.get('exception')}",
    )


def log_failed_run(context: Mapping[str, Any]) -> None:
    """Failure callback of a DAG: runs once, after its last task."""
    run = context["dag_run"]
    log.error("ingest run failed", dag=run.dag_id, run=run.run_id, reason=context.get("reason"))


def _sources(context: Mapping[str, Any]) -> list[str]:
    task = context.get("task")
    return list(getattr(task, "op_kwargs", {}).get("names", ()))
