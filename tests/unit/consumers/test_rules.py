"""The rule pack: every rule's examples are its tests."""

from pathlib import Path

import pytest

from consumers.clean import clean, restore
from consumers.normal_form import normal_form
from consumers.rulepack import RULES, Rule, Section, load_rules, read_rules
from infra.errors import Refused

Lines = tuple[str, ...]
ENTRIES: tuple[Rule | Section, ...] = (*load_rules().rules, *(section.rule for section in load_rules().sections))


def lines(example: str | Lines) -> Lines:
    return (example,) if isinstance(example, str) else example


POSITIVE = [
    pytest.param(entry, lines(example), id=f"{entry.id}-{number}")
    for entry in ENTRIES
    for number, example in enumerate(entry.examples.positive)
]
NEGATIVE = [
    pytest.param(entry, lines(example), id=f"{entry.id}-{number}")
    for entry in ENTRIES
    for number, example in enumerate(entry.examples.negative)
]


def place(entry: Rule | Section, example: Lines, body: Lines) -> Lines:
    """Put the example where the rule looks: above, below or inside an article."""
    scope = entry.scope if isinstance(entry, Rule) else "tail"
    before = {"head": 0, "tail": len(body), "anywhere": 2}[scope]
    return (*body[:before], *example, *body[before:])


@pytest.mark.parametrize(("entry", "example"), POSITIVE)
def test_what_a_rule_is_for_goes_and_the_body_stays(entry: Rule | Section, example: Lines, body: Lines) -> None:
    document = "\n\n".join(place(entry, example, body))
    cleaned = clean(document)
    assert cleaned.text == "\n\n".join(body)
    assert [(piece.text.strip(), piece.rule, piece.score) for piece in cleaned.removed] == [
        (line, entry.id, entry.score) for line in example
    ]
    assert restore(cleaned.text, cleaned.removed) == document


@pytest.mark.parametrize(("entry", "example"), NEGATIVE)
def test_what_only_looks_like_it_stays(entry: Rule | Section, example: Lines, body: Lines) -> None:
    document = "\n\n".join(place(entry, example, body))
    assert clean(document).text == document


def test_rules_read_a_normal_form() -> None:
    assert normal_form(" •  ‘Read’ — “more”\u00a0…\u200b ") == "'Read' - \"more\" ..."
    assert normal_form("► READ MORE: x") == "READ MORE: x"
    assert normal_form("") == ""


def test_the_version_is_that_of_what_decides() -> None:
    files = sorted(RULES.glob("*.yaml"))
    assert read_rules(files).version == load_rules().version
    assert read_rules(files[1:]).version != load_rules().version


def test_other_words_for_people_make_no_other_version(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    text = (RULES / "adverts.yaml").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    before = read_rules([path]).version
    path.write_text(text.replace("removes: The word", "removes: A word"), encoding="utf-8")
    assert read_rules([path]).version == before
    path.write_text(text.replace("max_words: 14", "max_words: 15"), encoding="utf-8")
    assert read_rules([path]).version != before


GOOD = """
rules:
- {id: a, removes: x, pattern: ['one'], score: 0.9, examples: {positive: [one], negative: [two]}}
"""


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (GOOD + GOOD.replace("rules:\n", ""), "one id"),
        (GOOD.replace("'one'", "'(?<=x)one'"), "pattern is wrong"),
        (GOOD.replace("score: 0.9", "score: 2"), "rules.yaml"),
        (GOOD.replace("score:", "scor:"), "rules.yaml"),
        (GOOD.replace("positive: [one]", "positive: []"), "rules.yaml"),
        ("rules: [", "rules.yaml"),
    ],
)
def test_a_wrong_rule_file_is_refused_by_name(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=word):
        read_rules([path])


def test_a_missing_rule_folder_is_refused() -> None:
    with pytest.raises(Refused, match="no cleaning rules"):
        read_rules([])
