"""The client of Airflow's REST API, against a stand-in that answers as Airflow 3.3 does."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from copydesk import airflow_api
from copydesk.airflow_api import PAGE, AirflowApi, TaskInstance
from infra.errors import NotFound, Refused, Unavailable

PASSWORD = "right"


class Airflow:
    """The stand-in. ``answers`` maps method and path to what they give, the next one first; the last one stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Any]] = {}
        self.asked: list[str] = []
        self.tokens = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/token":
            if json.loads(request.content)["password"] != PASSWORD:
                return httpx.Response(401)
            self.tokens += 1
            return httpx.Response(201, json={"access_token": f"token-{self.tokens}"})
        if request.headers.get("Authorization") != f"Bearer token-{self.tokens}":
            return httpx.Response(401)
        what = f"{request.method} {request.url.path}"
        self.asked.append(f"{what} {request.content.decode() or request.url.query.decode()}")
        answers = self.answers.get(what, [httpx.Response(404)])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> Airflow:
    ticks = iter(range(10_000))
    monkeypatch.setattr(airflow_api.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(airflow_api.time, "monotonic", lambda: next(ticks))
    return Airflow()


@pytest.fixture
def api(airflow: Airflow) -> Iterator[AirflowApi]:
    with AirflowApi("http://127.0.0.1:1", "admin", PASSWORD, transport=httpx.MockTransport(airflow)) as api:
        yield api


RUN = "GET /api/v2/dags/d/dagRuns/r"
TASKS = f"{RUN}/taskInstances"


def test_one_token_serves_until_it_expires(airflow: Airflow, api: AirflowApi) -> None:
    airflow.answers[RUN] = [{"state": "running"}]
    assert [api.run_state("d", "r") for _ in range(3)] == ["running"] * 3
    assert airflow.tokens == 1
    airflow.tokens += 1  # the server no longer takes the one it gave
    assert api.run_state("d", "r") == "running"


def test_wrong_password_is_refused(airflow: Airflow) -> None:
    with (
        AirflowApi("http://127.0.0.1:1", "admin", "wrong", transport=httpx.MockTransport(airflow)) as api,
        pytest.raises(Refused, match="does not take the password of admin"),
    ):
        api.run_state("d", "r")


def test_trigger_gives_the_run_id(airflow: Airflow, api: AirflowApi) -> None:
    airflow.answers["POST /api/v2/dags/d/dagRuns"] = [{"dag_run_id": "manual__1"}]
    assert api.trigger("d") == "manual__1"
    assert json.loads(airflow.asked[0].split(" ", 2)[2]) == {"logical_date": None}


@pytest.mark.parametrize("final", ["success", "failed"])
def test_waiting_gives_the_final_state(airflow: Airflow, api: AirflowApi, final: str) -> None:
    airflow.answers[RUN] = [{"state": state} for state in ("queued", "running", final)]
    assert api.wait_for_run("d", "r", seconds=100) == final
    assert len(airflow.asked) == 3


def test_waiting_ends(airflow: Airflow, api: AirflowApi) -> None:
    airflow.answers[RUN] = [{"state": "running"}]
    with pytest.raises(Unavailable, match="run r of d is still running after 5 s"):
        api.wait_for_run("d", "r", seconds=5)


def test_unpause_waits_until_the_dag_is_known(airflow: Airflow, api: AirflowApi) -> None:
    airflow.answers["PATCH /api/v2/dags/d"] = [httpx.Response(404), httpx.Response(404), {}]
    api.unpause("d")
    assert len(airflow.asked) == 3


def test_dag_that_does_not_load_is_said_with_its_reason(airflow: Airflow, api: AirflowApi) -> None:
    row = {"filename": "news.py", "stack_trace": "Traceback\nImportError: no module x\n"}
    airflow.answers["GET /api/v2/importErrors"] = [{"import_errors": [row]}]
    with pytest.raises(NotFound, match=r"no DAG d; these files do not load: news\.py: ImportError: no module x"):
        api.unpause("d", seconds=3)


def test_task_instances_are_read_page_by_page(airflow: Airflow, api: AirflowApi) -> None:
    rows = [{"task_id": "pull", "map_index": number, "state": "success", "try_number": 1} for number in range(PAGE + 1)]
    airflow.answers[TASKS] = [{"task_instances": rows[:PAGE]}, {"task_instances": rows[PAGE:]}]
    found = api.task_instances("d", "r")
    assert len(found) == PAGE + 1
    assert found[-1] == TaskInstance("pull", PAGE, "success", 1)
    assert f"offset={PAGE}" in airflow.asked[1]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(404), NotFound),
        (httpx.Response(409, text="exists"), Refused),
        (httpx.Response(503), Unavailable),
        (httpx.ConnectError("refused"), Unavailable),
        (httpx.ReadTimeout("slow"), Unavailable),
    ],
)
def test_each_failure_has_its_type(airflow: Airflow, api: AirflowApi, answer: Any, error: type[Exception]) -> None:
    airflow.answers[RUN] = [answer]
    with pytest.raises(error):
        api.run_state("d", "r")
