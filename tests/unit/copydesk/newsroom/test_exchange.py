import gzip
from datetime import UTC, datetime, timedelta

import pytest

from copydesk.newsroom.exchange import Request, Response, document

BODY = b"All the news that fits. " * 100
MODIFIED = datetime(2026, 11, 17, 7, 30, tzinfo=UTC)


def answer(body: bytes = BODY, modified: datetime | None = MODIFIED, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return document(Request(method="GET", target="/", headers=named, client="127.0.0.1"), body, "text/plain", modified)


def test_the_first_request_gets_the_body_and_both_validators():
    response = answer()
    assert response.status == 200
    assert response.body == BODY
    assert response.headers["Last-Modified"] == "Tue, 17 Nov 2026 07:30:00 GMT"
    assert response.headers["ETag"].startswith('"')


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_the_same_entity_tag_is_answered_304_without_a_body(form: str):
    etag = answer().headers["ETag"]
    response = answer(if_none_match=form.format(etag))
    assert response.status == 304
    assert response.body == b""
    assert response.headers["ETag"] == etag
    assert "Content-Type" not in response.headers


def test_another_entity_tag_is_answered_200_even_if_the_date_would_hold():
    assert answer(if_none_match='"old"', if_modified_since="Tue, 17 Nov 2026 07:30:00 GMT").status == 200


@pytest.mark.parametrize(("minutes", "status"), [(0, 304), (5, 304), (-5, 200)])
def test_the_date_decides_when_there_is_no_entity_tag(minutes: int, status: int):
    held = MODIFIED + timedelta(minutes=minutes)
    assert answer(if_modified_since=f"{held:%a, %d %b %Y %H:%M:%S} GMT").status == status


@pytest.mark.parametrize("date", ["yesterday", "", "2026-11-17"])
def test_a_date_that_cannot_be_read_is_ignored(date: str):
    assert answer(if_modified_since=date).status == 200


def test_without_a_date_of_its_own_a_document_ignores_the_clients():
    response = answer(modified=None, if_modified_since="Tue, 17 Nov 2026 07:30:00 GMT")
    assert response.status == 200
    assert "Last-Modified" not in response.headers


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "GZIP", "*"])
def test_a_client_that_accepts_gzip_gets_it_under_a_tag_of_its_own(accepted: str):
    response = answer(accept_encoding=accepted)
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.body) == BODY
    assert response.headers["ETag"] != answer().headers["ETag"]
    assert answer(accept_encoding=accepted, if_none_match=response.headers["ETag"]).status == 304


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip; q=0.0"])
def test_a_client_that_does_not_accept_gzip_gets_plain_bytes(accepted: str):
    assert answer(accept_encoding=accepted).body == BODY


def test_the_same_document_gives_the_same_bytes():
    assert answer(accept_encoding="gzip") == answer(accept_encoding="gzip")


def test_a_short_body_is_not_compressed():
    assert answer(body=b"short", accept_encoding="gzip").body == b"short"
