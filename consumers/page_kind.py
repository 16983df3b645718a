"""What kind of page it is that came in an article's place, or around it: see ``consumers/kinds/*.yaml``.

The head of every page is looked at (JSON-LD, meta tags, titles, address, the first paragraphs); the whole page only
where that gives a cue or the text is short. A story on captchas, cookies or paywalls stays an article: a page that
holds back its article has few words that are not its own business, and says so in the first or second person.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from consumers.jsonld import Node, texts
from consumers.kindpack import NEEDS, SURE, Effect, Fact, Kind, KindPack, Where, load_kinds
from consumers.normal_form import normal_form

CLOSE_LOOK_WORDS = 250
"""Words of text below which the whole page is looked at."""
STRONG = 0.3
"""Weight from which a cue makes its paragraph the page's own business."""
TITLED = 3
"""How many times as many words may be about something else where title or address speak for the kind."""
_FIRST_PARAGRAPHS = 8
_MAX_REPEATS = 2
"""Lines with the same cue that count."""
_MAX_LINES, _MAX_LINE, _MAX_CHARACTERS = 400, 1_500, 40_000
_MAX_MARKED, _MAX_FIGURES = 3_000, 100
_MAX_TITLES, _MAX_TITLE_PIECES = 3, 40
_MIN_PICTURES, _WORDS_A_PICTURE = 6, 45
_TOLD_WORDS = 150
_SKIPPED = frozenset({"script", "style", "template", "svg", "select", "textarea", "iframe", "object", "head", "nav"})
_INLINE = frozenset(
    {
        "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
        "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img",
    }
)  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PARTS = re.compile(r"\s+[|·•–—-]+\s+|\s*\|\s*")
_FULL_END = re.compile(r"[.!?:;。！？؟۔।)\]\"'»”’]$")
_PLAYER = re.compile(r"/embed/|player", re.IGNORECASE)
_ARTICLE_TYPES = frozenset({"BlogPosting", "LiveBlogPosting", "Report"})


