"""The steps as filters, on documents and on lines."""

import io
import json
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from consumers.step import Invalid
from copydesk.commands import enrich, summarize
from copydesk.filters import source
from copydesk.filters.options import filter_options
from copydesk.filters.run import run_document, run_lines
from copydesk.filters.source import document, lines
from copydesk.filters.verbs import cleaning, draft, enriching, extracting, summarizing, tagging
from models.protocols import Analysis
from schemas.articles import CleanArticle, EnrichedArticle, Summary, SummarySentence
from schemas.codec import decode
from schemas.identity import article_id

STORY = (
    "The mayor of Port Ainslie, Marta Ellingsen, opened the new quay on Monday with a short speech and thanked the "
    "crews who had worked through the autumn storms to finish it.\n\nREAD MORE: How the storm rewrote the coast\n\n"
    "Ms Ellingsen said that the first ships would moor there in the spring, once the harbour office has moved in."
)


class FakeModels:
    """Gives the first ten characters as the summary; tells what it was given."""

    provenance = ()

    def __init__(self) -> None:
        self.given: list[tuple[str, str]] = []
        self.titles: list[str | None] = []

    def analyse(self, text: str, language: str = "en", *, title: str | None = None) -> Analysis:
        self.given.append((text, language))
        self.titles.append(title)
        sentence = SummarySentence(text=text[:10], start=0, end=10)
        return Analysis((), Summary(sentences=(sentence,), method="lead"), "Headline.", ("flagged",))


def jsonl(*objects: object) -> io.BytesIO:
    return io.BytesIO(b"".join((o if isinstance(o, bytes) else json.dumps(o).encode()) + b"\n" for o in objects))


def results(out: io.BytesIO) -> list[dict]:
    return [json.loads(row) for row in out.getvalue().splitlines()]


def test_a_document_gives_one_line():
    out = io.BytesIO()
    run_document(cleaning, "-", "https://a.example/1", stdin=io.BytesIO(STORY.encode()), stdout=out)
    article = decode(out.getvalue(), CleanArticle)
    assert out.getvalue().count(b"\n") == 1
    assert article.id == article_id("https://a.example/1")
    assert "READ MORE" not in article.text
    assert "READ MORE" in article.removed[0].text


def test_a_path_and_standard_input_give_the_same_bytes(tmp_path):
    path = tmp_path / "story"
    path.write_text(STORY)
    first, second = io.BytesIO(), io.BytesIO()
    run_document(cleaning, str(path), None, stdin=io.BytesIO(), stdout=first)
    run_document(cleaning, "-", None, stdin=io.BytesIO(STORY.encode()), stdout=second)
    assert first.getvalue() == second.getvalue()


def test_html_is_told_from_text():
    page = f"<html><head><title>Quay opened</title></head><body><article><p>{STORY}</p></article></body></html>"
    found = extracting(document(page.encode(), None))
    assert found.title == "Quay opened"
    assert "<" not in found.text


def test_a_document_without_an_article_is_refused():
    with pytest.raises(Invalid, match="empty"):
        document(b"", None)
    with pytest.raises(Invalid, match="no-text"):
        draft(document(b"Too short.", None))


def test_a_document_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(source, "LIMIT", 10)
    with pytest.raises(Invalid, match="--jsonl"):
        source.read_bytes("-", io.BytesIO(b"x" * 11))


def test_lines_come_out_in_order_under_the_ids_they_brought():
    out = io.BytesIO()
    given = jsonl({"id": "b", "text": STORY}, b"", {"html": f"<p>{STORY}</p>", "url": "https://a.example/1"})
    assert run_lines(extracting, given, out) == (0, 2)
    assert [row["id"] for row in results(out)] == ["b", article_id("https://a.example/1")]


@pytest.mark.parametrize(
    ("line", "reason", "says"),
    [
        (b"nonsense", "bad-line", "not JSON"),
        (b"\xff\xfe", "bad-line", "not JSON"),
        (b"[" * 100_000, "bad-line", "not JSON"),
        (b"[]", "bad-line", "not list"),
        (b"null", "bad-line", "not NoneType"),
        (b"{}", "bad-line", "either"),
        (b'{"text":"a","html":"b"}', "bad-line", "either"),
        (b'{"text":1}', "bad-line", '"text" must be a string'),
        (b'{"text":"a","url":["x"]}', "bad-line", '"url" must be a string'),
        (b'{"text":"\\ud800"}', "bad-line", "halves"),
        (b'{"text":""}', "empty", ""),
        (b'{"text":"Too short."}', "no-text", "words"),
    ],
)
def test_a_bad_line_gets_an_error_in_its_place_and_the_others_their_results(line, reason, says):
    out = io.BytesIO()
    assert run_lines(cleaning, jsonl({"id": "a", "text": STORY}, line, {"id": "z", "text": STORY}), out) == (1, 3)
    first, bad, last = results(out)
    assert (first["id"], last["id"]) == ("a", "z")
    assert (bad["line"], bad["error"]["reason"]) == (2, reason)
    assert says in bad["error"]["detail"]


