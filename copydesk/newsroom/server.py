"""The newsroom behind a socket: the standard library's threading HTTP server, on loopback only."""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from copydesk.newsroom.app import Newsroom
from copydesk.newsroom.catalogue import load_articles
from copydesk.newsroom.edition import EditionFile
from copydesk.newsroom.errors import NewsroomError
from copydesk.newsroom.exchange import Request, Response
from infra.shutdown import Shutdown

LOOPBACK = "127.0.0.1"
_HOUR = 3600.0
_LARGEST_REQUEST_BODY = 4096  # bytes; nothing here reads a body, it is only drained
_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class NewsroomServer(ThreadingHTTPServer):
    """Serves one newsroom on 127.0.0.1. Port 0 takes any free port: see `port`."""

    daemon_threads = True  # an idle keep-alive connection does not hold up the end of the process

    def __init__(self, newsroom: Newsroom, port: int = 0) -> None:
        """Bind to the port.

        Raises:
            OSError: the port is taken or not allowed.

        """
        super().__init__((LOOPBACK, port), _Handler)
        self.newsroom = newsroom

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Note a client that hung up in one line; anything else is a bug and gets its traceback."""
        if isinstance(sys.exception(), ConnectionError | TimeoutError):
            sys.stderr.write(f"{client_address[0]} - - hung up\n")
        else:
            super().handle_error(request, client_address)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Where a client on this machine reaches it, without a trailing slash."""
        return f"http://{LOOPBACK}:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    server: NewsroomServer
    server_version = "CopydeskNewsroom"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 30  # seconds a silent client may hold its thread

    def do_GET(self) -> None:
        """Answer GET; the others below differ in the method only."""
        self._answer()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_GET  # noqa: N815 - http.server's names

    def _answer(self) -> None:
        if not self._drain():
            return
        request = Request(
            method=self.command,
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            client=self.client_address[0],
        )
        self._send(self.server.newsroom.respond(request))

    def _drain(self) -> bool:
        """Read the request's body, so that the next request on the connection starts where it should."""
        length = self.headers.get("Content-Length", "0")
        sized = length.isascii() and length.isdigit() and len(length) < 10
        if "Transfer-Encoding" in self.headers or not sized or int(length) > _LARGEST_REQUEST_BODY:
            self.close_connection = True
            self.send_error(413, explain=f"Bodies of up to {_LARGEST_REQUEST_BODY} bytes with a length are read.")
            return False
        self.rfile.read(int(length))
        return True

    def _send(self, response: Response) -> None:
        self.log_request(response.status, len(response.body))
        self.send_response_only(response.status)
        self.send_header("Server", self.server_version)
        self.send_header("Date", self.date_time_string())
        for name, value in {**response.headers, **_SECURITY_HEADERS}.items():
            self.send_header(name, value)
        if response.status.value != 304:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)


def serve(port: int, state: Path, base_url: str | None = None) -> None:
    """Serve the newsroom until SIGTERM or SIGINT; `state` is the folder of the current edition.

    Raises:
        NewsroomError: the port cannot be had, an article file is broken, or the state is unreadable.

    """
    newsroom = Newsroom(load_articles(), EditionFile(state), base_url)
    try:
        server = NewsroomServer(newsroom, port)
    except OSError as error:
        raise NewsroomError(
            f"cannot listen on {LOOPBACK}:{port} ({error.strerror}); choose another port with --port"
        ) from error
    shutdown = Shutdown()
    shutdown.install()
    with server:
        accepting = threading.Thread(target=server.serve_forever, name="newsroom", daemon=True)
        accepting.start()
        sys.stderr.write(f"newsroom: serving {server.url}/\n")
        sys.stderr.flush()
        while not shutdown.wait(_HOUR):
            pass
        server.shutdown()
        accepting.join()
    sys.stderr.write("newsroom: stopped\n")
