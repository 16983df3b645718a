"""The door to the web, without a network: httpx.MockTransport above, a scripted httpcore backend below."""

import gzip
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import httpcore
import httpx
import pytest

from infra import web_transport
from infra.settings import Settings
from infra.web import LONGEST_URL, Web
from infra.web_errors import (
    BadEncoding,
    BadRedirect,
    BadResponse,
    BadUrl,
    ConnectFailed,
    DnsFailed,
    FetchFailed,
    FetchTimeout,
    HttpStatus,
    PrivateAddress,
    TlsFailed,
    TooLarge,
)
from infra.web_transport import CheckedTransport

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
Handler = Callable[[httpx.Request], httpx.Response]


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def web(transport: httpx.BaseTransport, clock: Clock | None = None, max_bytes: int = 1000) -> Web:
    return Web(
        user_agent="Copydesk test (desk@example.org)",
        timeout_s=20,
        max_bytes=max_bytes,
        transport=transport,
        clock=clock or Clock(),
        now=lambda: NOW,
    )


def answering(handler: Handler, **options) -> Web:
    return web(httpx.MockTransport(handler), **options)


class Chunks(httpx.SyncByteStream):
    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.chunks = chunks
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield from self.chunks

    def close(self) -> None:
        self.closed = True


# What comes back


def test_a_page_with_all_that_is_said_of_it() -> None:
    def site(request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200,
            headers={"Content-Type": "Text/HTML; charset=ISO-8859-1", "ETag": '"7"', "Last-Modified": "yesterday"},
            content="<p>Fäden</p>".encode("latin-1"),
        )

    page = answering(site).fetch("https://example.org/a?b=c#part")
    assert page.status == 200
    assert page.url == "https://example.org/a?b=c#part"
    assert page.final_url == "https://example.org/a?b=c"
    assert (page.media_type, page.charset) == ("text/html", "iso-8859-1")
    assert page.body == "<p>Fäden</p>".encode("latin-1")
    assert (page.etag, page.last_modified) == ('"7"', "yesterday")
    assert page.headers["content-type"] == "Text/HTML; charset=ISO-8859-1"
    assert page.captured_at == NOW
    assert page.redirects == ()
    assert not page.unchanged


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, ("application/octet-stream", None)),
        ("", ("application/octet-stream", None)),
        ("nonsense", ("application/octet-stream", None)),
        ("text/html;charset", ("text/html", None)),
        ('text/html; charset="utf-8"; charset=x', ("text/html", "utf-8")),
        ("application/xhtml+xml", ("application/xhtml+xml", None)),
        ("text/html; charset=\u00e4\u00f6", ("text/html", None)),
    ],
)
def test_media_type_and_charset_as_far_as_they_are_in_good_form(header: str | None, expected: tuple) -> None:
    headers = [] if header is None else [(b"content-type", header.encode("latin-1"))]
    page = answering(lambda _: httpx.Response(200, headers=headers, stream=Chunks([b"x"]))).fetch("http://example.org/")
    assert (page.media_type, page.charset) == expected


def test_the_request_names_us_and_keeps_nothing() -> None:
    seen: list[httpx.Request] = []

    def site(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, headers={"Set-Cookie": "id=1; Path=/"}, content=b"x")

    with answering(site) as door:
        door.fetch("https://example.org/1", accept="text/xml", language="de", etag='"1"', last_modified="Mon")
        door.fetch("https://example.org/2")
    assert seen[0].headers["user-agent"] == "Copydesk test (desk@example.org)"
    assert seen[0].headers["host"] == "example.org"
    assert seen[0].headers["accept"] == "text/xml"
    assert seen[0].headers["accept-encoding"] == "gzip, deflate"
    assert seen[0].headers["accept-language"].startswith("de,")
    assert seen[0].headers["if-none-match"] == '"1"'
    assert seen[0].headers["if-modified-since"] == "Mon"
    assert not {"cookie", "authorization", "if-none-match", "if-modified-since"} & set(seen[1].headers)


def test_a_validator_that_is_no_header_is_not_sent() -> None:
    def site(request: httpx.Request) -> httpx.Response:
        assert "if-none-match" not in request.headers
        return httpx.Response(200, content=b"x")

    answering(site).fetch("http://example.org/", etag='"ä"', last_modified="März")


def test_unchanged_is_an_answer_to_a_conditional_fetch_only() -> None:
    door = answering(lambda _: httpx.Response(304, headers={"ETag": '"7"'}))
    page = door.fetch("http://example.org/", etag='"7"')
    assert page.unchanged
    assert page.body == b""
    with pytest.raises(HttpStatus, match="304"):
        door.fetch("http://example.org/")


