"""What only the twins can do: break where a test asks for it."""

import pytest

from infra.errors import GroupLost, Refused, TransactionFailed, Unavailable
from infra.memory import MemoryBroker, MemoryStore
from infra.messaging import Batch, Record
from infra.objects import check_key
from schemas.topics import OUTCOMES, RAW

GROUP = "copydesk-prepare"
RESULT = Record(OUTCOMES.name, b"a", b"result")


@pytest.fixture
def broker() -> MemoryBroker:
    made = MemoryBroker()
    made.publisher().publish([Record(RAW.name, b"a", b"1"), Record(RAW.name, b"a", b"2")])
    return made


def take(broker: MemoryBroker) -> Batch:
    return broker.consumer(RAW.name, GROUP, "slot").poll(timeout_s=0, limit=10)


def commit(broker: MemoryBroker, batch: Batch) -> None:
    broker.transactional_publisher("slot", GROUP).commit([RESULT], batch, batch.next_offsets())


def results(broker: MemoryBroker) -> list[bytes | None]:
    return [message.value for message in broker.reader().read(OUTCOMES.name)]


@pytest.mark.parametrize("step", ["begin", "offsets", "commit"])
def test_a_transaction_that_breaks_leaves_nothing_that_readers_see(broker, step):
    batch = take(broker)
    broker.fail_transaction(step)
    with pytest.raises(TransactionFailed):
        commit(broker, batch)
    assert results(broker) == []
    assert broker.admin().committed(GROUP, RAW.name) == {}
    commit(broker, take(broker))
    assert results(broker) == [b"result"]


def test_a_lost_reply_looks_like_a_failure_and_is_none(broker):
    batch = take(broker)
    broker.fail_transaction("reply")
    with pytest.raises(TransactionFailed):
        commit(broker, batch)
    assert results(broker) == [b"result"]
    assert take(broker).messages == ()


def test_an_open_transaction_holds_readers_back_until_its_id_is_taken_again(broker):
    batch = take(broker)
    broker.fail_transaction("commit")
    with pytest.raises(TransactionFailed):
        commit(broker, batch)
    broker.publisher().publish([Record(OUTCOMES.name, b"a", b"later")])
    assert results(broker) == []
    broker.transactional_publisher("slot", GROUP)
    assert results(broker) == [b"later"]


def test_a_publisher_that_failed_is_never_of_use_again(broker):
    batch = take(broker)
    publisher = broker.transactional_publisher("slot", GROUP)
    broker.fail_transaction("begin")
    for _ in range(2):
        with pytest.raises(TransactionFailed):
            publisher.commit([RESULT], batch, batch.next_offsets())
    assert results(broker) == []


def test_an_expelled_member_is_told_and_cannot_commit(broker):
    consumer = broker.consumer(RAW.name, GROUP, "slot")
    batch = consumer.poll(timeout_s=0, limit=10)
    broker.expel(GROUP, "slot")
    with pytest.raises(GroupLost):
        consumer.poll(timeout_s=0, limit=10)
    with pytest.raises(TransactionFailed):
        commit(broker, batch)


def test_a_broker_that_is_down_answers_nobody(broker):
    consumer, publisher = broker.consumer(RAW.name, GROUP, "slot"), broker.publisher()
    batch = consumer.poll(timeout_s=0, limit=10)
    transactional = broker.transactional_publisher("slot", GROUP)
    broker.down = True
    for call in (
        lambda: consumer.poll(timeout_s=0, limit=1),
        lambda: publisher.publish([RESULT]),
        lambda: list(broker.reader().read(RAW.name)),
        lambda: broker.admin().end_offsets(RAW.name),
    ):
        with pytest.raises(Unavailable):
            call()
    with pytest.raises(TransactionFailed):
        transactional.commit([], batch, {})


def test_a_broker_can_go_down_in_the_middle(broker):
    broker.fail_after = 1
    with pytest.raises(Unavailable):
        broker.publisher().publish([RESULT, RESULT])
    broker.down = False
    assert results(broker) == [b"result"]


def test_retention_moves_the_beginning(broker):
    (number,) = [n for n, offset in broker.admin().end_offsets(RAW.name).items() if offset]
    broker.trim(RAW.name, number, 1)
    assert broker.admin().begin_offsets(RAW.name)[number] == 1
    assert [message.value for message in broker.reader().read(RAW.name)] == [b"2"]
    assert [message.value for message in take(broker).messages] == [b"2"]


def test_a_store_that_is_down_answers_nobody():
    store = MemoryStore()
    store.put("a", b"1")
    store.down = True
    for call in (
        lambda: store.get("a"),
        lambda: store.put("a", b""),
        lambda: list(store.list()),
        lambda: store.exists("a"),
    ):
        with pytest.raises(Unavailable):
            call()
    store.down = False
    assert store.get("a") == b"1"


@pytest.mark.parametrize("key", ["a", "raw/0f", "enriched/v1/published_date=2026-01-01/a.r1.b.json", "état/日"])
def test_good_keys_pass(key):
    assert check_key(key) == key


@pytest.mark.parametrize(
    ("key", "problem"),
    [("", "bytes"), ("a//b", "empty"), ("..", "part"), ("a\x00", "print"), ("\ud800", "UTF-8"), ("a" * 300, "255")],
)
def test_bad_keys_are_refused_with_what_is_wrong(key, problem):
    with pytest.raises(Refused, match=problem):
        check_key(key)
