"""The gate on made-up facts of ten kinds, and on true sentences."""

import pytest

from models.sentences import split
from models.support import Gate

ARTICLE = """The Dutch brewer Halder said on Wednesday it had bought Norwegian rival Fjordbryg for 340 million euros.

Chief executive Mila Torvald told reporters in Rotterdam that 1,150 jobs were safe until at least June 2033. "We \
are buying a future, not a brand," Torvald said. The union leader Ivo Brandt did not agree.

Fjordbryg sued Halder in 2029 over the shape of a bottle, and a court in Oslo rejected the claim. Shares in Halder \
rose 4.5 percent, while those of Fjordbryg fell 2 percent. The World Brewing Council will meet on 3 May at 9.30 a.m., \
according to its president, Leila Noor."""


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate(ARTICLE)


@pytest.mark.parametrize(
    "sentence",
    [
        "Halder has bought Norwegian rival Fjordbryg for €340m.",
        "Brewer Halder of the Netherlands is buying Norway's Fjordbryg for 340 million euros.",
        "Torvald said 1,150 jobs were safe until June 2033 at least.",
        'Chief executive Mila Torvald said: "We are buying a future, not a brand."',
        "Fjordbryg had sued Halder over the shape of a bottle in 2029.",
        "Halder was sued by Fjordbryg over the shape of a bottle.",
        "A court in Oslo rejected the claim.",
        "Shares in Halder rose 4.5%, those of Fjordbryg fell 2%.",
        "The WBC will meet on May 3 at 9.30am, president Leila Noor said.",
        "Union leader Ivo Brandt did not agree.",
    ],
)
def test_true_sentences_pass(gate: Gate, sentence: str) -> None:
    judgement = gate.judge(sentence)
    assert judgement.reasons == ()
    assert judgement.supported_by
    assert all(ARTICLE[found.start : found.end] == found.text for found in judgement.supported_by)


@pytest.mark.parametrize(
    ("kind", "reason", "sentence"),
    [
        ("person", "name", "Chief executive Mila Torsen told reporters that jobs were safe."),
        ("person", "name", "Chief executive Ivo Torvald told reporters that jobs were safe."),
        ("person", "name", "The council's president, Leila Brandt, will meet reporters."),
        ("organisation", "name", "The Dutch brewer Halder had bought Norwegian rival Sundbryg."),
        ("organisation", "name", "The European Brewing Council will meet on 3 May."),
        ("place", "name", "Chief executive Mila Torvald told reporters in Utrecht that jobs were safe."),
        ("place", "name", "The Danish brewer Halder had bought Fjordbryg."),
        ("number", "number", "Torvald said 1,510 jobs were safe."),
        ("number", "number", "Halder had bought Fjordbryg for 430 million euros."),
        ("number", "number", "Shares in Halder rose 45 percent."),
        ("unit", "number", "Halder had bought Fjordbryg for 340 million dollars."),
        ("unit", "number", "Halder had bought Fjordbryg for 340 billion euros."),
        ("time", "time", "Halder said on Friday it had bought Fjordbryg."),
        ("time", "time", "The World Brewing Council will meet on 3 July."),
        ("time", "time", "The World Brewing Council will meet on 3 May at 7.30 a.m."),
        ("time", "number", "Fjordbryg sued Halder in 2019 over the shape of a bottle."),
        ("negation", "negation", "Chief executive Mila Torvald said jobs were not safe."),
        ("negation", "negation", "The union leader Ivo Brandt did agree."),
        ("negation", "negation", "A court in Oslo did not reject the claim."),
        ("roles", "roles", "Halder sued Fjordbryg in 2029 over the shape of a bottle."),
        ("roles", "roles", "Fjordbryg has bought rival Halder for 340 million euros."),
        ("roles", "roles", "Fjordbryg was sued by Halder over the shape of a bottle."),
        ("quote", "quote", '"Nobody will lose a job," Torvald said.'),
        ("quote", "quote", '"We are buying a brand, not a future," Torvald said.'),
        ("attribution", "speaker", '"We are buying a future, not a brand," Ivo Brandt said.'),
        ("attribution", "speaker", '"We are buying a future, not a brand," said Leila Noor.'),
    ],
)
def test_what_is_made_up_is_told(gate: Gate, kind: str, reason: str, sentence: str) -> None:
    assert reason in {found for found, _ in gate.judge(sentence).reasons}, kind


def test_what_the_article_is_not_about_has_no_support(gate: Gate) -> None:
    assert [reason for reason, _ in gate.judge("The weather stayed mild and the harvest was good.").reasons] == [
        "support"
    ]


@pytest.mark.parametrize("sentence", ["", "...", "It is.", "?!"])
def test_what_says_nothing_does_not_pass(gate: Gate, sentence: str) -> None:
    assert not gate.judge(sentence).passes


def test_every_sentence_of_the_article_passes_its_own_gate(gate: Gate) -> None:
    for sentence in split(ARTICLE):
        judgement = gate.judge(sentence.text)
        assert judgement.passes
        assert judgement.supported_by == (sentence,)


def test_a_name_that_only_the_tagger_knows_is_looked_up() -> None:
    sentence = "The brewer halder bought the rival tornbryg."
    start = sentence.index("tornbryg")

    assert Gate(ARTICLE, find_names=lambda _: [(start, start + 8)]).judge(sentence).reasons == (("name", "tornbryg"),)


def test_a_name_that_no_tagger_finds_is_known_by_its_capital() -> None:
    assert ("name", "Zwirk") in Gate(ARTICLE, find_names=lambda _: []).judge("Zwirk bought Fjordbryg.").reasons


@pytest.mark.parametrize("article", ["", "\n\n", "...", "One."])
def test_an_article_without_words_supports_nothing(article: str) -> None:
    assert not Gate(article).judge("Halder had bought Fjordbryg.").passes


def test_of_several_sentences_put_together_all_are_named(gate: Gate) -> None:
    judgement = gate.judge("Halder had bought Fjordbryg, which sued it over the shape of a bottle.")
    assert judgement.passes
    assert len(judgement.supported_by) == 2
