"""What ``infra.objects.ObjectStore`` promises, held against the twin and a real S3 server alike."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.errors import Conflict, NotFound, Refused
from infra.memory import MemoryStore
from infra.objects import ObjectStore
from infra.store import PAGE, S3Store


@pytest.fixture(params=["memory", "s3"])
def store(request, bucket_name) -> ObjectStore:
    if request.param == "memory":
        return MemoryStore()
    real = request.getfixturevalue("real_store")
    opened = S3Store(
        real.endpoint, bucket_name, access_key=real.access_key, secret_key=real.secret_key, region=real.region
    )
    assert opened.ensure_bucket()
    return opened


@pytest.mark.parametrize("data", [b"", b"\x00\xff", "Ärger in Łódź\n".encode(), bytes(3_000_000)], ids=len)
def test_bytes_come_back_as_they_went_in(store, data):
    etag = store.put("raw/one", data, content_type="text/plain")
    assert store.get("raw/one") == data
    stored = store.get_object("raw/one")
    assert (stored.key, stored.data, stored.etag) == ("raw/one", data, etag)
    assert etag == hashlib.md5(data, usedforsecurity=False).hexdigest()


def test_put_replaces(store):
    first = store.put("a", b"1")
    second = store.put("a", b"2")
    assert first != second
    assert store.get("a") == b"2"


def test_a_missing_object_is_not_found(store):
    with pytest.raises(NotFound, match="nowhere"):
        store.get("nowhere")
    with pytest.raises(NotFound):
        store.get_object("nowhere")
    assert not store.exists("nowhere")


def test_delete_removes_and_may_be_repeated(store):
    store.put("a", b"1")
    assert store.exists("a")
    store.delete("a")
    store.delete("a")
    assert not store.exists("a")


def test_list_gives_what_starts_with_the_prefix_in_key_order(store):
    keys = ["b/2", "a/1", "b/10", "b/é", "b=x/y.z", "bb"]
    for key in keys:
        store.put(key, key.encode())
    rows = list(store.list("b"))
    assert [row.key for row in rows] == ["b/10", "b/2", "b/é", "b=x/y.z", "bb"]
    assert [row.size for row in rows] == [len(row.key.encode()) for row in rows]
    assert [row.etag for row in rows] == [store.get_object(row.key).etag for row in rows]
    assert [row.key for row in store.list("b/1")] == ["b/10"]
    assert list(store.list("c")) == []
    assert len(list(store.list())) == len(keys)


def test_list_goes_on_after_a_page(store):
    keys = [f"many/{number:05}" for number in range(PAGE + 3)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: store.put(key, b"x"), keys))
    assert [row.key for row in store.list("many/")] == keys


def test_put_if_absent_writes_once(store):
    etag = store.put_if_absent("a", b"1")
    assert store.get_object("a").etag == etag
    with pytest.raises(Conflict):
        store.put_if_absent("a", b"2")
    assert store.get("a") == b"1"


def test_put_if_absent_of_the_same_bytes_succeeds(store):
    assert store.put_if_absent("a", b"1") == store.put_if_absent("a", b"1")


def test_put_if_match_writes_over_the_version_named(store):
    first = store.put("a", b"1")
    second = store.put_if_match("a", b"2", first)
    assert store.get_object("a").etag == second
    with pytest.raises(Conflict):
        store.put_if_match("a", b"3", first)
    assert store.get("a") == b"2"


def test_put_if_match_does_not_hide_a_lost_race_behind_equal_bytes(store):
    first = store.put("a", b"1")
    store.put_if_match("a", b"2", first)
    with pytest.raises(Conflict):
        store.put_if_match("a", b"2", first)


def test_put_if_match_on_a_missing_object_is_a_conflict(store):
    etag = store.put("a", b"1")
    store.delete("a")
    with pytest.raises(Conflict):
        store.put_if_match("a", b"2", etag)
    assert not store.exists("a")


def _race(write) -> tuple[list[int], list[int]]:
    def attempt(number: int) -> bool:
        try:
            write(number)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(64) as pool:
        won = list(pool.map(attempt, range(64)))
    return [n for n, ok in enumerate(won) if ok], [n for n, ok in enumerate(won) if not ok]


def test_of_64_writers_to_a_free_key_one_wins(store):
    winners, losers = _race(lambda number: store.put_if_absent("state/a", f"writer {number}".encode()))
    assert len(winners) == 1
    assert len(losers) == 63
    assert store.get("state/a") == f"writer {winners[0]}".encode()


def test_of_64_writers_over_one_version_one_wins(store):
    etag = store.put("state/a", b"before")
    winners, losers = _race(lambda number: store.put_if_match("state/a", f"writer {number}".encode(), etag))
    assert len(winners) == 1
    assert len(losers) == 63
    assert store.get("state/a") == f"writer {winners[0]}".encode()


def test_of_64_writers_of_the_same_bytes_all_succeed(store):
    winners, _ = _race(lambda _: store.put_if_absent("enriched/a", b"the same"))
    assert len(winners) == 64


@pytest.mark.parametrize(
    "key", ["", "/a", "a/", "a//b", "a/../b", "./a", "a\\b", "a\nb", "a\udc80", "x" * 256, "é/" * 600 + "e"]
)
def test_keys_that_servers_would_change_are_refused(store, key):
    for call in (
        lambda: store.put(key, b""),
        lambda: store.put_if_absent(key, b""),
        lambda: store.put_if_match(key, b"", "0" * 32),
        lambda: store.get(key),
        lambda: store.exists(key),
        lambda: store.delete(key),
    ):
        with pytest.raises(Refused, match="key"):
            call()


def test_the_longest_keys_are_kept(store):
    key = "/".join(["é" * 127] * 4)
    store.put(key, b"1")
    assert [row.key for row in store.list()] == [key]
