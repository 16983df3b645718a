"""The HTML pages, rendered with Jinja from `templates/`; everything that is not markup is escaped by it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from copydesk.newsroom.catalogue import EXPECTED, HeldBack, NewsroomArticle
from copydesk.newsroom.feeds import carried
from copydesk.newsroom.outlets import OUTLETS, Outlet

TEMPLATES_DIR = Path(__file__).parent / "templates"
_SIDEBAR_LENGTH = 5
_IN_ITS_PLACE: dict[HeldBack | None, str] = {
    HeldBack.CONSENT: "consent.html",
    HeldBack.ROBOT_CHECK: "robot_check.html",
}


def article_page(article: NewsroomArticle, articles: Sequence[NewsroomArticle], edition: int, base_url: str) -> bytes:
    """The page of one article as the edition prints it, or what stands in its place.

    `articles` feed the menus and lists around it.
    """
    printed = article.at(edition)
    others = [other for other in articles if other.outlet == article.outlet and other.slug != article.slug]
    related = sorted(others, key=lambda other: (other.section != article.section, other.slug))
    return _render(
        _IN_ITS_PLACE.get(article.held_back, f"{article.outlet.name}_article.html"),
        article=article,
        printed=printed,
        outlet=article.outlet,
        menu=_menu(article.outlet, articles),
        most_read=others[:_SIDEBAR_LENGTH],
        related=related[:3],
        by_slug={other.slug: other for other in articles},
        edition=edition,
        base_url=base_url,
        json_ld=_json_ld(article, edition, base_url),
    )


def front_page(outlet: Outlet, articles: Sequence[NewsroomArticle], edition: int, base_url: str) -> bytes:
    """The outlet's front page: its articles by section."""
    menu = _menu(outlet, articles)
    items = carried(outlet, articles)
    return _render(
        "front.html",
        outlet=outlet,
        menu=menu,
        sections=[(name, [article for article in items if article.section == name]) for name in menu],
        edition=edition,
        base_url=base_url,
    )


def index_page(articles: Sequence[NewsroomArticle], edition: int, base_url: str) -> bytes:
    """The page a person opens first: every article, its case, and what to look at."""
    return _render(
        "index.html",
        outlets=[(outlet, carried(outlet, articles)) for outlet in OUTLETS.values()],
        expected=EXPECTED,
        edition=edition,
        base_url=base_url,
    )


def error_page(status: int, reason: str, advice: str) -> bytes:
    """A plain page for an error status."""
    return _render("error.html", status=status, reason=reason, advice=advice)


def _menu(outlet: Outlet, articles: Sequence[NewsroomArticle]) -> list[str]:
    return sorted({article.section for article in carried(outlet, articles)})


def _json_ld(article: NewsroomArticle, edition: int, base_url: str) -> Mapping[str, Any]:
    """The schema.org NewsArticle object, without `articleBody`: as on most sites, the text is in the markup."""
    printed = article.at(edition)
    url = base_url + article.path
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "url": url,
        "headline": printed.title,
        "description": printed.standfirst,
        "datePublished": article.published.isoformat(),
        "dateModified": printed.updated.isoformat(),
        "inLanguage": article.language,
        "articleSection": article.section,
        "isAccessibleForFree": article.held_back is not HeldBack.PAYWALL_STUB,
        "author": [{"@type": "Person", "name": name} for name in article.byline.split(" and ")],
        "image": [f"{base_url}/static/photo.svg"],
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": article.outlet.title,
            "url": base_url + article.outlet.front_path,
        },
    }


def _dateline(moment: datetime, language: str) -> str:
    """A moment in its own zone as a reader of the language writes it."""
    if language == "de":
        return f"{moment:%d.%m.%Y, %H:%M} Uhr"
    zone = "GMT" if moment.utcoffset() == timedelta(0) else moment.tzname()
    if language == "en-US":
        return f"{moment:%A, %B} {moment.day}, {moment:%Y, %H:%M} {zone}"
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M} {zone}"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES_DIR),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["dateline"] = _dateline
    return environment


def _render(template: str, **values: Any) -> bytes:
    return _environment().get_template(template).render(values).encode()