def test_a_line_that_is_too_long_is_passed_over(monkeypatch):
    monkeypatch.setattr(source, "LIMIT", 1_000)
    long, short = list(lines(io.BytesIO(b"x" * 5_000 + b"\n" + json.dumps({"text": STORY}).encode())))
    assert long.error is not None
    assert long.error.reason == "too-large"
    assert short.text == STORY
    assert short.line == 2


def test_a_bug_over_one_line_does_not_take_the_others():
    def broken(given):
        if given.id == "b":
            raise ZeroDivisionError("by zero")
        return extracting(given)

    out = io.BytesIO()
    given = jsonl(*({"id": name, "text": STORY} for name in "abc"))
    assert run_lines(broken, given, out) == (1, 3)
    assert results(out)[1] == {
        "id": "b", "line": 2, "error": {"reason": "crashed", "detail": "ZeroDivisionError: by zero"}
    }  # fmt: skip


def test_a_text_that_looks_like_a_page_stays_text():
    (given,) = lines(jsonl({"text": "<html> is a tag. " + STORY}))
    assert extracting(given).text.startswith("<html> is a tag.")


def test_models_are_given_the_cleaned_document_but_the_text_of_a_line_as_it_is():
    models = FakeModels()
    tagged = tagging(models)(document(STORY.encode(), None))
    assert "READ MORE" not in tagged.text
    (given,) = lines(jsonl({"id": "a", "text": STORY}))
    summarized = summarizing(models)(given)
    assert summarized.text == STORY
    assert summarized.summary.sentences[0].text == STORY[:10]
    assert models.given == [(tagged.text, "en"), (STORY, "en")]
    assert (tagged.flags, summarized.headline_summary) == (("flagged",), "Headline.")


def test_what_clean_prints_can_be_piped_on():
    out = io.BytesIO()
    run_lines(cleaning, jsonl({"id": "a", "text": STORY}), out)
    out.seek(0)
    tagged = io.BytesIO()
    assert run_lines(tagging(FakeModels()), out, tagged) == (0, 1)
    assert results(tagged)[0]["text"] == results(out)[0]["text"]


@pytest.mark.parametrize(
    ("given", "title"),
    [
        (document(STORY.encode(), None), None),
        (document(STORY.encode(), None, "Quay <b>opened</b>"), "Quay opened"),
        (document(f"<title>Quay &amp; pier</title><p>{STORY}</p>".encode(), None, "Another"), "Quay & pier"),
        (*lines(jsonl({"title": "Quay opened", "text": STORY})), "Quay opened"),
        (*lines(jsonl({"title": None, "text": STORY})), None),
        (*lines(jsonl({"title": "Quay opened", "html": f"<p>{STORY}</p>"})), "Quay opened"),
    ],
    ids=["text", "--title", "page", "line", "null", "line of HTML"],
)
def test_summarize_and_enrich_are_given_the_same_title(given, title):
    models = FakeModels()
    summarizing(models)(given)
    enriching(models)(given)
    assert models.titles == [title, title]


def test_a_title_that_is_none_is_refused():
    (given,) = lines(jsonl({"title": 1, "text": STORY}))
    assert given.error is not None
    assert '"title" must be a string' in given.error.detail


@pytest.mark.parametrize("command", [summarize.command, enrich.command])
def test_a_title_for_many_lines_is_refused(command):
    done = CliRunner().invoke(command, ["--jsonl", "--title", "Quay opened", "-"], input="{}")
    assert done.exit_code == 2
    assert 'every line has its own "title"' in done.stderr


def test_enrich_gives_the_product():
    out = io.BytesIO()
    run_document(enriching(FakeModels()), "-", None, stdin=io.BytesIO(STORY.encode()), stdout=out)
    article = decode(out.getvalue(), EnrichedArticle)
    assert article.revision.number == 1
    assert article.summary.method == "lead"


@pytest.mark.parametrize("given", [[], ["-"]], ids=["no FILE", "-"])
def test_a_text_can_be_piped_in(given):
    seen = []

    @click.command()
    @filter_options()
    def command(path, **_options):
        seen.append(path)

    assert CliRunner().invoke(command, given, input=STORY).exit_code == 0
    assert seen == ["-"]


def test_without_a_file_on_a_terminal_it_says_what_to_give(monkeypatch):
    @click.command()
    @filter_options()
    def command(path, **_options):
        raise AssertionError(path)

    with monkeypatch.context() as patched:
        patched.setattr("copydesk.filters.options.sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))
        done = CliRunner().invoke(command, [])

    assert done.exit_code == 2
    assert "pipe a text" in done.stderr
