"""The demo's sources pulled from the demo newsroom over real HTTP, edition by edition."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from copydesk.newsroom.app import Newsroom
from copydesk.newsroom.catalogue import load_articles
from copydesk.newsroom.edition import EditionFile
from copydesk.newsroom.server import NewsroomServer
from dags.ingest.errors import SourceBroken
from dags.ingest.pull import PullCounts, pull
from dags.ingest.sources import DEFAULT_FILE, Source, read_sources
from infra.memory import MemoryBroker, MemoryStore
from infra.web import Web
from schemas.articles import Outcome, RawArticle
from schemas.codec import decode, unpack
from schemas.envelope import read
from schemas.keys import source_state_key
from schemas.topics import OUTCOMES, RAW

SOURCES = read_sources(DEFAULT_FILE).sources


class Demo:
    """The newsroom on a free port, and twins of store and broker."""

    def __init__(self, folder: Path) -> None:
        self.edition = EditionFile(folder)
        self.server = NewsroomServer(Newsroom(load_articles(), self.edition))
        self.store = MemoryStore()
        self.broker = MemoryBroker()

    def pull(self, sources: Sequence[Source] = SOURCES) -> PullCounts:
        with Web(user_agent="test", timeout_s=20, max_bytes=5_000_000) as web:
            return pull(sources, web, self.store, self.broker.publisher(), newsroom_url=self.server.url)

    def raw(self) -> list[RawArticle]:
        return [
            decode(unpack(message.value or b"", read(message.headers)["content-type"], self.store), RawArticle)
            for message in sorted(self.broker.reader().read(RAW.name), key=lambda message: message.timestamp_ms)
        ]

    def outcomes(self) -> list[Outcome]:
        return [decode(message.value or b"", Outcome) for message in self.broker.reader().read(OUTCOMES.name)]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(tmp_path)
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_two_editions_lose_nothing_and_repeat_nothing(demo: Demo) -> None:
    first = demo.pull()
    assert first.items >= 14
    assert (first.sent, first.failed, first.pending) == (first.items - 1, 1, 1)
    assert first.skipped == 0
    (failed,) = [each for each in demo.outcomes() if each.status == "failed"]
    assert failed.reason == "http-status"
    assert failed.id not in {article.id for article in demo.raw()}
    assert all(article.media_type == "text/html" and article.item for article in demo.raw())

    idle = demo.pull()
    assert (idle.feeds_unchanged, idle.pages, idle.sent) == (2, 1, 0), "only the pending page is asked for"

    demo.edition.switch(2)
    before = len(demo.raw())
    second = demo.pull()
    fresh = demo.raw()[before:]
    assert second.failed == second.pending == 0
    assert failed.id in {article.id for article in fresh}
    sent_before = Counter(article.id for article in demo.raw()[:before])
    edited = [article for article in fresh if article.id in sent_before]
    assert edited, "the second edition edits an article"
    assert second.sent == len(fresh) < second.items

    after = demo.pull()
    assert (after.pages, after.sent, after.feeds_unchanged) == (0, 0, 2)

    twice = [identity for identity, times in sent_before.items() if times == 2]
    assert len(twice) == 1, "one article stands in both feeds"
    both = [article for article in demo.raw()[:before] if article.id == twice[0]]
    assert {article.source for article in both} == {source.name for source in SOURCES}
    assert len({article.url for article in both}) == 2


def test_with_its_state_deleted_everything_is_sent_again_under_the_same_ids(demo: Demo) -> None:
    demo.edition.switch(2)
    sent = demo.pull().sent
    for source in SOURCES:
        demo.store.delete(source_state_key(source.name))
    assert demo.pull().sent == sent
    ids = Counter(read(message.headers)["ce_id"] for message in demo.broker.reader().read(RAW.name))
    assert sum(ids.values()) == 2 * sent
    assert all(times % 2 == 0 for times in ids.values())


def test_the_newsroom_is_out_of_reach_of_a_source_that_is_not_private(demo: Demo) -> None:
    public = [msgspec.structs.replace(source, private=False) for source in SOURCES[:1]]
    with pytest.raises(SourceBroken, match="private: true"):
        demo.pull(public)
    assert demo.outcomes() == []
