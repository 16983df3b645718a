"""What `ingest` is given: documents, lines of JSONL, records of WARC files, folders of these."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from consumers.step import Invalid
from copydesk.filters.source import document, lines, read_bytes
from schemas.articles import RawArticle
from schemas.codec import ValidationError

DOCUMENTS = frozenset({".txt", ".text", ".md", ".htm", ".html", ".xhtml"})
LINES = frozenset({".jsonl", ".ndjson"})
WARCS = (".warc", ".warc.gz")


@dataclass(frozen=True, slots=True)
class Input:
    """One article to be, or why it is none. ``name`` tells people where it comes from: path, or path:line."""

    name: str
    raw: RawArticle | None
    error: Invalid | None = None


def find(paths: Iterable[str]) -> tuple[list[str], int]:
    """Return the files to read, folders walked in the order of names, and how many in them are of other kinds.

    Hidden files and folders are passed over. Raises ``OSError`` for a path that is not there.
    """
    found: list[str] = []
    others = 0
    for path in paths:
        if path == "-" or not Path(path).is_dir():
            found.append(path)
            continue
        for file in sorted(Path(path).rglob("*")):
            if not file.is_file() or any(part.startswith(".") for part in file.relative_to(path).parts):
                continue
            if file.suffix.lower() in DOCUMENTS | LINES or str(file).lower().endswith(WARCS):
                found.append(str(file))
            else:
                others += 1
    return found, others


def read(paths: Iterable[str], *, stdin: BinaryIO, url: str | None = None, as_lines: bool = False) -> Iterator[Input]:
    """Read the files in their order, one article at a time.

    Files are told apart by their names; ``as_lines`` says that standard input holds JSONL. What cannot be read gives
    an ``Input`` with its error, and the others follow.
    """
    for path in paths:
        try:
            if path == "-" and as_lines:
                yield from _lines(path, stdin)
            elif Path(path).suffix.lower() in LINES:
                with Path(path).open("rb") as file:
                    yield from _lines(path, file)
            elif path.lower().endswith(WARCS):
                yield from _records(path)
            else:
                yield Input(path, document(read_bytes(path, stdin), url).raw)
        except Invalid as error:
            yield Input(path, None, error)
        except ValidationError as error:
            yield Input(path, None, Invalid("bad-url", str(error)))
        except OSError as error:
            yield Input(path, None, Invalid("unreadable", error.strerror or str(error)))


def _lines(path: str, file: BinaryIO) -> Iterator[Input]:
    for given in lines(file):
        yield Input(f"{path}:{given.line}", given.raw, given.error)


def _records(path: str) -> Iterator[Input]:
    from copydesk.intake.warc import records

    for number, raw in records(Path(path)):
        name = f"{path}:{number}"
        yield Input(name, None, raw) if isinstance(raw, Invalid) else Input(name, raw)
