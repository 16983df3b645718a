"""The one door to S3 stores, over minio-py 7.2.

The library's own HTTP pool waits minutes for a server that is frozen; ours fails fast, and a call is tried again for
about three seconds before it raises ``Unavailable``. minio-py has no public conditional put: the private call it is
made of is used here and nowhere else, and its presence is checked when the door is opened.
"""

import inspect
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from itertools import islice
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit
from xml.etree.ElementTree import ParseError

import minio
import urllib3
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError

from infra.errors import Conflict, NotFound, Refused, Unavailable
from infra.objects import ObjectInfo, StoredObject, check_key
from infra.settings import Settings

T = TypeVar("T")

CONNECT_TIMEOUT_S = 1.0
READ_TIMEOUT_S = 5.0
"""Of one wait for bytes, not of a whole answer."""
RETRY_BUDGET_S = 3.0
"""The last attempt begins this long after the first."""
FIRST_WAIT_S = 0.1
"""Before the second attempt; doubled for each further one."""
CONNECTIONS = 16
PAGE = 1000
"""Keys in one answer of a listing (Amazon S3, ListObjectsV2: at most 1,000)."""

_CREDENTIALS = "check COPYDESK_S3_ACCESS_KEY and COPYDESK_S3_SECRET_KEY, and what that key may do"
_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS}
_REMEDIES = {
    "BucketAlreadyExists": "the name is taken by somebody else: set COPYDESK_S3_BUCKET",
    "NotImplemented": "the server cannot do this; Copydesk needs conditional puts, so use another S3 server",
    "NoSuchBucket": "create the bucket with `copydesk up`, or set COPYDESK_S3_BUCKET",
    "RequestTimeTooSkewed": "set this machine's clock",
    "AuthorizationHeaderMalformed": "check COPYDESK_S3_REGION",
}


def _plainly(error: urllib3.exceptions.HTTPError) -> str:
    """Say in a few words what kept a connection from working; the error's own text is a chain of reprs."""
    text = str(error)
    for sign, words in (("refused", "connection refused"), ("timed out", "timed out"), ("reset", "connection reset")):
        if sign in text:
            return words
    return f"{type(error).__name__}: {text}"


class _Passing(Exception):
    """The attempt failed in a way that may pass."""


class _Lost(Exception):
    """The condition of a put did not hold."""


