"""Where quotations open and close."""

import pytest

from models.quoting import Quoting, balanced, has_singles, is_quotation, open_after


@pytest.mark.parametrize(
    ("text", "quoting"),
    [
        ("“It is open again,” she said.", ""),
        ("“It is open again.", '"'),
        ('"It is open again.', '"'),
        ("„Es ist offen“, sagte sie.", ""),
        ("The pole is 6'2\" long.", ""),
        ("'It is open again.", "'"),
        ("‘It is open again.", "'"),
        ("'It is open again,' she said.", ""),
        ("She called it 'a tray of prawns'.", ""),
        ("She called it 'A Tray of Prawns'.", ""),
        ("The workers' yard is Ada's.", ""),
        ("the Calabrian 'Ndrangheta", ""),
        ("“They call it 'Old' here", '"'),
    ],
)
def test_what_is_open_at_the_end(text: str, quoting: Quoting) -> None:
    assert open_after(text) == quoting


def test_what_was_open_goes_on_until_it_is_closed() -> None:
    assert open_after("Nobody was hurt,' she said.", "'") == ""
    assert open_after("Nobody was hurt in Ada's yard.", "'") == "'"
    assert open_after("The workers' yard burnt.", '"') == '"'


def test_a_single_mark_that_nothing_closes_is_an_apostrophe() -> None:
    assert has_singles(["'It is open.", "Nobody fell,' she said."])
    assert not has_singles(["'Twas open.", "Nobody fell."])
    assert not has_singles(["'Twas " * 50_000])
    assert open_after("'Twas open.", singles=False) == ""


@pytest.mark.parametrize("text", ["'It is open again.", "It is (open.", "It is open,” she said.", "[It is open."])
def test_halves_are_not_balanced(text: str) -> None:
    assert not balanced(text)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("“Life is full of turns.”", True),
        ('"Life is full of turns."', True),
        ("'Life isn't full of turns.'", True),
        ("“Life,” she said, “is full of turns.”", False),
        ("“Life is full of turns,” she said.", False),
        ("Life is “full of turns”.", False),
        ("'Turn' is a word of the workers'.", False),
    ],
)
def test_what_is_nothing_but_a_quotation(text: str, whole: bool) -> None:
    assert is_quotation(text) == whole
