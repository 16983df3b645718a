"""What the learner takes for boilerplate, and what it leaves in the article."""

import itertools
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

import msgspec
import pytest

from consumers.learn import BARS, MAX_PARAGRAPHS, TEXT_LENGTH, WINDOW_DAYS, Learner, Reading, extracted, learn, reading
from consumers.memory import Memory
from consumers.normal_form import normal_form
from consumers.restore import restore
from consumers.shape import WEIGHED
from infra.settings import ROOT
from schemas.articles import CleanArticle, Removed
from schemas.codec import decode

Make = Callable[..., Reading]

SLOGAN = "The voice of the coast since 1912"
TEASER = "Listen to this article in our app"
PROMO = (
    "Our reporters live where you live, and they go to the meetings that nobody else sits through; if that is worth "
    "something to you, become a member of the Friends of the Paper for the price of two coffees a month."
)
STATEMENT = (
    '"We have listened to the people of this coast and we will not build the wall," the minister, Marta Ellingsen, '
    "said in a statement on Monday evening, hours after the vote in parliament had gone against her."
)
BACKGROUND = (
    "The inquest into the loss of the ferry Solveig, which went down off Port Ainslie in January with the lives of "
    "nineteen people, is expected to last until the end of the year."
)


def knows(memory: Memory, paragraph: str, host: str = "paper.example") -> bool:
    known = memory.for_url(f"https://www.{host}/story")
    return known is not None and known.find(normal_form(paragraph)) is not None


def texts(memory: Memory) -> set[str]:
    return {known.text for paragraphs in memory.contents.hosts.values() for known in paragraphs.values()}


def test_footers_slogans_and_promotions_are_learned(make: Make) -> None:
    memory = learn(make(n, head=[SLOGAN], middle=[TEASER], tail=[PROMO, "More from the coast"]) for n in range(20))
    assert all(knows(memory, each) for each in (SLOGAN, TEASER, PROMO, "More from the coast"))
    assert memory.paragraphs == 4
    places = {known.text[:10]: known.place for known in memory.contents.hosts["paper.example"].values()}
    assert places == {"the voice ": "end", "listen to ": "between", "our report": "end", "more from ": "end"}


def test_a_promotion_in_mid_body_is_learned_where_most_articles_have_it(make: Make) -> None:
    assert knows(learn(make(n, middle=[PROMO] if n % 3 else []) for n in range(24)), PROMO)
    assert not knows(learn(make(n, middle=[PROMO] if n % 3 == 0 else []) for n in range(24)), PROMO)
    assert knows(learn(make(n, middle=[PROMO] if n % 4 == 0 else []) for n in range(90)), PROMO)


def test_lines_that_stand_together_between_paragraphs_are_learned(make: Make) -> None:
    together = ["Tell us what you saw there", TEASER, "Write to the desk at night"]
    memory = learn(make(n, middle=together if n % 3 == 0 else []) for n in range(36))
    assert all(knows(memory, each) for each in together)
    listed = [make(n, middle=[f"Item {chr(97 + n)}", *together, f"Item {chr(65 + n)}{chr(97 + n)}"]) for n in range(12)]
    assert learn([*listed, *(make(n) for n in range(12, 36))]).paragraphs == 0, "they may be items of the list"


def test_promotions_are_learned_from_briefs_too(make: Make) -> None:
    promotions = [f"{PROMO} {each}" for each in ("Join us today.", "Write to us.", "Tell your friends.", "Come by.")]
    assert learn(make(n, tail=promotions) for n in range(12)).paragraphs == 4


def test_what_the_rules_take_is_no_prose_of_the_article(make: Make) -> None:
    def teased(number: int) -> Reading:
        teaser = make(500 + number).paragraphs[0][0]
        return make(number, tail=[PROMO, teaser], taken=[teaser])

    assert knows(learn([*map(teased, range(9)), *(make(n) for n in range(9, 30))]), PROMO)


