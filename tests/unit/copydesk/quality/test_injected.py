"""Printing boilerplate into articles, and counting what the cleaner makes of it; hosts and articles are invented."""

from collections import Counter
from datetime import timedelta

import msgspec
import pytest

from copydesk.quality.articles import Article, newsroom, wikinews
from copydesk.quality.hosts import STATEMENT_DAYS, Host, Paragraph, Piece, Printed, Role, load_hosts, run
from copydesk.quality.injected import BOILERPLATE, Tally, base, measure
from copydesk.quality.measures import Context
from infra.errors import Refused

HOST = Host(
    host="quay-post.example",
    recurring=(Piece("head", "share", "Share this"), Piece("tail", "copyright", "(c) Quay Post")),
    varying=(Piece("between", "related", "READ MORE: {headline}"), Piece("head", "stamp", "{date}, {time}: {name}")),
    headlines=("Bridge shut",),
    names=("Ada Holm",),
    syndicated=("“We look into it,” the ministry said.",),
)
ARTICLES = tuple(
    Article(f"story-{n}", (f"Headline {n}", f"First of {n}.", f"Second of {n}."), frozenset({1, 2})) for n in range(28)
)


def test_a_host_prints_every_article_once_and_the_same_way_every_time():
    printed = run(HOST, ARTICLES)
    assert printed == run(HOST, ARTICLES)
    own = [p.text for article in (*printed.learned, *printed.cleaned) for p in article.paragraphs if p.role is Role.OWN]
    assert sorted(own) == sorted(article.paragraphs[0] for article in ARTICLES)
    assert len(printed.cleaned) == 12


def test_few_articles_are_learned_from_in_parts_that_no_other_article_has():
    few = tuple(Article(str(n), tuple(f"{n} {i}" for i in range(6)), frozenset({1, 4})) for n in range(14))
    printed = run(msgspec.structs.replace(HOST, recurring=(), varying=(), syndicated=()), few)
    assert (len(printed.cleaned), len(printed.learned)) == (6, 24)
    texts = [p.text for article in (*printed.learned, *printed.cleaned) for p in article.paragraphs]
    assert sorted(texts) == sorted(text for article in few for text in article.paragraphs)
    bodies = [p.text[-1] for article in printed.learned for p in article.paragraphs if p.role is Role.BODY]
    assert Counter(bodies) == {"1": 8, "4": 8}


def test_hosts_print_in_different_orders():
    other = run(msgspec.structs.replace(HOST, host="dale-echo.example"), ARTICLES)
    assert [a.paragraphs for a in other.cleaned] != [a.paragraphs for a in run(HOST, ARTICLES).cleaned]


def test_what_is_cleaned_was_printed_after_what_is_learned_from():
    printed = run(HOST, ARTICLES)
    days = [article.day for article in printed.learned]
    assert days == sorted(days)
    assert {article.day for article in printed.cleaned} == {days[-1] + timedelta(days=1)}
    assert len({article.url for article in (*printed.learned, *printed.cleaned)}) == len(ARTICLES)


def test_all_of_two_days_carry_the_statement():
    statements = Counter(
        article.day
        for article in run(HOST, ARTICLES).learned
        for paragraph in article.paragraphs
        if paragraph.role is Role.STATEMENT
    )
    first, second = sorted(statements)
    assert second - first == timedelta(days=1)
    assert (statements[first], statements[second]) == STATEMENT_DAYS


def test_pieces_stand_where_they_should_and_have_no_empty_places():
    for article in run(HOST, ARTICLES).learned:
        kinds = [paragraph.kind or paragraph.role.value for paragraph in article.paragraphs]
        assert [kind for kind in kinds if kind in {"own", "body"}] == ["own", "body", "body"]
        assert kinds[kinds.index("own") - 1] in {"share", "stamp", "copyright", kinds[-1]}
        if "related" in kinds:
            assert kinds.index("own") < kinds.index("related") < len(kinds) - 1 - kinds[::-1].index("body")
        if "copyright" in kinds:
            assert kinds[-1] == "copyright"
        for paragraph in article.paragraphs:
            assert "{" not in paragraph.text
        assert article.text.count("\n\n") == len(article.paragraphs) - 1


