"""Every kind of page both ways: the page itself, and an article that looks like it."""

import json
from collections.abc import Callable

import pytest

from consumers.cards import carded_paragraphs
from consumers.page_kind import Page, PageKind, recognise, visible_lines
from consumers.page_text import page_paragraphs
from consumers.page_tree import parse_html, readable_copy

NAV = (
    "<header><a href='/'>The Skerne Post</a><nav><ul><li><a href='/news'>News</a></li><li><a href='/sport'>Sport</a>"
    "</li><li><a href='/login'>Log in</a></li><li><a href='/subscribe'>Subscribe</a></li></ul></nav></header>"
)
FOOT = "<footer><p>Published by Skerne Post Limited, Mill Lane.</p><a href='/privacy'>Privacy</a></footer>"
BANNER = (
    "<dialog open class=consent><p>We and our 812 partners use cookies to store data on your device.</p>"
    "<p>You can change your choices at any time.</p><button>Accept all</button><button>Reject all</button></dialog>"
)
TEASERS = "".join(
    f"<li><a href='/{n}'>{text}</a></li>"
    for n, text in enumerate(["Ferry returns after refit", "Mill to become flats", "Rovers lose again at Holm"])
)
LONG = "".join(
    f"<p>Paragraph {n} says at some length what the council did with the harbour road.</p>" for n in range(30)
)
REPORT = (
    "<p>The county's web site asked {n} callers on Monday whether they were robots, and let none of them in.</p>"
    "<p>A fault in a new security check was to blame, said Ida Holm, who runs the service for the county.</p>"
    "<p>She said that the check would stay off until engineers had found what went wrong with it.</p>"
)


def html(body: str, *, title: str = "", head: str = "") -> str:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def kinds(page: str, *, requested: str = "https://paper.example/a", final: str | None = None) -> tuple[PageKind, ...]:
    tree, _ = parse_html(page)
    nodes = [json.loads(script.text or "null") for script in tree.iter("script") if "ld+json" in script.get("type", "")]
    return recognise(Page(tree, page_paragraphs(readable_copy(tree)), nodes=nodes, requested=requested, final=final))


def names(page: str, **where: str) -> list[str]:
    return [kind.name for kind in kinds(page, **where)]


def ld(**node: object) -> str:
    return f"<script type=application/ld+json>{json.dumps({'@context': 'https://schema.org', **node})}</script>"


