"""Whether a server works, asked of the server itself over its own protocol."""

import json
import socket
import struct
import time
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from infra.errors import Refused, Unavailable

ASK_SECONDS = 10.0
"""For one answer. On a machine at its limit Airflow takes several for the first; a part that works must not be called
otherwise for that."""
LONGEST_ANSWER = 64 * 1024
API_VERSIONS = struct.pack(">hhih", 18, 0, 1, -1)
"""An ApiVersions request, version 0, correlation id 1, no client id (Kafka protocol guide)."""


def broker_ready(bootstrap: str) -> bool:
    """Whether a broker of ``bootstrap`` (``host:port``, several with commas between) answers requests.

    A KRaft broker opens its socket early and answers only after the controller has unfenced it, so an open port
    proves nothing. Raises ``Refused`` for what is no address.
    """
    return any(_broker_answers(server) for server in _servers(bootstrap))


def _servers(bootstrap: str) -> list[tuple[str, int]]:
    servers = []
    for part in (part.strip() for part in bootstrap.split(",")):
        if not part:
            continue
        try:
            url = urlsplit(f"//{part}")
            host, port = url.hostname, url.port
        except ValueError:
            host, port = None, None
        if not host or not port:
            raise Refused(f"{part!r} is no Kafka server; set COPYDESK_KAFKA_BOOTSTRAP to host:port")
        servers.append((host, port))
    if not servers:
        raise Refused("no Kafka server is set; set COPYDESK_KAFKA_BOOTSTRAP to host:port")
    return servers


def _broker_answers(server: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(server, timeout=ASK_SECONDS) as connection:
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
        return _get(url)[0] == HTTPStatus.OK
    except (OSError, HTTPException):
        return False


def airflow_ready(url: str, component: str, *, since: datetime | None) -> bool:
    """Whether Airflow calls ``component`` healthy by a sign of life later than ``since``.

    The sign matters: for half a minute after a stop Airflow still calls what has ended healthy.
    """
    try:
        status, body = _get(f"{url}/api/v2/monitor/health")
        health = json.loads(body)[component]
        healthy = status == HTTPStatus.OK and health["status"] == "healthy"
        if component != "metadatabase":
            beat = health[f"latest_{component}_heartbeat"]
            healthy = healthy and since is not None and datetime.fromisoformat(beat) >= since
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return False
    return bool(healthy)


def _get(url: str) -> tuple[int, bytes]:
    # Asked several times a second while the stack starts: an httpx client costs 20 ms of certificates each time.
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        return answer.status, answer.read(LONGEST_ANSWER)
    finally:
        connection.close()


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
