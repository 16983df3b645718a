"""The door to the web: fetch one URL, trusting nothing of what comes back.

Limits on time (the whole fetch), size (on the wire and unpacked), redirects and addresses; errors are those of
``infra.web_errors``. No cookies are kept, and proxies and credentials of the environment are ignored.
"""

import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from types import TracebackType
from typing import Self, cast

import httpx

from infra import content_encoding
from infra.settings import Settings
from infra.web_errors import BadRedirect, BadUrl, FetchFailed, HttpStatus, TooLarge
from infra.web_transport import CheckedTransport, Limits, remaining, typed_errors

ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
MOST_REDIRECTS = 5
LONGEST_URL = 4_096
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOST = re.compile(rb"[0-9A-Za-z_.:-]+")
"""Names in their ASCII form (httpx encodes international ones) and addresses."""
_CREDENTIALS = re.compile(r"//[^/?#]*@")
_CHARSET = re.compile(r"[0-9a-z][0-9a-z_.:+-]{0,39}")
_UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL gave. ``status`` is 2xx, or 304 for a conditional fetch of something unchanged (then no body)."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    """Names in lower case; a header sent twice is joined by commas."""
    media_type: str
    """Lower case, without parameters; ``application/octet-stream`` where the server names none."""
    charset: str | None
    """As the transport declares it."""
    body: bytes
    """After content decoding."""
    captured_at: datetime
    redirects: tuple[str, ...] = ()
    """URLs passed through, the requested one first."""

    @property
    def unchanged(self) -> bool:
        """Whether the server says that what the caller has is current."""
        return self.status == httpx.codes.NOT_MODIFIED

    @property
    def etag(self) -> str | None:
        """For the next conditional fetch."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """For the next conditional fetch."""
        return self.headers.get("last-modified")


class Web:
    """Fetches over HTTP/1.1. Safe to share between threads: a fetch keeps no state in it.

    ``transport`` replaces the network (``httpx.MockTransport`` in tests). ``clock`` gives seconds, ``now`` the time of
    capture.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        timeout_s: float,
        max_bytes: int,
        transport: httpx.BaseTransport | None = None,
        ssl_context: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._clock = clock
        self._now = now
        if transport is None:
            context = ssl_context or httpx.create_ssl_context(trust_env=False)
            transport = CheckedTransport(context, clock=clock)
        # The transport is called directly: httpx.Client would add cookies, credentials and redirects of its own.
        self._transport = transport
        self._headers = {
            "User-Agent": user_agent,
            "Accept-Encoding": content_encoding.ACCEPT_ENCODING,
            "Connection": "close",
        }

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return a door with the limits of the settings."""
        return cls(
            user_agent=settings.user_agent, timeout_s=settings.fetch_timeout_s, max_bytes=settings.fetch_max_bytes
        )

    def fetch(
        self,
        url: str,
        *,
        private: bool = False,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = ACCEPT_PAGE,
        language: str | None = None,
    ) -> Fetched:
        """Return what ``url`` gives, following up to ``MOST_REDIRECTS`` redirects.

        ``private`` lets this fetch reach this machine and its private network. ``etag`` and ``last_modified`` make it
        conditional; ``language`` is preferred where the site has several. Raises ``FetchFailed``.
        """
        headers = {**self._headers, "Accept": accept}
        if language:
            headers["Accept-Language"] = f"{language}, *;q=0.5"
        # A header is ASCII; a validator that is not, from a server that does not keep to it, is of no use.
        if etag and etag.isascii():
            headers["If-None-Match"] = etag
        if last_modified and last_modified.isascii():
            headers["If-Modified-Since"] = last_modified
        conditional = "If-None-Match" in headers or "If-Modified-Since" in headers
        limits = Limits(deadline=self._clock() + self._timeout_s, private=private)
        target, passed = httpx.URL(check_url(url)), list[str]()
        while True:
            remaining(limits["deadline"], self._clock)
            request = httpx.Request("GET", target, headers=headers, extensions={"copydesk": limits})
            with typed_errors(target.host):
                response = self._transport.handle_request(request)
            response.request = request
            try:
                if response.status_code not in _REDIRECTS:
                    return self._read(url, response, tuple(passed), limits, conditional=conditional)
                passed.append(str(target))
                if len(passed) > MOST_REDIRECTS:
                    raise BadRedirect(f"{url} leads through more than {MOST_REDIRECTS} redirects", retriable=False)
                target = _next_hop(target, response)
            finally:
                response.close()

    def close(self) -> None:
        """Release what is held."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(
        self, url: str, response: httpx.Response, passed: tuple[str, ...], limits: Limits, *, conditional: bool
    ) -> Fetched:
        unchanged = response.status_code == httpx.codes.NOT_MODIFIED and conditional
        if not response.is_success and not unchanged:
            raise HttpStatus(response.status_code, str(response.url))
        headers = {name.lower(): value for name, value in response.headers.items()}
        announced = headers.get("content-length", "")
        if announced.isdigit() and int(announced) > self._max_bytes:
            raise TooLarge(f"{response.url} announces {announced} bytes, {self._max_bytes} allowed", retriable=False)
        encodings = content_encoding.layers(headers.get("content-encoding"))
        chunks = self._in_time(response, limits)
        body = b"" if unchanged else content_encoding.unpack(chunks, encodings, limit=self._max_bytes)
        media_type, charset = _content_type(headers.get("content-type"))
        return Fetched(
            url=url,
            final_url=str(response.url),
            status=response.status_code,
            headers=headers,
            media_type=media_type,
            charset=charset,
            body=body,
            captured_at=self._now(),
            redirects=passed,
        )

    def _in_time(self, response: httpx.Response, limits: Limits) -> Iterator[bytes]:
        wire = 0
        stream = cast("httpx.SyncByteStream", response.stream)  # undecoded: `Response.iter_raw` serves one pass only
        with typed_errors(response.url.host):
            for chunk in stream:
                remaining(limits["deadline"], self._clock)
                wire += len(chunk)
                if wire > self._max_bytes:
                    raise TooLarge(f"{response.url} is over {self._max_bytes} bytes on the wire", retriable=False)
                yield chunk


