"""The command on real servers: files through two workers, and every account of them."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from infra.broker import KafkaAdmin, KafkaPublisher
from infra.messaging import Record
from infra.store import S3Store
from schemas.identity import article_id, bytes_url
from schemas.topics import TOPICS

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "docs" / "example-article.txt"
OTHER = (
    "The council of Port Ainslie voted on Tuesday to rebuild the old lighthouse, which has been dark since the storm "
    "of last October. Mayor Marta Ellingsen said the work would take two years and cost less than a new one."
)
URL = "https://news.example/lighthouse"

pytestmark = pytest.mark.timeout(300)


@dataclass
class Installation:
    """A stack of its own on the servers of this run."""

    environment: dict[str, str]
    store: S3Store
    prefix: str
    bootstrap: str

    def run(self, *arguments: str, stdin: str = "", code: int | None = 0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "copydesk.main", *arguments]
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, check=False, cwd=ROOT, env=self.environment
        )
        assert code is None or done.returncode == code, done.stderr + done.stdout
        return done

    def rows(self, *arguments: str, stdin: str = "", code: int = 0) -> list[dict]:
        return [json.loads(row) for row in self.run(*arguments, stdin=stdin, code=code).stdout.splitlines()]


@pytest.fixture(scope="module")
def desk(real_broker, real_store, tmp_path_factory) -> Iterator[Installation]:
    prefix, bucket = f"t{secrets.token_hex(5)}.", f"t-{secrets.token_hex(8)}"
    admin = KafkaAdmin(real_broker)
    admin.ensure_topics([replace(topic, name=prefix + topic.name) for topic in TOPICS])
    admin.close()
    store = S3Store(real_store.endpoint, bucket, access_key=real_store.access_key, secret_key=real_store.secret_key)
    store.ensure_bucket()
    environment = {
        **os.environ,
        "COPYDESK_HOME": str(tmp_path_factory.mktemp("home")),
        "COPYDESK_TOPIC_PREFIX": prefix,
        "COPYDESK_KAFKA_BOOTSTRAP": real_broker,
        "COPYDESK_S3_ENDPOINT": real_store.endpoint,
        "COPYDESK_S3_BUCKET": bucket,
        "COPYDESK_S3_ACCESS_KEY": real_store.access_key,
        "COPYDESK_S3_SECRET_KEY": real_store.secret_key,
    }
    command = [sys.executable, "-m", "copydesk.main", "worker"]
    log = (tmp_path_factory.mktemp("logs") / "workers.log").open("wb")
    workers = [
        subprocess.Popen([*command, stage, "--slot", "0"], cwd=ROOT, env=environment, stderr=log)
        for stage in ("prepare", "enrich")
    ]
    yield Installation(environment, store, prefix, real_broker)
    for worker in workers:
        worker.terminate()
    codes = [worker.wait(timeout=60) for worker in workers]
    log.close()
    assert codes == [0, 0], Path(log.name).read_text(errors="replace")[-3000:]


@pytest.fixture(scope="module")
def ingested(desk) -> list[dict]:
    """Three inputs, waited for: a file, a line with a URL, and a text that is no article."""
    lines = json.dumps({"text": OTHER, "url": URL}) + "\n" + json.dumps({"text": "Too short."}) + "\n"
    (file,) = desk.rows("ingest", str(EXAMPLE), "--wait", "--json")
    line, short = desk.rows("ingest", "-", "--jsonl", "--wait", "--json", stdin=lines, code=1)
    return [file, line, short]


def test_every_input_ends_with_its_outcome(ingested):
    file, line, short = ingested
    assert (file["outcome"], file["revision"], file["input"]) == ("enriched", 1, str(EXAMPLE))
    assert file["id"] == article_id(bytes_url(EXAMPLE.read_bytes()))
    assert (line["outcome"], line["id"], line["input"]) == ("enriched", article_id(URL), "-:1")
    assert (short["outcome"], short["reason"], short["object_key"]) == ("rejected", "no-text", None)


def test_the_stored_object_is_what_the_filter_prints(desk, ingested):
    printed = desk.run("enrich", "-", stdin=EXAMPLE.read_text())
    assert printed.stdout.encode() == desk.store.get(ingested[0]["object_key"])


def test_the_same_bytes_again_are_a_duplicate(desk, ingested):
    (again,) = desk.rows("ingest", str(EXAMPLE), "--wait", "--json")
    assert (again["outcome"], again["id"], again["revision"]) == ("duplicate", ingested[0]["id"], 1)


def test_an_article_is_traced_by_its_url(desk, ingested):
    (told,) = desk.rows("trace", URL + "?utm_source=feed", "--json")
    assert told["id"] == ingested[1]["id"]
    steps = [(step["what"], step["stage"], step["status"]) for step in told["steps"]]
    for step in (
        ("raw", None, None),
        ("outcome", "pull", "sent"),
        ("clean", None, None),
        ("outcome", "prepare", "done"),
        ("enriched", None, None),
        ("outcome", "enrich", "done"),
    ):
        assert step in steps
    assert len({step["trace"] for step in told["steps"]}) == 1
    shown = desk.run("trace", ingested[1]["id"]).stdout
    assert "revision 1: first" in shown


def test_nothing_is_told_of_an_unknown_article(desk):
    assert "nothing is known" in desk.run("trace", "https://news.example/unknown", code=1).stderr


def test_the_books_balance_and_topics_agree_with_the_bucket(desk, ingested):
    (ledger,) = desk.rows("ledger", "--json")
    assert ledger["balanced"] is True
    assert ledger["in_flight"] == 0
    assert ledger["enriched"] >= 1
    assert ledger["rejected"] == 1
    assert desk.run("ledger").stdout.splitlines()[-1] == "balanced"
    (audit,) = desk.rows("verify", "--json")
    assert audit["findings"] == []
    assert audit["events"] == audit["objects"] == ledger["enriched"]


def test_a_missing_object_is_found_and_put_back(desk, ingested):
    key = ingested[0]["object_key"]
    before = desk.store.get(key)
    desk.store.delete(key)
    found = desk.run("verify", code=1)
    assert f"missing-object: {key}" in found.stdout
    assert "--repair" in found.stdout
    assert "(repaired)" in desk.run("verify", "--repair").stdout
    assert desk.store.get(key) == before
    assert "topics and bucket agree" in desk.run("verify").stdout


def test_dead_letters_are_listed_shown_and_saved(desk, ingested, tmp_path):
    assert desk.run("dead", "list").stdout == "no dead letters\n"
    publisher = KafkaPublisher(desk.bootstrap)
    publisher.publish([Record(desk.prefix + "news.raw", b"0" * 32, b"\xff\x1b[31m not a payload")])
    publisher.close()
    desk.run("ingest", str(EXAMPLE), "--wait")
    for _ in range(20):  # its partition may come later than that of the file
        letters = desk.rows("dead", "list", "--json")
        if letters:
            break
    (letter,) = letters
    assert (letter["stage"], letter["article_id"]) == ("prepare", "0" * 32)
    assert "not a payload" in desk.run("dead", "show", letter["place"]).stdout
    assert "\x1b" not in desk.run("dead", "show", letter["place"]).stdout
    desk.run("dead", "show", "0" * 32, "--out", str(tmp_path / "bytes"))
    assert (tmp_path / "bytes").read_bytes() == b"\xff\x1b[31m not a payload"
    assert "exists" in desk.run("dead", "show", letter["place"], "--out", str(tmp_path / "bytes"), code=1).stderr
    (ledger,) = desk.rows("ledger", "--json")
    assert (ledger["dead"], ledger["balanced"]) == (1, True)


def test_an_article_is_withdrawn_for_good(desk, ingested):
    assert "--yes" in desk.run("withdraw", URL, code=2).stderr
    assert desk.store.exists(ingested[1]["object_key"])
    (done,) = desk.rows("withdraw", URL, "--yes", "--json")
    assert ingested[1]["object_key"] in done["removed"]
    assert not desk.store.exists(ingested[1]["object_key"])
    (again,) = desk.rows("ingest", "-", "--url", URL, "--wait", "--json", stdin=OTHER, code=1)
    assert (again["outcome"], again["reason"]) == ("rejected", "withdrawn")
    assert "withdrawn-bytes" in desk.run("verify", code=1).stdout
    assert "(repaired)" in desk.run("verify", "--repair").stdout
    assert list(desk.store.list(f"raw-meta/{article_id(URL)}/")) == []
    assert "topics and bucket agree" in desk.run("verify").stdout
    assert "withdrawn" in desk.run("trace", URL).stdout


def test_without_the_servers_there_is_one_line(desk, silent_port):
    away = replace(desk, environment={**desk.environment, "COPYDESK_S3_ENDPOINT": f"http://127.0.0.1:{silent_port}"})
    done = away.run("ledger", code=1)
    assert done.stderr.startswith("copydesk: the object store at")
    assert done.stderr.count("\n") == 1
