"""Run by tests in a fresh interpreter: parse a folder of DAGs as Airflow does and print what was found as JSON."""

import json
import sys
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization

from dags.ingest import errors
from infra.errors import Refused, Unavailable

RAISED: dict[str, type[Exception]] = {
    "SourceDown": errors.SourceDown,
    "StateConflict": errors.StateConflict,
    "SourceBroken": errors.SourceBroken,
    "SourcesInvalid": errors.SourcesInvalid,
    "NotAcknowledged": errors.NotAcknowledged,
    "Unavailable": Unavailable,
    "Refused": Refused,
    "ZeroDivisionError": ZeroDivisionError,
}


def names(callbacks: Any) -> list[str]:
    listed = callbacks if isinstance(callbacks, list | tuple) else [callbacks]
    return [callback.__name__ for callback in listed if callback]


def describe_task(task: Any) -> dict[str, Any]:
    policy = task.retry_policy
    return {
        "mapped": task.is_mapped,
        "owner": task.owner,
        "retries": task.retries,
        "on_failure": names(task.on_failure_callback),
        "retry": {
            name: policy.evaluate(raised("x"), try_number=1, max_tries=3).action.value
            for name, raised in RAISED.items()
        },
    }


def describe(dag: Any) -> dict[str, Any]:
    return {
        "schedule": dag.schedule,
        "catchup": dag.catchup,
        "tags": sorted(dag.tags),
        "owner": dag.owner,
        "doc": dag.doc_md,
        "max_active_runs": dag.max_active_runs,
        "paused": dag.is_paused_upon_creation,
        "on_failure": names(dag.on_failure_callback),
        "tasks": {task.task_id: describe_task(task) for task in dag.tasks},
        "serialises": bool(DagSerialization.to_dict(dag)),
    }


before = set(sys.modules)
bag = DagBag(sys.argv[1])
json.dump(
    {
        "files": [stat.file for stat in bag.dagbag_stats],
        "import_errors": bag.import_errors,
        "dags": {name: describe(dag) for name, dag in bag.dags.items()},
        "modules": sorted(set(sys.modules) - before),
    },
    sys.stdout,
)
