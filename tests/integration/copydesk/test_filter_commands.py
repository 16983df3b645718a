"""The filters as people run them, and the promise that `enrich` prints the stored object's own bytes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from consumers.enrich import Enrich
from consumers.local import raw_from_bytes
from consumers.prepare import Prepare
from consumers.step import Done
from infra.memory import MemoryStore
from models.factory import load
from schemas.articles import Origin
from schemas.codec import decode
from schemas.topics import CLEAN

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "docs" / "example-article.txt"
ORIGIN = Origin(topic="news.raw", partition=0, offset=0)


def copydesk(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "copydesk.main", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, cwd=ROOT)


def stored_object(body: bytes, url: str | None = None) -> bytes:
    """What the two steps put into the bucket for these bytes."""
    store = MemoryStore()
    clean = Prepare(store)(raw_from_bytes(body, url=url), ORIGIN)
    assert isinstance(clean, Done)
    assert CLEAN.payload is not None
    enriched = Enrich(store, load())(decode(clean.data, CLEAN.payload), ORIGIN)
    assert isinstance(enriched, Done)
    assert enriched.object_key is not None
    return store.get(enriched.object_key)


@pytest.mark.parametrize("url", [None, "https://news.example/harbour?utm_source=feed"])
def test_enrich_prints_the_bytes_of_the_stored_object(url):
    body = EXAMPLE.read_bytes()
    given = ["--url", url] if url else []
    piped = copydesk("enrich", "-", *given, stdin=body)
    assert piped.stderr == b""
    assert piped.stdout == stored_object(body, url)
    assert copydesk("enrich", str(EXAMPLE), *given).stdout == piped.stdout


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("extract", {"text", "title", "published_at"}),
        ("clean", {"text", "removed", "revision"}),
        ("tag", {"text", "entities"}),
        ("summarize", {"text", "summary", "headline_summary"}),
        ("enrich", {"text", "removed", "entities", "summary"}),
    ],
)
def test_every_filter_prints_one_object_with_the_contracts_names(verb, fields):
    done = copydesk(verb, str(EXAMPLE))
    assert done.returncode == 0
    assert fields <= json.loads(done.stdout).keys()
    assert done.stdout.count(b"\n") == 1


def test_lines_that_fail_make_the_exit_code():
    lines = json.dumps({"id": "a", "text": EXAMPLE.read_text()}).encode() + b"\nnonsense\n"
    done = copydesk("clean", "--jsonl", "-", stdin=lines)
    assert done.returncode == 1
    assert [json.loads(line).get("id") for line in done.stdout.splitlines()] == ["a", None]
    assert done.stderr.startswith(b"copydesk: 1 of 2 lines have no result")


def test_a_document_that_is_none_is_one_line_on_stderr():
    done = copydesk("enrich", "-", stdin=b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"copydesk: ")
    assert done.stderr.count(b"\n") == 1


def test_options_that_exclude_each_other_are_wrong_use():
    assert copydesk("tag", "--jsonl", "--url", "https://a.example", "-").returncode == 2
    assert copydesk("clean", "--jsonl", "--explain", "-").returncode == 2


def test_explain_shows_what_was_taken_out():
    done = copydesk("clean", "--explain", str(EXAMPLE))
    assert any(line.startswith("- READ MORE") for line in done.stdout.decode().splitlines())
