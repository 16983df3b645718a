"""Pull quotes: told by the words that they share with the article, not by phrases."""

import string

import pytest
from hypothesis import given
from hypothesis.strategies import text

from consumers.clean import clean, restore
from consumers.repeats import PULL_QUOTE, SPEAKER, _split
from consumers.rulepack import RuleFile, RulePack, load_rules

NO_RULES = RulePack([RuleFile()])
SAID = (
    "“I told them that the wall would not hold another winter,” said Ida Holm, who kept the lock for thirty years. "
    "“They wrote it down. Nobody came back.”"
)


def removed(*paragraphs: str) -> list[tuple[str, str]]:
    document = "\n\n".join(paragraphs)
    cleaned = clean(document, NO_RULES)
    assert restore(cleaned.text, cleaned.removed) == document
    return [(piece.text.strip(), piece.rule) for piece in cleaned.removed]


@pytest.mark.parametrize(
    "quote",
    [
        "“I told them that the wall would not hold another winter”",
        "“I told them that the wall would not hold another winter. They wrote it down. Nobody came back.”",
        "I told them that the wall would not hold another winter",
        "“The wall would not hold another winter.” - Ida Holm, lock keeper",
    ],
)
def test_a_quote_set_apart_that_repeats_the_body_goes(quote: str, body: tuple[str, ...]) -> None:
    assert removed(body[0], SAID, body[1], quote, body[2]) == [(quote, PULL_QUOTE)]


@given(text(string.printable))
def test_plain_letters_are_read_as_all_others_are(line: str) -> None:
    assert (*_split(line.lower()), "é") == _split(f"{line.lower()} é")


def test_the_speaker_below_goes_with_it(body: tuple[str, ...]) -> None:
    quote = "“They wrote it down. Nobody came back.”"
    assert removed(body[0], SAID, body[1], quote, "Ida Holm", body[2]) == [(quote, PULL_QUOTE), ("Ida Holm", SPEAKER)]


@pytest.mark.parametrize(
    "line",
    [
        "“Never again.”",
        "“They wrote it down.”",
        "“I told them in March, and I told them again in May.”",
        "The wall would not hold another winter, she had told them, and it did not.",
        "Another winter on the wall",
        "Ida Holm",
    ],
)
def test_short_quotes_other_words_and_whole_sentences_stay(line: str, body: tuple[str, ...]) -> None:
    assert removed(body[0], SAID, body[1], line, body[2]) == []


def test_of_many_quotes_in_a_long_article_those_that_repeat_it_go(body: tuple[str, ...]) -> None:
    """So many that they are not looked for one by one."""
    own = [f"“Nobody of boat {number} came back to the lock” in the end" for number in range(2_000)]
    quote = "“I told them that the wall would not hold another winter”"
    assert removed(body[0], SAID, *own, quote, body[2]) == [(quote, PULL_QUOTE)]


def test_a_quote_longer_than_what_it_repeats_stays(body: tuple[str, ...]) -> None:
    """Of two paragraphs with the same words, the longer one is the article's."""
    short = "“They wrote it down and nobody came back,” she said."
    assert (
        removed(body[0], short, body[1], "“They wrote it down and nobody came back, ever again, in all those years”")
        == []
    )


def test_a_headline_that_is_a_link_goes_and_one_that_is_not_may_stay(body: tuple[str, ...]) -> None:
    document = "\n\n".join([body[0], "Ferry strike enters third week", body[1]])
    assert clean(document, load_rules()).text == document
    assert clean(document, load_rules(), linked=frozenset({1})).text == f"{body[0]}\n\n{body[1]}"
