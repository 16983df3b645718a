"""Long prose in mid-text and the talk of an interview stay, whatever rules and scorer made of them."""

import pytest

from consumers.doubts import ANSWER_WORDS, LONG_WORDS, QUESTIONS, give_back, give_back_head, give_back_report
from consumers.shape import Hit, read_lines

HIT = Hit("weighed", 0.99)
LONG = "We ask you to think of your own street when you read this, and " + "of the people in it " * 8 + "too."
ANSWER = "You do what you can, and we do what we can for you."


def given_back(
    paragraphs: tuple[str, ...], hit_at: dict[int, Hit], sure: frozenset[int] = frozenset()
) -> frozenset[int]:
    lines = read_lines(paragraphs, frozenset())
    hits = [hit_at.get(index) for index in range(len(lines))]
    give_back(lines, hits, sure=sure)
    return frozenset(index for index in hit_at if hits[index] is None)


def test_long_prose_between_prose_is_given_back(body: tuple[str, ...]) -> None:
    text = (body[0], LONG, *body[1:])
    assert len(LONG.split()) >= LONG_WORDS
    assert given_back(text, {1: HIT}) == {1}


@pytest.mark.parametrize(
    ("hit", "sure"),
    [(HIT, frozenset({1})), (Hit("notices.correction", 0.97, keep="correction"), frozenset())],
    ids=["learned-or-of-a-section", "a-correction"],
)
def test_what_is_certain_goes_all_the_same(hit: Hit, sure: frozenset[int], body: tuple[str, ...]) -> None:
    assert given_back((body[0], LONG, *body[1:]), {1: hit}, sure) == frozenset()


def test_beside_a_line_that_goes_and_behind_the_body_it_goes(body: tuple[str, ...]) -> None:
    assert given_back((body[0], "Support us", LONG, *body[1:]), {1: HIT, 2: HIT}) == frozenset()
    assert given_back((*body, LONG), {len(body): HIT}) == frozenset()


def test_an_interview_keeps_its_answers(body: tuple[str, ...]) -> None:
    assert len(ANSWER.split()) >= ANSWER_WORDS
    questions = tuple(f"What would you say to the people of the {n} street?" for n in range(QUESTIONS))
    talk = tuple(line for question in questions for line in (question, ANSWER))
    assert given_back((body[0], *talk), {4: HIT}) == {4}
    assert given_back((*body, ANSWER, *body), {len(body): HIT}) == frozenset()


def test_what_is_put_between_the_answers_of_an_interview_goes(body: tuple[str, ...]) -> None:
    call = "Sign up for our letter, which is free and comes on Friday."
    questions = tuple(f"What would you say to the people of the {n} street?" for n in range(QUESTIONS))
    talk = tuple(line for question in questions for line in (question, body[0], call))
    assert given_back((body[0], *talk), {3: HIT, 6: HIT}) == frozenset()
    assert given_back((body[0], *talk, LONG), {3: HIT, len(talk) + 1: HIT}) == {len(talk) + 1}


@pytest.mark.parametrize(
    ("asked", "hit", "back"),
    [
        ("Who plays in it?", HIT, True),
        ("Who plays in it?", Hit("related.heading", 0.95), True),
        ("Who plays in it?", Hit("calls.newsletter", 0.95), False),
        ("Why not?", HIT, False),
        ("Who plays in it", HIT, False),
    ],
    ids=["weighed", "as-a-headline", "of-a-call", "too-short", "no-question"],
)
def test_a_short_question_of_an_interview_is_given_back(
    asked: str, hit: Hit, back: bool, body: tuple[str, ...]
) -> None:
    questions = tuple(f"What would you say to the people of the {n} street?" for n in range(QUESTIONS))
    talk = tuple(line for question in questions for line in (question, body[0]))
    assert given_back((body[0], *talk, asked, body[0]), {len(talk) + 1: hit}) == ({len(talk) + 1} if back else set())
    assert given_back((body[0], *talk, asked), {len(talk) + 1: hit}) == set(), "nobody answers"
    assert given_back((*body, asked, *body), {len(body): hit}) == set(), "no interview"


