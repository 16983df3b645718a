"""What people see of a cleaned article: in the terminal, and as a page that hostile text cannot change."""

import io
import re
from datetime import UTC, datetime

import msgspec
import pytest
from click.testing import CliRunner
from lxml.html import HtmlElement, document_fromstring
from rich.console import Console

from consumers.memory import RULE_PREFIX
from consumers.repeats import SCORES
from consumers.rulepack import load_rules
from consumers.shape import WEIGHED
from copydesk.commands.clean import command
from copydesk.filters.explain import explain
from copydesk.filters.explain_html import POLICY, STYLE, page
from copydesk.filters.explained import Gone, Kept, counted, course, pieces, reason, reasons, uses
from copydesk.filters.source import document
from copydesk.filters.verbs import draft
from schemas.articles import Candidate, CleanArticle, Extraction, Removed

STORY = (
    "The mayor of Port Ainslie, Marta Ellingsen, opened the new quay on Monday with a short speech and thanked the "
    "crews who had worked through the autumn storms to finish it.\n\nREAD MORE: How the storm rewrote the coast\n\n"
    "READ MORE: Harbour office to move\n\n"
    "Ms Ellingsen said that the first ships would moor there in the spring, once the harbour office has moved in."
)


@pytest.fixture
def article() -> CleanArticle:
    return draft(document(STORY.encode(), "https://quay.example/1")).article


def shown(given: CleanArticle, width: int = 200) -> list[str]:
    out = io.StringIO()
    explain(given, Console(file=out, width=width))
    return out.getvalue().splitlines()


def tree(given: CleanArticle) -> HtmlElement:
    return document_fromstring(page(given).decode())


