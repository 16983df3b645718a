"""Run by tests in a fresh interpreter: run one DAG once with ``dag.test()`` and write what happened as JSON."""

import json
import sys
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session

folder, dag_id, report = sys.argv[1:]
run = DagBag(folder).dags[dag_id].test()
with create_session() as session:
    instances = [
        {
            "task": ti.task_id,
            "index": ti.map_index,
            "name": ti.rendered_map_index,
            "state": str(ti.state),
            "tries": ti.try_number,
        }
        for ti in run.get_task_instances(session=session)
    ]
    rows = session.query(XComModel).filter(XComModel.run_id == run.run_id).all()
    xcoms = [{"task": row.task_id, "index": row.map_index, "key": row.key, "value": row.value} for row in rows]
Path(report).write_text(
    json.dumps({"state": str(run.state), "tasks": instances, "xcoms": xcoms}, default=str), encoding="utf-8"
)