def test_a_piece_of_several_paragraphs_is_counted_by_paragraph():
    host = msgspec.structs.replace(HOST, recurring=(Piece("tail", "comments", "Be kind.\n\nWe read all."),))
    found = run(host, ARTICLES)
    assert any([p.text for p in a.paragraphs][-2:] == ["Be kind.", "We read all."] for a in found.learned)


def test_an_unknown_place_is_refused():
    host = msgspec.structs.replace(HOST, varying=(Piece("head", "x", "{place}"),))
    with pytest.raises(Refused, match="place"):
        run(host, ARTICLES)


def test_hosts_that_are_wrong_are_refused(tmp_path):
    (tmp_path / "hosts.yaml").write_text("- {host: a}")
    with pytest.raises(Refused, match=r"hosts\.yaml"):
        load_hosts(tmp_path / "hosts.yaml")


def test_a_tally_counts_words_of_body_and_paragraphs_of_the_rest():
    printed = Printed(
        "a.example", "https://a.example/1", run(HOST, ARTICLES).learned[0].day,
        (Paragraph("Own line", Role.OWN), Paragraph("Two words", Role.BODY), Paragraph("One two three four", Role.BODY),
         Paragraph("Said.", Role.STATEMENT), Paragraph("Share", Role.RECURRING, "share"),
         Paragraph("More", Role.VARYING, "related")),
    )  # fmt: skip
    tally = Tally()
    failures = list(tally.add(printed, ["x", "x", None, None, "x", None]))
    assert tally.body_kept == pytest.approx(4 / 6)
    assert tally.share_right(Role.STATEMENT) == 1.0
    assert tally.share_right(*BOILERPLATE) == 0.5
    assert (tally.share_right(*BOILERPLATE, kind="share"), tally.share_right(*BOILERPLATE, kind="related")) == (
        1.0,
        0.0,
    )
    assert [failure.text for failure in failures] == ["Two words", "More"]


def test_the_base_is_of_articles_with_nothing_put_in():
    story = "The harbour office said on Monday that the ferry would sail again once its engine was mended by the crew."
    body = Article("a", ("READ MORE: Bridge shut", story, story.replace("Monday", "Friday")), frozenset({0, 1, 2}))
    words = len(story.split())
    assert base([body]) == pytest.approx(2 * words / (2 * words + 4))


def test_the_newsroom_gives_clean_english_articles():
    found = newsroom()
    assert len(found) == 18
    assert all(article.body and max(article.body) < len(article.paragraphs) for article in found)
    assert not any(text.startswith("READ MORE") for article in found for text in article.paragraphs)


def test_without_wikinews_its_rows_are_skipped_by_name(tmp_path):
    (tmp_path / "hosts.yaml").write_bytes(msgspec.yaml.encode([HOST]))
    found = measure(Context(data=tmp_path, corpora=tmp_path))
    assert "corpora/news" in found.skipped[0]
    assert {name.split(".")[1] for name in found.figures} == {"newsroom"}


def test_lines_of_the_second_half_of_the_hosts_are_never_shown(tmp_path):
    lines = {
        "a.example": "The open host said on Monday that the weather over its harbour had been fine for a week.",
        "b.example": "The sealed host said on Monday that the weather over its harbour had been poor for a week.",
    }
    hosts = [
        msgspec.structs.replace(HOST, host=host, recurring=(Piece("between", "share", text),), varying=())
        for host, text in lines.items()
    ]
    (tmp_path / "hosts.yaml").write_bytes(msgspec.yaml.encode(hosts))
    found = measure(Context(data=tmp_path, corpora=tmp_path))
    assert {failure.text for failure in found.failures} & {*lines.values()} == {lines["a.example"]}
    assert found.figures["injected.newsroom.no-memory.removed"] == 0.0
    assert found.figures["injected.newsroom.memory.removed"] == 1.0


def test_an_article_of_wikinews_that_nobody_marked_is_refused(tmp_path):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "wikinews_gum_train.jsonl").write_text('{"id": "new", "text": "a\\n\\nb"}\n')
    (tmp_path / "wikinews.yaml").write_text("other: [0]")
    with pytest.raises(Refused, match="new"):
        wikinews(Context(data=tmp_path, corpora=tmp_path))
