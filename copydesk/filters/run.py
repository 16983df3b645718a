"""Runs a filter over a document or over lines, and prints what it makes of them."""

from collections.abc import Iterable
from typing import IO, BinaryIO

import msgspec

from consumers.step import Invalid
from copydesk.filters.source import Given, document, lines, read_bytes
from copydesk.filters.verbs import Filter
from schemas.codec import encode


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a line has no result. ``reason`` is a short, stable word, ``detail`` a sentence."""

    reason: str
    detail: str


class FailedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in place of a line's result."""

    id: str | None
    line: int
    error: Reason


def run_document(
    work: Filter, path: str, url: str | None, *, stdin: BinaryIO, stdout: BinaryIO, title: str | None = None
) -> None:
    """Print the one result. Raises ``Invalid``, ``ValidationError`` and ``OSError``."""
    stdout.write(encode(work(document(read_bytes(path, stdin), url, title))))
    stdout.flush()


def run_lines(work: Filter, file: IO[bytes], stdout: BinaryIO) -> tuple[int, int]:
    """Print a result or a ``FailedLine`` per line, in order. Returns how many failed, of how many."""
    return _print(work, lines(file), stdout)


def _print(work: Filter, inputs: Iterable[Given], stdout: BinaryIO) -> tuple[int, int]:
    failed = total = 0
    for given in inputs:
        total += 1
        try:
            result: msgspec.Struct = work(given)
        except Invalid as error:
            result = _failed(given, error.reason, error.detail)
        except Exception as error:  # noqa: BLE001  (one article that trips a bug does not take the others with it)
            result = _failed(given, "crashed", f"{type(error).__name__}: {error}")
        failed += isinstance(result, FailedLine)
        stdout.write(encode(result))
        stdout.flush()
    return failed, total


def _failed(given: Given, reason: str, detail: str) -> FailedLine:
    return FailedLine(id=given.id, line=given.line or 0, error=Reason(reason=reason, detail=detail))
