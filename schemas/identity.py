"""Who an article is: the normalised URL and the id made from it.

The id is fixed when an article is pulled and never changes, so this is a contract: ``tests/unit/schemas`` pins it.
"""

import hashlib
from urllib.parse import urldefrag

from courlan import normalize_url

from schemas.codec import ValidationError

LOCAL_SOURCE = "local"
ID_DIGITS = 32
"""Hex digits of an article id."""


def normalise_url(url: str) -> str:
    """Drop what does not tell articles apart: fragment, default port, tracking parameters, case of the host.

    The list of tracking parameters is courlan's. ``urn:`` and ``file:`` URLs are returned as they are. Raises
    ``ValidationError`` for what is no URL.
    """
    url = url.strip()
    try:
        url.encode()
        if not url.lower().startswith(("http://", "https://")):
            return url
        return str(normalize_url(urldefrag(url).url))
    except ValueError as error:
        raise ValidationError(f"not a URL: {url!r:.200} ({error}); give it as http(s)://host/path") from error


def article_id(url: str) -> str:
    """Return the first 128 bits, as 32 hex digits, of SHA-256 over the normalised requested URL.

    Raises ``ValidationError`` for what is no URL.
    """
    return hashlib.sha256(normalise_url(url).encode()).hexdigest()[:ID_DIGITS]


def is_article_id(text: str) -> bool:
    """Whether ``text`` has the form of an article id."""
    return len(text) == ID_DIGITS and not text.strip("0123456789abcdef")


def bytes_url(body: bytes) -> str:
    """Return the URL that stands for bytes handed over without one."""
    return f"urn:sha256:{hashlib.sha256(body).hexdigest()}"