def test_settings_make_the_door() -> None:
    with Web.from_settings(Settings(fetch_timeout_s=3, fetch_max_bytes=10)) as door:
        assert isinstance(door, Web)


# Failures


@pytest.mark.parametrize(
    ("status", "retriable"),
    [(400, False), (401, True), (403, True), (404, True), (410, False), (429, True), (451, False), (500, True)],
)
def test_statuses_other_than_success_say_whether_later_may_be_better(status: int, retriable: bool) -> None:
    with pytest.raises(HttpStatus) as caught:
        answering(lambda _: httpx.Response(status)).fetch("http://example.org/x")
    assert caught.value.status == status
    assert caught.value.reason == "http-status"
    assert caught.value.retriable is retriable
    assert "http://example.org/x" in caught.value.detail


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/a",
        "/a",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "gopher://example.org:70/",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "https://name:secret@example.org/",
        "ftp://name:secret@example.org/",
        "https://name:secret@example.org:99999/",
        "https://name:secret@exa mple.org/",
        "http://exa mple.org/",
        "http://example.org:99999/",
        "http://[::1/",
        "http://example.org/\udc80",
        "http://xn--a\u0000.org/",
        "http://example.org/" + "a" * LONGEST_URL,
    ],
)
def test_only_http_urls_are_fetched(url: str) -> None:
    with pytest.raises(BadUrl) as caught:
        answering(lambda _: httpx.Response(200)).fetch(url)
    assert not caught.value.retriable
    assert "secret" not in str(caught.value)


def test_an_announced_body_over_the_limit_is_not_read() -> None:
    def unread() -> Iterator[bytes]:
        pytest.fail("the body was read")
        yield b""

    stream = Chunks(unread())
    with pytest.raises(TooLarge, match="announces 1001"):
        answering(lambda _: httpx.Response(200, headers={"Content-Length": "1001"}, stream=stream)).fetch(
            "http://example.org/"
        )
    assert stream.closed


def test_a_body_over_the_limit_on_the_wire_stops() -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 100
            yield b"x" * 100

    stream = Chunks(endless())
    with pytest.raises(TooLarge, match="on the wire"):
        answering(lambda _: httpx.Response(200, stream=stream)).fetch("http://example.org/")
    assert sent == 1100
    assert stream.closed


def test_a_decompression_bomb_stops() -> None:
    bomb = gzip.compress(b"\0" * 100_000)
    assert len(bomb) < 1000
    with pytest.raises(TooLarge, match="more than 1000 bytes"):
        answering(lambda _: httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Chunks([bomb]))).fetch(
            "http://example.org/"
        )


def test_a_packed_page_is_unpacked() -> None:
    packed = gzip.compress(b"<p>text</p>")
    page = answering(
        lambda _: httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Chunks([packed]))
    ).fetch("http://example.org/")
    assert page.body == b"<p>text</p>"


def test_an_encoding_not_asked_for_is_refused() -> None:
    with pytest.raises(BadEncoding):
        answering(lambda _: httpx.Response(200, headers={"Content-Encoding": "br"}, stream=Chunks([b"x"]))).fetch(
            "http://example.org/"
        )


def test_a_body_that_drips_ends_with_the_time() -> None:
    clock = Clock()

    def drip() -> Iterator[bytes]:
        while True:
            clock.seconds += 1
            yield b"x"

    with pytest.raises(FetchTimeout) as caught:
        answering(lambda _: httpx.Response(200, stream=Chunks(drip())), clock=clock).fetch("http://example.org/")
    assert caught.value.retriable
    assert clock.seconds == pytest.approx(1020)


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx.ReadTimeout("slow"), FetchTimeout),
        (httpx.ConnectError("refused"), ConnectFailed),
        (httpx.RemoteProtocolError("not http"), BadResponse),
    ],
)
def test_faults_of_the_transport_are_typed(raised: Exception, kind: type[FetchFailed]) -> None:
    def site(request: httpx.Request) -> httpx.Response:
        raise raised

    with pytest.raises(kind) as caught:
        answering(site).fetch("http://example.org/")
    assert caught.value.retriable


# Redirects


def redirecting(hops: dict[str, str]) -> Handler:
    def site(request: httpx.Request) -> httpx.Response:
        if str(request.url) in hops:
            return httpx.Response(301, headers={"Location": hops[str(request.url)]})
        return httpx.Response(200, content=str(request.url).encode())

    return site


def test_redirects_are_followed_and_remembered() -> None:
    hops = {"http://example.org/a": "https://example.org/b", "https://example.org/b": "../c?d#e"}
    page = answering(redirecting(hops)).fetch("http://example.org/a")
    assert page.url == "http://example.org/a"
    assert page.final_url == "https://example.org/c?d"
    assert page.redirects == ("http://example.org/a", "https://example.org/b")
    assert page.body == b"https://example.org/c?d"


