import json
from datetime import datetime
from html.parser import HTMLParser

import msgspec
import pytest

from copydesk.newsroom.catalogue import Block, BlockKind, Case, HeldBack, load_articles
from copydesk.newsroom.outlets import OutletName
from copydesk.newsroom.pages import article_page, error_page, front_page, index_page

BASE = "http://news.test:8080"
SLUGS = sorted(article.slug for article in load_articles() if article.on_page)
VOID = {"meta", "link", "img", "input", "br"}


class Outline(HTMLParser):
    """What a browser would make of a page: the text of each element, its attributes, and unclosed tags."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[int] = []
        self.feed(page.decode())
        self.close()
        assert not self._open, [self.elements[place][0] for place in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self._open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        for place in self._open:
            self.elements[place][2].append(data)

    def texts(self, tag: str) -> list[str]:
        """The text of every element of that name."""
        return ["".join(text).strip() for name, _, text in self.elements if name == tag]

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of that name."""
        return [attributes for name, attributes, _ in self.elements if name == tag]


@pytest.fixture
def page(articles):
    """``page(slug, edition)``: an article and the outline of its page."""
    by_slug = {article.slug: article for article in articles}

    def render(slug: str, edition: int = 1):
        return by_slug[slug], Outline(article_page(by_slug[slug], articles, edition, BASE))

    return render


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("edition", [1, 2])
def test_a_page_holds_the_whole_article_in_order(page, slug: str, edition: int):
    article, outline = page(slug, edition)
    printed = article.at(edition)
    assert outline.texts("h1") == [printed.title]
    wanted = set(printed.paragraphs)
    assert tuple(text for text in outline.texts("p") if text in wanted) == printed.paragraphs
    everything = "".join(outline.texts("body"))
    assert all(everything.count(line) >= 1 for line in (*printed.boilerplate, *printed.headings))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_carries_its_metadata(page, slug: str):
    article, outline = page(slug)
    printed = article.at(1)
    assert outline.attributes("html") == [{"lang": article.language}]
    links = {link["rel"]: link["href"] for link in outline.attributes("link")}
    assert links["canonical"] == BASE + article.path
    meta = {m.get("property") or m.get("name"): m.get("content") for m in outline.attributes("meta")}
    assert meta["og:type"] == "article"
    assert meta["og:title"] == printed.title
    assert meta["og:url"] == BASE + article.path
    (block,) = outline.texts("script")
    data = json.loads(block)
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == printed.title
    assert data["articleSection"] == article.section
    assert " and ".join(author["name"] for author in data["author"]) == article.byline
    for name, moment in (("datePublished", article.published), ("dateModified", printed.updated)):
        stated = datetime.fromisoformat(data[name])
        assert stated == moment
        assert stated.utcoffset() is not None
    assert "articleBody" not in data


@pytest.mark.parametrize("slug", SLUGS)
def test_the_furniture_surrounds_the_article(page, slug: str):
    article, outline = page(slug)
    everything = "".join(outline.texts("body"))
    assert all(everything.count(sentence) == 1 for sentence in article.outlet.furniture)
    assert not set(article.outlet.furniture) & {*article.paragraphs, *article.boilerplate}


@pytest.mark.parametrize(
    ("held_back", "says"),
    [(HeldBack.CONSENT, "Before you continue"), (HeldBack.ROBOT_CHECK, "Please verify that you are human.")],
)
def test_a_page_in_an_articles_place_has_nothing_of_it(page, articles, held_back: HeldBack, says: str):
    (slug,) = (article.slug for article in articles if article.held_back is held_back)
    article, outline = page(slug)
    everything = "".join(outline.texts("html"))
    assert says in everything
    assert not [line for line in (article.title, article.standfirst, *article.paragraphs) if line in everything]
    assert not outline.attributes("script")


def test_only_the_stub_says_that_it_is_not_free(page, articles):
    free = {}
    for slug in SLUGS:
        article, outline = page(slug)
        free[article.case] = json.loads(outline.texts("script")[0])["isAccessibleForFree"]
    assert {case for case, is_free in free.items() if not is_free} == {Case.PAYWALL_STUB}


def test_the_local_paper_prints_boilerplate_as_paragraphs_and_the_wire_does_not(articles):
    plain_lines = {OutletName.WIRE: set(), OutletName.COURIER: set()}
    for article in (article for article in articles if article.on_page):
        outline = Outline(article_page(article, articles, 1, BASE))
        lines = set(article.at(1).boilerplate) - set(article.at(1).credits)
        plain_lines[article.outlet.name] |= lines & set(outline.texts("p"))
    assert plain_lines[OutletName.WIRE] == set()
    assert len(plain_lines[OutletName.COURIER]) > 30


def test_text_is_escaped_wherever_it_stands(articles):
    nasty = """</script><script>alert("1")</script> <b>&amp; ' "x" """.strip()
    article = articles[0]
    printed = msgspec.structs.replace(
        article.at(1),
        title=nasty,
        standfirst=nasty,
        blocks=tuple(Block(kind, f"{kind} {nasty}") for kind in BlockKind),
    )
    for outlet in {a.outlet.name: a.outlet for a in articles}.values():
        hostile = msgspec.structs.replace(
            article, outlet=outlet, byline=nasty, section=nasty, editions=(printed, printed)
        )
        outline = Outline(article_page(hostile, articles, 1, BASE))
        assert len(outline.attributes("script")) == 1
        assert json.loads(outline.texts("script")[0])["headline"] == nasty
        assert outline.texts("h1") == [nasty]
        assert f"paragraph {nasty}" in outline.texts("p")
        assert "alert(" not in "".join(str(a) for a in outline.attributes("script"))


def test_front_pages_and_index_link_to_every_article(articles):
    for name in OutletName:
        outlet = next(article.outlet for article in articles if article.outlet.name is name)
        hrefs = {link["href"] for link in Outline(front_page(outlet, articles, 1, BASE)).attributes("a")}
        assert {a.feed_links[name] for a in articles if name in a.feed_links} <= hrefs
    hrefs = {link["href"] for link in Outline(index_page(articles, 2, BASE)).attributes("a")}
    assert {path for article in articles for path in article.paths} <= hrefs


def test_pages_link_only_to_what_the_newsroom_serves(articles, newsroom, ask):
    pages = [article_page(article, articles, 2, BASE) for article in articles]
    pages += [index_page(articles, 2, BASE), error_page(404, "Not Found", "Look elsewhere.")]
    addresses = set()
    for page in map(Outline, pages):
        for tag, name in (("a", "href"), ("img", "src"), ("form", "action"), ("link", "href")):
            addresses |= {str(attributes[name]) for attributes in page.attributes(tag) if name in attributes}
    local = {address.removeprefix(BASE).partition("#")[0] for address in addresses} - {""}
    ask("/edition/2", method="POST")
    assert {address: ask(address).status.value for address in local if ask(address).status.value != 200} == {}