class S3Store:
    """One bucket of an S3 store (``infra.objects.ObjectStore``). Thread-safe; make it after a fork, not before."""

    def __init__(
        self,
        endpoint: str,
        bucket: str,
        *,
        access_key: str,
        secret_key: str,
        region: str = "us-east-1",
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connects to nothing. Raises ``Refused`` when the address, the name or the library cannot work."""
        _check_library()
        address = check_access(endpoint, access_key, secret_key)
        self._endpoint = endpoint
        self._bucket = bucket
        self._clock = clock
        self._sleep = sleep
        try:
            self._client = minio.Minio(
                address.netloc,
                access_key=access_key,
                secret_key=secret_key,
                secure=address.scheme == "https",
                region=region,
                http_client=urllib3.PoolManager(
                    timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=READ_TIMEOUT_S),
                    retries=urllib3.Retry(0),
                    maxsize=CONNECTIONS,
                    block=True,
                    cert_reqs="CERT_REQUIRED",
                ),
            )
        except ValueError as error:
            raise Refused(f"COPYDESK_S3_ENDPOINT {endpoint} cannot be used: {error}") from error

    @classmethod
    def from_settings(cls, settings: Settings) -> "S3Store":
        """Return the store that the settings name. Raises ``Refused``."""
        return cls(
            settings.s3_endpoint,
            settings.s3_bucket,
            access_key=settings.s3_access_key,
            secret_key=settings.secret_key(),
            region=settings.s3_region,
        )

    def __repr__(self) -> str:
        return f"S3Store({self._endpoint!r}, {self._bucket!r})"

    def ping(self) -> None:
        """Return if the store answers, the credentials hold and the bucket is there. Raises the error if not."""
        if not self._call(lambda: self._client.bucket_exists(self._bucket)):
            raise Refused(f"bucket {self._bucket} does not exist: {_REMEDIES['NoSuchBucket']}")

    def ensure_bucket(self) -> bool:
        """Create the bucket if it is missing. Returns whether it was."""
        return self._call(self._ensure_bucket)

    def _ensure_bucket(self) -> bool:
        if self._client.bucket_exists(self._bucket):
            return False
        try:
            self._client.make_bucket(self._bucket)
        except S3Error as error:
            if error.code == "BucketAlreadyOwnedByYou":
                return False
            raise
        return True

    def put(self, key: str, data: bytes, *, content_type: str = "application/octet-stream") -> str:
        """See ``ObjectStore.put``."""
        return self._call(lambda: self._put(key, data, content_type))

    def put_if_absent(self, key: str, data: bytes, *, content_type: str = "application/json") -> str:
        """See ``ObjectStore.put_if_absent``."""
        try:
            return self._call(lambda: self._put(key, data, content_type, {"If-None-Match": "*"}))
        except _Lost as error:
            same = self._same(key, data)
            if same is None:
                raise Conflict(f"object {key} is there already, with other bytes") from error
            return same

    def put_if_match(self, key: str, data: bytes, etag: str, *, content_type: str = "application/json") -> str:
        """See ``ObjectStore.put_if_match``.

        Refused on the first attempt it lost. Refused on a later one, the first may have been written and its answer
        lost: then what is there has our bytes.
        """
        attempts = 0

        def put() -> str:
            nonlocal attempts
            attempts += 1
            return self._put(key, data, content_type, {"If-Match": f'"{etag}"'})

        try:
            return self._call(put)
        except NotFound as error:
            raise Conflict(f"object {key} is gone") from error
        except _Lost as error:
            same = self._same(key, data) if attempts > 1 else None
            if same is None:
                raise Conflict(f"object {key} is no longer the version expected") from error
            return same

    def _put(self, key: str, data: bytes, content_type: str, condition: dict[str, str] | None = None) -> str:
        headers: dict[str, str | list[str] | tuple[str]] = {"Content-Type": content_type, **(condition or {})}
        result = self._client._put_object(self._bucket, check_key(key), data, headers)
        return result.etag or ""

    def _same(self, key: str, data: bytes) -> str | None:
        """The etag of the object if it holds these bytes."""
        try:
            present = self.get_object(key)
        except NotFound:
            return None
        return present.etag if present.data == data else None

    def get(self, key: str) -> bytes:
        """See ``ObjectStore.get``."""
        return self.get_object(key).data

    def get_object(self, key: str) -> StoredObject:
        """See ``ObjectStore.get_object``."""
        try:
            return self._call(lambda: self._get_object(check_key(key)))
        except NotFound as error:
            raise NotFound(f"object {key} does not exist") from error

    def _get_object(self, key: str) -> StoredObject:
        response = self._client.get_object(self._bucket, key)
        try:
            return StoredObject(key, response.data, response.headers.get("etag", "").strip('"'))
        finally:
            response.release_conn()

    def exists(self, key: str) -> bool:
        """See ``ObjectStore.exists``."""
        try:
            self._call(lambda: self._client.stat_object(self._bucket, check_key(key)))
        except NotFound:
            return False
        return True

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """See ``ObjectStore.list``. One request per thousand keys, as they are asked for."""
        last: str | None = None
        while True:
            page = self._call(lambda after=last: self._page(prefix, after))  # type: ignore[misc]
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1].key

    def _page(self, prefix: str, after: str | None) -> tuple[ObjectInfo, ...]:
        found = self._client.list_objects(self._bucket, prefix=prefix, recursive=True, start_after=after)
        return tuple(
            ObjectInfo(row.object_name or "", row.size or 0, (row.etag or "").strip('"'), row.last_modified)
            for row in islice(found, PAGE)
        )

    def delete(self, key: str) -> None:
        """See ``ObjectStore.delete``."""
        self._call(lambda: self._client.remove_object(self._bucket, check_key(key)))

    def _call(self, attempt: Callable[[], T]) -> T:
        """Try until it works, cannot work, or the budget is spent. The only place that waits."""
        deadline = self._clock() + RETRY_BUDGET_S
        wait = FIRST_WAIT_S
        while True:
            try:
                return self._attempt(attempt)
            except _Passing as error:
                left = deadline - self._clock()
                if left <= 0:
                    raise Unavailable(
                        f"the object store at {self._endpoint} does not answer ({error}); is the stack up? "
                        "`copydesk status` tells, `copydesk up` starts it"
                    ) from error
            self._sleep(min(wait, left))
            wait *= 2

    def _attempt(self, attempt: Callable[[], T]) -> T:
        try:
            return attempt()
        except S3Error as error:
            # A HEAD has no body to carry the code; MinIO sends it as a header.
            code = error.response.headers.get("x-minio-error-code") or error.code or ""
            raise self._translated(error.response.status, code, error.message or "") from error
        except InvalidResponseError as error:
            raise self._translated(error._code, "", "the answer is not S3's; check COPYDESK_S3_ENDPOINT") from error
        except ServerError as error:
            raise _Passing(f"HTTP {error.status_code}") from error
        except urllib3.exceptions.HTTPError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise Refused(f"no secure connection to {self._endpoint}: {error}; check its certificate") from error
            raise _Passing(_plainly(error)) from error
        except (ParseError, UnicodeDecodeError) as error:
            raise _Passing(f"the answer cannot be read: {error}") from error
        except (MinioException, ValueError) as error:
            raise Refused(f"the object store cannot be used as it is set: {error}") from error

    def _translated(self, status: int, code: str, message: str) -> Exception:
        said = f"HTTP {status} {code}: {message}".strip(": ")
        if status == HTTPStatus.PRECONDITION_FAILED:
            return _Lost(said)
        if code == "NoSuchKey":
            return NotFound(said)
        if code not in _REMEDIES and (status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING):
            return _Passing(said)
        credentials = status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
        remedy = _REMEDIES.get(code, _CREDENTIALS if credentials else "see the store's own log")
        return Refused(f"the object store refused a request for bucket {self._bucket}: {said}; {remedy}")


def check_access(endpoint: str, access_key: str, secret_key: str) -> SplitResult:
    """Return the address in its parts. Raises ``Refused`` if it is none, or a key is missing."""
    if not access_key or not secret_key:
        raise Refused(f"no credentials for the object store at {endpoint}: {_CREDENTIALS}, or run `copydesk up`")
    address = urlsplit(endpoint)
    if address.scheme not in {"http", "https"} or not address.hostname or address.path.strip("/") or address.query:
        raise Refused(f"COPYDESK_S3_ENDPOINT {endpoint!r} is not an address; write http://host:port or https://host")
    if address.username is not None:
        raise Refused("COPYDESK_S3_ENDPOINT holds credentials; set COPYDESK_S3_ACCESS_KEY and COPYDESK_S3_SECRET_KEY")
    return address


def _check_library() -> None:
    call = getattr(minio.Minio, "_put_object", None)
    if call is None or list(inspect.signature(call).parameters)[1:5] != [
        "bucket_name",
        "object_name",
        "data",
        "headers",
    ]:
        raise Refused(
            f"minio-py {minio.__version__} has not the call that conditional puts need: install minio>=7.2.20,<7.3"
        )