def test_a_circle_of_redirects_ends() -> None:
    asked = 0

    def site(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        return httpx.Response(302, headers={"Location": "/again"})

    with pytest.raises(BadRedirect, match="more than 5"):
        answering(site).fetch("http://example.org/")
    assert asked == 6


@pytest.mark.parametrize(
    "location",
    ["", "file:///etc/passwd", "ftp://example.org/", "http://user:pw@example.org/", "http://[::1", "http://"],
)
def test_a_redirect_that_leads_nowhere_is_refused(location: str) -> None:
    with pytest.raises(BadRedirect):
        answering(lambda _: httpx.Response(307, headers={"Location": location})).fetch("http://example.org/")


def test_the_time_limit_covers_all_hops() -> None:
    clock = Clock()

    def site(request: httpx.Request) -> httpx.Response:
        clock.seconds += 6
        assert request.extensions["copydesk"]["deadline"] == 1020
        if str(request.url) == "http://example.org/4":
            return httpx.Response(200, content=b"late")
        number = int(request.url.path.strip("/") or 0)
        return httpx.Response(301, headers={"Location": f"/{number + 1}"})

    with pytest.raises(FetchTimeout):
        answering(site, clock=clock).fetch("http://example.org/0")


# Addresses and connections


class Wire(httpcore.NetworkStream):
    """A connection on which the script's bytes arrive; reading takes ``seconds`` each time."""

    def __init__(self, backend: "Backend") -> None:
        self.backend = backend
        self.script = list(backend.script)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        assert timeout is not None
        self.backend.timeouts.append(timeout)
        if self.backend.seconds > timeout:
            self.backend.clock.seconds += timeout
            raise httpcore.ReadTimeout("script")
        self.backend.clock.seconds += self.backend.seconds
        return self.script.pop(0) if self.script else b""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.backend.written += buffer

    def close(self) -> None:
        self.backend.closed += 1

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        if self.backend.tls_error is not None:
            raise httpcore.ConnectError("handshake") from self.backend.tls_error
        self.backend.tls_names.append(server_hostname)
        return self

    def get_extra_info(self, info: str) -> object:
        return None


class Backend(httpcore.NetworkBackend):
    """Counts connections; ``refused`` addresses do not answer."""

    def __init__(self, script: list[bytes], clock: Clock, refused: frozenset[str] = frozenset()) -> None:
        self.script = script
        self.clock = clock
        self.refused = refused
        self.seconds = 0.0
        self.tls_error: Exception | None = None
        self.connected: list[tuple[str, int]] = []
        self.tls_names: list[str | None] = []
        self.timeouts: list[float] = []
        self.written = b""
        self.closed = 0

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None) -> httpcore.NetworkStream:
        self.connected.append((host, port))
        if host in self.refused:
            self.clock.seconds += timeout or 0
            raise httpcore.ConnectTimeout("no answer")
        return Wire(self)


OK = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi"]
PUBLIC_1, PUBLIC_2 = "93.184.215.14", "2606:4700::1"


def through(backend: Backend, names: dict[str, list[str]]) -> Web:
    transport = CheckedTransport(
        ssl.create_default_context(),
        resolver=lambda host, port, timeout_s: names[host],
        backend=backend,
        clock=backend.clock,
    )
    return web(transport, clock=backend.clock)


def test_the_connection_goes_to_the_checked_address_and_keeps_the_name() -> None:
    backend = Backend(OK, Clock())
    page = through(backend, {"example.org": [PUBLIC_1]}).fetch("https://example.org/a")
    assert page.body == b"hi"
    assert backend.connected == [(PUBLIC_1, 443)]
    assert backend.tls_names == ["example.org"]
    assert b"\r\nHost: example.org\r\n" in backend.written
    assert backend.closed


def test_a_name_is_resolved_once_per_connection() -> None:
    """A second look-up could give another address than the one that was checked."""
    backend = Backend(OK, Clock())
    answers = iter([[PUBLIC_1], ["127.0.0.1"]])
    transport = CheckedTransport(
        ssl.create_default_context(), resolver=lambda *_: next(answers), backend=backend, clock=backend.clock
    )
    assert web(transport).fetch("http://example.org/").body == b"hi"
    assert backend.connected == [(PUBLIC_1, 80)]


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["10.0.0.7"], ["169.254.169.254"], ["::ffff:10.0.0.1"], [PUBLIC_1, "192.168.0.1"]]
)
def test_a_public_source_reaches_no_inside_address(found: list[str]) -> None:
    backend = Backend(OK, Clock())
    with pytest.raises(PrivateAddress, match="private: true") as caught:
        through(backend, {"example.org": found}).fetch("http://example.org/")
    assert not caught.value.retriable
    assert backend.connected == []


