import json
from pathlib import Path

import pytest

from copydesk.newsroom.app import Newsroom
from copydesk.newsroom.catalogue import Case, load_articles
from copydesk.newsroom.edition import EditionFile
from copydesk.newsroom.exchange import Request
from copydesk.newsroom.outlets import OUTLETS, Outlet

BOTH = pytest.mark.parametrize("outlet", OUTLETS.values(), ids=list(OUTLETS))


@pytest.fixture
def path_of():
    """The path of the article of a special case."""

    def find(case: Case) -> str:
        return next(article.path for article in load_articles() if article.case is case)

    return find


def test_every_link_of_both_feeds_answers_and_only_the_failing_page_does_not(ask, articles, path_of):
    statuses = {path: ask(path).status.value for article in articles for path in article.paths}
    failing = path_of(Case.SERVER_ERROR)
    assert statuses.pop(failing) == 500
    assert set(statuses.values()) == {200}


def test_tracking_parameters_do_not_change_the_page(ask, articles):
    (article,) = (article for article in articles if article.case is Case.CARRIED_TWICE)
    assert len({ask(path).body for path in article.paths}) == 1


def test_the_failing_page_fails_every_time_and_is_fine_in_the_second_edition(ask, path_of):
    failing = path_of(Case.SERVER_ERROR)
    assert [ask(failing).status.value for _ in range(3)] == [500, 500, 500]
    assert ask("/edition/2", method="POST").status == 200
    assert ask(failing).status == 200


def test_the_edited_page_changes_with_the_edition(ask, path_of):
    edited = path_of(Case.EDITED)
    before = ask(edited)
    assert b"Four people" in before.body
    ask("/edition/2", method="POST")
    after = ask(edited, if_none_match=before.headers["ETag"])
    assert after.status == 200
    assert b"Eleven people" in after.body
    assert b"Four people" not in after.body


@BOTH
def test_a_feed_read_again_is_answered_304(ask, outlet: Outlet):
    first = ask(outlet.feed_path)
    assert first.headers["Content-Type"].startswith(outlet.feed_type)
    assert ask(outlet.feed_path, if_none_match=first.headers["ETag"]).status == 304
    assert ask(outlet.feed_path, if_modified_since=first.headers["Last-Modified"]).status == 304


def test_after_the_switch_one_feed_has_changed_and_the_other_has_not(ask):
    validators = {name: {"if_none_match": ask(o.feed_path).headers["ETag"]} for name, o in OUTLETS.items()}
    ask("/edition/2", method="POST")
    statuses = {name: ask(OUTLETS[name].feed_path, **held).status.value for name, held in validators.items()}
    assert statuses == {"wire": 304, "courier": 200}


def test_links_follow_the_host_header(ask):
    assert b"http://localhost:99/wire/" in ask("/wire/rss.xml", host="localhost:99").body
    assert b"http://[::1]:99/wire/" in ask("/wire/rss.xml", host="[::1]:99").body


def test_links_follow_the_base_url_where_one_is_set(articles, tmp_path: Path):
    newsroom = Newsroom(articles, EditionFile(tmp_path), "https://demo.test/")
    request = Request(method="GET", target="/courier/atom.xml", headers={}, client="127.0.0.1")
    body = newsroom.respond(request).body
    assert b'href="https://demo.test/courier/' in body
    assert b"demo.test//" not in body


@pytest.mark.parametrize("host", ["", "a b", "x<y>", "evil.test/path", "host:port", "a\r\nb"])
def test_a_host_header_that_is_no_host_is_refused(ask, host: str):
    assert ask("/wire/rss.xml", host=host).status == 400


@pytest.mark.parametrize(
    ("target", "method", "status"),
    [
        ("/nowhere", "GET", 404),
        ("/wire/../etc/passwd", "GET", 404),
        ("/static/../app.py", "GET", 404),
        ("/edition/3", "POST", 404),
        ("/edition/2", "GET", 405),
        ("/edition", "POST", 405),
        ("/", "DELETE", 405),
        ("http://[broken/", "GET", 400),
    ],
)
def test_what_is_not_served_is_refused(ask, target: str, method: str, status: int):
    response = ask(target, method=method)
    assert response.status == status
    assert ("Allow" in response.headers) == (status == 405)
    assert b"<h1>" in response.body


def test_absolute_targets_are_understood(ask):
    assert ask("http://news.test:8080/robots.txt").status == 200


@pytest.mark.parametrize("client", ["127.0.0.1", "::1"])
def test_programs_on_this_machine_may_switch_the_edition_both_ways(ask, client: str):
    for number in (2, 1, 2):
        assert json.loads(ask(f"/edition/{number}", method="POST", client=client).body) == {"edition": number}
        assert json.loads(ask("/edition").body) == {"edition": number}


@pytest.mark.parametrize("sender", [{"client": "192.0.2.7"}, {"origin": "http://elsewhere.test"}])
def test_nobody_else_may_switch_the_edition(ask, sender: dict[str, str]):
    assert ask("/edition/2", method="POST", **sender).status == 403
    assert json.loads(ask("/edition").body) == {"edition": 1}


def test_a_switch_that_cannot_be_kept_is_an_error(ask, tmp_path: Path):
    (tmp_path / "edition.new").mkdir()
    response = ask("/edition/2", method="POST")
    assert response.status == 500
    assert b"cannot write" in response.body
    assert json.loads(ask("/edition").body) == {"edition": 1}


def test_health_counts_the_articles(ask, articles):
    assert json.loads(ask("/health").body) == {"status": "ok", "edition": 1, "articles": len(articles)}


def test_robots_may_read_everything(ask):
    assert ask("/robots.txt").body == b"User-agent: *\nAllow: /\n"


def test_the_same_question_gets_the_same_bytes(ask, articles):
    for article in articles:
        assert ask(article.path) == ask(article.path)