ROBOT = [
    html(
        "<noscript>Enable JavaScript and cookies to continue</noscript><div id=challenge-form></div>",
        title="Just a moment...",
    ),
    html(
        "<div class=px-captcha><h1>Access to this page has been denied</h1><p>We have detected unusual activity from "
        "your network.</p><p>Press &amp; Hold to confirm you are a human (and not a bot).</p><p>Reference ID: "
        "7f3a-21cc</p></div>",
        title="The Skerne Post",
    ),
    html(
        "<h1>Are you a robot?</h1><p>Please verify you are a human by ticking the box below.</p>"
        "<form class=g-recaptcha action=/check><button>Continue</button></form>",
        title="Are you a robot? | The Skerne Post",
    ),
    html("<h1>Access Denied</h1><p>You don't have permission to access this page on this server.</p>"
         "<p>Reference #18.2f3a1702.1732</p>", title="Access Denied"),
]  # fmt: skip
CONSENT = [
    html(
        "<form action=/save><h1>Before you continue to The Skerne Post</h1><p>We use cookies and data to measure how "
        "our services are used and to show you adverts.</p><p>If you choose \"Reject all\", we will not use cookies "
        "for these additional purposes. You can change your choices at any time.</p><button>Reject all</button>"
        "<button>Accept all</button><a href='/privacy'>More options</a></form>",
        title="Before you continue",
    ),
    html(
        "<main><h1>We value your privacy</h1><p>We and our 812 partners store and access information on your device, "
        "such as cookies, and process personal data.</p><p>With your permission we and our partners may use precise "
        "geolocation data.</p><h2>Store and/or access information on a device</h2><h2>Strictly necessary cookies</h2>"
        "<p>You can withdraw your consent at any time by clicking on Privacy at the foot of the page.</p>"
        "<button>Agree and close</button></main>",
        title="The Skerne Post",
    ),
    html("<h1>Datenschutz-Einstellungen</h1><p>Mit Ihrer Zustimmung verwenden wir und unsere Partner Cookies.</p>"
         "<button>Alle akzeptieren</button><button>Ablehnen</button>", title="Datenschutz-Einstellungen"),
]  # fmt: skip
LOGIN = [
    html(
        f"{NAV}<main><h1>Log in</h1><form action=/session><label>Email address</label><input name=email>"
        "<label>Password</label><input type=password name=password><a href=/reset>Forgot your password?</a>"
        f"<button>Log in</button></form><p>Don't have an account?</p></main>{FOOT}",
        title="Log in | The Skerne Post",
    ),
    html(
        f"{NAV}<main><p>Please log in to continue reading.</p><p>You must be registered in order to see this page.</p>"
        f"<input type=password></main>{FOOT}",
        title="The Skerne Post",
    ),
]
MISSING = [
    html(
        f"{NAV}<main><h1>Page not found</h1><p>Sorry, the page you were looking for could not be found.</p>"
        f"<p>Please check the address and try again.</p><h2>Most read</h2><ul>{TEASERS}</ul></main>{FOOT}",
        title="Page not found | The Skerne Post",
    ),
    html(
        f"{NAV}<main><h1>Oops!</h1><p>We can't find the page you are looking for. The link may be broken or the story "
        f"may have been removed.</p><p>Return to the home page</p></main>{FOOT}{BANNER}",
        title="404",
    ),
    html(f"{NAV}<p>This article is no longer available.</p>{FOOT}", title="Error 404 - The Skerne Post"),
    html(
        f"{NAV}<h1>Seite nicht gefunden</h1><p>Die gewünschte Seite wurde nicht gefunden.</p>{FOOT}", title="Die Post"
    ),
]
STUB = [
    html(
        f"{NAV}<article><h1>Ferry sold</h1><p>The ferry that has crossed the Skerne since 1961 was sold on Tuesday to "
        "a company whose owner has not been named, and it will leave the quay before the end of the…</p>"
        f"<div class=paywall><p>Subscribe to continue reading</p><p>Already a subscriber? Log in</p></div></article>",
        title="Ferry sold",
        head=ld(**{"@type": "NewsArticle", "headline": "Ferry sold", "isAccessibleForFree": False}),
    ),
    html(
        f"{NAV}<article><h1>Ferry sold</h1><p>The ferry that has crossed the Skerne since 1961 was sold on Tuesday to "
        "a company whose owner has not been named.</p><p>To read the full story, subscribe or log in.</p></article>"
        f"{FOOT}",
        head=ld(**{"@type": "NewsArticle", "headline": "Ferry sold", "wordCount": 900, "isAccessibleForFree": "False"}),
    ),
    html("<article><p>Der Fährmann geht in Rente, und die Stadt sucht seit März einen, der ihm nachfolgt.</p>"
         "<p>Dieser Artikel ist nur für Abonnenten</p><p>Jetzt weiterlesen mit einem Abo</p></article>"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "page"),
    [
        *(("robot-check", page) for page in ROBOT),
        *(("consent", page) for page in CONSENT),
        *(("login-wall", page) for page in LOGIN),
        *(("soft-404", page) for page in MISSING),
        *(("paywall-stub", page) for page in STUB),
    ],
)
def test_a_page_that_holds_its_article_back_is_named(name: str, page: str) -> None:
    assert names(page) == [name]


def article(title: str, *paragraphs: str, extra: str = "", head: str = "", times: int = 1) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs * times)
    return html(f"{NAV}<main><article><h1>{title}</h1>{text}</article></main>{extra}{FOOT}", title=title, head=head)


