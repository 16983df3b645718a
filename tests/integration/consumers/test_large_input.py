"""Input as large as is read at all: a typed outcome, and nothing lost. Too slow for `make check`.

How long each may take is the test's time-out, generously.
"""

import pytest

from consumers.clean import clean
from consumers.extract import MAX_PARAGRAPHS, count_words, extract
from consumers.local import raw_from_bytes
from consumers.page_tree import MAX_TAGS, parse_html
from consumers.prepare import Draft, to_clean
from consumers.restore import restore
from schemas.articles import CleanArticle

MB = 1_000_000
BODY = (
    "The ferry to the outer islands will not sail before Thursday, the harbour master said after a night of storm.",
    "Two of its four car decks are under water, and the pumps that were sent from the mainland have not arrived.",
    "Passengers may change their tickets without a fee until the end of the month at either of the two offices.",
    "Bread, milk and post go out by helicopter in the mean time, weather permitting, once in the morning.",
)


def cleaned(data: bytes) -> CleanArticle:
    """Clean a page or a text; check that what was taken out can be put back."""
    draft = to_clean(raw_from_bytes(data))
    assert isinstance(draft, Draft), draft
    assert restore(draft.article.text, draft.article.removed) == draft.extracted.text
    return draft.article


def test_a_page_of_ten_megabytes_comes_through_whole() -> None:
    paragraphs = [f"Boat {number} came in. {BODY[number % 4]} {'It was wet. ' * 32}" for number in range(20_000)]
    data = ("<html><body><article><p>" + "</p><p>".join(paragraphs) + "</p></article></body></html>").encode()
    assert len(data) > 9 * MB
    article = cleaned(data)
    assert article.text == "\n\n".join(paragraph.strip() for paragraph in paragraphs)
    assert "page-cut" not in article.flags


def test_ten_megabytes_of_plain_text_are_read() -> None:
    lines = (b"wrapped words " * 8 + b"on\n") * 90_000
    assert len(lines) > 10 * MB
    assert count_words(extract(raw_from_bytes(lines)).paragraphs) == 17 * 90_000


def test_of_a_hundred_thousand_paragraphs_of_a_word_the_first_are_read() -> None:
    article = cleaned("\n\n".join([*BODY, *["word"] * 100_000]).encode())
    assert article.text.startswith("\n\n".join(BODY))
    assert "page-cut" in article.flags
    assert restore(article.text, article.removed).count("\n\n") + 1 == MAX_PARAGRAPHS


def test_a_page_of_more_tags_than_are_read_is_cut_and_flagged() -> None:
    markup = f"<html><body><article><p>{' '.join(BODY)}</p>" + "<i>x</i>" * 1_200_000
    tree, flags = parse_html(markup)
    assert flags == {"page-cut"}
    assert sum(1 for _ in tree.iter()) <= MAX_TAGS
    article = cleaned(markup.encode())
    assert BODY[0] in article.text
    assert "page-cut" in article.flags


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    ["<a href=x>x</a> ", "<b>x</b> ", "<a href=x>x<img></a> ", "x<wbr>", "x<script></script>", "<header>x</header>"],
)
def test_a_paragraph_of_as_many_elements_as_are_read_does_not_take_squares(piece: str) -> None:
    article = cleaned(f"<article><p>{'</p><p>'.join(BODY)}</p><p>{piece * 49_000}".encode())
    assert article.text.startswith("\n\n".join(BODY))


@pytest.mark.parametrize("piece", ["word ", "a", "-", "(", "x. ", '"quoted words" ', "> ", "港"])
def test_the_cleaner_takes_a_paragraph_of_five_megabytes(piece: str) -> None:
    """Its form is made once, and what is longer than a rule's limit is given to no pattern."""
    paragraph = piece * (5 * MB // len(piece))
    text = "\n\n".join([BODY[0], paragraph, "Read more: The road", BODY[1]])
    made = clean(text)
    assert paragraph in made.text
    assert restore(made.text, made.removed) == text


def test_many_hostile_paragraphs_are_cleaned() -> None:
    text = "\n\n".join(["Our comment rules", "comment " * 80, "Read more", "(" * 300] * 5_000)
    made = clean(text)
    assert restore(made.text, made.removed) == text
