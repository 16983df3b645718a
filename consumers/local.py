"""Bytes handed to the command become a raw article, the same for a path and for standard input."""

import hashlib

from consumers.decode import sniff_media_type
from schemas.articles import RawArticle
from schemas.identity import LOCAL_SOURCE, article_id, bytes_url


def raw_from_bytes(body: bytes, *, url: str | None = None, source: str = LOCAL_SOURCE) -> RawArticle:
    """Return the bytes as a raw article: media type from the bytes, no capture time, no headers.

    Without ``url`` it is ``urn:sha256:<bytes>``, so the same bytes are the same article. Raises
    ``consumers.step.Invalid`` (``empty``, ``unsupported-media-type``) for what holds no article, and
    ``schemas.codec.ValidationError`` for a ``url`` that is none.
    """
    media_type = sniff_media_type(body)
    address = url or bytes_url(body)
    return RawArticle(
        id=article_id(address),
        url=address,
        source=source,
        media_type=media_type,
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
    )
