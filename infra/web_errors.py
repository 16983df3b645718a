"""How a fetch fails.

- ``FetchFailed``: base; ``reason`` is a short, stable word for outcomes, ``retriable`` says whether later may be better
    - ``BadUrl``: not an http(s) URL that can be fetched
    - ``DnsFailed``: the host has no address
    - ``PrivateAddress``: an address inside a network that the source may not reach
    - ``ConnectFailed``: no connection, or it broke
    - ``TlsFailed``: the certificate or the handshake was refused
    - ``FetchTimeout``: the whole fetch took longer than allowed
    - ``BadResponse``: not HTTP
    - ``HttpStatus``: a status other than success
    - ``BadRedirect``: too many redirects, or one that leads nowhere
    - ``TooLarge``: more bytes than allowed, on the wire or unpacked
    - ``BadEncoding``: a content encoding that is unknown, broken or cut short
"""

from typing import ClassVar

from infra.errors import InfraError

RETRIABLE_STATUS = frozenset({401, 403, 404, 408, 421, 425, 429})
"""Below 500. 401 and 403 are what a wall against robots says, often for minutes only; 404 is among them because feeds
announce pages that their site serves a moment later."""


class FetchFailed(InfraError):
    """A fetch gave nothing usable. ``detail`` is a sentence for a person."""

    reason: ClassVar[str] = "fetch-failed"

    def __init__(self, detail: str, *, retriable: bool) -> None:
        super().__init__(f"{self.reason}: {detail}")
        self.detail = detail
        self.retriable = retriable


class BadUrl(FetchFailed):
    """Not an http(s) URL that can be fetched."""

    reason = "bad-url"


class DnsFailed(FetchFailed):
    """The host has no address."""

    reason = "dns"


class PrivateAddress(FetchFailed):
    """The host leads to an address that this source may not reach."""

    reason = "private-address"


class ConnectFailed(FetchFailed):
    """No connection was made, or it broke."""

    reason = "connect"


class TlsFailed(FetchFailed):
    """The certificate or the handshake was refused."""

    reason = "tls"


class FetchTimeout(FetchFailed):
    """The fetch, redirects included, took longer than allowed."""

    reason = "timeout"


class BadResponse(FetchFailed):
    """The server does not speak HTTP, or stopped in the middle."""

    reason = "bad-response"


class HttpStatus(FetchFailed):
    """The server answered with ``status``."""

    reason = "http-status"

    def __init__(self, status: int, url: str) -> None:
        super().__init__(f"{url} answered {status}", retriable=status >= 500 or status in RETRIABLE_STATUS)
        self.status = status


class BadRedirect(FetchFailed):
    """Too many redirects, or one that leads nowhere."""

    reason = "bad-redirect"


class TooLarge(FetchFailed):
    """More bytes than allowed, on the wire or after decompression."""

    reason = "too-large"


class BadEncoding(FetchFailed):
    """A content encoding that is unknown, broken or cut short."""

    reason = "bad-encoding"
