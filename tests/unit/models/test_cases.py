"""Texts with the places of their names."""

from pathlib import Path

from models.training.cases import article_case, held_out_articles, load_cases, sentence_case, sentence_cases
from models.training.data import Sentence
from models.training.marked import parse


def test_a_sentence_is_its_tokens_and_the_places_of_its_names() -> None:
    case = sentence_case(Sentence(("Ada", "Holt", "left", "Vale"), ("B-PER", "I-PER", "O", "B-LOC")))

    assert case.text == "Ada Holt left Vale"
    assert {(case.text[start:end], label) for start, end, label in case.names} == {("Ada Holt", "PER"), ("Vale", "LOC")}


def test_links_of_a_tweet_are_left_out_and_handles_count_for_nothing() -> None:
    tokens = ("@ada", "left", "Vale", "http://vale.example", "@", "ben")
    case = sentence_case(Sentence(tokens, ("B-PER", "O", "B-LOC", "O", "O", "B-PER")), tweet=True)

    assert case.text == "@ada left Vale @ ben"
    assert {case.text[start:end] for start, end, _ in case.names} == {"Vale"}
    assert [case.text[start:end] for start, end in case.blind] == ["@ada", "@", "ben"]


def test_an_article_and_its_sentences_have_the_same_names() -> None:
    article = article_case([parse("[PER Ada Holt] won."), parse("She lives in [LOC Vale]. [PER Holt] is 40.")])
    sentences = list(sentence_cases(article))

    assert article.text == "Ada Holt won.\n\nShe lives in Vale. Holt is 40."
    names = [article.text[start:end] for start, end, _ in sorted(article.names)]
    assert names == ["Ada Holt", "Vale", "Holt"]
    assert [case.text[start:end] for case in sentences for start, end, _ in case.names] == names


def test_every_tenth_article_of_a_file_is_held_out(tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text("\n\n".join(f"Article {number}." for number in range(1, 26)))

    assert [case.text for case in held_out_articles(tmp_path)] == ["Article 10.", "Article 20."]


def test_corpora_that_are_not_here_are_left_out(tmp_path: Path) -> None:
    assert set(load_cases(tmp_path)) <= {"own news, sentences", "own news, articles"}
