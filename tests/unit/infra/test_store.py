"""The door to S3 stores against scripted answers: what is tried again, and what each failure becomes."""

from collections.abc import Iterator
from io import BytesIO

import minio
import pytest
import urllib3
from urllib3.exceptions import MaxRetryError, ReadTimeoutError

from infra.errors import Conflict, NotFound, Refused, Unavailable
from infra.store import RETRY_BUDGET_S, S3Store

SECRET = "not-to-be-seen"


class Server:
    """Answers the requests of one store, in order, and keeps the store's time."""

    def __init__(self) -> None:
        self.answers: list[urllib3.HTTPResponse | Exception] = []
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.now = 100.0
        self.waits: list[float] = []

    def urlopen(self, method, url, *, body=None, headers, preload_content):
        self.requests.append((method, url, dict(headers)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if preload_content:
            answer.read(cache_content=True)
        return answer

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def answer(status: int, body: bytes = b"", **headers: str) -> urllib3.HTTPResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib3.HTTPResponse(BytesIO(body), headers=named, status=status, preload_content=False)


def refusal(status: int, code: str) -> urllib3.HTTPResponse:
    body = f"<Error><Code>{code}</Code><Message>said the server</Message></Error>".encode()
    return answer(status, body, content_type="application/xml")


def silence() -> Exception:
    return MaxRetryError(None, "/", ReadTimeoutError(None, "/", "timed out"))


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def store(server, monkeypatch) -> Iterator[S3Store]:
    monkeypatch.setattr(urllib3.PoolManager, "urlopen", lambda _, *args, **kwargs: server.urlopen(*args, **kwargs))
    return S3Store(
        "http://store.invalid:9000",
        "bucket",
        access_key="key",
        secret_key=SECRET,
        clock=lambda: server.now,
        sleep=server.sleep,
    )


def test_a_dead_server_is_unavailable_within_the_budget(store, server):
    server.answers = [silence()]
    with pytest.raises(Unavailable, match=r"store\.invalid"):
        store.get("a")
    assert len(server.requests) > 3
    assert 0 < sum(server.waits) <= RETRY_BUDGET_S
    assert server.waits == sorted(server.waits)


def test_an_attempt_that_took_the_budget_is_the_last(store, server):
    def slow(*args, **kwargs):
        server.now += RETRY_BUDGET_S
        raise silence()

    server.urlopen = slow
    with pytest.raises(Unavailable):
        store.get("a")
    assert server.waits == []


@pytest.mark.parametrize(
    "first",
    [
        silence(),
        refusal(503, "SlowDown"),
        refusal(500, "InternalError"),
        refusal(507, "XMinioStorageFull"),
        refusal(409, "OperationAborted"),
        answer(502, b"<html>", content_type="text/html"),
        answer(500, b"<Error", content_type="application/xml"),
        answer(503),
    ],
    ids=["timeout", "slow-down", "internal", "disk-full", "aborted", "proxy", "garbled", "empty"],
)
def test_what_may_pass_is_tried_again(store, server, first):
    server.answers = [first, answer(200, b"", etag='"e"')]
    assert store.put("a", b"1") == "e"
    assert len(server.waits) == 1


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        (refusal(403, "SignatureDoesNotMatch"), "COPYDESK_S3_SECRET_KEY"),
        (refusal(403, "InvalidAccessKeyId"), "COPYDESK_S3_ACCESS_KEY"),
        (refusal(401, "AccessDenied"), "COPYDESK_S3_ACCESS_KEY"),
        (refusal(403, "RequestTimeTooSkewed"), "clock"),
        (refusal(404, "NoSuchBucket"), "copydesk up"),
        (refusal(501, "NotImplemented"), "another S3 server"),
        (refusal(400, "InvalidRequest"), "log"),
        (answer(404, b"<html>", content_type="text/html"), "COPYDESK_S3_ENDPOINT"),
    ],
    ids=["signature", "key", "denied", "clock", "bucket", "not-implemented", "other", "not-s3"],
)
def test_what_cannot_work_is_refused_at_once_with_the_remedy(store, server, given, remedy):
    server.answers = [given]
    with pytest.raises(Refused, match=remedy) as raised:
        store.put("a", b"1")
    assert server.waits == []
    assert SECRET not in str(raised.value)


