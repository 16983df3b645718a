"""Airflow's REST API (``/api/v2``), as far as the demo and the tests of the stack need it."""

import time
from dataclasses import dataclass
from typing import Any, Self

import httpx

from infra.errors import NotFound, Refused, Unavailable
from infra.native.airflow_server import ADMIN, PASSWORD_SECRET
from infra.native.home import Home, airflow_url
from infra.settings import Settings

FINAL_STATES = frozenset({"success", "failed"})
POLL_S = 0.5
REQUEST_S = 30.0
PAGE = 100


@dataclass(frozen=True, slots=True)
class TaskInstance:
    """One try of one task. ``map_index`` -1 when the task is not mapped; ``state`` None before it is scheduled."""

    task_id: str
    map_index: int
    state: str | None
    try_number: int


@dataclass(frozen=True, slots=True)
class DagRun:
    """A run of a DAG. ``kind``: manual, scheduled, backfill or asset_triggered."""

    run_id: str
    state: str
    kind: str


class AirflowApi:
    """A client with a token of its own. Use it in a ``with``.

    Every method raises ``Unavailable`` when Airflow does not answer and ``Refused`` when it says no.
    """

    def __init__(self, url: str, user: str, password: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._user = user
        self._password = password
        # Loopback only: a proxy of the environment has no business here.
        self._client = httpx.Client(base_url=url, timeout=REQUEST_S, trust_env=False, transport=transport)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return a client of the native stack's Airflow, as its administrator. Raises ``Refused``."""
        file = Home(settings.home.resolve()).secret_file(PASSWORD_SECRET)
        try:
            password = file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Refused("Airflow's password is not there yet: run `copydesk up`") from error
        return cls(airflow_url(settings), ADMIN, password)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def unpause(self, dag_id: str, *, seconds: float = 60.0) -> None:
        """Let the scheduler run a DAG, waiting up to ``seconds`` until it is known. Raises ``NotFound``."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._call("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": False})
            except NotFound:
                if time.monotonic() > deadline:
                    raise NotFound(f"Airflow knows no DAG {dag_id}{self._reasons()}") from None
                time.sleep(POLL_S)
            else:
                return

    def trigger(self, dag_id: str) -> str:
        """Ask for a run now and return its id. Raises ``NotFound``."""
        return str(self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", json={"logical_date": None})["dag_run_id"])

    def run_state(self, dag_id: str, run_id: str) -> str:
        """Return the state of a run: queued, running, success or failed. Raises ``NotFound``."""
        return str(self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def wait_for_run(self, dag_id: str, run_id: str, *, seconds: float) -> str:
        """Return the final state of a run. Raises ``Unavailable`` after ``seconds``."""
        deadline = time.monotonic() + seconds
        while True:
            state = self.run_state(dag_id, run_id)
            if state in FINAL_STATES:
                return state
            if time.monotonic() > deadline:
                raise Unavailable(f"run {run_id} of {dag_id} is still {state} after {seconds:.0f} s")
            time.sleep(POLL_S)

    def task_instances(self, dag_id: str, run_id: str) -> tuple[TaskInstance, ...]:
        """Return all task instances of a run. Raises ``NotFound``."""
        found: list[TaskInstance] = []
        while True:
            page = self._call(
                "GET",
                f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances",
                params={"limit": PAGE, "offset": len(found), "order_by": "id"},
            )
            rows = page["task_instances"]
            found += [TaskInstance(row["task_id"], row["map_index"], row["state"], row["try_number"]) for row in rows]
            if len(rows) < PAGE:
                return tuple(found)

    def runs(self, dag_id: str) -> tuple[DagRun, ...]:
        """Return the latest runs of a DAG, at most ``PAGE``, newest first. Raises ``NotFound``."""
        page = self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns", params={"limit": PAGE, "order_by": "-run_after"})
        return tuple(DagRun(row["dag_run_id"], row["state"], row["run_type"]) for row in page["dag_runs"])

    def count_tasks(self, state: str) -> int:
        """Return how many task instances of all DAGs are in ``state``."""
        page = self._call("GET", "/api/v2/dags/~/dagRuns/~/taskInstances", params={"state": state, "limit": 1})
        return int(page["total_entries"])

    def import_errors(self) -> dict[str, str]:
        """Return DAG files that do not load, with the last line of what they raised."""
        rows = self._call("GET", "/api/v2/importErrors")["import_errors"]
        return {row["filename"]: row["stack_trace"].strip().splitlines()[-1] for row in rows}

    def _reasons(self) -> str:
        broken = [f"{file}: {error}" for file, error in self.import_errors().items()]
        return "; these files do not load: " + "; ".join(broken) if broken else ""

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self._send(method, path, **arguments)
        if answer.status_code == httpx.codes.UNAUTHORIZED:  # none yet, or it has expired
            self._log_in()
            answer = self._send(method, path, **arguments)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotFound(f"Airflow has no {path}")
        if answer.is_server_error:
            raise Unavailable(f"Airflow failed at {method} {path} ({answer.status_code})")
        if answer.is_error:
            raise Refused(f"Airflow refused {method} {path} ({answer.status_code}): {answer.text[:300]}")
        return answer.json() if answer.content else None

    def _log_in(self) -> None:
        answer = self._send("POST", "/auth/token", json={"username": self._user, "password": self._password})
        if answer.status_code != httpx.codes.CREATED:
            raise Refused(f"Airflow does not take the password of {self._user} ({answer.status_code})")
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, **arguments)
        except httpx.HTTPError as error:
            raise Unavailable(
                f"Airflow at {self._client.base_url} does not answer ({error}); see `copydesk status`"
            ) from error