def test_numbers_and_case_tell_no_paragraphs_apart(make: Make) -> None:
    memory = learn(make(n, head=[f"{n + 1} MIN READ" if n % 2 else f"{n} min read"]) for n in range(8))
    assert knows(memory, "73 Min Read")
    assert texts(memory) == {"0 min read"}


@pytest.mark.parametrize("place", ["head", "middle", "tail"])
def test_a_statement_that_goes_round_for_two_days_stays(make: Make, place: str) -> None:
    articles = [make(n, **({place: [STATEMENT]} if n < 10 else {})) for n in range(28)]
    two_days = [make(n, day=n % 2, **{place: [STATEMENT]}) for n in range(10)]
    assert not knows(learn([*articles[10:], *two_days]), STATEMENT)
    assert not knows(learn(two_days), STATEMENT), "also where the host has nothing else"


@pytest.mark.parametrize("place", ["head", "middle", "tail"])
def test_the_background_of_a_running_story_stays(make: Make, place: str) -> None:
    story = {7 + 23 * n for n in range(12)}
    articles = [make(n, day=n % 14, **({place: [BACKGROUND]} if n in story else {})) for n in range(300)]
    memory = learn(articles)
    assert not knows(memory, BACKGROUND)
    assert memory.paragraphs == 0


@pytest.mark.parametrize(
    "line", ["The trial continues.", '"No comment"', "Background", "What happens next?", "12", "—"]
)
def test_short_things_that_articles_share_stay(make: Make, line: str) -> None:
    articles = [make(n, **({"middle": [line]} if n % 12 == 0 else {})) for n in range(240)]
    assert learn(articles).paragraphs == 0


@pytest.mark.parametrize("line", ["The trial continues.", 'He had "no comment" on that'])
@pytest.mark.parametrize("place", ["head", "tail"])
def test_sentences_and_quotes_stay_where_a_line_would_go(make: Make, line: str, place: str) -> None:
    def learned(text: str) -> bool:
        return knows(learn(make(n, **({place: [text]} if n % 12 == 0 else {})) for n in range(240)), text)

    assert not learned(line)
    assert learned(SLOGAN)


@pytest.mark.parametrize("figure", ["12", "4.2 %", "—", "7 m"])
def test_figures_of_a_table_stay(make: Make, figure: str) -> None:
    assert not knows(learn(make(n, tail=[figure]) for n in range(30)), figure)


def test_items_of_a_list_stay(make: Make) -> None:
    items = ["two spoons of fresh butter", "one onion, finely chopped", "a pinch of white salt"]
    articles = [
        make(n, middle=[f"{chr(97 + n)} dish for many guests", *items, f"a {n}th thing in {n}"]) for n in range(16)
    ]
    rare = [make(n) for n in range(16, 60)]
    assert learn([*articles, *rare]).paragraphs == 0


def test_copies_and_rolling_updates_of_a_story_teach_nothing(make: Make) -> None:
    others = [make(n) for n in range(30)]
    story = make(100, head=["Storm on the coast"], tail=["What to do in a storm"]).paragraphs
    copies = [Reading("paper.example", f"{n:032x}", 1, date(2026, 11, 1 + n), story) for n in range(12)]
    rolling = [
        Reading("paper.example", f"{n:032x}", 1, date(2026, 11, 1 + n), (make(200 + n).paragraphs[0], *story))
        for n in range(12)
    ]
    assert learn([*others, *copies]).paragraphs == 0
    assert learn([*others, *rolling]).paragraphs == 0


def test_an_article_counts_once_with_its_newest_revision(make: Make) -> None:
    others = [make(n) for n in range(1, 5)]
    revised = [make(0, day=n, revision=n, head=[SLOGAN], tail=[PROMO]) for n in range(1, 21)]
    assert learn([*others, *revised]).paragraphs == 0
    dropped = [make(n, revision=2) for n in range(20)]
    first = [make(n, head=[SLOGAN]) for n in range(20)]
    assert learn([*first, *dropped]).paragraphs == learn([*dropped, *first]).paragraphs == 0