def test_exists_tells_a_missing_bucket_from_a_missing_object(store, server):
    server.answers = [answer(404, x_minio_error_code="NoSuchBucket")]
    with pytest.raises(Refused, match="copydesk up"):
        store.exists("a")
    server.answers = [answer(404, x_minio_error_code="NoSuchKey")]
    assert not store.exists("a")


def test_ping_names_a_missing_bucket(store, server):
    server.answers = [answer(404)]
    with pytest.raises(Refused, match="bucket bucket does not exist"):
        store.ping()


def test_conditions_go_out_as_headers(store, server):
    server.answers = [answer(200, etag='"new"')]
    assert store.put_if_absent("a", b"1") == "new"
    assert store.put_if_match("a", b"1", "old") == "new"
    absent, match = (headers for _, _, headers in server.requests)
    assert absent["If-None-Match"] == "*"
    assert match["If-Match"] == '"old"'
    assert absent["Content-Type"] == match["Content-Type"] == "application/json"


def test_put_if_absent_refused_because_of_its_own_first_attempt(store, server):
    server.answers = [silence(), refusal(412, "PreconditionFailed"), answer(200, b"mine", etag='"e"')]
    assert store.put_if_absent("a", b"mine") == "e"


def test_put_if_absent_refused_because_of_somebody_else(store, server):
    server.answers = [silence(), refusal(412, "PreconditionFailed"), answer(200, b"theirs", etag='"e"')]
    with pytest.raises(Conflict):
        store.put_if_absent("a", b"mine")


def test_put_if_match_refused_because_of_its_own_first_attempt(store, server):
    server.answers = [silence(), refusal(412, "PreconditionFailed"), answer(200, b"mine", etag='"e"')]
    assert store.put_if_match("a", b"mine", "old") == "e"


def test_put_if_match_refused_at_once_lost(store, server):
    server.answers = [refusal(412, "PreconditionFailed"), answer(200, b"mine", etag='"e"')]
    with pytest.raises(Conflict):
        store.put_if_match("a", b"mine", "old")
    assert len(server.requests) == 1


def test_put_if_match_on_what_is_gone(store, server):
    server.answers = [refusal(404, "NoSuchKey")]
    with pytest.raises(Conflict, match="gone"):
        store.put_if_match("a", b"mine", "old")


def test_a_missing_object_is_named(store, server):
    server.answers = [refusal(404, "NoSuchKey")]
    with pytest.raises(NotFound, match="raw/one"):
        store.get("raw/one")


@pytest.mark.parametrize(
    "endpoint",
    ["", "127.0.0.1:9000", "ftp://host", "http://", "http://host/path", "http://user:word@host", "http://host:port"],
)
def test_an_endpoint_that_is_none_is_refused(endpoint):
    with pytest.raises(Refused, match="COPYDESK_S3_ENDPOINT"):
        S3Store(endpoint, "bucket", access_key="a", secret_key="b")


def test_missing_credentials_are_refused_with_the_remedy():
    with pytest.raises(Refused, match="copydesk up"):
        S3Store("http://host", "bucket", access_key="", secret_key="")


def test_a_bad_bucket_name_is_refused():
    with pytest.raises(Refused, match="ucket name"):
        S3Store("http://host", "A", access_key="a", secret_key="b").ping()


def test_a_library_without_the_call_is_refused(monkeypatch):
    monkeypatch.delattr(minio.Minio, "_put_object")
    with pytest.raises(Refused, match=r"minio>=7\.2\.20,<7\.3"):
        S3Store("http://host", "bucket", access_key="a", secret_key="b")


def test_secrets_stay_out_of_the_representation(store):
    assert SECRET not in repr(store)