CAPTCHA_FORM = "<form class=g-recaptcha action=/comment><button>Send</button></form>"
PASSWORD_FORM = "<form hidden><label>Password</label><input type=password><button>Log in</button></form>"
OFFER = "<aside class=paywall-offer><p>Already a subscriber? Log in</p><p>£1 a week for six months</p></aside>"
LOOK_ALIKES = {
    "captchas": article(
        "Are you a robot? County asks 4,000 callers",
        "Verify you are human, the county's web site told 4,000 people on Monday, and let none of them in.",
        "A fault in a new security check was to blame, said Ida Holm, who runs the service.",
        "She said that the captcha would stay off until it was known what had gone wrong.",
        extra=CAPTCHA_FORM + BANNER,
    ),
    "captcha-brief": article(
        "Access denied",
        "A fault in a security check locked 4,000 people out of the county's web site on Monday. It told them that "
        "they were robots. Engineers switched it off at noon, said Ida Holm, who runs the service.",
        extra=CAPTCHA_FORM,
    ),
    "cookies": article(
        "Papers must offer a button to refuse cookies",
        "Publishers must let readers refuse cookies as easily as accept them, a court in Holm ruled on Friday.",
        "The Skerne Post had shown the words \"We value your privacy\" above a button to accept all cookies, and none "
        "to reject them, the judges found. Its 812 partners stored personal data of each reader.",
        "Consent that cannot be withdrawn at any time is none, they said. The paper said that it would appeal.",
        extra=BANNER,
    ),
    "cookie-brief": article(
        "Bakers sell more cookies",
        "Bakers in Holm sold 40,000 cookies in December, a tenth more than a year before, their guild said on Tuesday. "
        "It put the rise down to the fair.",
        extra=BANNER,
    ),
    "missing-pages": article(
        "Page not found: how the town lost its web site",
        "Sorry, the page you were looking for could not be found: that is all that the town's site has said since May.",
        "Its 11,000 pages were deleted when a contract ran out, and nobody had kept a copy, the council said.",
        "A student has found 4,000 of them in an archive. The council will vote on Thursday on putting them back.",
        "It will cost 30,000 crowns, of which the county pays half, and take until the spring, the clerk said.",
        times=2,
    ),
    "missing-brief": article(
        "Page not found",
        "A page of the parish register of 1632 that was thought to be lost has been found in a barn at Holm. It lists "
        "the dead of the great flood, and will be shown in the church from Sunday, the vicar said.",
    ),
    "paywalls": article(
        "Skerne Post to charge for its site",
        "Readers of The Skerne Post will have to subscribe to read its stories on the web from May, its owner said.",
        "A subscription will cost £1 a week for the first year and £4 after that. Ten stories a month stay free.",
        "The paper lost a fifth of its sales in two years. Members of the staff were told on Monday.",
        extra=OFFER,
    ),
    "logins": article(
        "Pupils must log in to see their marks",
        "Pupils in Holm must log in to see their marks from this term, and on Monday 300 of them had forgotten their "
        "password, the county said. Those who cannot sign in may ask at the school.",
        extra=PASSWORD_FORM,
    ),
    "not-free": article(
        "Ferry sold",
        *[f"The ferry was sold for {n} crowns, and that is what all of this long story is about." for n in range(30)],
        extra=OFFER + "<p>Subscribe to continue reading</p>",
        head=ld(**{"@type": "NewsArticle", "isAccessibleForFree": False}),
    ),
    "free-brief": article(
        "Ferry sold",
        "The ferry that has crossed the Skerne since 1961 was sold on Tuesday to a company in Holm, its owner said. It "
        "will leave the quay in May.",
        extra=OFFER,
        head=ld(**{"@type": "NewsArticle", "isAccessibleForFree": True}),
    ),
    "with-video": article(
        "Waves break over pier",
        "Waves broke over the pier at Holm on Sunday and took its railings away. Nobody was hurt.",
        extra="<iframe src='https://tv.example/embed/7'></iframe>",
        head=ld(**{"@type": "NewsArticle", "video": {"@type": "VideoObject"}}) + ld(**{"@type": "VideoObject"}),
    ),
    "video-games": article(
        "Video games keep town awake",
        "A tournament of video games went on until four in the morning in the old mill, and neighbours complained.",
    ),
    "stolen-pictures": article(
        "Pictures stolen from gallery found in barn",
        "Six pictures that were stolen from the gallery at Holm in 1988 hung in a barn, the police said on Monday.",
    ),
    "live-music": article("Live music returns to the quay", *["The band plays on Sunday at the quay in Holm."] * 4),
}  # fmt: skip


@pytest.mark.parametrize("case", LOOK_ALIKES)
def test_an_article_on_the_matter_is_none(case: str) -> None:
    assert names(LOOK_ALIKES[case]) == []


LIVE = [
    article("Storm Ottoline", *["The wind has turned, they say."] * 6, head=ld(**{"@type": "LiveBlogPosting"})),
    article("Ottoline - live updates", "The wind turned.", extra="<div class='liveblog-post'>The tide is out.</div>"),
]  # fmt: skip
FIGURES = "".join(
    f"<figure><img src={n}><figcaption>Boat {n} at the quay on Sunday</figcaption></figure>" for n in range(8)
)
GALLERIES = [
    article("Harbour day", "Boats of all kinds came.", head=ld(**{"@type": ["WebPage", "ImageGallery"]})),
    article("Harbour day in pictures", "Boats of all kinds came to Holm on Sunday.", extra=FIGURES),
]
VIDEOS = [
    article("Waves over pier", "Waves break over the pier at Holm.", head=ld(**{"@type": "VideoObject"})),
    article("Waves over pier", "Waves.", head=ld(**{"@type": "WebPage", "mainEntity": {"@type": "VideoObject"}})),
    article(
        "Watch: waves over pier", "Waves break over the pier at Holm.", extra="<video src=a.mp4></video>"
    ),
    article(
        "Waves over pier",
        "Waves break over the pier.",
        extra="<iframe src='https://tv.example/player?id=7'></iframe>",
        head="<meta property=og:type content=video.other>",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "page"),
    [
        *(("live-blog", page) for page in LIVE),
        *(("gallery", page) for page in GALLERIES),
        *(("video", page) for page in VIDEOS),
    ],
)
def test_a_page_of_another_form_is_named(name: str, page: str) -> None:
    assert [(kind.name, kind.effect) for kind in kinds(page)] == [(name, "shown")]


