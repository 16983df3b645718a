"""What mutated pages are made of: whole pages to start from, and pieces that are known to be awkward."""

import gzip
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from consumers.memory import Contents, Learned, Memory, Parameters, paragraph_hash
from consumers.normal_form import normal_form
from consumers.rulepack import Rule, load_rules
from copydesk.newsroom.catalogue import load_articles
from copydesk.newsroom.outlets import OUTLETS
from copydesk.newsroom.pages import article_page, error_page, front_page, index_page

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT.parent / "shared" / "corpora" / "pages" / "pages"
_CORPUS_SHARE = 0.5
"""Share of the corpus, by name, that mutations are made of. The other half is for measuring alone: nobody reads it."""
HOST = "paper.example"
_BASE_URL = f"https://{HOST}"

SCRIPTS = (
    "أغلقت البلدية طريق الميناء القديم أمام السيارات حتى نهاية الشتاء، بعد شكاوى استمرت عامين من سكان الحي.",
    "המועצה החליטה ביום שלישי לסגור את דרך הנמל הישנה עד סוף החורף, לאחר תלונות של התושבים.",
    "市議会は火曜日、古い港の道路を冬の間閉鎖することを決めた。二年にわたる住民の苦情を受けたものである。",
    "市议会星期二决定在冬季关闭旧港口道路，此前居民已经投诉了两年。工程师三月发现海堤移动了四厘米。",
    "시의회는 화요일 2년간의 주민 민원 끝에 겨울 동안 옛 항구 도로를 폐쇄하기로 했다.",
    "Городской совет решил во вторник закрыть старую портовую дорогу на зиму после двух лет жалоб.",
    "नगर परिषद ने मंगलवार को पुरानी बंदरगाह सड़क को सर्दियों के लिए बंद करने का फ़ैसला किया।",
    "สภาเทศบาลมีมติเมื่อวันอังคารให้ปิดถนนท่าเรือเก่าตลอดฤดูหนาว",
)
HOSTILE_TEXT = (
    "\x1b[2J\x1b[31mred\x1b[0m\x07",
    "\x9b31mred",
    "\u202eevil\u202c \u2066isolated\u2069",
    "e" + "\u0301" * 2_000,
    "e" + "\u0316\u0315" * 3_000,
    "\u0645\u06cc\u200c\u062e \u0915\u094d\u200d\u0937",
    "\u200b\u200c\u200d\u2060\u00ad\ufeff",
    "\u2028line\u2029paragraph\x85next",
    "\u0000\u0001\ufffe\uffff",
    "\U0001f469\u200d\U0001f680\U000e0001\U0010ffff",
    "\ufdfa" * 500,
    "<script>alert(1)</script>",
    "'; drop table articles; --",
    "| a | b |\n|---|---|",
    "- - - - item",
    "%s %n {0} ${x} $(x) `x`",
    "[red]not markup[/red]",
)
URLS = (
    "javascript:alert(1)",
    "data:text/html,<p>x",
    "//paper.example:99999/x",
    "http://[broken",
    "http://user:pass@127.0.0.1/",
    "file:///etc/hosts",
    "https://paper.example/" + "a" * 5_000,
    "https://xn--\u202e.example/\x00",
    "urn:x",
    "  ",
)
TAGS = (
    "div", "p", "b", "i", "span", "table", "tr", "td", "ul", "li", "ol", "dl", "dd", "blockquote", "section", "article",
    "main", "aside", "header", "footer", "figure", "figcaption", "h1", "h2", "h6", "a", "br", "hr", "img", "pre",
    "code", "script", "style", "noscript", "template", "svg", "math", "select", "option", "textarea", "title", "iframe",
    "frameset", "form", "input", "button", "details", "summary", "time", "meta", "link", "base", "head", "body",
    "html", "plaintext", "xmp", "listing", "center", "font", "marquee", "video", "object", "embed", "ruby", "rt", "q",
    "del", "ins", "x-card", "x:y", "lb", "hi", "graphic", "quote", "cell", "row", "ref",
)  # fmt: skip
CLASSES = (
    "article-body", "comment", "comments", "nav", "hidden", "byline", "standfirst", "caption", "sidebar", "promo",
    "related", "share", "footer", "author", "section", "entry-content", "post", "paywall", "live", "ad",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Material:
    """``pages`` are markup or plain text; ``lines`` are paragraphs that cleaning rules match, or nearly."""

    pages: tuple[str, ...]
    lines: tuple[str, ...]


@lru_cache(maxsize=2)
def load_material(*, own: bool) -> Material:
    """Return our own pages, and unless ``own`` those of the corpus where it is on this machine."""
    return Material(pages=(*_own_pages(), *(() if own else _corpus_pages())), lines=tuple(_rule_lines()))


@lru_cache(maxsize=1)
def load_memory() -> Memory:
    """Return a memory that knows some of the awkward lines and of the demo as furniture of the host."""
    known = [
        *SCRIPTS[::2],
        *list(_rule_lines())[::3],
        *(p for article in load_articles() for p in article.paragraphs[:1]),
    ]
    learned = {
        paragraph_hash(normal_form(line)): Learned(place="anywhere", articles=9, days=9, share=0.5, text=line[:40])
        for line in known
    }
    contents = Contents(
        parameters=Parameters(window_days=30, bars=()), since=None, until=None, articles=9, hosts={HOST: learned}
    )
    return Memory.of(contents)


def _own_pages() -> Iterator[str]:
    articles = load_articles()
    for article in articles:
        yield article_page(article, articles, article.editions[-1].number, _BASE_URL).decode()
    for outlet in OUTLETS.values():
        yield front_page(outlet, articles, 1, _BASE_URL).decode()
    yield index_page(articles, 1, _BASE_URL).decode()
    yield error_page(404, "Not Found", "Look at the front page.").decode()
    text = (ROOT / "docs" / "example-article.txt").read_text(encoding="utf-8")
    yield text
    yield _bare(text.split("\n\n"))
    yield _bare(SCRIPTS)
    yield "\n\n".join(SCRIPTS)


def _bare(paragraphs: Sequence[str]) -> str:
    body = "\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
    return f"<!doctype html>\n<html>\n<head>\n<title>Harbour road</title>\n</head>\n<body>\n{body}\n</body>\n</html>\n"


def _corpus_pages() -> Iterator[str]:
    paths = sorted(CORPUS.glob("*.html.gz"))
    for path in paths[: int(len(paths) * _CORPUS_SHARE)]:
        yield gzip.decompress(path.read_bytes()).decode("utf-8", "replace")


def _rule_lines() -> Iterator[str]:
    pack = load_rules()
    entries: list[Rule] = [*pack.rules, *(section.rule for section in pack.sections)]
    for entry in entries:
        for example in (*entry.examples.positive, *entry.examples.negative):
            yield from (example,) if isinstance(example, str) else example
