"""What Airflow finds in dags/, and the rules that every DAG keeps."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.settings import ROOT

FILES = {"/ingest_news.py", "/learn_boilerplate.py"}
"""Every file that Airflow may parse: list a new one here, and give its DAGs the rules below."""
TWO_GROUPS = """\
groups:
  - {name: world, schedule: "*/15 * * * *", paused: true, description: The wide world}
  - {name: byhand, schedule: null}
sources:
  - {name: one, group: world, url: "https://one.example/rss"}
"""
HEAVY = {"feedparser", "courlan", "kafka", "minio", "lxml", "httpcore", "torch", "transformers", "onnxruntime"}


@pytest.fixture
def shipped(parser):
    return parser.describe()


def test_the_dags_folder_parses_to_one_dag_per_group(shipped) -> None:
    assert shipped["import_errors"] == {}
    assert set(shipped["files"]) == {file.removeprefix("/") for file in FILES}
    assert set(shipped["dags"]) == {"ingest_demo", "learn_boilerplate"}
    assert not shipped["dags"]["ingest_demo"]["paused"]
    assert shipped["dags"]["ingest_demo"]["schedule"] is None


def test_parsing_loads_nothing_heavy(shipped) -> None:
    loaded = {name.partition(".")[0] for name in shipped["modules"]}
    assert not HEAVY & loaded
    assert "dags.ingest.run" not in shipped["modules"]
    assert "infra.settings" not in shipped["modules"]


def test_every_dag_keeps_the_rules(parser, sources_file) -> None:
    found = parser.describe(COPYDESK_SOURCES_FILE=sources_file(TWO_GROUPS), COPYDESK_KAFKA_PORT="not a port")
    assert found["import_errors"] == {}
    assert set(found["dags"]) == {"ingest_world", "ingest_byhand", "learn_boilerplate"}
    assert found["dags"]["ingest_world"]["paused"]
    assert found["dags"]["ingest_world"]["schedule"] == "*/15 * * * *"
    assert "The wide world" in found["dags"]["ingest_world"]["doc"]
    for name, dag in found["dags"].items():
        ingests = name.startswith("ingest_")
        assert dag["tags"] == ["copydesk", "ingest" if ingests else "learn"]
        assert dag["owner"] == "copydesk"
        assert dag["max_active_runs"] == 1
        assert dag["catchup"] is False
        assert dag["doc"]
        assert dag["on_failure"] == ["log_failed_run"]
        assert dag["serialises"]
        assert set(dag["tasks"]) == ({"list_shards", "pull_shard"} if ingests else {"learn"})
        assert not ingests or dag["tasks"]["pull_shard"]["mapped"]
        for task in dag["tasks"].values():
            assert task["owner"] == "copydesk"
            assert task["retries"] == 3
            assert task["on_failure"] == ["log_failed_task"]
            of_sources = "retry" if ingests else "fail"
            assert task["retry"] == {
                "SourceDown": of_sources,
                "StateConflict": of_sources,
                "NotAcknowledged": of_sources,
                "Unavailable": "retry",
                "SourceBroken": "fail",
                "SourcesInvalid": "fail",
                "Refused": "fail",
                "ZeroDivisionError": "fail",
            }


def test_a_mistake_in_the_sources_is_an_import_error_with_its_line(parser, sources_file) -> None:
    found = parser.describe(COPYDESK_SOURCES_FILE=sources_file(TWO_GROUPS.replace("url:", "uri:")))
    assert set(found["dags"]) == {"learn_boilerplate"}
    (said,) = found["import_errors"].values()
    assert "sources.yaml line 5, one: uri:" in said


def test_airflow_s_own_lint_rules_pass() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--preview", "--select", "AIR", str(ROOT / "dags")],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(ROOT),
    )
    assert done.returncode == 0, done.stdout