def test_a_redirect_to_an_inside_address_is_stopped_at_that_hop() -> None:
    backend = Backend([b"HTTP/1.1 302 Found\r\nLocation: http://intra.example/\r\nContent-Length: 0\r\n\r\n"], Clock())
    door = through(backend, {"example.org": [PUBLIC_1], "intra.example": ["10.0.0.1"]})
    with pytest.raises(PrivateAddress):
        door.fetch("http://example.org/")
    assert backend.connected == [(PUBLIC_1, 80)]


def test_a_private_source_reaches_this_machine_but_no_metadata_service() -> None:
    backend = Backend(OK, Clock())
    door = through(backend, {"localhost": ["127.0.0.1"], "meta": ["169.254.169.254"]})
    assert door.fetch("http://localhost:18090/feed", private=True).body == b"hi"
    assert backend.connected == [("127.0.0.1", 18090)]
    with pytest.raises(PrivateAddress):
        door.fetch("http://meta/", private=True)


def test_the_next_address_is_tried_within_the_same_time() -> None:
    backend = Backend(OK, Clock(), refused=frozenset({PUBLIC_2}))
    assert through(backend, {"example.org": [PUBLIC_2, PUBLIC_1]}).fetch("http://example.org/").body == b"hi"
    assert backend.connected == [(PUBLIC_2, 80), (PUBLIC_1, 80)]
    assert backend.clock.seconds == pytest.approx(1010)


def test_no_answering_address_is_a_typed_error() -> None:
    backend = Backend(OK, Clock(), refused=frozenset({PUBLIC_2, PUBLIC_1}))
    with pytest.raises(FetchFailed) as caught:
        through(backend, {"example.org": [PUBLIC_2, PUBLIC_1]}).fetch("http://example.org/")
    assert caught.value.retriable
    with pytest.raises(DnsFailed):
        through(backend, {"example.org": []}).fetch("http://example.org/")


def test_headers_that_drip_end_with_the_time() -> None:
    backend = Backend([bytes([byte]) for byte in OK[0]], Clock())
    backend.seconds = 1.0
    with pytest.raises(FetchTimeout):
        through(backend, {"example.org": [PUBLIC_1]}).fetch("http://example.org/")
    assert backend.clock.seconds == pytest.approx(1020)
    assert backend.timeouts[-1] <= 1.0
    assert backend.closed


@pytest.mark.parametrize("error", [ssl.SSLCertVerificationError("expired"), ConnectionResetError("reset")])
def test_a_certificate_can_be_renewed_and_a_handshake_repeated(error: Exception) -> None:
    backend = Backend(OK, Clock())
    door = through(backend, {"example.org": [PUBLIC_1]})
    backend.tls_error = error
    with pytest.raises(TlsFailed) as caught:
        door.fetch("https://example.org/")
    assert caught.value.retriable


@pytest.mark.parametrize(
    "script",
    [
        [b"SSH-2.0-OpenSSH_9.0\r\n\r\n"],
        [b""],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
        [b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000],
    ],
    ids=["not-http", "nothing", "cut-short", "bad-chunk", "endless-header"],
)
def test_what_is_not_http_is_a_typed_error(script: list[bytes]) -> None:
    backend = Backend(script, Clock())
    with pytest.raises(BadResponse) as caught:
        through(backend, {"example.org": [PUBLIC_1]}).fetch("http://example.org/")
    assert caught.value.retriable
    assert backend.closed


# The system's resolver


def test_addresses_come_once_each_in_the_resolvers_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(host: str, port: int, **_: object) -> list[tuple]:
        return [(0, 0, 0, "", (PUBLIC_2, port, 0, 0)), (0, 0, 0, "", (PUBLIC_1, port)), (0, 0, 0, "", (PUBLIC_1, port))]

    monkeypatch.setattr(web_transport.socket, "getaddrinfo", found)
    assert web_transport.resolve("example.org", 80, 5) == (PUBLIC_2, PUBLIC_1)


@pytest.mark.parametrize(
    ("error", "retriable"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), True),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), True),
        (UnicodeError("label too long"), False),
    ],
)
def test_a_name_without_address_is_a_typed_error(
    monkeypatch: pytest.MonkeyPatch, error: Exception, retriable: bool
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(web_transport.socket, "getaddrinfo", fail)
    with pytest.raises(DnsFailed) as caught:
        web_transport.resolve("example.org", 80, 5)
    assert caught.value.retriable is retriable