@pytest.mark.parametrize(
    ("final", "expected"),
    [
        ("https://paper.example/", ["soft-404"]),
        ("https://www.paper.example/", ["soft-404"]),
        ("https://paper.example/harbour-road", []),
        ("https://other.example/", []),
        ("https://paper.example/?p=12", []),
        ("http://[", []),
        (None, []),
    ],
)
def test_an_article_that_leads_to_the_front_page_is_not_there(final: str | None, expected: list[str]) -> None:
    front = html(f"{NAV}<main><ul>{TEASERS}</ul>{LONG}</main>", title="The Skerne Post")
    assert [kind.name for kind in kinds(front, requested="https://paper.example/2026/road", final=final)] == expected


def test_the_address_where_redirects_ended_speaks_too() -> None:
    page = html("<p>We use cookies to measure our audience.</p><button>OK</button>", title="The Skerne Post")
    assert names(page) == []
    assert names(page, final="https://consent.paper.example/?to=x") == ["consent"]


def test_a_kind_says_what_it_was_told_by() -> None:
    (kind,) = kinds(ROBOT[0])
    assert kind.evidence == ("robot-check.blocked", "robot-check.title", "robot-check.widget")
    assert kind.score == pytest.approx(0.6 + 0.5 + 0.4)
    assert (kind.effect, kind.says) == ("withheld", "a check that a person is reading")


def test_a_text_without_markup_can_be_no_article_too() -> None:
    page = Page(None, ("Page not found", "Sorry, the page you were looking for could not be found."))
    assert [kind.name for kind in recognise(page)] == ["soft-404"]
    assert recognise(Page(None, ("The ferry was sold.",))) == ()
    assert recognise(Page(None, ())) == ()


def test_what_is_hidden_or_a_menu_is_not_seen() -> None:
    tree, _ = parse_html(
        html(
            f"{NAV}<p>One <b>line</b>\n of it</p>after<p hidden>no</p><div style='display: none'><p>no</p></div>"
            "<script>no</script>tail<table><tr><td>two<td>three</table><input type=submit value=Go><br>end"
        )
    )
    assert list(visible_lines(tree)) == [
        "The Skerne Post",
        "One line of it",
        "after",
        "tail",
        "two",
        "three",
        "Go",
        "end",
    ]


def test_what_is_seen_of_a_page_is_bounded() -> None:
    tree, _ = parse_html(html("<p>boat</p>" * 5_000))
    assert len(list(visible_lines(tree))) == 400
    tree, _ = parse_html(html("<p>" + "boat " * 20_000 + "</p>" * 3))
    assert sum(map(len, visible_lines(tree))) < 50_000


def test_names_of_elements_count_on_large_pages_too() -> None:
    body = "".join(f"<div class='teaser card-{n}'></div>" for n in range(200))
    assert names(html(f"{body}<div class=liveblog-post>x</div>", title="Storm - live updates")) == ["live-blog"]


@pytest.mark.parametrize(
    "markup",
    [
        "<figure>" * 30_000,
        "<div class=x>" * 30_000,
        "<a href=/x>" + "word " * 200_000,
        "<a href=/x>one two three</a><p>text</p>" * 10_000,
        "<iframe></iframe>" * 20_000,
    ],
)
def test_pages_made_of_one_thing_end_in_a_result(markup: str) -> None:
    tree, _ = parse_html(html(markup, title="Just a moment..."))
    assert recognise(Page(tree, ("Just a moment...",))) is not None
    assert carded_paragraphs(tree, ("text",), None) is not None


@pytest.mark.parametrize("nested", ["<div>", "<b>", "<table><tr><td>", "<a href=x>", "<form>"])
def test_deep_nesting_ends_in_a_result(nested: str, page: Callable[..., bytes]) -> None:
    tree, _ = parse_html(page().decode().replace("<article>", nested * 20_000))
    assert recognise(Page(tree, ("Just a moment",), titles=("Just a moment",))) is not None