def check_url(url: str) -> str:
    """Return the URL as it would be requested: percent-encoded, host in ASCII, no fragment. Raises ``BadUrl``."""
    if len(url) > LONGEST_URL:
        raise BadUrl(f"a URL of {len(url)} characters; {LONGEST_URL} allowed", retriable=False)
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise BadUrl(f"{_shown(url)!r} is not a URL: {error}", retriable=False) from error
    if parsed.scheme not in {"http", "https"} or not parsed.host or not _HOST.fullmatch(parsed.raw_host):
        raise BadUrl(f"{_shown(url)!r} is not an http or https URL", retriable=False)
    if parsed.port is not None and not 0 < parsed.port < 65_536:
        raise BadUrl(f"{_shown(url)!r} names port {parsed.port}", retriable=False)
    if parsed.userinfo:
        raise BadUrl(f"the URL of {parsed.host} holds credentials, which every record would repeat", retriable=False)
    return str(parsed.copy_with(fragment=None))


def _shown(url: str) -> str:
    """Return what a message may show of it: no credentials."""
    return _CREDENTIALS.sub("//", url)


def _next_hop(current: httpx.URL, response: httpx.Response) -> httpx.URL:
    location = response.headers.get("location", "").strip()
    if not location:
        raise BadRedirect(f"{current} answered {response.status_code} without a location", retriable=True)
    try:
        return httpx.URL(check_url(str(current.join(location))))
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise BadRedirect(f"{current} leads to {location[:200]!r}: {error}", retriable=False) from error
    except FetchFailed as error:
        raise BadRedirect(f"{current} leads to what cannot be fetched: {error.detail}", retriable=False) from error


def _content_type(header: str | None) -> tuple[str, str | None]:
    """Return media type and charset, as far as the header has them in good form."""
    if not header:
        return _UNKNOWN_TYPE, None
    message = Message()
    message["content-type"] = header.replace("\r", " ").replace("\n", " ")
    named = header.partition(";")[0].strip().lower()
    kind = message.get_content_type() if "/" in named else _UNKNOWN_TYPE
    try:
        charset = message.get_content_charset("")
    except (LookupError, ValueError):  # a charset of a charset (RFC 2231) that Python does not know
        return kind, None
    return kind, charset if _CHARSET.fullmatch(charset) else None