WEAK = Hit("related.weak-heading", 0.85)
BYLINE = Hit("stamps.byline", 0.93, keep="byline")
HEADLINE = "HARBOUR ROAD: Council shuts it until the spring"


@pytest.mark.parametrize(
    ("head", "hits", "stays"),
    [
        ((HEADLINE, "By Ida Holm"), (HIT, BYLINE), {0}),
        ((HEADLINE, "By Ida Holm"), (Hit("related.capitals", 0.92), BYLINE), {0}),
        ((HEADLINE, "Traders fear for Christmas", "By Ida Holm"), (HIT, HIT, BYLINE), {0}),
        ((HEADLINE, "Traders say they fear for Christmas", "By Ida Holm"), (HIT, HIT, BYLINE), {0, 1}),
        (("Harbour news", "By Ida Holm"), (HIT, BYLINE), set()),
        (("5 May", HEADLINE, "By Ida Holm"), (Hit("stamps.date", 0.95), HIT, BYLINE), {1}),
        (("Image source, Ida Holm", HEADLINE, "By Ida Holm"), (Hit("captions.label", 0.93), HIT, BYLINE), set()),
        (("OPINION", HEADLINE, "By Ida Holm"), (WEAK, WEAK, BYLINE), {1}),
        ((HEADLINE, "By Ida Holm"), (Hit("captions.line", 0.86), BYLINE), {0}),
        ((HEADLINE, "Share", HEADLINE, "By Ida Holm"), (HIT, Hit("sharing.line", 0.97), HIT, BYLINE), {0}),
        ((HEADLINE, "By Ida Holm"), (Hit("related.label", 0.97), BYLINE), set()),
        ((HEADLINE, "Share"), (HIT, Hit("sharing.line", 0.97)), set()),
    ],
    ids=[
        "weighed",
        "label",
        "short-standfirst",
        "standfirst",
        "section",
        "date-above",
        "caption",
        "label-above",
        "no-picture-above",
        "twice",
        "read-more",
        "no-byline",
    ],
)
def test_headline_and_standfirst_above_the_byline_are_given_back(
    head: tuple[str, ...], hits: tuple[Hit, ...], stays: set[int], body: tuple[str, ...]
) -> None:
    lines = read_lines((*head, *body), frozenset())
    found: list[Hit | None] = [*hits, *(None for _ in body)]
    give_back_head(lines, found)
    assert {index for index in range(len(head)) if found[index] is None} == stays


REPORT = "The mayor of Holm asked the port to open the road by May."


@pytest.mark.parametrize(
    ("closing", "hits", "stays"),
    [
        ((REPORT,), (HIT,), {0}),
        ((REPORT, REPORT), (HIT, HIT), {0, 1}),
        ((REPORT,), (Hit("calls.voice", 0.9),), set()),
        (("Abuse of players, officials or our other readers is a red card.",), (HIT,), set()),
        (("Ida Holm is a professor of law in the town of Bergen.",), (HIT,), set()),
        (("The road opens in May.",), (HIT,), set()),
        (("Share", REPORT), (Hit("sharing.line", 0.97), HIT), set()),
    ],
    ids=["report", "two", "of-a-rule", "to-readers", "biography", "short", "behind-a-button"],
)
def test_a_report_that_closes_the_text_is_given_back(
    closing: tuple[str, ...], hits: tuple[Hit, ...], stays: set[int], body: tuple[str, ...]
) -> None:
    lines = read_lines((*body, *closing), frozenset())
    found: list[Hit | None] = [*(None for _ in body), *hits]
    give_back_report(lines, found)
    assert {index for index in range(len(closing)) if found[len(body) + index] is None} == stays


def test_a_report_that_opens_the_text_is_given_back(body: tuple[str, ...]) -> None:
    lines = read_lines((REPORT, *body), frozenset())
    found: list[Hit | None] = [HIT, *(None for _ in body)]
    give_back_report(lines, found)
    assert found[0] is None


def test_a_text_of_which_nothing_stays_is_left_alone() -> None:
    found: list[Hit | None] = [HIT]
    give_back_report(read_lines((REPORT,), frozenset()), found)
    assert found == [HIT]
