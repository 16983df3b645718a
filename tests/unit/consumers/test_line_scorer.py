"""Lines that no rule knows are weighed; what is no English prose with lines around it is left alone."""

import string
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import text

from consumers.clean import clean, restore
from consumers.line_features import features, neighbour_features, read_article
from consumers.line_scorer import LineScorer, load_scorer, read_scorer
from consumers.places import Bounds
from consumers.rulepack import load_rules
from consumers.shape import WEIGHED, Hit, read_lines
from consumers.weights import Weights
from infra.errors import Refused

CALL = "Tell a neighbour about the paper"
NOTHING = Weights(bias=0, weights={})


@pytest.fixture
def scorer() -> LineScorer:
    """Takes out what speaks of "the paper", twice as readily beside another such line."""
    line = Weights(bias=-2000, weights={"the paper": 3000})
    context = Weights(bias=-2000, weights={"the paper": 4000, "above=likely": 2000, "below=likely": 2000})
    return LineScorer(
        at_the_ends=0.9,
        within=0.99,
        believed=0.5,
        plain=-9000,
        glance=NOTHING,
        line=line,
        context=context,
        version="test",
    )


def taken(scorer: LineScorer, *paragraphs: str) -> list[str]:
    lines = read_lines(paragraphs, frozenset())
    hits: list[Hit | None] = [None] * len(lines)
    scorer.weigh(lines, hits, frozenset())
    return [paragraph for paragraph, hit in zip(paragraphs, hits, strict=True) if hit]


def test_one_must_be_surer_within_the_body_than_at_its_ends(scorer: LineScorer, body: tuple[str, ...]) -> None:
    assert taken(scorer, *body) == []
    assert taken(scorer, *body, CALL) == []
    assert taken(scorer, *body, CALL, "Ask for the paper at the bar") == [CALL, "Ask for the paper at the bar"]
    assert taken(scorer, body[0], CALL, "Ask for the paper at the bar", *body[1:]) == []


def test_a_hit_has_the_chance_as_its_score(scorer: LineScorer, body: tuple[str, ...]) -> None:
    lines = read_lines([*body, CALL, CALL], frozenset())
    hits: list[Hit | None] = [None] * len(lines)
    scorer.weigh(lines, hits, frozenset())
    assert hits[-1] == Hit(WEIGHED, 0.98)


def test_what_a_rule_takes_is_weighed_too(scorer: LineScorer, body: tuple[str, ...]) -> None:
    lines = read_lines([*body, "A line for the paper", "A line for nobody", "Another"], frozenset())
    hits: list[Hit | None] = [None] * len(body) + [Hit("some.rule", 0.9)] * 3
    believing = replace(scorer, context=Weights(bias=-4000, weights={"the paper": 3000, "rule": 3000}))
    believing.weigh(lines, hits, frozenset({len(lines) - 1}))
    assert [hit and hit.rule for hit in hits[len(body) :]] == ["some.rule", None, "some.rule"]


def test_what_a_glance_lets_pass_no_rule_looks_at(scorer: LineScorer, body: tuple[str, ...]) -> None:
    call = "Sign up to our newsletter"
    believing = replace(scorer, believed=0.0)
    blind = replace(believing, glance=Weights(bias=-9001, weights={}))
    text = "\n\n".join([*body, call])
    assert clean(text, load_rules(), scorer=believing).text != text
    assert clean(text, load_rules(), scorer=blind).text == text
    assert clean(text, load_rules(), scorer=replace(blind, plain=-9002)).text != text


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("the paper", "the paper", "Hollow Vale 2, Saltby 1", "the paper"),
        ("Der Rat hat am Dienstag beschlossen, die alte Hafenstraße nach einem Winter voller Stürme zu schließen.",) * 4
        + ("the paper", "the paper"),
    ],
    ids=["no-prose", "another-language"],
)
def test_what_it_was_not_made_for_is_left_alone(scorer: LineScorer, paragraphs: tuple[str, ...]) -> None:
    assert taken(scorer, *paragraphs) == []


def test_a_text_of_nothing_else_is_left_alone(scorer: LineScorer) -> None:
    eager = replace(scorer, at_the_ends=0.1, within=0.1)
    text = ("We print the paper on Monday, and on Friday we print the paper again for those who were away in between.",)
    assert taken(eager, *text * 4) == []


def test_the_headline_above_a_text_stays(body: tuple[str, ...]) -> None:
    title = "Council closes harbour road after winter of complaints"
    assert clean("\n\n".join([title, *body])).text.startswith(title)


def test_what_is_weighed_comes_back(body: tuple[str, ...]) -> None:
    text = "\n\n".join([*body, "Voices of the valley since 1921"])
    cleaned = clean(text)
    assert [piece.rule for piece in cleaned.removed] == [WEIGHED]
    assert restore(cleaned.text, cleaned.removed) == text
    assert clean(text, load_rules()).text == text


def test_neither_the_order_nor_the_process_counts(body: tuple[str, ...]) -> None:
    found = features(0, read_article(read_lines(body, frozenset()), Bounds(0, 3), frozenset()))
    scorer = load_scorer()
    assert scorer.line.chance(sorted(found)) == scorer.line.chance(sorted(found, reverse=True))


@given(text(string.printable))
def test_plain_letters_are_read_as_all_others_are(line: str) -> None:
    nowhere, nobody = Bounds(0, -1), frozenset[str]()
    plain, other = (read_article(read_lines([f"{e} {line}"], frozenset()), nowhere, nobody) for e in "eé")
    assert plain.tokens[0][1:] == other.tokens[0][1:]


def test_neighbours_are_told_by_their_chance() -> None:
    assert neighbour_features(1, [0.9, 0.1, 0.6]) == {
        "above=yes", "below=likely", "beside=yes,likely", "above2=start,yes", "below2=likely,end",
    }  # fmt: skip


def test_a_damaged_file_is_refused(tmp_path: Path, scorer: LineScorer) -> None:
    path = tmp_path / "weights.json"
    path.write_bytes(scorer.data)
    assert read_scorer(path).line == scorer.line
    path.write_bytes(scorer.data[:-20])
    with pytest.raises(Refused, match=r"weights\.json cannot be used"):
        read_scorer(path)


def test_the_version_is_that_of_the_file() -> None:
    assert load_scorer().version == read_scorer(Path(__file__).parents[3] / "consumers/scorer/weights.json").version
