"""Whether a server works, asked of the server itself over its own protocol."""

import socket
import struct
import time
from collections.abc import Callable
from datetime import datetime

import httpx

from infra.errors import Unavailable

ASK_SECONDS = 3.0
API_VERSIONS = struct.pack(">hhih", 18, 0, 1, -1)
"""An ApiVersions request, version 0, correlation id 1, no client id (Kafka protocol guide)."""


def broker_ready(address: str) -> bool:
    """Whether the broker at ``host:port`` answers requests.

    A KRaft broker opens its socket early and answers only after the controller has unfenced it, so an open port
    proves nothing.
    """
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=ASK_SECONDS) as connection:
            connection.sendall(struct.pack(">i", len(API_VERSIONS)) + API_VERSIONS)
            answer = b""
            while len(answer) < 10:
                part = connection.recv(1024)
                if not part:
                    return False
                answer += part
    except OSError:
        return False
    _size, correlation, error = struct.unpack(">iih", answer[:10])
    return bool(correlation == 1 and error == 0)


def http_ready(url: str) -> bool:
    """Whether ``url`` answers 200."""
    try:
        return httpx.get(url, timeout=ASK_SECONDS, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def airflow_ready(url: str, component: str, *, since: datetime | None) -> bool:
    """Whether Airflow calls ``component`` healthy by a sign of life later than ``since``.

    The sign matters: for half a minute after a stop Airflow still calls what has ended healthy.
    """
    try:
        answer = httpx.get(f"{url}/api/v2/monitor/health", timeout=ASK_SECONDS, trust_env=False).raise_for_status()
        health = answer.json()[component]
        beat = health.get(f"latest_{component}_heartbeat")
        fresh = component == "metadatabase" or (
            beat is not None and since is not None and datetime.fromisoformat(beat) >= since
        )
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False
    return bool(fresh and health["status"] == "healthy")


def wait_until(
    check: Callable[[], bool], *, seconds: float, what: str, alive: Callable[[], bool] = lambda: True
) -> None:
    """Return once ``check`` holds. Raises ``Unavailable`` after ``seconds``, or when ``alive`` no longer holds."""
    deadline = time.monotonic() + seconds
    while not check():
        if not alive():
            raise Unavailable(f"{what} ended instead of getting ready")
        if time.monotonic() > deadline:
            raise Unavailable(f"{what} was not ready after {seconds:.0f} s")
        time.sleep(0.1)
