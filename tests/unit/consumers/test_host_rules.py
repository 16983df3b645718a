"""Rules for single hosts, as data."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from consumers.host_check import differences, main
from consumers.host_rules import HOSTS, HostLines, HostRules, load_hosts, read_hosts
from consumers.memory import HostMemory, Learned, paragraph_hash
from consumers.page_tree import parse_html
from consumers.pipeline import prepare_hash
from consumers.prepare import Draft, to_clean
from consumers.step import Rejected
from consumers.xpaths import MAX_ELEMENTS
from infra.errors import Refused
from schemas.articles import CleanArticle, RawArticle

Raw = Callable[..., RawArticle]
RULE = """
host: paper.example
body: //div[@class='b']
title: //h2
byline: //i
published: //time/@datetime
drop:
- {id: box, xpath: "//aside"}
paragraphs:
- {id: offer, pattern: ['offer: .+']}
fixture: {page: paper.html, paragraphs: [One.]}
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., HostRules]:
    """Read rules from their texts."""

    def make(*texts: str) -> HostRules:
        files = []
        for number, text in enumerate(texts):
            files.append(tmp_path / f"rule{number}.yaml")
            files[-1].write_text(text, encoding="utf-8")
        return read_hosts(files)

    return make


def page(body: tuple[str, ...], *, box: str = "div", extra: str = "") -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    return (
        "<html><head><title>Web title</title></head><body><h1>Masthead</h1><h2>The road</h2><i>By Ida Holm</i>"
        f"<time datetime='2026-11-18T10:30:00Z'></time><{box} class=b><aside>Not this, and it is no small thing."
        f"</aside>{text}{extra}</{box}><p>{'Something else that stands on the page. ' * 20}</p></body></html>"
    ).encode()


def made(raw: RawArticle, hosts: HostRules | None) -> CleanArticle:
    draft = to_clean(raw, hosts=hosts)
    assert isinstance(draft, Draft), draft
    return draft.article


@pytest.mark.parametrize("rule", load_hosts().rules.values(), ids=lambda rule: rule.rule.host)
def test_every_rule_that_comes_along_holds_on_its_fixture(rule: object) -> None:
    assert differences(rule) == []  # type: ignore[arg-type]


def test_a_rule_says_where_everything_stands(raw: Raw, read: Callable[..., HostRules], body: tuple[str, ...]) -> None:
    data = page(body, extra="<p>Offer: a print of the road</p>")
    article = made(raw(data), read(RULE))
    assert article.text == "\n\n".join(body)
    assert [(piece.rule, piece.text.strip()) for piece in article.removed] == [
        ("host:offer", "Offer: a print of the road")
    ]
    assert (article.title, article.byline) == ("The road", "Ida Holm")
    assert (article.published_at, article.published_at_found_in) == (
        datetime(2026, 11, 18, 10, 30, tzinfo=UTC),
        "host-rule",
    )
    assert {article.found_in[name] for name in ("title", "byline")} == {"host-rule"}
    assert article.extraction
    assert article.extraction.chosen == "host-rule"
    assert "host-rule-missed" not in article.flags
    assert "Something else" in made(raw(data), HostRules({})).text


def test_a_rule_that_finds_nothing_is_told_and_the_page_read_as_any(
    raw: Raw, read: Callable[..., HostRules], body: tuple[str, ...]
) -> None:
    article = made(raw(page(body, box="article").replace(b"class=b", b"class=c")), read(RULE))
    assert "host-rule-missed" in article.flags
    assert body[0] in article.text
    assert article.extraction
    assert article.extraction.chosen != "host-rule"


def test_no_rule_is_tried_on_a_page_of_too_many_elements(
    raw: Raw, read: Callable[..., HostRules], body: tuple[str, ...]
) -> None:
    rules = read(RULE)
    rule = rules.rules["paper.example"]
    assert rule.fits(parse_html("<p>x" * (MAX_ELEMENTS - 10))[0])
    assert not rule.fits(parse_html("<p>x" * MAX_ELEMENTS)[0])
    article = made(raw(page(body, extra="<br>" * MAX_ELEMENTS)), rules)
    assert "host-rule-missed" in article.flags


def test_the_gate_holds_for_a_rules_text_too(raw: Raw, read: Callable[..., HostRules]) -> None:
    menu = tuple(["Home", "News", "Sport", "Weather"] * 8)
    assert isinstance(to_clean(raw(page(menu)), hosts=read(RULE)), Rejected)


