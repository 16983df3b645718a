"""HTTP without sockets: what a request and a response are, conditional requests, compression (RFC 9110)."""

import gzip
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus

import msgspec

_COMPRESSIBLE = ("text/", "application/", "image/svg+xml")
_SMALLEST_COMPRESSED = 1024


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request. `target` is the request line's path with query; header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    client: str


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """One response, its body as sent; `Content-Length` and `Date` are the server's to add."""

    status: HTTPStatus
    headers: dict[str, str]
    body: bytes


def document(request: Request, body: bytes, media_type: str, modified: datetime | None = None) -> Response:
    """Answer a GET with a document: 200, or 304 when the client holds it already; gzip where accepted.

    The entity tag is a hash of the body, and differs for the compressed form as RFC 9110, 8.8.3.3 asks.
    `modified` must carry its zone.
    """
    compress = (
        len(body) >= _SMALLEST_COMPRESSED
        and media_type.startswith(_COMPRESSIBLE)
        and _accepts_gzip(request.headers.get("accept-encoding", ""))
    )
    digest = hashlib.sha256(body).hexdigest()[:32]
    headers = {
        "ETag": f'"{digest}-gzip"' if compress else f'"{digest}"',
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
    }
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    if _held_by_client(request.headers, headers["ETag"], modified):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=headers, body=b"")
    headers["Content-Type"] = media_type
    if compress:
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, mtime=0)
    return Response(status=HTTPStatus.OK, headers=headers, body=body)


def _held_by_client(headers: Mapping[str, str], etag: str, modified: datetime | None) -> bool:
    """Whether the validators the client sent still hold; If-None-Match rules out If-Modified-Since."""
    if (tags := headers.get("if-none-match")) is not None:
        offered = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in offered or etag in offered
    since = headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        held = parsedate_to_datetime(since)
    except ValueError:  # a date that cannot be read is to be ignored: RFC 9110, 13.1.3
        return False
    return modified.replace(microsecond=0) <= (held if held.tzinfo else held.replace(tzinfo=UTC))


def _accepts_gzip(accept_encoding: str) -> bool:
    """Whether gzip is listed with a weight above zero (RFC 9110, 12.5.3)."""
    for offer in accept_encoding.lower().split(","):
        coding, _, weight = offer.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "").removeprefix("q=") not in ("0", "0.0", "0.00", "0.000")
    return False
