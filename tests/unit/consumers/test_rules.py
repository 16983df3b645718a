"""The rule pack: every rule's examples are its tests."""

from functools import cache
from pathlib import Path

import pytest

from consumers.clean import clean, restore
from consumers.normal_form import normal_form
from consumers.rulepack import NEEDS, RULES, Rule, RuleFile, RulePack, Scored, Section, load_rules, read_rules, score
from infra.errors import Refused

Lines = tuple[str, ...]
Entry = Rule | Scored | Section
PACK = load_rules()
ENTRIES: tuple[Entry, ...] = (*PACK.rules, *PACK.scored, *(section.rule for section in PACK.sections))


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


def place(entry: Entry, example: Lines, body: Lines) -> Lines:
    """Put the example where the rule looks: above, below or inside an article."""
    scope = "tail" if isinstance(entry, Section) else entry.scope
    before = {"head": 0, "tail": len(body), "ends": len(body), "anywhere": 2}[scope]
    return (*body[:before], *example, *body[before:])


@cache
def alone(name: str) -> RulePack:
    """A pack of one rule; all rules where it lives on what others take."""
    entry = next(entry for entry in ENTRIES if entry.id == name)
    if isinstance(entry, Section):
        return RulePack([RuleFile(sections=(entry,))])
    if isinstance(entry, Rule):
        return RulePack([RuleFile(rules=(entry,))])
    lives_on_others = "enclosed" in entry.cues and entry.cues["enclosed"].weight > NEEDS / 2
    return PACK if lives_on_others else RulePack([RuleFile(scored=(entry,))])


@pytest.mark.parametrize(("entry", "example"), POSITIVE)
def test_what_a_rule_is_for_goes_and_the_body_stays(entry: Entry, example: Lines, body: Lines) -> None:
    document = "\n\n".join(place(entry, example, body))
    for cleaned in (clean(document, alone(entry.id)), clean(document, PACK)):
        assert cleaned.text == "\n\n".join(body)
        assert [piece.text.strip() for piece in cleaned.removed] == [*example]
        assert restore(cleaned.text, cleaned.removed) == document


@pytest.mark.parametrize(("entry", "example"), POSITIVE)
def test_a_rule_is_named_with_its_score(entry: Entry, example: Lines, body: Lines) -> None:
    pieces = clean("\n\n".join(place(entry, example, body)), alone(entry.id)).removed
    removed = [piece for piece in pieces if piece.rule == entry.id]
    assert removed
    least, most = (score(1.0), 1.0) if isinstance(entry, Scored) else (entry.score, entry.score)
    assert all(least <= piece.score <= most for piece in removed)


@pytest.mark.parametrize(("entry", "example"), NEGATIVE)
def test_what_only_looks_like_it_stays(entry: Entry, example: Lines, body: Lines) -> None:
    document = "\n\n".join(place(entry, example, body))
    assert clean(document, PACK).text == document


def test_rules_read_a_normal_form() -> None:
    assert normal_form(" •  ‘Read’ — “more”\u00a0…\u200b ") == "'Read' - \"more\" ..."
    assert normal_form("► READ MORE: x") == "READ MORE: x"
    assert normal_form("") == ""


def test_the_version_is_that_of_what_decides() -> None:
    files = sorted(RULES.glob("*.yaml"))
    assert read_rules(files).version == load_rules().version
    assert read_rules(files[:1]).version != read_rules(files[1:2]).version


def test_other_words_for_people_make_no_other_version(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    text = (RULES / "adverts.yaml").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    before = read_rules([path]).version
    path.write_text(text.replace("removes: The word", "removes: A word"), encoding="utf-8")
    assert read_rules([path]).version == before
    path.write_text(text.replace("max_words: 20", "max_words: 21"), encoding="utf-8")
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
