"""The door to the web against real sockets and real TLS on loopback."""

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from infra import web_transport
from infra.web import Web
from infra.web_errors import ConnectFailed, DnsFailed, FetchTimeout, PrivateAddress, TlsFailed
from infra.web_transport import CheckedTransport


class Site(BaseHTTPRequestHandler):
    """A small site; ``/drip`` sends a byte now and then for as long as somebody listens."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        site: Server = self.server  # type: ignore[assignment]
        site.hosts.append(self.headers["Host"])
        if self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            while not site.over.wait(0.05):
                try:
                    self.wfile.write(b"x")
                except OSError:
                    site.hung_up.set()
                    return
            return
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/page")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = b"<p>hello</p>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Be quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    scheme = "http"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Site)
        self.hosts: list[str] = []
        self.over = threading.Event()
        self.hung_up = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up during a handshake is what some tests are about."""


@dataclass
class Certificates:
    chain: Path
    key: Path


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "desk.test")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("desk.test"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    made = Certificates(folder / "chain.pem", folder / "key.pem")
    made.chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


def serve(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site() -> Iterator[Server]:
    yield from serve(Server())


@pytest.fixture
def tls_site(certificates: Certificates) -> Iterator[Server]:
    server = Server()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.chain, certificates.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    yield from serve(server)


def door(timeout_s: float = 10, trusted: Path | None = None) -> Web:
    """A door for which ``desk.test`` and ``other.test`` are this machine."""
    context = ssl.create_default_context(cafile=str(trusted) if trusted else None)

    def resolver(host: str, port: int, limit_s: float) -> tuple[str, ...]:
        return ("127.0.0.1",) if host.endswith(".test") else tuple(web_transport.resolve(host, port, limit_s))

    return Web(
        user_agent="test",
        timeout_s=timeout_s,
        max_bytes=1_000_000,
        transport=CheckedTransport(context, resolver=resolver),
    )


def test_pages_and_redirects_come_over_real_http(site: Server) -> None:
    page = door().fetch(f"http://127.0.0.1:{site.server_port}/moved", private=True)
    assert page.body == b"<p>hello</p>"
    assert page.final_url == f"http://127.0.0.1:{site.server_port}/page"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "desk.test"])
def test_no_spelling_of_this_machine_is_open_to_a_public_source(site: Server, host: str) -> None:
    with pytest.raises(PrivateAddress):
        door().fetch(f"http://{host}:{site.server_port}/page")
    assert site.hosts == []


def test_the_host_header_keeps_the_name(site: Server) -> None:
    door().fetch(f"http://desk.test:{site.server_port}/page", private=True)
    assert site.hosts == [f"desk.test:{site.server_port}"]


def test_a_body_that_drips_is_left_when_the_time_is_over(site: Server) -> None:
    with pytest.raises(FetchTimeout):
        door(timeout_s=0.5).fetch(f"http://127.0.0.1:{site.server_port}/drip", private=True)
    assert site.hung_up.wait(10), "the connection was left open"


def test_a_closed_port_is_a_typed_error(site: Server) -> None:
    free = Server()
    port = free.server_port
    free.server_close()
    with pytest.raises(ConnectFailed) as caught:
        door().fetch(f"http://127.0.0.1:{port}/", private=True)
    assert caught.value.retriable


def test_a_name_reserved_as_unknown_is_a_typed_error() -> None:
    with pytest.raises((DnsFailed, FetchTimeout)):
        door(timeout_s=5).fetch("http://no-such-host.invalid/")


def test_tls_is_checked_against_the_name_though_the_connection_goes_to_the_address(
    tls_site: Server, certificates: Certificates
) -> None:
    trusting = door(trusted=certificates.chain)
    assert trusting.fetch(f"https://desk.test:{tls_site.server_port}/page", private=True).status == 200
    assert trusting.fetch(f"https://127.0.0.1:{tls_site.server_port}/page", private=True).status == 200
    with pytest.raises(TlsFailed) as caught:
        trusting.fetch(f"https://other.test:{tls_site.server_port}/page", private=True)
    assert caught.value.retriable  # certificates are mended: the item stays pending


def test_a_certificate_nobody_vouches_for_is_refused(tls_site: Server) -> None:
    with pytest.raises(TlsFailed) as caught:
        door().fetch(f"https://desk.test:{tls_site.server_port}/page", private=True)
    assert caught.value.retriable


def test_proxies_of_the_environment_are_ignored(site: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert door().fetch(f"http://127.0.0.1:{site.server_port}/page", private=True).status == 200
