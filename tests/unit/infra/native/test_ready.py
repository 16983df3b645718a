"""What counts as ready."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.errors import Refused, Unavailable
from infra.native import ready

STARTED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the server answers: ``status`` and ``body``, or ``error``."""
    said: dict[str, Any] = {"status": 200, "body": b""}

    def get(_url: str) -> tuple[int, bytes]:
        if "error" in said:
            raise said["error"]
        return said["status"], said["body"]

    monkeypatch.setattr(ready, "_get", get)
    return said


def health(component: str, status: str, beat: datetime | None) -> bytes:
    name = f"latest_{component}_heartbeat"
    return json.dumps({component: {"status": status, name: beat and beat.isoformat()}}).encode()


@pytest.mark.parametrize(
    ("status", "beat", "expected"),
    [
        ("healthy", STARTED + timedelta(seconds=1), True),
        ("healthy", STARTED - timedelta(seconds=1), False),  # of the process before
        ("healthy", None, False),
        ("unhealthy", STARTED + timedelta(seconds=1), False),
    ],
)
def test_airflow_part_needs_a_sign_of_life_of_its_own(
    answer: dict[str, Any], status: str, beat: datetime | None, expected: bool
) -> None:
    answer["body"] = health("scheduler", status, beat)
    assert ready.airflow_ready("http://127.0.0.1:1", "scheduler", since=STARTED) is expected


def test_airflow_api_needs_its_database(answer: dict[str, Any]) -> None:
    answer["body"] = b'{"metadatabase": {"status": "healthy"}}'
    assert ready.airflow_ready("http://127.0.0.1:1", "metadatabase", since=None)
    answer["body"] = b'{"metadatabase": {"status": "unhealthy"}}'
    assert not ready.airflow_ready("http://127.0.0.1:1", "metadatabase", since=None)


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"{}", b'{"scheduler": null}'])
def test_airflow_that_answers_nonsense_is_not_ready(answer: dict[str, Any], body: bytes) -> None:
    answer["body"] = body
    assert not ready.airflow_ready("http://127.0.0.1:1", "scheduler", since=STARTED)


def test_refusing_server_is_not_ready(answer: dict[str, Any]) -> None:
    answer["error"] = ConnectionRefusedError()
    assert not ready.http_ready("http://127.0.0.1:1/x")
    assert not ready.airflow_ready("http://127.0.0.1:1", "scheduler", since=STARTED)


def test_error_page_is_not_ready(answer: dict[str, Any]) -> None:
    answer["status"] = 503
    assert not ready.http_ready("http://127.0.0.1:1/x")


def test_waiting_ends_with_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready.time, "sleep", lambda _seconds: None)
    with pytest.raises(Unavailable, match="broker ended instead of getting ready"):
        ready.wait_until(lambda: False, seconds=60, what="broker", alive=lambda: False)


def test_waiting_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(100))
    monkeypatch.setattr(ready.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(ready.time, "monotonic", lambda: next(now))
    with pytest.raises(Unavailable, match="broker was not ready after 5 s"):
        ready.wait_until(lambda: False, seconds=5, what="broker")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The addresses that were asked; nobody answers at any of them."""
    asked: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> Any:
        assert timeout > 0
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(ready.socket, "create_connection", connect)
    return asked


@pytest.mark.parametrize(
    ("bootstrap", "expected"),
    [
        ("a:1", [("a", 1)]),
        (" a:1 , b:2,", [("a", 1), ("b", 2)]),
        ("[::1]:9092", [("::1", 9092)]),
    ],
)
def test_every_server_of_a_bootstrap_list_is_asked(
    asked: list[tuple[str, int]], bootstrap: str, expected: list[tuple[str, int]]
) -> None:
    assert not ready.broker_ready(bootstrap)
    assert asked == expected


@pytest.mark.parametrize("bootstrap", ["", " , ", "a", "a:", "a:kafka", "a:99999", ":9092", "a:1,b"])
def test_address_that_is_none_is_refused_with_the_remedy(asked: list[tuple[str, int]], bootstrap: str) -> None:
    with pytest.raises(Refused, match="set COPYDESK_KAFKA_BOOTSTRAP to host:port"):
        ready.broker_ready(bootstrap)
    assert asked == []
