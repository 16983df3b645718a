import pytest

from consumers.clean import clean
from consumers.paragraphs import SEPARATOR
from consumers.site import NO_SITE, Site

POST = Site.of("www.harbour-post.example")


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("The Harbour Post is owned by the people who print it.", "whole"),
        ("HARBOUR POST", "whole"),
        ("Write to newsdesk@harbourpost.example", "whole"),
        ("Find us at harbour-post.example/tips", "whole"),
        ("Ada Holt is the Post's court reporter.", "word"),
        ("The boats left the harbour post haste.", ""),
        ("A letter came by post.", ""),
        ("Postal workers met at the Harbour Inn.", ""),
        ("", ""),
    ],
)
def test_a_paper_is_named_by_its_letters(line: str, named: str) -> None:
    assert POST.named_in(line) == named


@pytest.mark.parametrize(
    ("host", "names", "line", "named"),
    [
        ("news.harbourpost.co.example", (), "© Harbour Post 2026", "whole"),
        ("hp.example", ("The Harbour Post",), "the Harbour Post newsroom", "whole"),
        ("hp.example", (), "the Harbour Post newsroom", ""),
        ("the-tide.example", (), "Tide tables for the week", ""),
        ("", (None, ""), "The Harbour Post", ""),
        (None, (), "The Harbour Post", ""),
    ],
)
def test_a_name_comes_from_the_host_or_the_page(
    host: str | None, names: tuple[str | None, ...], line: str, named: str
) -> None:
    assert Site.of(host, *names).named_in(line) == named


def test_nothing_names_a_paper_that_is_not_known() -> None:
    assert NO_SITE.named_in("The Harbour Post") == ""


def test_the_name_of_the_paper_counts_against_a_line() -> None:
    body = [
        "The ferry to Oran will not sail before Friday, the harbour master said, since its pumps have failed again.",
        "Two of the three pumps were replaced in March, and the third has been out of use since the storm of May.",
        "Passengers were taken across in fishing boats on Monday, and the council has promised to pay for the trips.",
    ]
    author, report = (
        "Ida Holm joined the Harbour Post in 1998.",
        "The Harbour Post saw the report before the council did.",
    )
    text = SEPARATOR.join([*body, author])
    assert clean(text).removed == ()
    assert [piece.text.strip() for piece in clean(text, site=POST).removed] == [author]
    assert clean(SEPARATOR.join([*body, report]), site=POST).removed == ()
