"""Undo ``Content-Encoding`` piece by piece, never holding more than allowed: a decompression bomb stops early."""

import zlib
from collections.abc import Iterable, Iterator

from infra.web_errors import BadEncoding, TooLarge

ACCEPT_ENCODING = "gzip, deflate"
"""What the standard library undoes with bounded output."""
_PIECE = 64 * 1024
_MOST_LAYERS = 2
_GZIP_MAGIC = b"\x1f\x8b"


def layers(header: str | None) -> tuple[str, ...]:
    """Return the encodings named by the header, outermost (last applied) first. Raises ``BadEncoding``."""
    names = [name.strip().lower().removeprefix("x-") for name in (header or "").split(",")]
    names = [name for name in names if name not in {"", "identity"}]
    unknown = [name for name in names if name not in {"gzip", "deflate"}]
    if unknown:
        raise BadEncoding(f"content encoding {unknown[0]!r} was not asked for and is not known", retriable=False)
    if len(names) > _MOST_LAYERS:
        raise BadEncoding(f"{len(names)} content encodings on one body", retriable=False)
    return tuple(reversed(names))


def unpack(chunks: Iterable[bytes], encodings: Iterable[str], *, limit: int) -> bytes:
    """Return the decoded body. Raises ``TooLarge`` as soon as any layer exceeds ``limit`` bytes, ``BadEncoding``."""
    for encoding in encodings:
        chunks = _capped(_inflate(chunks, encoding), limit)
    return b"".join(_capped(chunks, limit))


def _capped(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise TooLarge(f"more than {limit} bytes", retriable=False)
        yield chunk


def _inflate(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    stream = _Inflater(encoding)
    try:
        for chunk in chunks:
            yield from stream.feed(chunk)
    except zlib.error as error:
        raise BadEncoding(f"the {encoding} data is broken: {error}", retriable=True) from error
    stream.finish()


class _Inflater:
    """One layer. A gzip body may have several members (RFC 1952, 2.2); what follows the last one is ignored."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._held = b""  # fewer bytes than it takes to tell what begins
        self._stream: zlib._Decompress | None = None  # None: between two members
        self._members = 0
        self._over = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data and not self._over:
            if self._stream is None:
                data, self._held = self._held + data, b""
                if len(data) < 2:
                    self._held = data
                    return
                self._stream = self._begin(data)
                if self._stream is None:
                    self._over = True
                    return
            piece = self._stream.decompress(data, _PIECE)
            while piece:
                yield piece
                piece = self._stream.decompress(self._stream.unconsumed_tail, _PIECE)
            data = self._stream.unused_data
            if self._stream.eof:
                self._stream = None

    def _begin(self, data: bytes) -> "zlib._Decompress | None":
        """Return what undoes the member that ``data`` begins with; None when nothing more belongs to the body."""
        self._members += 1
        if self._encoding == "gzip" and (self._members == 1 or data.startswith(_GZIP_MAGIC)):
            return zlib.decompressobj(zlib.MAX_WBITS | 16)
        if self._encoding == "deflate" and self._members == 1:
            # Some servers send deflate without its zlib wrapper (RFC 9110, 8.4.1.2).
            return zlib.decompressobj(zlib.MAX_WBITS if _has_zlib_header(data) else -zlib.MAX_WBITS)
        return None

    def finish(self) -> None:
        """Raise ``BadEncoding`` unless the data came to its end; a body of no bytes is no error."""
        if self._stream is not None or (self._held and not self._members):
            raise BadEncoding(f"the {self._encoding} data is cut short", retriable=True)


def _has_zlib_header(data: bytes) -> bool:
    """RFC 1950: method 8, and the two bytes are a multiple of 31."""
    return data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
