"""Files into the topics, and what becomes of them."""

import gzip
import io
import json
from datetime import UTC, datetime

import pytest

from consumers.step import Invalid, Rejected
from copydesk.intake.inputs import Input, find, read
from copydesk.intake.send import send, wait
from infra.errors import Unavailable
from schemas.articles import RawArticle
from schemas.codec import decode
from schemas.identity import article_id
from schemas.topics import OUTCOMES, RAW

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
PAGE = b"<html><body><p>A page.</p></body></html>"


def warc_record(
    url: str,
    *,
    kind: str = "response",
    status: str = "200 OK",
    media_type: str = "text/html",
    date: str = "2026-10-01T07:30:00Z",
) -> bytes:
    http = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}; charset=utf-8\r\nX-Secret: no\r\n\r\n".encode() + PAGE
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
        "WARC-Record-ID: <urn:uuid:12345678-1234-1234-1234-123456789012>\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.html").write_bytes(PAGE)
    (tmp_path / "b" / "c.TXT").write_text("Some text.")
    (tmp_path / "b" / "d.jsonl").write_text(
        '{"text":"One."}\n\nnonsense\n{"html":"<p>x</p>","url":"https://a.example/1"}\n'
    )
    (tmp_path / "b" / "photo.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / ".git" / "HEAD.txt").write_text("hidden")
    (tmp_path / "b" / ".hidden.txt").write_text("hidden")
    return tmp_path


def gathered(*paths: object, **given) -> list[Input]:
    return list(read([str(path) for path in paths], stdin=given.pop("stdin", io.BytesIO()), **given))


def test_folders_are_walked_in_order_and_the_rest_is_counted(folder):
    files, others = find([str(folder), "-"])
    assert [path.removeprefix(str(folder)) for path in files] == ["/a.html", "/b/c.TXT", "/b/d.jsonl", "-"]
    assert others == 1


def test_documents_and_lines_become_raw_articles(folder):
    files, _ = find([str(folder)])
    page, text, one, bad, three = gathered(*files)
    assert page.raw is not None
    assert (page.raw.media_type, page.raw.body, page.raw.captured_at) == ("text/html", PAGE, None)
    assert page.raw.url.startswith("urn:sha256:")
    assert text.raw is not None
    assert text.raw.source == "local"
    assert one.name.endswith("d.jsonl:1")
    assert bad.error is not None
    assert bad.error.reason == "bad-line"
    assert three.raw is not None
    assert three.raw.id == article_id("https://a.example/1")


def test_standard_input_is_a_document_or_lines():
    (document,) = gathered("-", stdin=io.BytesIO(b"Two. {}"), url="https://a.example/1")
    assert document.raw is not None
    assert document.raw.id == article_id("https://a.example/1")
    assert document.raw.body == b"Two. {}"
    (line,) = gathered("-", stdin=io.BytesIO(b'{"text":"One."}'), as_lines=True)
    assert line.raw is not None
    assert line.raw.body == b"One."


def test_what_cannot_be_read_is_named_and_the_rest_follows(tmp_path):
    (tmp_path / "empty.txt").touch()
    (tmp_path / "good.txt").write_text("Some text.")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    missing, empty, picture, good = gathered(
        tmp_path / "no.txt", tmp_path / "empty.txt", tmp_path / "picture.txt", tmp_path / "good.txt"
    )
    assert [each.error.reason for each in (missing, empty, picture) if each.error] == [
        "unreadable", "empty", "unsupported-media-type",
    ]  # fmt: skip
    assert good.raw is not None


@pytest.mark.parametrize("packed", [False, True])
def test_responses_of_warc_files_are_taken_with_their_time(tmp_path, packed):
    records = [
        warc_record("https://a.example/1"),
        warc_record("https://a.example/1", kind="request"),
        warc_record("https://a.example/2", status="404 Not Found"),
        warc_record("https://a.example/3.png", media_type="image/png"),
        warc_record("https://a.example/4"),
    ]
    path = tmp_path / ("captures.warc.gz" if packed else "captures.warc")
    path.write_bytes(b"".join(gzip.compress(record) if packed else record for record in records))
    first, last = gathered(path)
    assert first.raw is not None
    assert (first.raw.url, first.raw.id) == ("https://a.example/1", article_id("https://a.example/1"))
    assert first.raw.captured_at == datetime(2026, 10, 1, 7, 30, tzinfo=UTC)
    assert (first.raw.media_type, first.raw.charset, first.raw.body) == ("text/html", "utf-8", PAGE)
    assert first.raw.headers == {"content-type": "text/html; charset=utf-8"}
    assert last.name.endswith(":5")


@pytest.mark.parametrize(
    "bad",
    [
        warc_record("https://a.example/2", date="yesterday"),
        warc_record("https://a.example/2", date="2026-10-01T07:30:00"),
        warc_record("https://[a.example/2"),
    ],
    ids=["no-date", "no-zone", "no-url"],
)
def test_a_bad_record_is_named_and_those_after_it_are_taken(tmp_path, bad):
    path = tmp_path / "captures.warc"
    path.write_bytes(warc_record("https://a.example/1") + bad + warc_record("https://a.example/3"))
    first, second, third = gathered(path)
    assert first.raw is not None
    assert second.error is not None
    assert (second.name, second.error.reason) == (f"{path}:2", "bad-record")
    assert third.raw is not None
    assert (third.name, third.raw.url) == (f"{path}:3", "https://a.example/3")


@pytest.mark.parametrize("broken", [b"not a warc at all", gzip.compress(warc_record("https://a.example/2"))[:-40]])
def test_a_broken_warc_file_gives_what_can_be_read(tmp_path, broken):
    path = tmp_path / "captures.warc.gz"
    path.write_bytes(gzip.compress(warc_record("https://a.example/1")) + broken)
    first, *rest = gathered(path)
    assert first.raw is not None
    assert [each.error.reason for each in rest if each.error] == ["broken-warc"]


def test_every_input_has_its_message_its_bytes_and_its_result(press, folder):
    files, _ = find([str(folder)])
    counted: list[int] = []
    results, places = send(press.desk, press.broker.publisher(), gathered(*files), told=counted.append, now=lambda: NOW)
    assert [result.outcome for result in results] == ["sent", "sent", "sent", "failed", "sent"]
    assert [result.good for result in results] == [True, True, True, False, True]
    assert counted == [1, 2, 3, 4, 5]
    messages = list(press.desk.messages(RAW))
    assert len(messages) == len(places) == 4
    for message in messages:
        article = decode(message.value or b"", RawArticle)
        (result,) = [each for each in results if each.id == article.id]
        assert result.position == f"{message.topic}/{message.partition}/{message.offset}"
        assert press.store.get(f"raw/{article.body_sha256}") == article.body
        assert press.store.exists(f"raw-meta/{article.id}/{article.body_sha256}.json")
    assert [decode_status(message) for message in press.desk.messages(OUTCOMES)] == ["sent"] * 4


def decode_status(message) -> str:
    return json.loads(message.value)["status"]


def test_many_inputs_are_sent_in_batches_under_their_own_results(press):
    lines = b"".join(b'{"text":"Text number %d."}\n' % number for number in range(120))
    inputs = gathered("-", stdin=io.BytesIO(lines), as_lines=True)
    results, places = send(press.desk, press.broker.publisher(), inputs)
    for origin, index in places.items():
        assert results[index].position == f"{origin.topic}/{origin.partition}/{origin.offset}"
    by_id = {decode(m.value or b"", RawArticle).id: m for m in press.desk.messages(RAW)}
    assert len(by_id) == 120
    for result in results:
        message = by_id[result.id]
        assert result.position == f"{message.topic}/{message.partition}/{message.offset}"


def test_waiting_gives_every_input_its_end(press):
    start = press.desk.admin.end_offsets("test.news.outcomes")
    given = [Input(str(number), raw.raw) for number, raw in enumerate(gathered(
        "-", stdin=io.BytesIO(b'{"text":"One."}\n{"text":"Two."}\n{"text":"Three."}\n'), as_lines=True
    ))]  # fmt: skip
    press.raw_articles.update({each.raw.id: each.raw for each in given if each.raw})
    results, places = send(press.desk, press.broker.publisher(), given)
    press.prepare()
    press.prepare(result=Rejected("no-text", "there is none"))
    press.prepare(result=Invalid("crashed", "it ended three processes"))
    key = press.enrich()
    counted: list[int] = []
    assert wait(press.desk, results, places, start=start, timeout_s=60, told=counted.append) is None
    assert sorted(result.outcome for result in results) == ["dead", "enriched", "rejected"]
    assert counted == [1, 2, 3]
    (enriched,) = [result for result in results if result.outcome == "enriched"]
    assert (enriched.object_key, enriched.revision, enriched.good) == (key, 1, True)
    assert not any(result.good for result in results if result is not enriched)


def test_what_has_no_end_in_time_is_waiting(press):
    start = press.desk.admin.end_offsets("test.news.outcomes")
    results, places = send(press.desk, press.broker.publisher(), gathered("-", stdin=io.BytesIO(b"Some text.")))
    late = wait(press.desk, results, places, start=start, timeout_s=0)
    assert late is not None
    assert len(late.missing) == 1
    assert "--timeout" in str(late)
    assert results[0].outcome == "waiting"
    assert not results[0].good


def test_a_broker_that_goes_away_is_said_and_sending_again_does_no_harm(press):
    lines = b"".join(b'{"text":"Text number %d."}\n' % number for number in range(60))
    press.broker.fail_after = 20
    with pytest.raises(Unavailable):
        send(press.desk, press.broker.publisher(), gathered("-", stdin=io.BytesIO(lines), as_lines=True))
    press.broker.down, press.broker.fail_after = False, None
    results, _ = send(press.desk, press.broker.publisher(), gathered("-", stdin=io.BytesIO(lines), as_lines=True))
    assert all(result.outcome == "sent" for result in results)
    assert {message.key for message in press.desk.messages(RAW)} == {(r.id or "").encode() for r in results}


@pytest.mark.parametrize("content", [b"", b"nothing of the kind\r\n" * 10])
def test_a_file_that_is_no_warc_is_said(tmp_path, content):
    path = tmp_path / "captures.warc"
    path.write_bytes(content)
    (only,) = gathered(path)
    assert only.error is not None
    assert only.error.reason == "broken-warc"
