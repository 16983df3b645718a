"""A real S3 server that dies, freezes and comes back, behind the store's door."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.errors import Refused, Unavailable
from infra.store import S3Store

pytestmark = pytest.mark.timeout(120)


def open_store(server, **changed: str) -> S3Store:
    given = {"access_key": server.access_key, "secret_key": server.secret_key, "region": server.region, **changed}
    return S3Store(server.endpoint, server.bucket, **given)


@pytest.fixture
def server(spawn_store):
    return spawn_store()


@pytest.fixture
def store(server) -> S3Store:
    opened = open_store(server)
    assert opened.ensure_bucket()
    assert not opened.ensure_bucket()
    opened.ping()
    return opened


def test_a_killed_server_is_unavailable_and_recovers(server, store):
    etag = store.put("a", b"1")
    server.kill()
    for call in (lambda: store.get("a"), lambda: store.put_if_match("a", b"2", etag), lambda: list(store.list())):
        with pytest.raises(Unavailable):
            call()
    server.start()
    assert store.get("a") == b"1"
    store.put_if_match("a", b"2", etag)
    assert store.get("a") == b"2"


def test_a_frozen_server_is_unavailable_and_recovers(server, store):
    store.put("a", b"1")
    server.freeze()
    try:
        with pytest.raises(Unavailable):
            store.get("a")
    finally:
        server.thaw()
    assert store.get("a") == b"1"


def test_a_server_that_is_back_within_the_budget_is_not_noticed(server, store):
    server.kill()
    back = threading.Thread(target=server.start)

    def sleep(seconds: float) -> None:
        if back.ident is None:
            back.start()
        back.join()

    patient = S3Store(
        server.endpoint,
        server.bucket,
        access_key=server.access_key,
        secret_key=server.secret_key,
        sleep=sleep,
        clock=lambda: 0.0,
    )
    patient.put("a", b"1")
    assert store.get("a") == b"1"


def test_what_was_acknowledged_before_a_kill_is_there_after_it(server, store):
    def put(number: int) -> str | None:
        if number == 200:
            server.kill()
        try:
            store.put(f"many/{number}", str(number).encode())
        except Unavailable:
            return None
        return f"many/{number}"

    with ThreadPoolExecutor(8) as pool:
        acknowledged = [key for key in pool.map(put, range(220)) if key]
    assert 0 < len(acknowledged) < 220
    server.start()
    for key in acknowledged:
        assert store.get(key) == key.removeprefix("many/").encode()


def test_a_port_that_never_answers_is_unavailable(silent_port):
    store = S3Store(f"http://127.0.0.1:{silent_port}", "bucket", access_key="a", secret_key="b")
    with pytest.raises(Unavailable, match="copydesk status"):
        store.get("a")


def test_wrong_credentials_and_a_missing_bucket_are_refused(server, store):
    with pytest.raises(Refused, match="COPYDESK_S3_SECRET_KEY"):
        open_store(server, secret_key="wrong").put("a", b"1")
    with pytest.raises(Refused, match="COPYDESK_S3_ACCESS_KEY"):
        open_store(server, access_key="nobody").exists("a")
    elsewhere = S3Store(server.endpoint, "no-such-bucket", access_key=server.access_key, secret_key=server.secret_key)
    for call in (
        elsewhere.ping,
        lambda: elsewhere.get("a"),
        lambda: elsewhere.exists("a"),
        lambda: list(elsewhere.list()),
    ):
        with pytest.raises(Refused, match="copydesk up"):
            call()