def words(element: HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def test_the_course_of_an_article_is_the_cleaners_input(article):
    assert "".join(p if isinstance(p, str) else p.text for p in pieces(article)) == STORY
    assert [type(piece) for piece in course(article)] == [Kept, Gone, Kept]
    assert [text for piece in course(article) for text in piece.paragraphs] == STORY.split("\n\n")


def test_neighbours_of_one_rule_stand_together_with_the_lowest_score_and_others_apart(article):
    removed = (
        Removed(offset=0, text="a\n\n", rule="x", score=0.9),
        Removed(offset=0, text="b\n\n", rule="x", score=0.7),
        Removed(offset=0, text="c d\n\n", rule="y", score=0.8),
        Removed(offset=4, text="\n\ne", rule="x", score=0.95),
    )
    given = msgspec.structs.replace(article, text="text", removed=removed)
    gone = [piece for piece in course(given) if isinstance(piece, Gone)]
    assert [(piece.paragraphs, piece.rule, piece.score) for piece in gone] == [
        (("a", "b"), "x", 0.7), (("c d",), "y", 0.8), (("e",), "x", 0.95)
    ]  # fmt: skip
    assert [(use.rule, use.pieces, use.words, use.score, use.first) for use in uses(given)] == [
        ("x", 3, 3, 0.7, 0), ("y", 1, 2, 0.8, 1)
    ]  # fmt: skip
    assert counted(given) == "kept 1 words, took out 5 in 4 pieces"


def test_every_rule_has_a_reason():
    pack = load_rules()
    ids = {rule.id for rule in (*pack.rules, *pack.scored)} | {section.rule.id for section in pack.sections}
    assert ids | {*SCORES, WEIGHED} == reasons().keys()
    assert all(reasons().values())
    assert "learned" in reason(f"{RULE_PREFIX}0123abcd", reasons())
    assert reason("of.another-version", reasons()) == ""


def test_the_terminal_shows_what_was_taken_out_with_rule_and_reason_and_nothing_as_markup(article):
    rows = shown(msgspec.structs.replace(article, title="[red]\x1b[31mtitle[/red]"))
    assert rows[0].strip() == "[red][31mtitle[/red]"
    first, second = (row for row in rows if row.startswith("-"))
    rule = article.removed[0].rule
    assert "How the storm" in first
    assert f"[{rule} {article.removed[0].score:.2f}]" in second
    (use,) = (row for row in rows if row.startswith(rule))
    assert use.split()[:4] == [rule, "2", "14", f"{article.removed[0].score:.2f}"]
    assert reasons()[rule].split()[0] in use


def test_the_terminal_shows_metadata_with_its_place_flags_and_the_candidates(article):
    given = msgspec.structs.replace(
        article,
        byline="Ida Holm",
        published_at=datetime(2026, 11, 18, 9, 30, tzinfo=UTC),
        published_at_found_in="json-ld",
        found_in={"byline": "meta"},
        extraction=EXTRACTION,
        flags=("brief",),
    )
    text = "\n".join(shown(given))
    assert "Ida Holm [meta] · published 2026-11-18 09:30+00:00 [json-ld]" in text
    assert "text from json-ld, score 0.84 (prose 0.95): longer than the page's" in text
    assert "page, 12 words, score 0.31" in text
    assert "flag brief: fewer than" in text


def test_an_article_without_a_recorded_extraction_is_shown(article):
    given = msgspec.structs.replace(article, extraction=None, removed=())
    assert not any("text from" in row for row in shown(given))
    assert "not recorded" in words(tree(given))


EXTRACTION = Extraction(
    chosen="json-ld",
    score=0.84,
    reason="longer than the page's",
    candidates=(
        Candidate(name="json-ld", words=56, score=0.84, parts={"prose": 0.95}),
        Candidate(name="page", words=12, score=0.31, parts={"prose": 0.2}),
    ),
)


def test_the_page_strikes_out_in_place_and_says_why(article):
    found = tree(article)
    paragraphs = found.xpath("//div[@class='course']//p[not(@class='why')]")
    assert [words(each) for each in paragraphs] == [" ".join(text.split()) for text in STORY.split("\n\n")]
    struck = found.xpath("//div[@class='course']//del")
    assert [words(each) for each in struck] == STORY.split("\n\n")[1:3]
    (why,) = found.xpath("//div[@class='gone']/p[@class='why']")
    rule = article.removed[0].rule
    assert words(why) == f"{rule} {article.removed[0].score:.2f} {reasons()[rule]}"
    assert struck[0].get("title") == reasons()[rule]


def test_links_in_the_page_lead_to_the_pieces(article):
    found = tree(article)
    targets = {link.get("href") for link in found.xpath("//a[starts-with(@href, '#')]")}
    assert targets == {f"#{each}" for each in found.xpath("//div[@class='gone']/@id")} == {"#gone-0"}


def test_the_page_shows_metadata_extraction_and_flags(article):
    given = msgspec.structs.replace(
        article,
        title="Quay opened",
        found_in={"title": "meta"},
        corrections=("It was Monday.",),
        extraction=EXTRACTION,
        flags=("brief",),
    )
    found = tree(given)
    assert words(found.xpath("//h1")[0]) == "Quay opened"
    rows = [words(row) for row in found.xpath("//tbody/tr")]
    assert "Title Quay opened meta" in rows
    assert "Correction It was Monday." in rows
    assert "json-ld prose 0.95 0.95 56 0.84" in rows
    assert any(row.startswith("brief fewer than") for row in rows)
    assert [meter.get("value") for meter in found.xpath("//meter")] == ["0.95", "0.20"]


def test_the_page_loads_nothing_and_its_policy_lets_nothing_run(article):
    written = page(article).decode()
    found = document_fromstring(written)
    policy = found.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == [POLICY]
    assert POLICY.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in POLICY
    assert found.xpath("//style")[0].text == STYLE
    assert not found.xpath("//script | //link | //img | //iframe | //form | //object | //@src | //@style")
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    assert written.startswith('<!doctype html>\n<html lang="en">')


HOSTILE = (
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</del></p></div><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "<svg/onload=alert(1)>",
    "<!--",
    "]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#x3c;script>",
    "\x00<script\x0b>\x1b]0;x\x07",
    "\ufffe\uffff\ud800 \u202e",
    "{{ 7*7 }} {% raw %}",
    "<base href=//evil.example/>",
    '<meta http-equiv="refresh" content="0;url=//evil.example">',
)
_TAGS = {
    "html", "head", "meta", "title", "style", "body", "p", "main", "article", "h1", "h2", "div", "del", "code", "aside",
    "table", "thead", "tbody", "tr", "th", "td", "a", "time", "span", "meter", "br", "strong",
}  # fmt: skip
_ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "role", "aria-label", "dir", "title", "href",
    "rel", "scope", "datetime", "min", "max", "value",
}  # fmt: skip


