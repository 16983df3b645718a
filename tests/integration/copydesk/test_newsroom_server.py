"""The demo newsroom as its users meet it: a process, a port, a signal."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


class RunningNewsroom:
    """A newsroom in a process of its own; its log is read line by line."""

    def __init__(self, state: Path, port: int = 0) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "copydesk.newsroom", "--port", str(port), "--state", str(state)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        started = re.fullmatch(r"newsroom: serving http://127\.0\.0\.1:(\d+)/\n", self.log_line())
        assert started
        self.port = int(started[1])

    def log_line(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.readline()

    def ask(self, method: str, path: str, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def stop(self) -> tuple[int, str]:
        """Ask it to end; its exit status and the rest of its log."""
        self.process.send_signal(signal.SIGTERM)
        _, log = self.process.communicate(timeout=20)
        return self.process.returncode, log


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], RunningNewsroom]]:
    """Start a newsroom; all of them share one state folder."""
    running = []

    def start_one() -> RunningNewsroom:
        newsroom = RunningNewsroom(tmp_path)
        running.append(newsroom)
        return newsroom

    yield start_one
    for newsroom in running:
        newsroom.process.kill()
        newsroom.process.communicate()


def test_it_serves_logs_and_ends_on_sigterm(start):
    newsroom = start()
    status, body = newsroom.ask("GET", "/health")
    assert status == 200
    assert json.loads(body)["status"] == "ok"
    assert newsroom.log_line().endswith(f'"GET /health HTTP/1.1" 200 {len(body)}\n')
    assert newsroom.stop() == (0, "newsroom: stopped\n")


def test_a_restart_serves_the_same_edition(start):
    first = start()
    assert first.ask("POST", "/edition/2") == (200, b'{"edition":2}')
    first.stop()
    assert start().ask("GET", "/edition") == (200, b'{"edition":2}')


def test_it_ends_with_a_client_still_connected(start):
    newsroom = start()
    with socket.create_connection(("127.0.0.1", newsroom.port)) as idle:
        idle.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200 OK")
        assert newsroom.stop()[0] == 0


def test_one_connection_serves_many_requests_and_bodies_are_skipped(start):
    newsroom = start()
    connection = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=20)
    answers = []
    for method, path, body in (
        ("POST", "/edition/2", b"x" * 2000),
        ("GET", "/edition", None),
        ("HEAD", "/wire/rss.xml", None),
        ("GET", "/edition", None),
    ):
        connection.request(method, path, body=body)
        response = connection.getresponse()
        answers.append((response.status, len(response.read()), int(response.headers["Content-Length"]) > 0))
    connection.close()
    assert answers == [(200, 13, True), (200, 13, True), (200, 0, True), (200, 13, True)]


def test_a_long_body_is_refused(start):
    assert start().ask("POST", "/edition/2", **{"Content-Length": "9999999"})[0] == 413


def test_a_conditional_get_is_answered_304_over_the_wire(start):
    newsroom = start()
    connection = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=20)
    connection.request("GET", "/courier/atom.xml")
    response = connection.getresponse()
    response.read()
    connection.request("GET", "/courier/atom.xml", headers={"If-None-Match": response.headers["ETag"]})
    again = connection.getresponse()
    assert (again.status, again.read()) == (304, b"")
    connection.close()


def test_a_client_that_hangs_up_leaves_one_line_and_no_traceback(start):
    newsroom = start()
    impatient = socket.create_connection(("127.0.0.1", newsroom.port))
    impatient.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    impatient.sendall(b"GET /")
    impatient.close()  # a reset, half way through the request line
    assert newsroom.log_line() == "127.0.0.1 - - hung up\n"


def test_a_taken_port_is_said_with_the_remedy(start, tmp_path: Path):
    port = str(start().port)
    second = subprocess.run(
        [sys.executable, "-m", "copydesk.newsroom", "--port", port, "--state", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert f"127.0.0.1:{port}" in second.stderr
    assert "--port" in second.stderr
    assert "Traceback" not in second.stderr