def test_a_paragraph_a_thousand_times_in_one_article_counts_once(make: Make) -> None:
    assert learn([make(0, middle=[SLOGAN] * 1000), *(make(n) for n in range(1, 10))]).paragraphs == 0


@pytest.mark.parametrize("bar", [bar for bar in BARS if bar.place == "end"], ids=lambda bar: f"lines-{bar.lines_only}")
def test_each_limit_of_a_bar_holds(make: Make, bar) -> None:
    paragraph = SLOGAN if bar.lines_only else PROMO

    def known(articles: int, days: int, of: int) -> bool:
        with_it = [make(n, day=n % days, tail=[paragraph]) for n in range(articles)]
        return knows(learn([*with_it, *(make(n) for n in range(articles, of))]), paragraph)

    enough = (bar.articles, bar.days, bar.articles + 4)
    assert known(*enough)
    assert not known(bar.articles - 1, bar.days, bar.articles + 4)
    assert not known(bar.articles, bar.days - 1, bar.articles + 4)
    assert not known(bar.articles, bar.days, int(bar.articles / bar.share) + 1)


def test_what_stands_elsewhere_too_is_not_at_an_end(make: Make) -> None:
    articles = [make(n, tail=[SLOGAN]) for n in range(5)] + [
        make(n, middle=[SLOGAN, "One", "Two"]) for n in range(5, 7)
    ]
    assert not knows(learn([*articles, *(make(n) for n in range(7, 30))]), SLOGAN)


def test_what_the_rules_always_take_is_learned_too(make: Make) -> None:
    """A rule that asks what stands beside a line may miss it in the next article."""
    assert knows(learn([make(n, tail=[SLOGAN], taken=[SLOGAN]) for n in range(18)]), SLOGAN)


def test_what_was_only_weighed_counts_as_not_taken() -> None:
    pieces = [Removed(offset=0, text=f"{SLOGAN}\n\n", rule=rule, score=0.9) for rule in (WEIGHED, "share.line")]
    assert [next(iter(extracted("The bridge shuts.", [piece]))) for piece in pieces] == [
        (SLOGAN, False),
        (SLOGAN, True),
    ]


def test_it_forgets_what_is_no_longer_printed(make: Make) -> None:
    old = [make(n, day=n % 10, tail=[SLOGAN]) for n in range(20)]
    assert knows(learn(old), SLOGAN)
    assert knows(learn([*old, make(50, day=WINDOW_DAYS - 1)]), SLOGAN)
    assert not knows(learn([*old, make(50, day=9 + WINDOW_DAYS)]), SLOGAN)


def test_an_article_from_the_future_makes_nothing_forgotten(make: Make) -> None:
    articles = [make(n, tail=[SLOGAN]) for n in range(20)]
    memory = learn([*articles, make(99, day=20_000)], today=date(2026, 12, 1))
    assert knows(memory, SLOGAN)
    assert (memory.contents.articles, memory.contents.until) == (20, date(2026, 11, 20))


def test_hosts_are_learned_apart(make: Make) -> None:
    memory = learn(make(n, tail=[SLOGAN], host=f"{'ab'[n % 2]}.example") for n in range(6))
    assert memory.paragraphs == 0
    memory = learn([*(make(n, tail=[SLOGAN], host="a.example") for n in range(9)), make(1, host="b.example")])
    assert knows(memory, SLOGAN, "a.example")
    assert not knows(memory, SLOGAN, "b.example")


def test_the_order_of_the_articles_does_not_matter(make: Make) -> None:
    articles = [
        make(n, head=[SLOGAN][: n % 2], middle=[TEASER], tail=[PROMO], revision=r) for n in range(40) for r in (1, 2)
    ]
    expected = learn(articles)
    assert expected.paragraphs == 3
    orders = (reversed(articles), sorted(articles, key=lambda each: each.article), articles[37:] + articles[:37])
    for order in orders:
        assert learn(order).data == expected.data