def hostile_article(article: CleanArticle, text: str) -> CleanArticle:
    return msgspec.structs.replace(
        article,
        title=text, standfirst=text, byline=text, section=text, source=text, url=text, final_url=text,
        canonical_url=text, credit=text, rights=text, corrections=(text,), flags=(text,),
        found_in={"title": text, "byline": text}, published_at_found_in=text,
        published_at=datetime(2026, 11, 18, 9, 30, tzinfo=UTC),
        language=msgspec.structs.replace(article.language, code=text),
        text=f"{text}\n\nStays.", removed=(Removed(offset=len(text), text=f"\n\n{text}", rule=text, score=0.5),),
        extraction=Extraction(
            chosen=text, score=0.5, reason=text,
            candidates=(Candidate(name=text, words=1, score=0.5, parts={text: 0.5}),),
        ),
        provenance=msgspec.structs.replace(article.provenance, extractor=text, rules=text, memory=text),
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(article, text):
    found = tree(hostile_article(article, text))
    assert {each.tag for each in found.iter()} <= _TAGS
    assert {name for each in found.iter() for name in each.attrib} <= _ATTRIBUTES
    assert found.xpath("//style")[0].text == STYLE
    assert len(found.xpath("//meta[@http-equiv]")) == 1
    assert not found.xpath("//a[not(starts-with(@href, '#'))]")
    visible = " ".join(re.sub("[\x00-\x1f\x7f\u202e\ud800\ufffe\uffff]", "", text).split())
    assert words(found.xpath("//h1")[0]) == visible
    assert words(found.xpath("//del")[0]) == visible


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("https://quay.example/1?a=b&c=<d>", True),
        ("http://quay.example/", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("vbscript:x", False),
        ("//evil.example/", False),
        ("https://[", False),
        ("urn:sha256:00", False),
    ],
)
def test_only_addresses_of_the_web_are_links(article, address, leads):
    found = tree(msgspec.structs.replace(article, url=address, final_url=None, canonical_url=None))
    links = found.xpath("//a[not(starts-with(@href, '#'))]")
    assert bool(links) == leads
    assert all(link.get("rel") == "noreferrer noopener nofollow" for link in links)


def test_the_terminal_too_is_safe_from_hostile_text(article):
    for text in HOSTILE:
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", "\n".join(shown(hostile_article(article, text))))


@pytest.fixture
def story(tmp_path):
    (tmp_path / "story").write_text(STORY)
    return tmp_path / "story"


def test_the_page_goes_to_standard_output_or_a_file(story, article):
    printed = CliRunner().invoke(command, ["--html", "--url", "https://quay.example/1", str(story)])
    assert printed.exit_code == 0
    assert printed.stdout_bytes == page(article)
    out = story.parent / "page.html"
    done = CliRunner().invoke(
        command, ["--explain", "--html", "--out", str(out), "--url", "https://quay.example/1", str(story)]
    )
    assert (done.exit_code, done.stdout) == (0, "")
    assert out.read_bytes() == page(article)


@pytest.mark.parametrize(
    ("options", "says"),
    [(["--html", "--jsonl"], "--jsonl"), (["--explain", "--jsonl"], "--jsonl"), (["--out", "x"], "--html")],
)
def test_options_that_do_not_go_together_are_refused(story, options, says):
    done = CliRunner().invoke(command, [*options, str(story)])
    assert done.exit_code == 2
    assert says in done.stderr
