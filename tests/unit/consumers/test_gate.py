"""The gate: what is an article by its form passes, what is none does not."""

from collections.abc import Callable

import pytest

from consumers.gate import FLOOR, STUB_WORDS, judge
from consumers.page_kind import PageKind
from consumers.prepare import Draft, to_clean
from consumers.step import Rejected
from schemas.articles import RawArticle

Raw = Callable[..., RawArticle]
STUB = PageKind("paywall-stub", "the beginning of an article", "stub", 1.2, ("not-free",))
LIVE = PageKind("live-blog", "a live blog", "shown", 1.0, ("ld-live",))
SENTENCE = "The ferry was sold on Tuesday to a company in Holm, its owner said."

ARTICLES = {
    "brief": [
        (
            "A lorry shed its load of turnips on the coast road at Holm on Friday. Nobody was hurt, and the road was "
            "open again by noon."
        )
    ],
    "brief-without-end": [
        (
            "A lorry shed its load of turnips on the coast road at Holm on Friday and blocked it for an hour, "
            "the police said"
        )
    ],
    "results": [
        "First division, Saturday, 21 November",
        "Holm Rovers 2 Skerne Town 1",
        "Alder United 0 Castle Welby 0",
        "Thornby 3 Harker 4 (after extra time)",
        "Table: 1 Holm 12 pts, 2 Thornby 10, 3 Skerne 9",
        "Scorers: Bly 14, Haxby 77; Colclough 90",
    ],
    "winners": [
        "The winners of the county's book prizes were named in Holm on Thursday evening by the mayor.",
        "Best novel",
        "Ida Holm",
        "Best first novel",
        "Joseph Amankwah",
        "Best children's book",
        "Lorna Haxby",
        "Best history",
        "Imran Bashforth",
        "Best poems",
        "Gwenllian Prosser",
    ],
    "recipe": [
        "Serves four",
        "200 g flour",
        "2 eggs",
        "a pinch of salt",
        "300 ml milk",
        "1 tbsp butter",
        "Whisk eggs and flour, then add the milk little by little.",
        "Rest for half an hour.",
        "Fry in butter until golden.",
    ],
    "poem": [
        "The tide goes out before the boats",
        "and leaves the harbour to the birds;",
        "what ropes there were are put away,",
        "what words there were, are other words.",
        "I kept the lamp, I kept the key,",
        "the door I painted in the spring",
        "and all the letters of the sea",
        "that no one else remembered to bring.",
    ],
    "japanese": [
        "港の古い道路は冬の間閉鎖されることになった。市の議会が火曜日に決めた。",
        "工事には三億円かかる見込みだ。来年の春に再開する予定だという。",
    ],
    "chinese": [
        "市议会周二投票决定，整个冬季关闭旧港口公路。工程师三月发现海堤移动了四厘米。",
        "维修费用为三百二十万克朗，由州和县分担。",
    ],
    "arabic": [
        "أغلقت البلدية طريق الميناء القديم حتى نهاية الشتاء بعد عامين من الشكاوى التي قدمها السكان في المدينة.",
        "وقال المهندسون إن الجدار تحرك أربعة سنتيمترات منذ المسح الأخير.",
    ],
    "hebrew": ["המועצה החליטה ביום שלישי לסגור את כביש הנמל הישן למשך החורף, אחרי שנתיים של תלונות מצד התושבים במקום."],
    "thai": [
        "สภาเมืองลงมติเมื่อวันอังคารให้ปิดถนนท่าเรือเก่าตลอดฤดูหนาว หลังจากมีการร้องเรียนมาสองปี",
        "วิศวกรพบว่ากำแพงกันคลื่นเคลื่อนไปสี่เซนติเมตร",
    ],
    "interview": [
        "Why did you sell the ferry?",
        "It was old, and so am I.",
        "Who bought it?",
        "I promised not to say.",
        "What now?",
        "Now I sleep.",
    ],
    "obituary-list": [
        "Deaths: Ida Holm, 91, of Mill Lane",
        "Joseph Bly, 84, of Thornby",
        "Lorna Haxby, 77, of Castle Welby",
    ],
    "headings": [
        "A bridge for boats",
        SENTENCE,
        "What comes next",
        SENTENCE.replace("Tuesday", "Friday"),
        "In numbers",
        SENTENCE,
    ],
}
NO_ARTICLES = {
    "menu": [
        "Home",
        "News",
        "Sport",
        "Weather",
        "World news",
        "Business",
        "Opinion",
        "Obituaries",
        "What's on",
        "Jobs",
        "Property",
        "Contact us",
    ],
    "headlines": [
        "Ferry that has crossed the Skerne since 1961 sold".replace(" since 1961", " for ages"),
        "Council votes to close the old harbour road for winter",
        "Rovers lose again at Holm after a poor second half",
        "Mill at Thornby to become flats under new county plan",
    ],
    "addresses": [
        "https://paper.example/a/1",
        "https://paper.example/a/2",
        "www.paper.example/b",
        "News https://paper.example/c/deep/path",
    ],
    "form": ["Your name", "Your email", "Subject", "Your message", "Attach a file", "Send message", "Clear form"],
    "cookies": [
        "We use cookies and similar technology on this site to measure our audience.",
        "You can change your choices at any time under cookie settings.",
        "By clicking Accept all, you agree to the use of cookies by us and our partners.",
        "Strictly necessary cookies",
    ],
    "calendar": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Previous month", "Next month", "Show all events"],
    "tags": [
        "Harbour",
        "Harbour road",
        "Ferry",
        "Council",
        "Fishing",
        "Storms",
        "Holm",
        "Thornby Head",
        "Castle Welby",
    ],
}


