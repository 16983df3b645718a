"""The cleaner: what goes, what stays, and that it can be undone."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from consumers.clean import clean, restore
from consumers.paragraphs import split_plain
from consumers.rulepack import RULES, load_rules

FIRST_FOOTER_WORDS = "Why are you making commenting"


def test_the_owners_sample_comes_out_perfect(sample: bytes) -> None:
    lines = [line.strip() for line in sample.decode().splitlines() if line.strip()]
    footer = next(index for index, line in enumerate(lines) if line.startswith(FIRST_FOOTER_WORDS))
    article = [line for line in lines[:footer] if not line.startswith("READ MORE")]
    rest = [line for line in lines if line not in article]
    assert (len(article), len(rest)) == (12, 13)
    document = "\n\n".join(split_plain(sample.decode()))
    cleaned = clean(document)
    assert cleaned.text.split("\n\n") == article
    assert [piece.text.strip() for piece in cleaned.removed] == rest
    assert restore(cleaned.text, cleaned.removed) == document


def test_no_rule_names_what_is_in_the_sample(sample: bytes) -> None:
    """Rules that know one article prove nothing."""
    names = {*re.findall(r"\b[A-Z][a-z]{3,}(?: [A-Z][a-z]{3,})+\b", sample.decode())}
    rules = "".join(path.read_text(encoding="utf-8").lower() for path in sorted(RULES.glob("*.yaml")))
    assert len(names) > 5
    assert [name for name in sorted(names) if name.lower() in rules] == []


def test_pieces_carry_their_separators_and_offsets(body: tuple[str, ...]) -> None:
    document = "\n\n".join(["Share", "Advertisement", body[0], "Read more", "Advertisement", body[1], "Share"])
    cleaned = clean(document)
    assert cleaned.text == f"{body[0]}\n\n{body[1]}"
    middle, end = len(body[0]), len(cleaned.text)
    assert [(piece.offset, piece.text) for piece in cleaned.removed] == [
        (0, "Share\n\n"),
        (0, "Advertisement\n\n"),
        (middle, "\n\nRead more"),
        (middle, "\n\nAdvertisement"),
        (end, "\n\nShare"),
    ]
    assert restore(cleaned.text, cleaned.removed) == document


def test_credits_corrections_and_bylines_are_kept(body: tuple[str, ...]) -> None:
    amended = "This article was amended on 3 March 2026 to give the right name of the ship."
    document = "\n\n".join(
        [
            "By Ida Holm and Olu Bankole",
            *body,
            "(Reporting by Ida Holm in Bergen; editing by Pia Wren)",
            amended,
            "© 2026 Valley Press. All rights reserved.",
        ]
    )
    cleaned = clean(document)
    assert cleaned.text == "\n\n".join(body)
    assert cleaned.byline == "By Ida Holm and Olu Bankole"
    assert cleaned.corrections == (amended,)
    assert cleaned.credit == (
        "(Reporting by Ida Holm in Bergen; editing by Pia Wren)\n© 2026 Valley Press. All rights reserved."
    )
    assert cleaned.flags == {"corrected"}


def test_stamps_make_a_live_blog(body: tuple[str, ...]) -> None:
    document = "\n\n".join(["14:05 GMT", body[0], "13.20 GMT", body[1], "9am", body[2]])
    cleaned = clean(document)
    assert cleaned.text == "\n\n".join(body[:3])
    assert cleaned.flags == {"live-blog"}
    assert not clean("\n\n".join(["14:05 GMT", *body])).flags


def test_more_taken_than_kept_is_flagged(body: tuple[str, ...]) -> None:
    call = "Sign up to our newsletter for the best stories of the week from the harbour, sent every Friday for free."
    cleaned = clean("\n\n".join([body[0], call, call]))
    assert cleaned.text == body[0]
    assert cleaned.flags == {"mostly-removed"}


def test_credits_stay_where_the_article_goes_on_below(body: tuple[str, ...]) -> None:
    document = "\n\n".join([body[0], "Source: Valley Press Agency", *body[1:]])
    assert clean(document, load_rules()).text == document


POLICY = (
    "Commenting on this site",
    "We ask you to register before you comment, and we never publish your address.",
    "Be civil. Do not post insults or spam: our moderators delete them, and repeat offenders are banned.",
    "Report any comment that breaks the house rules by using the flag beside it.",
)


def test_a_comment_policy_goes_as_a_whole_with_all_that_stands_behind_it(body: tuple[str, ...]) -> None:
    cleaned = clean("\n\n".join([*body, *POLICY, "Jo Pell", "Community desk"]))
    assert cleaned.text == "\n\n".join(body)
    assert {piece.rule for piece in cleaned.removed} == {"comments.policy"}


def test_a_story_about_a_comment_policy_stays(body: tuple[str, ...]) -> None:
    story = (
        "A newspaper has closed its comments to all but subscribers, after its moderators deleted 40,000 insults.",
        "The paper's house rules ban insults, spam and fake names, but trolls opened new accounts, its editor said.",
        "What changes for readers who comment?",
        "From May they will have to register. A union said that the ability to comment was not a right.",
        "Readers told the paper that they would miss the debate. One said she would write letters again.",
    )
    document = "\n\n".join(story)
    assert clean(document).text == document
    reported = "\n\n".join([*body, *story[2:]])
    assert clean(reported).text == reported


def test_an_article_that_is_itself_a_policy_stays() -> None:
    """Nothing stands before it that it could be a footer of."""
    document = "\n\n".join(POLICY)
    assert "Commenting on this site" in clean(document).text


def test_single_line_breaks_are_no_paragraph_breaks() -> None:
    document = "A sentence that\nREAD MORE: runs over\nthree lines of one paragraph."
    assert clean(document).text == document


def test_an_empty_text_stays_empty() -> None:
    assert clean("").text == ""
    assert clean("").removed == ()


def test_a_text_that_is_all_boilerplate_can_be_restored() -> None:
    cleaned = clean("Share\n\nAdvertisement\n\nRead more")
    assert cleaned.text == ""
    assert restore(cleaned.text, cleaned.removed) == "Share\n\nAdvertisement\n\nRead more"


EXAMPLES = [
    line
    for entry in (*load_rules().rules, *(section.rule for section in load_rules().sections))
    for group in (entry.examples.positive, entry.examples.negative)
    for item in group
    for line in ((item,) if isinstance(item, str) else item)
]
PARAGRAPHS = st.lists(st.sampled_from(EXAMPLES) | st.sampled_from(POLICY) | st.text(max_size=60), max_size=25)
SEPARATORS = st.sampled_from(["\n\n", "\n", "\n\n\n", "\n\n\n\n", " \n\n ", "\r\n\r\n", ""])


@given(st.text())
@example("\n\n")
@example("\n\n\n")
@example("Share\n\n\n\nShare")
@example("\ud800\n\nShare")
def test_any_text_can_be_restored(text: str) -> None:
    cleaned = clean(text)
    assert restore(cleaned.text, cleaned.removed) == text
    assert all(0 <= piece.offset <= len(cleaned.text) for piece in cleaned.removed)


@settings(max_examples=300)
@given(PARAGRAPHS, st.data())
def test_any_mixture_of_body_and_boilerplate_can_be_restored(paragraphs: list[str], data: st.DataObject) -> None:
    text = "".join(part for paragraph in paragraphs for part in (paragraph, data.draw(SEPARATORS)))
    cleaned = clean(text)
    assert restore(cleaned.text, cleaned.removed) == text
    offsets = [piece.offset for piece in cleaned.removed]
    assert offsets == sorted(offsets)


@given(PARAGRAPHS)
def test_what_stays_is_what_was_there_in_order(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    kept = iter(text.split("\n\n"))
    assert all(paragraph in kept for paragraph in clean(text).text.split("\n\n") if paragraph)