@dataclass(frozen=True, slots=True)
class PageKind:
    """A kind that a page is of. ``evidence`` are ids of cues and facts; ``score`` is the sum of their weights."""

    name: str
    says: str
    effect: Effect
    score: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What of a page tells its kind.

    ``nodes`` are the objects of its JSON-LD blocks, those of ``@graph`` each by itself; ``titles`` are all that it
    has; ``requested`` and ``final`` are the URLs before and after redirects.
    """

    tree: HtmlElement | None
    paragraphs: Sequence[str]
    nodes: Sequence[Node] = ()
    titles: Sequence[str] = ()
    requested: str = ""
    final: str | None = None


def recognise(page: Page, pack: KindPack | None = None) -> tuple[PageKind, ...]:
    """Return the kinds of a page: at most one that holds its article back, that first; and those of a whole page."""
    pack = pack or load_kinds()
    found = _Found(pack)
    words = sum(len(paragraph.split()) for paragraph in page.paragraphs)
    head = _Head(page.tree)
    for title in _titles(page, head):
        found.look("title", normal_form(title))
    found.look("url", (page.final or page.requested)[:_MAX_LINE])
    found.facts |= _facts_of_head(page, head, words)
    for paragraph in page.paragraphs[:_FIRST_PARAGRAPHS]:
        found.look("line", normal_form(paragraph[:_MAX_LINE]))
    if words >= CLOSE_LOOK_WORDS and not found.weighs:
        return ()
    _look_closely(page, found, words)
    kinds = [kind for kind in (found.judge(kind, page.paragraphs) for kind in pack.kinds) if kind]
    held_back = sorted((kind for kind in kinds if kind.effect != "shown"), key=lambda kind: -kind.score)
    return (*held_back[:1], *(kind for kind in kinds if kind.effect == "shown"))


class _Head:
    """Titles, top headings and ``og:type`` of a page, in one walk."""

    def __init__(self, tree: HtmlElement | None) -> None:
        self.titles: list[str] = []
        self.og_type = ""
        counts = {"title": 0, "h1": 0}
        for element in () if tree is None else tree.iter("title", "h1", "meta"):
            tag = str(element.tag)
            if tag == "meta":
                if not self.og_type and (element.get("property") or element.get("name")) == "og:type":
                    self.og_type = (element.get("content") or "").strip().lower()
                continue
            counts[tag] += 1
            if counts[tag] <= _MAX_TITLES:
                self.titles.append("".join(islice(element.itertext(), _MAX_TITLE_PIECES)))


class _Found:
    """The evidence: cues with the lines that gave them, and facts."""

    def __init__(self, pack: KindPack) -> None:
        self._pack = pack
        self._places: dict[str, set[str]] = {}
        self._lines: dict[str, frozenset[str]] = {}
        self._titles: set[str] = set()
        self._kind_facts = {fact for kind in pack.kinds for fact in kind.facts}
        self.facts: frozenset[Fact] = frozenset()

    @property
    def weighs(self) -> bool:
        return bool(self._places) or bool(self.facts & self._kind_facts)

    def look(self, place: Where, text: str) -> None:
        """Note the cues that ``text`` gives in that place."""
        if not text or (place == "line" and (text in self._lines or text in self._titles)):
            return
        if place == "title":
            self._titles.add(text)
        cues = self._pack.cues(place, text)
        for cue in cues:
            self._places.setdefault(cue.id, set()).add(text)
        if place == "line":
            self._lines[text] = frozenset(cue.id for cue in cues)

    def judge(self, kind: Kind, paragraphs: Sequence[str]) -> PageKind | None:
        """Return the kind if the page is of it."""
        weights = {
            cue.id: cue.weight * (min(_MAX_REPEATS, len(self._places[cue.id])) if cue.where == "line" else 1)
            for cue in kind.cues
            if cue.id in self._places
        }
        weights |= {fact: weight for fact, weight in kind.facts.items() if fact in self.facts}
        score = round(sum(weights.values()), 3)
        sure = max(weights.values(), default=0.0) >= SURE
        if score < NEEDS or not (sure or self._is_its_business(kind, paragraphs)):
            return None
        return PageKind(kind.name, kind.says, kind.effect, score, tuple(sorted(weights)))

    def _is_its_business(self, kind: Kind, paragraphs: Sequence[str]) -> bool:
        """Whether few enough words are about something else."""
        if kind.max_words is not None:
            titled = any(cue.where in ("title", "url") and cue.id in self._places for cue in kind.cues)
            most = kind.max_words * (TITLED if titled else 1)
            strong = {cue.id for cue in kind.cues if cue.weight >= STRONG}
            other = 0
            for paragraph in paragraphs:
                form = normal_form(paragraph[:_MAX_LINE])
                cues = self._lines.get(form)
                if cues is None:
                    cues = frozenset(cue.id for cue in self._pack.cues("line", form))
                other += 0 if cues & strong else len(paragraph.split())
                if other > most:
                    return False
        own = {cue.id for cue in kind.cues}
        seen = sum(len(line.split()) for line in self._lines)
        spoken = sum(len(line.split()) for line, cues in self._lines.items() if cues & own)
        return spoken >= kind.share * seen


def _look_closely(page: Page, found: _Found, words: int) -> None:
    for paragraph in page.paragraphs[_FIRST_PARAGRAPHS : _FIRST_PARAGRAPHS * 4]:
        found.look("line", normal_form(paragraph[:_MAX_LINE]))
    if page.paragraphs and _is_cut_off(page.paragraphs[-1]):
        found.facts |= {"cut-off"}
    if page.tree is None:
        return
    for line in visible_lines(page.tree):
        found.look("line", normal_form(line))
    found.look("marker", " ".join(_markers(page.tree))[:_MAX_CHARACTERS])
    figures = sum(figure.find(".//figcaption") is not None for figure in islice(page.tree.iter("figure"), _MAX_FIGURES))
    players = (
        element.tag == "video" or _PLAYER.search(element.get("src") or "")
        for element in page.tree.iter("video", "iframe")
    )
    facts: Mapping[Fact, bool] = {
        "password": bool(page.tree.xpath("boolean(//input[@type='password'])")),
        "pictures": figures >= _MIN_PICTURES and words <= figures * _WORDS_A_PICTURE,
        "player": any(players),
    }
    found.facts |= {fact for fact, holds in facts.items() if holds}


def visible_lines(tree: HtmlElement) -> Iterator[str]:
    """Yield what stands on the page line by line, hidden things, menus and all behind a bound left out."""
    characters = 0
    for line in islice(_lines(tree), _MAX_LINES):
        yield line[:_MAX_LINE]
        characters += len(line)
        if characters >= _MAX_CHARACTERS:
            return


def _lines(tree: HtmlElement) -> Iterator[str]:
    parts: list[str] = []
    walk = iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        inline = element.tag in _INLINE
        if not inline and parts:
            line = " ".join("".join(parts).split())
            parts.clear()
            if line:
                yield line
        if event == "end":
            parts += [element.tail] if element.tail else []
        elif element.tag in _SKIPPED or element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
            walk.skip_subtree()
        elif element.text:
            parts.append(element.text)
        elif element.tag == "input" and element.get("type") in ("submit", "button"):
            parts.append(element.get("value") or "")


def _markers(tree: HtmlElement) -> Iterator[str]:
    """Yield the names that elements have, and where forms, frames and scripts point to."""
    for number, element in enumerate(
        tree.iter("html", "body", "main", "section", "article", "div", "form", "iframe", "script")
    ):
        if number >= _MAX_MARKED:
            return
        for name in ("class", "id", "src", "action"):
            value = element.get(name)
            if value and len(value) < _MAX_LINE:
                yield value


def _titles(page: Page, head: "_Head") -> list[str]:
    """Return the titles, and their parts between dashes and bars."""
    titles = [" ".join(title[:_MAX_LINE].split()) for title in (*page.titles, *head.titles)]
    return list(dict.fromkeys(part for title in titles for part in (title, *_PARTS.split(title)) if part))


def _facts_of_head(page: Page, head: _Head, words: int) -> frozenset[Fact]:
    main = [*page.nodes, *(node["mainEntity"] for node in page.nodes if isinstance(node.get("mainEntity"), dict))]
    types = {kind.rsplit("/", 1)[-1] for node in main for kind in texts(node.get("@type"))}
    article = any(kind.endswith("Article") or kind in _ARTICLE_TYPES for kind in types)
    shown_as = head.og_type
    facts: Mapping[Fact, bool] = {
        "ld-live": "LiveBlogPosting" in types,
        "ld-gallery": bool(types & {"ImageGallery", "MediaGallery"}) and not article,
        "ld-video": "VideoObject" in types and not article,
        "og-video": shown_as.startswith("video"),
        "og-website": shown_as == "website",
        "not-free": any(str(node.get("isAccessibleForFree")).lower() == "false" for node in main),
        "told-longer": any(_told_words(node) >= max(_TOLD_WORDS, 2 * words) for node in main),
        "sent-home": _sent_home(page.requested, page.final),
    }
    return frozenset(fact for fact, holds in facts.items() if holds)


def _told_words(node: Node) -> int:
    told = str(node.get("wordCount") or "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else 0


def _sent_home(requested: str, final: str | None) -> bool:
    """Whether an article's address led to the front page of the same site."""
    try:
        start, end = urlsplit(requested), urlsplit(final or "")
    except ValueError:
        return False
    same = bool(end.netloc) and start.netloc.removeprefix("www.") == end.netloc.removeprefix("www.")
    home = end.path.strip("/") in ("", "index.html", "home")
    return same and home and start.path.strip("/") not in ("", "index.html", "home") and not end.query


def _is_cut_off(paragraph: str) -> bool:
    """Whether a paragraph ends in the middle of a sentence."""
    form = normal_form(paragraph).rstrip()
    if form.endswith(("...", "...]", "...)")):
        return True
    return len(form.split()) >= 8 and not _FULL_END.search(form)