@pytest.mark.parametrize("case", ARTICLES)
def test_an_article_passes(case: str) -> None:
    verdict = judge(ARTICLES[case])
    assert verdict.passes, verdict


@pytest.mark.parametrize("case", NO_ARTICLES)
def test_what_is_no_article_does_not(case: str) -> None:
    verdict = judge(NO_ARTICLES[case])
    assert not verdict.passes, verdict
    assert verdict.says
    assert 0 <= verdict.score < FLOOR


@pytest.mark.parametrize("case", ["brief", "results", "recipe", "poem", "japanese", "arabic", "interview"])
def test_plain_text_and_pages_come_through_whole(raw: Raw, case: str) -> None:
    text = ARTICLES[case] * (1 if case in ("brief", "results", "recipe", "poem") else 2)
    markup = "".join(f"<p>{line}</p>" for line in text)
    for data, media_type in (
        ("\n\n".join(text).encode(), "text/plain"),
        (f"<html><body><article>{markup}</article></body></html>".encode(), "text/html"),
    ):
        draft = to_clean(raw(data, media_type=media_type))
        assert isinstance(draft, Draft), draft
        assert draft.article.extraction
        assert draft.article.extraction.score >= FLOOR


def test_links_count_against_a_page() -> None:
    headlines = [f"Headline number {n} of the day, told in a few words" for n in range(10)]
    teasers = [f"{SENTENCE} That was number {n}." for n in range(10)]
    page = [line for pair in zip(headlines, teasers, strict=True) for line in pair]
    assert judge(page).passes
    assert not judge(page, links=frozenset(range(0, 20, 2))).passes
    assert not judge(teasers, page, links=frozenset(range(0, 20, 2))).passes
    assert judge(teasers, [*teasers, *headlines], links=frozenset(range(10, 20))).passes
    assert judge([*teasers, headlines[0]], links=frozenset({10})).passes


def test_a_text_of_which_the_cleaner_took_much_may_stay() -> None:
    verdict = judge([SENTENCE] * 4, [*[SENTENCE] * 4, "word " * 1_000])
    assert verdict.passes
    assert verdict.parts["kept"] == pytest.approx(0.7 + 0.3 * 56 / 1_056, abs=0.001)
    assert "took out 95% of the words" in verdict.says


