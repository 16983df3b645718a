"""`copydesk clean --learn` as people run it, on a real store, and its file given back to the filters."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from consumers.memory_store import load_memory
from infra.settings import ROOT
from infra.store import S3Store
from schemas.articles import CleanArticle, EnrichedArticle, Language, Provenance, RawObject, Revision
from schemas.codec import decode, encode
from schemas.keys import CURRENT_MEMORY_KEY, enriched_key

SLOGAN = "The hall at the north quay was raised in 1912 by two brothers who had lost their boat in a storm."
PROSE = "The {} at the quay was moved to the other side of the harbour on Monday, said the office, until the spring."
STORY = "\n\n".join([*(PROSE.format(name) for name in ("crane", "slipway", "fish hall", "weighbridge")), SLOGAN])
URL = "https://www.paper.example/2026/crane"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def store(real_store, bucket_name) -> S3Store:
    opened = S3Store(
        real_store.endpoint, bucket_name, access_key=real_store.access_key, secret_key=real_store.secret_key
    )
    opened.ensure_bucket()
    for n in range(12):
        text = f"{PROSE.format('abcdefghijkl'[n] * 4)}\n\n{SLOGAN}"
        day = datetime(2026, 9, 1, 12, tzinfo=UTC) + timedelta(days=n)
        article = CleanArticle(
            id=f"{n:032x}",
            revision=Revision(number=1, hash="0" * 64, cause="first"),
            url=f"https://paper.example/{n}",
            source="paper",
            published_at=day,
            language=Language(code="en", confidence=1.0),
            text=text,
            text_hash=hashlib.sha256(text.encode()).hexdigest(),
            provenance=Provenance(raw=RawObject(key="raw/x", sha256="0" * 64), rules="r", extractor="e"),
        )
        opened.put(enriched_key(article.id, 1, "0" * 12, day), encode(article))
    return opened


@pytest.fixture
def copydesk(real_store, bucket_name, tmp_path) -> Run:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}

    def run(*arguments: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "COPYDESK_HOME": str(tmp_path / "home"),
            "COPYDESK_S3_ENDPOINT": real_store.endpoint,
            "COPYDESK_S3_BUCKET": bucket_name,
            "COPYDESK_S3_ACCESS_KEY": real_store.access_key,
            "COPYDESK_S3_SECRET_KEY": real_store.secret_key,
            "COLUMNS": "160",
        }
        return subprocess.run(
            [sys.executable, "-m", "copydesk.main", *arguments],
            input=stdin,
            env={**inherited, **environment, **settings},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_learning_shows_what_is_new_and_makes_it_current(store: S3Store, copydesk: Run) -> None:
    done = copydesk("clean", "--learn")
    assert done.returncode == 0, done.stderr
    memory = load_memory(store, "latest")
    assert memory is not None
    assert "12 articles of 2026-09-01 to 2026-09-12; paragraphs known: 1, new: 1, forgotten: 0" in done.stdout
    assert "the hall at the north quay was raised" in done.stdout
    assert f"version {memory.version} is current" in done.stdout
    again = copydesk("clean", "--learn", "--json")
    report = json.loads(again.stdout)
    assert (report["written"], report["learned"], report["current"]) == (False, 0, memory.version)
    assert [host["known"] for host in report["hosts"]] == [1]


def test_a_dry_run_writes_the_file_asked_for_and_nothing_else(store: S3Store, copydesk: Run, tmp_path: Path) -> None:
    out = tmp_path / "memory.json"
    done = copydesk("clean", "--learn", "--dry-run", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "nothing was written; current stays none" in done.stdout
    assert not store.exists(CURRENT_MEMORY_KEY)

    plain = decode(copydesk("clean", "--url", URL, "-", stdin=STORY).stdout.encode(), CleanArticle)
    assert SLOGAN in plain.text
    assert plain.provenance.memory is None
    for verb, kind in (("clean", CleanArticle), ("enrich", EnrichedArticle)):
        filtered = copydesk(verb, "--memory", str(out), "--url", URL, "-", stdin=STORY)
        article = decode(filtered.stdout.encode(), kind)
        assert SLOGAN not in article.text
        assert article.removed[-1].rule.startswith("memory:")
        assert article.provenance.memory == hashlib.sha256(out.read_bytes()).hexdigest()[:12]
    assert "[memory:" in copydesk("clean", "--explain", "--memory", str(out), "--url", URL, "-", stdin=STORY).stdout


def test_a_file_that_is_no_memory_is_one_line(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "memory.json").write_text("{}")
    done = copydesk("clean", "--memory", str(tmp_path / "memory.json"), "-", stdin=STORY)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "is no memory" in done.stderr


def test_a_store_that_is_away_exits_with_its_own_code(copydesk: Run, silent_port: int) -> None:
    done = copydesk("clean", "--learn", COPYDESK_S3_ENDPOINT=f"http://127.0.0.1:{silent_port}")
    assert (done.returncode, done.stdout) == (75, "")
    assert "`copydesk up` starts it" in done.stderr


def test_an_empty_bucket_is_said(copydesk: Run, store: S3Store) -> None:
    for info in list(store.list()):
        store.delete(info.key)
    done = copydesk("clean", "--learn")
    assert (done.returncode, done.stdout.startswith("nothing to learn from")) == (0, True)


@pytest.mark.parametrize(
    "arguments",
    [("--learn", "-"), ("--learn", "--explain"), ("--dry-run", "-"), ("--json", "-"), ("--out", "x", "-"), ()],
)
def test_options_of_the_two_uses_exclude_each_other(copydesk: Run, arguments: tuple[str, ...]) -> None:
    assert copydesk("clean", *arguments).returncode == 2