def test_a_sample_does_not_depend_on_the_order_either(make: Make) -> None:
    articles = [make(n, tail=[SLOGAN]) for n in range(60)]

    def sampled(given: Iterable[Reading]) -> bytes:
        learner = Learner(max_articles=25)
        for each in given:
            learner.add(each)
        assert set(learner._articles) == set(sorted(each.article for each in articles)[:25])
        return learner.memory().data

    expected = sampled(articles)
    assert sampled(reversed(articles)) == expected
    assert sampled(itertools.chain(articles, articles)) == expected
    assert knows(Memory.read(expected, name="x"), SLOGAN)


def test_a_million_paragraphs_leave_a_bounded_trace(make: Make) -> None:
    learner = Learner(max_articles=10)
    learner.add(
        Reading(
            "paper.example",
            "0" * 32,
            1,
            date(2026, 11, 1),
            [(f"line {n:b}".replace("1", "x"), False) for n in range(200_000)],
        )
    )
    for n in range(100):
        learner.add(make(n, middle=[f"{n} and {number}" for number in range(8_000)]))
    assert len(learner) == 10
    held = sum(len(article.hashes) for article in learner._articles.values())
    assert held <= 10 * MAX_PARAGRAPHS
    assert len(learner._texts) <= 10 * MAX_PARAGRAPHS


def test_nothing_gives_an_empty_memory() -> None:
    memory = learn([])
    assert (memory.paragraphs, memory.contents.articles, memory.contents.since, memory.contents.until) == (
        0,
        0,
        None,
        None,
    )
    assert memory.for_url("https://paper.example/") is None


def test_what_is_kept_of_a_paragraph_is_short_and_whole_characters(make: Make) -> None:
    memory = learn(make(n, tail=["Ærlig " * 15 + "🦭"]) for n in range(9))
    (text,) = texts(memory)
    assert len(text) == TEXT_LENGTH


def test_a_reading_is_taken_of_an_article() -> None:
    article = decode((ROOT / "schemas/examples/news.clean/edited.json").read_bytes(), CleanArticle)
    article = msgspec.structs.replace(article, final_url="https://www.Paper.example:443/a", captured_at=None)
    article = msgspec.structs.replace(article, published_at=datetime.fromisoformat("2026-11-18T23:30:00-05:00"))
    found = reading(article)
    assert found is not None
    assert (found.host, found.article, found.revision) == ("paper.example", article.id, article.revision.number)
    assert found.day == date(2026, 11, 19), "days are UTC's"
    assert "\n\n".join(text for text, _ in found.paragraphs) == restore(article.text, article.removed)
    assert sum(taken for _, taken in found.paragraphs) == len(article.removed) > 0
    captured = msgspec.structs.replace(article, published_at=None, captured_at=datetime(2026, 11, 3, tzinfo=UTC))
    assert reading(captured).day == date(2026, 11, 3)  # type: ignore[union-attr]
    assert reading(msgspec.structs.replace(article, published_at=None)) is None
    assert reading(msgspec.structs.replace(article, final_url=None, url="urn:sha256:00")) is None


def test_paragraphs_come_back_with_who_took_them() -> None:
    removed = (
        Removed(offset=0, text="Head\n\n", rule="head.rule", score=1.0),
        Removed(offset=3, text="\n\nSlogan", rule="memory:00000000", score=0.9),
        Removed(offset=3, text="\n\nShare", rule="share.rule", score=0.9),
        Removed(offset=8, text="\n\nEnd", rule="end.rule", score=0.9),
    )
    assert list(extracted("one\n\ntwo", removed)) == [
        ("Head", True), ("one", False), ("Slogan", False), ("Share", True), ("two", False), ("End", True)
    ]  # fmt: skip
    assert list(extracted("", (Removed(offset=0, text="All", rule="x", score=1.0),))) == [("All", True)]
    assert list(extracted("one", ())) == [("one", False)]