@pytest.mark.parametrize(("words", "passes"), [(20, False), (40, False), (50, True), (100, True), (400, True)])
def test_of_a_stub_there_must_be_something_to_read(words: int, passes: bool) -> None:
    text = [" ".join(["ropes,"] * words) + "."]
    assert judge(text).passes
    verdict = judge(text, kinds=(STUB,))
    assert verdict.passes is passes
    assert verdict.parts["stub"] == pytest.approx(min(1.0, words / STUB_WORDS), abs=0.001)


def test_live_blogs_are_not_judged_by_their_form() -> None:
    posts = ["Gust at the head", SENTENCE] * 6
    links = frozenset(range(0, 12, 2))
    assert judge(posts, links=links, kinds=(LIVE,)).parts == {"own": 1.0}
    assert "unlinked" in judge(posts, links=links).parts


def test_nothing_is_no_article() -> None:
    assert judge([]).score == judge([""]).score == 0.0


def page_of(body: str) -> bytes:
    return f"<html><head><title>The Skerne Post</title></head><body>{body}</body></html>".encode()


ENTRIES = [
    ("Ferry that crossed the Skerne for sixty years is sold", "A company in Holm has bought it, its owner said."),
    ("Council closes the old harbour road for the winter", "Engineers found that the sea wall had moved."),
    ("Rovers lose at Holm after a poor second half", "They have not won at home since the spring of last year."),
    ("Mill at Thornby to become forty flats by May", "The county agreed to the plan after a long debate."),
    ("Seal asleep on the slipway stops the lifeboat", "It had been there since Sunday and would not be moved."),
    ("School sensors find smoke where no fire was", "A teacher had burnt the toast, the fire service said."),
]
PAGES = {
    "tag-page": "<main><h1>Harbour</h1>"
    + "".join(
        f"<div class=item><h2><a href=/x{n}>{head}</a></h2><p>{text}</p></div>"
        for n, (head, text) in enumerate(ENTRIES)
    )
    + "</main>",
    "front-page": "<main>"
    + "".join(
        f"<section><a href=/x{n}><h3>{head}</h3></a><p>{text}</p></section>" for n, (head, text) in enumerate(ENTRIES)
    )
    + "</main>",
    "link-list": "<article><p>More from this section</p><ul>"
    + "".join(f"<li><a href=/x{n}>{head}</a></li>" for n, (head, _) in enumerate(ENTRIES * 2))
    + "</ul></article>",
    "linked-cards": "<main><article>"
    + "".join(f"<a href=/x{n}><h3>{head}</h3><p>{text}</p></a>" for n, (head, text) in enumerate(ENTRIES))
    + "</article></main>",
    "contact-form": "<main><h1>Contact</h1><div>"
    + "".join(f"<p>{label}</p><input name=a>" for label in NO_ARTICLES["form"] * 3)
    + "</div></main>",
    "cookie-policy": "<main><h1>Cookies</h1>"
    + "".join(f"<p>{text}</p>" for text in NO_ARTICLES["cookies"])
    + "</main>",
}


@pytest.mark.parametrize("case", PAGES)
def test_pages_that_are_no_article_are_rejected(raw: Raw, case: str) -> None:
    rejected = to_clean(raw(page_of(PAGES[case])))
    assert isinstance(rejected, Rejected), (rejected.article.text, rejected.article.extraction)
    assert rejected.reason in {"low-score", "no-text", "consent"}
    if rejected.reason == "low-score":
        assert f"the floor is {FLOOR:.2f}: " in rejected.detail


def test_the_score_is_kept_with_its_parts(raw: Raw, page: Callable[..., bytes]) -> None:
    draft = to_clean(raw(page()))
    assert isinstance(draft, Draft)
    extraction = draft.article.extraction
    assert extraction
    assert extraction.score == 1.0
    parts = extraction.candidates[0].parts
    assert {name for name in parts if name.startswith("gate.")} == {
        "gate.told",
        "gate.unlinked",
        "gate.own",
        "gate.kept",
    }
    assert {"length", "sentences"} <= parts.keys()
