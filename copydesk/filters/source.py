"""What a filter is given: one document, or an object a line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

import msgspec

from consumers.local import raw_from_bytes
from consumers.memory import MAX_BYTES, Memory
from consumers.step import Invalid
from schemas.articles import FeedItem, RawArticle
from schemas.codec import ValidationError

LIMIT = 64 * 1024 * 1024
"""Bytes of one document or line."""


@dataclass(frozen=True, slots=True)
class Given:
    """One input. ``line`` counts from 1, None for a document; ``id`` and ``text`` are those of a line, if it has any.

    ``raw`` is None where the input holds no article; ``error`` says why.
    """

    line: int | None
    id: str | None
    raw: RawArticle | None
    text: str | None = None
    error: Invalid | None = None


def read_bytes(path: str, stdin: BinaryIO) -> bytes:
    """Return a file's bytes, or those of ``stdin`` for ``-``. Raises ``OSError``, and ``Invalid`` for too many."""
    if path == "-":
        body = stdin.read(LIMIT + 1)
    else:
        with Path(path).open("rb") as file:
            body = file.read(LIMIT + 1)
    if len(body) > LIMIT:
        raise Invalid(
            "too-large", f"a document may have {LIMIT} bytes; for many articles use --jsonl, an object a line"
        )
    return body


def read_memory(path: str | None) -> Memory | None:
    """Return the memory in a file; None for None. Raises ``OSError``, and ``Refused`` for what is no memory."""
    if path is None:
        return None
    with Path(path).open("rb") as file:
        return Memory.read(file.read(MAX_BYTES + 1), name=path)


def document(body: bytes, url: str | None, title: str | None = None) -> Given:
    """Return one document, HTML or text. Raises ``Invalid`` and ``ValidationError`` (the URL).

    ``title`` counts where the document names none itself, as a feed's does.
    """
    return Given(None, None, _titled(raw_from_bytes(body, url=url), title))


def lines(file: IO[bytes]) -> Iterator[Given]:
    """Every line of a JSONL stream that is not blank; what is wrong with one is in its ``error``."""
    number = 0
    while line := file.readline(LIMIT + 1):
        number += 1
        if len(line) > LIMIT:
            while line and not line.endswith(b"\n"):
                line = file.readline(LIMIT)
            yield Given(number, None, None, error=Invalid("too-large", f"a line may have {LIMIT} bytes"))
        elif line.strip():
            yield _parse(number, line)


def _parse(number: int, line: bytes) -> Given:
    identity: str | None = None
    try:
        given = _object(line)
        identity = _string(given, "id")
        return _article(number, identity, given)
    except Invalid as error:
        return Given(number, identity, None, error=error)
    except ValidationError as error:
        return Given(number, identity, None, error=Invalid("bad-line", str(error)))


def _article(number: int, identity: str | None, given: dict[str, object]) -> Given:
    text, html, url, title = (_string(given, name) for name in ("text", "html", "url", "title"))
    if (text is None) == (html is None):
        raise Invalid("bad-line", 'an object needs either "text" or "html", and may have "id", "url" and "title"')
    body = (text if text is not None else html or "").encode()
    # What the field says counts, not what the bytes look like: a text may begin with `<`.
    raw = msgspec.structs.replace(
        raw_from_bytes(body, url=url), media_type="text/html" if text is None else "text/plain", charset="utf-8"
    )
    return Given(number, identity, _titled(raw, title), text)


def _titled(raw: RawArticle, title: str | None) -> RawArticle:
    return msgspec.structs.replace(raw, item=FeedItem(title=title)) if title else raw


def _object(line: bytes) -> dict[str, object]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Invalid("bad-line", f"not JSON: {error}") from error
    if not isinstance(given, dict):
        raise Invalid("bad-line", f"an object is needed, not {type(given).__name__}")
    return given


def _string(given: dict[str, object], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise Invalid("bad-line", f'"{name}" must be a string, not {type(value).__name__}')
    if value is not None and not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        raise Invalid("bad-line", f'"{name}" holds halves of characters (\\ud800 to \\udfff), which no text can hold')
    return value
