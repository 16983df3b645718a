"""Lag and the newest articles, over the twins of broker and store."""

import hashlib
from pathlib import Path

import pytest

from copydesk.accounting.desk import Desk
from copydesk.overview import lags, latest
from infra.memory import MemoryBroker, MemoryStore
from infra.messaging import Record
from schemas.articles import EnrichedArticle
from schemas.codec import POINTER_TYPE, Pointer, decode, encode
from schemas.topics import ENRICHED, RAW

EXAMPLES = Path(__file__).parents[4] / "schemas" / "examples" / "news.enriched"
KEY = b"k" * 32


@pytest.fixture
def article() -> EnrichedArticle:
    return decode(min(EXAMPLES.glob("*.json")).read_bytes(), EnrichedArticle)


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker()


def enriched(article: EnrichedArticle) -> Record:
    return Record(ENRICHED.name, article.id.encode(), encode(article), (("content-type", b"application/json"),))


def desk(broker: MemoryBroker, store: MemoryStore | None = None) -> Desk:
    return Desk(store or MemoryStore(), broker.reader(), broker.admin())


def newest(broker: MemoryBroker, store: MemoryStore | None = None, count: int = 5):
    return latest(desk(broker, store), count)


def test_lag_of_a_group_that_never_read_is_all_there_is(broker: MemoryBroker) -> None:
    broker.publisher().publish(Record(RAW.name, b"%d" % number, b"{}") for number in range(3))
    prepare, enrich = lags(desk(broker))
    assert (prepare.stage, prepare.topic, prepare.messages) == ("prepare", "news.raw", 3)
    assert (enrich.stage, enrich.topic, enrich.messages) == ("enrich", "news.clean", 0)


def test_lag_shrinks_by_what_is_committed(broker: MemoryBroker) -> None:
    broker.publisher().publish([Record(RAW.name, KEY, b"{}")] * 3)
    consumer = broker.consumer(RAW.name, "copydesk-prepare", "copydesk-prepare-0")
    publisher = broker.transactional_publisher("copydesk-prepare-0", "copydesk-prepare")
    batch = consumer.poll(timeout_s=0, limit=2)
    publisher.commit([], batch, batch.next_offsets())
    assert lags(desk(broker))[0].messages == 1


def test_what_retention_removed_is_no_lag(broker: MemoryBroker) -> None:
    (*_, last) = broker.publisher().publish([Record(RAW.name, KEY, b"{}")] * 3)
    broker.trim(RAW.name, last.partition, last.offset)
    assert lags(desk(broker))[0].messages == 1


def test_newest_articles_come_first(broker: MemoryBroker, article: EnrichedArticle) -> None:
    broker.publisher().publish([enriched(article)] * 3)
    shown = newest(broker, count=2)
    assert len(shown) == 2
    assert shown[0].time >= shown[1].time
    assert (shown[0].id, shown[0].title, shown[0].state) == (article.id, article.title, "enriched")
    assert shown[0].revision == article.revision.number


def test_no_articles_is_an_empty_answer(broker: MemoryBroker) -> None:
    assert newest(broker) == ()


def test_withdrawal_is_shown_as_one(broker: MemoryBroker) -> None:
    broker.publisher().publish([Record(ENRICHED.name, KEY, None)])
    (shown,) = newest(broker)
    assert (shown.id, shown.state, shown.title) == (KEY.decode(), "withdrawn", None)


def test_unreadable_event_is_shown_and_hides_no_other(broker: MemoryBroker, article: EnrichedArticle) -> None:
    broker.publisher().publish([Record(ENRICHED.name, KEY, b"{"), enriched(article)])
    assert {shown.state.partition(":")[0] for shown in newest(broker)} == {"enriched", "unreadable"}


def test_large_article_is_read_from_the_store(broker: MemoryBroker, article: EnrichedArticle) -> None:
    store = MemoryStore()
    data = encode(article)
    sha256 = hashlib.sha256(data).hexdigest()
    key = f"payloads/{sha256}.json"
    store.put(key, data)
    pointer = encode(Pointer(key=key, sha256=sha256, size=len(data)))
    broker.publisher().publish(
        [Record(ENRICHED.name, article.id.encode(), pointer, (("content-type", POINTER_TYPE.encode()),))]
    )
    assert newest(broker, store)[0].title == article.title


def test_large_article_whose_object_is_gone_hides_no_other(broker: MemoryBroker, article: EnrichedArticle) -> None:
    pointer = encode(Pointer(key=f"payloads/{'0' * 64}.json", sha256="0" * 64, size=1))
    headers = (("content-type", POINTER_TYPE.encode()),)
    broker.publisher().publish([Record(ENRICHED.name, KEY, pointer, headers), enriched(article)])
    assert {shown.state.partition(":")[0] for shown in newest(broker)} == {"enriched", "unreadable"}