def test_the_rule_counts_in_the_pipeline_of_its_host_alone(
    raw: Raw, read: Callable[..., HostRules], body: tuple[str, ...]
) -> None:
    other = "https://other.example/a"

    def pipeline(rules: HostRules, url: str = "https://paper.example/a") -> str:
        return prepare_hash(made(raw(page(body), url=url), rules).provenance)

    none, first, second = HostRules({}), read(RULE), read(RULE.replace("offer: .+", "offers?: .+"))
    assert len({pipeline(none), pipeline(first), pipeline(second)}) == 3
    assert len({pipeline(rules, other) for rules in (none, first, second)}) == 1
    assert pipeline(read(RULE.replace("[One.]", "[Two.]"))) == pipeline(first)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://paper.example/a", "paper.example"),
        ("https://www.paper.example/a", "paper.example"),
        ("https://news.paper.example:8443/a", "paper.example"),
        ("https://sport.paper.example/a", "sport.paper.example"),
        ("https://newspaper.example/a", None),
        ("https://example/a", None),
        ("urn:sha256:00", None),
        ("http://[", None),
    ],
)
def test_a_rule_is_for_a_host_and_its_subdomains(read: Callable[..., HostRules], url: str, found: str | None) -> None:
    rule = read(RULE, RULE.replace("host: paper", "host: sport.paper")).for_url(url)
    assert (rule.rule.host if rule else None) == found


def test_patterns_are_asked_before_what_was_learned(read: Callable[..., HostRules]) -> None:
    learned = Learned(place="end", articles=9, days=3, share=1.0, text="x")
    memory = HostMemory({paragraph_hash(form): learned for form in ("Offer: a print", "Join us")})
    lines = HostLines(read(RULE).rules["paper.example"], memory)
    assert (lines.find("Offer: a print") or ("",))[0] == "host:offer"
    assert (lines.find("Join us") or ("",))[0].startswith("memory:")
    assert lines.find("The road") is None
    assert HostLines(None, None).find("Join us") is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (RULE.replace("//h2", "//h2["), "path for title.*no XPath"),
        (RULE.replace("//aside", "//aside[preceding::p]"), "path for drop box.*preceding::"),
        (RULE.replace("//h2", "document('x')"), r"document\(\) is not allowed"),
        (RULE.replace("offer: .+", "(?<=x)offer"), "pattern"),
        (RULE.replace("host: paper.example", "host: https://paper.example/"), "host"),
        (RULE.replace("fixture:", "fixtures:"), "fixture"),
        (RULE.replace("title: //h2", "headline: //h2"), "headline"),
        (RULE.replace("id: offer", "id: An Offer"), "id"),
        ("host: [", "rule0.yaml"),
        ("[]", "rule0.yaml"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_file_and_the_remedy(
    read: Callable[..., HostRules], text: str, word: str
) -> None:
    with pytest.raises(Refused, match=word) as caught:
        read(text)
    assert "the host rule rule0.yaml cannot be used" in str(caught.value)
    assert "mend it or take the file away" in str(caught.value)


def test_two_rules_for_one_host_are_refused(read: Callable[..., HostRules]) -> None:
    with pytest.raises(Refused, match=r"rule0\.yaml and rule1\.yaml are both rules for paper\.example"):
        read(RULE, RULE)


def test_a_folder_of_ones_own_wins(tmp_path: Path) -> None:
    own = tmp_path / "courier.yaml"
    own.write_text(RULE.replace("paper.example", "aldermere-courier.example"), encoding="utf-8")
    rule = load_hosts(tmp_path).for_url("https://aldermere-courier.example/x")
    assert rule is not None
    assert rule.file == own
    shipped = load_hosts().for_url("https://aldermere-courier.example/x")
    assert shipped is not None
    assert shipped.file.parent == HOSTS


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"COPYDESK_HOST_RULES names .*; make it or unset the setting"):
        load_hosts(tmp_path / "none")


def test_rules_can_be_tried_on_their_fixtures(
    tmp_path: Path, body: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    assert "ok      aldermere-courier.example" in capsys.readouterr().out
    assert main([str(tmp_path)]) == 2
    assert "there is no rule" in capsys.readouterr().err
    (tmp_path / "paper.yaml").write_text(RULE, encoding="utf-8")
    assert main([str(tmp_path)]) == 2
    assert "paper.html, which cannot be read" in capsys.readouterr().err
    (tmp_path / "paper.html").write_bytes(page(body))
    assert main([str(tmp_path)]) == 1
    assert "paragraphs should be ['One.']" in capsys.readouterr().out
    (tmp_path / "paper.html").write_bytes(b"<p>Too short</p>")
    assert main([str(tmp_path)]) == 1
    assert "it should be an article and is rejected" in capsys.readouterr().out
