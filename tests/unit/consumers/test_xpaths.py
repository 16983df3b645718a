"""The part of XPath that rules of hosts may use."""

import pytest

from consumers.page_tree import parse_html
from consumers.xpaths import Path, UnsafePath

PAGE = parse_html(
    "<html><body><div class='story x' id=s><h1>The road</h1><p>One</p><p title=t>Two <b>bold</b></p></div>"
    "<div><p>Three</p></div></body></html>"
)[0]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("//h1", ["The road"]),
        ("//div[@id='s']/p", ["One", "Two bold"]),
        ("//div[contains(concat(' ', @class, ' '), ' story ')]/p", ["One", "Two bold"]),
        ("//div[contains(@class, 'story')]//p[2]", ["Two bold"]),
        ("//p/@title", ["t"]),
        ("//h1/text()", ["The road"]),
        ("/html/body/div[last()]/p", ["Three"]),
        ("//h1 | //div[2]/p", ["The road", "Three"]),
        ("//p[not(@title) and normalize-space(.)='Three']", ["Three"]),
        ("//p[.//b]", ["Two bold"]),
        ("//b/ancestor::div/h1", ["The road"]),
        ("//div[count(p) > 1]/p[position() = 1]", ["One"]),
        ('//p[.="[a//b]"]', []),
        ("//nav", []),
    ],
)
def test_what_rules_need_is_allowed(path: str, expected: list[str]) -> None:
    assert Path(path).strings(PAGE) == expected


def test_only_elements_are_elements() -> None:
    assert [element.tag for element in Path("//h1 | //p/@title | //b/text()").elements(PAGE)] == ["h1"]


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("//p[", "no XPath"),
        ("//p]", "no XPath"),
        ("count(//p)", "computes a value"),
        ("'text'", "computes a value"),
        ("$secret", r"'\$'.*not allowed"),
        ("re:test(., 'x')", "':'.*not allowed"),
        ("document('file:///etc/passwd')", r"document\(\) is not allowed"),
        ("//p[preceding::p]", "axis preceding::"),
        ("//p/following-sibling::p", "axis following-sibling::"),
        ("//namespace::x", "axis namespace::"),
        ("//a//b//c", "depth too often"),
        ("//a/descendant::b/ancestor::c", "depth too often"),
        ("//a[.//b[.//c]]", "depth too often"),
        ("//a[.//b][.//c]", "depth too often"),
        ("//" + "a" * 400, "characters"),
        (" | ".join("//p" for _ in range(5)), "joins more"),
        ("//p; import os", "';'.*not allowed"),
    ],
)
def test_what_may_take_long_or_reach_out_is_refused(path: str, word: str) -> None:
    with pytest.raises(UnsafePath, match=word):
        Path(path)
