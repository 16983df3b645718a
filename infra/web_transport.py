"""Connections to checked addresses only, with one time limit for everything.

``CheckedTransport`` resolves the host itself, checks every address, and connects to the very address it checked, so a
name that changes its mind between check and connection (DNS rebinding) gains nothing. TLS and the ``Host`` header keep
the name. One connection per request: nothing is shared between hosts, sources or time limits.
"""

import contextlib
import socket
import ssl
import threading
import time
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence

import httpcore
import httpx

from infra import addresses
from infra.web_errors import (
    BadResponse,
    ConnectFailed,
    DnsFailed,
    FetchTimeout,
    PrivateAddress,
    TlsFailed,
)

Resolve = Callable[[str, int, float], Sequence[str]]
"""Host, port, seconds allowed -> IP addresses, best first. Raises ``DnsFailed`` and ``FetchTimeout``."""
_MOST_ADDRESSES = 4


class Limits(typing.TypedDict):
    """What a request tells the transport (``Request.extensions["copydesk"]``)."""

    deadline: float
    private: bool


def resolve(host: str, port: int, timeout_s: float) -> tuple[str, ...]:
    """Ask the system's resolver, in a thread of its own since it knows no time limit."""
    answer: list[tuple[str, ...] | DnsFailed] = []

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            # A name unknown today may be one that lapsed, or a resolver that is wrong for an hour.
            answer.append(DnsFailed(f"{host}: {error.strerror}", retriable=True))
        except (ValueError, OverflowError) as error:
            answer.append(DnsFailed(f"{host!r} is not a host name: {error}", retriable=False))
        else:
            answer.append(tuple(dict.fromkeys(str(entry[4][0]) for entry in found)))

    thread = threading.Thread(target=ask, name=f"resolve-{host}", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if not answer:
        raise FetchTimeout(f"no answer from DNS for {host} in time", retriable=True)
    if isinstance(answer[0], DnsFailed):
        raise answer[0]
    return answer[0]


class CheckedTransport(httpx.BaseTransport):
    """A transport for ``httpx.Client``. ``backend`` makes the connections and ``resolver`` finds addresses (seams)."""

    def __init__(
        self,
        ssl_context: ssl.SSLContext,
        *,
        resolver: Resolve = resolve,
        backend: httpcore.NetworkBackend | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ssl_context = ssl_context
        self._resolver = resolver
        self._backend = backend or httpcore.SyncBackend()
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        limits: Limits = request.extensions["copydesk"]
        dialer = _Dialer(self._backend, self._resolver, self._clock, limits)
        pool = httpcore.ConnectionPool(
            ssl_context=self._ssl_context, max_connections=1, max_keepalive_connections=0, network_backend=dialer
        )
        core_request = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
        )
        try:
            with typed_errors(request.url.host):
                response = pool.handle_request(core_request)
        except BaseException:
            pool.close()
            raise
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response, pool, request.url.host),
            extensions=response.extensions,
        )


class _Body(httpx.SyncByteStream):
    """The body as it arrives; closing it closes the connection."""

    def __init__(self, response: httpcore.Response, pool: httpcore.ConnectionPool, host: str) -> None:
        self._response = response
        self._pool = pool
        self._host = host

    def __iter__(self) -> Iterator[bytes]:
        with typed_errors(self._host):
            yield from self._response.iter_stream()

    def close(self) -> None:
        with typed_errors(self._host):
            self._response.close()
            self._pool.close()


class _Dialer(httpcore.NetworkBackend):
    """Opens the connection of one request."""

    def __init__(
        self,
        backend: httpcore.NetworkBackend,
        resolver: Resolve,
        clock: Callable[[], float],
        limits: Limits,
    ) -> None:
        self._backend = backend
        self._resolver = resolver
        self._clock = clock
        self._limits = limits

    def _remaining(self) -> float:
        return remaining(self._limits["deadline"], self._clock)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline rules
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        found = self._resolver(host, port, self._remaining())
        if not found:
            raise DnsFailed(f"{host} has no address", retriable=True)
        for address in found:
            if not addresses.allowed(address, private=self._limits["private"]):
                raise PrivateAddress(
                    f"{host} is at {address}, inside a network; only a source with `private: true` in sources.yaml may "
                    "reach this machine and its network, and none may reach link-local or reserved addresses",
                    retriable=False,
                )
        tried = found[:_MOST_ADDRESSES]
        failure: Exception | None = None
        for number, address in enumerate(tried):
            share = self._remaining() / (len(tried) - number)
            try:
                stream = self._backend.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _TimedStream(stream, self._remaining)
        raise ConnectFailed(f"{host} at {', '.join(tried)}, port {port}: {failure}", retriable=True) from failure


class _TimedStream(httpcore.NetworkStream):
    """A connection on which no call outlives the deadline, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, self._left())
        except httpcore.ConnectError as error:
            # Certificates expire and are renewed: no failure here is for good.
            raise TlsFailed(f"{server_hostname}: {error}", retriable=True) from error
        return _TimedStream(stream, self._left)

    def get_extra_info(self, info: str) -> typing.Any:
        return self._stream.get_extra_info(info)


def remaining(deadline: float, clock: Callable[[], float]) -> float:
    """Return the seconds left. Raises ``FetchTimeout`` when there are none."""
    left = deadline - clock()
    if left <= 0:
        raise FetchTimeout("the fetch took longer than allowed", retriable=True)
    return left


@contextlib.contextmanager
def typed_errors(host: str) -> Iterator[None]:
    """Turn what httpcore and httpx raise into the errors of ``infra.web_errors``."""
    try:
        yield
    except (httpcore.TimeoutException, httpx.TimeoutException) as error:
        raise FetchTimeout(f"{host} did not answer in time", retriable=True) from error
    except (httpcore.NetworkError, httpx.NetworkError) as error:
        raise ConnectFailed(f"{host}: {error}", retriable=True) from error
    except (httpcore.ProtocolError, httpx.ProtocolError) as error:
        raise BadResponse(f"{host}: {error}", retriable=True) from error
