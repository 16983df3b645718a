"""The lines that failed tasks and runs leave, however little Airflow tells."""

from types import SimpleNamespace

import structlog

from dags.ingest.errors import SourceDown
from dags.ingest.failures import log_failed_run, log_failed_task

TI = SimpleNamespace(dag_id="ingest_demo", run_id="manual__1", task_id="pull_shard", map_index=1, try_number=4)


def test_a_failed_task_names_its_sources() -> None:
    task = SimpleNamespace(op_kwargs={"names": ["wire", "courier"]})
    with structlog.testing.capture_logs() as lines:
        log_failed_task({"ti": TI, "task": task, "exception": SourceDown("wire: timeout")})
    assert lines == [
        {
            "event": "task of a DAG failed",
            "log_level": "error",
            "dag": "ingest_demo",
            "run": "manual__1",
            "task": "pull_shard",
            "shard": 1,
            "sources": ["wire", "courier"],
            "attempts": 4,
            "error": "SourceDown: wire: timeout",
        }
    ]


def test_a_killed_task_leaves_a_line_too() -> None:
    for task in (
        None,
        SimpleNamespace(),
        SimpleNamespace(op_kwargs=None),
        SimpleNamespace(op_kwargs={"names": object()}),
    ):
        with structlog.testing.capture_logs() as lines:
            log_failed_task({"ti": TI, "task": task})
        assert lines[0]["sources"] == []
        assert "killed" in lines[0]["error"]


def test_a_failed_run_is_named_wherever_its_id_stands() -> None:
    dag = SimpleNamespace(dag_id="ingest_demo")
    for context in (
        {"dag": dag, "run_id": "manual__1", "reason": "task_failure"},
        {"dag": dag, "dag_run": SimpleNamespace(run_id="manual__1"), "reason": "task_failure"},
    ):
        with structlog.testing.capture_logs() as lines:
            log_failed_run(context)
        assert (lines[0]["dag"], lines[0]["run"], lines[0]["reason"]) == ("ingest_demo", "manual__1", "task_failure")
