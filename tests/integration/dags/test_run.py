"""The DAG run by Airflow's own task runner against a real broker, a real store and a real HTTP server."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from infra.broker import KafkaAdmin, KafkaReader
from infra.store import S3Store
from schemas.articles import Outcome, RawArticle
from schemas.codec import decode
from schemas.keys import raw_key, raw_meta_key, source_state_key
from schemas.topics import OUTCOMES, RAW, TOPICS

SOURCES = """\
groups:
  - {name: papers, schedule: null}
sources:
  - {name: wire, group: papers, url: "{newsroom}/rss", kind: rss, private: true}
  - {name: gone, group: papers, url: "{newsroom}/gone", private: true}
  - {name: courier, group: papers, url: "{newsroom}/atom", kind: atom, private: true}
"""
PAGES = {
    "/rss": b'<rss version="2.0"><channel><title>W</title><item><title>One</title><link>/one</link></item></channel>'
    b"</rss>",
    "/atom": b'<feed xmlns="http://www.w3.org/2005/Atom"><title>C</title><entry><title>Two</title><link href="/two"/>'
    b"</entry></feed>",
    "/one": b"<p>The first story, told in full.</p>",
    "/two": b"<p>The second story, told in full.</p>",
}


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        body = PAGES.get(self.path)
        self.send_response(200 if body else 410)
        self.send_header("Content-Type", "text/html" if self.path in {"/one", "/two"} else "application/xml")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Stack:
    """Topics and a bucket of their own, and what tells an Airflow of them."""

    store: S3Store
    admin: KafkaAdmin
    reader: KafkaReader
    prefix: str
    environment: dict[str, str]

    def read(self, topic: str, kind: type) -> list:
        return [decode(message.value or b"", kind) for message in self.reader.read(self.prefix + topic)]


@pytest.fixture
def stack(real_broker, real_store, topic_prefix, bucket_name) -> Iterator[Stack]:
    keys = {"access_key": real_store.access_key, "secret_key": real_store.secret_key}
    store = S3Store(real_store.endpoint, bucket_name, **keys)
    store.ensure_bucket()
    admin, reader = KafkaAdmin(real_broker), KafkaReader(real_broker)
    admin.ensure_topics(replace(topic, name=topic_prefix + topic.name) for topic in TOPICS)
    environment = {
        "COPYDESK_KAFKA_BOOTSTRAP": real_broker,
        "COPYDESK_TOPIC_PREFIX": topic_prefix,
        "COPYDESK_S3_ENDPOINT": real_store.endpoint,
        "COPYDESK_S3_BUCKET": bucket_name,
        "COPYDESK_S3_ACCESS_KEY": real_store.access_key,
        "COPYDESK_S3_SECRET_KEY": real_store.secret_key,
    }
    yield Stack(store, admin, reader, topic_prefix, environment)
    reader.close()
    admin.close()


def test_one_mapped_task_per_source_and_one_that_fails_alone(airflow, sources_file, site, stack) -> None:
    environment = {
        **stack.environment,
        "COPYDESK_HOME": str(airflow.home),
        "COPYDESK_SOURCES_FILE": sources_file(SOURCES),
        "COPYDESK_NEWSROOM_URL": f"http://127.0.0.1:{site.server_port}",
    }
    told = airflow.run("ingest_papers", **environment)

    pulls = {task["name"]: task for task in told["tasks"] if task["task"] == "pull_shard"}
    assert {name: task["state"] for name, task in pulls.items()} == {
        "wire": "success",
        "courier": "success",
        "gone": "failed",
    }
    assert pulls["gone"]["tries"] == 1, "what fails until somebody changes something is not retried"
    assert told["state"] == "failed"
    failed = [line for line in airflow.output.splitlines() if "task of a DAG failed" in line]
    assert len(failed) == 1
    assert "gone" in failed[0]
    assert "run of a DAG failed" in airflow.output

    raw = {article.source: article for article in stack.read(RAW.name, RawArticle)}
    assert set(raw) == {"wire", "courier"}
    assert raw["wire"].body == PAGES["/one"]
    outcomes = stack.read(OUTCOMES.name, Outcome)
    assert sorted((each.source, each.status) for each in outcomes) == [("courier", "sent"), ("wire", "sent")]
    for article in raw.values():
        assert stack.store.get(raw_key(article.body_sha256)) == article.body
        assert stack.store.exists(raw_meta_key(article.id, article.body_sha256))
    assert [stack.store.exists(source_state_key(name)) for name in ("wire", "courier", "gone")] == [True, True, False]

    pushed = json.dumps(told["xcoms"])
    assert '"sent": 1' in pushed.replace('\\"', '"')
    assert "story" not in pushed
    assert "<p>" not in pushed

    site.asked.clear()
    again = airflow.run("ingest_papers", **environment)
    assert sum(task["state"] == "success" for task in again["tasks"]) == 3
    assert sorted(site.asked) == ["/atom", "/gone", "/rss"], "with the state kept no page is fetched"
    assert len(stack.read(RAW.name, RawArticle)) == 2
