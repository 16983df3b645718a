"""The page of `copydesk clean --html`: an article with what was taken out of it struck through in place, and why.

It stands alone: no script, no request, one style sheet that its content security policy names by hash. All words in
it may be hostile. They are put into a tree of elements, and lxml escapes when it writes; there is no template in which
escaping could be forgotten, and no dependency that the cleaner does not have.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from lxml.html import HtmlElement, tostring
from lxml.html.builder import E

from copydesk.filters.explained import Gone, counted, course, flag_meanings, found_in, uses
from copydesk.terminal import line, plain
from schemas.articles import Candidate, CleanArticle

STYLE = (Path(__file__).parent / "explain.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"
_NO_XML = re.compile("[\x0c\ufffe\uffff]")
"""What ``plain`` leaves and no tree holds."""

Part: TypeAlias = HtmlElement | str


def page(article: CleanArticle) -> bytes:
    """Return the page, UTF-8."""
    title = _line(article.title or "An article without a title")
    root = E.html(
        {"lang": "en"},
        E.head(
            E.meta({"charset": "utf-8"}),
            E.meta({"http-equiv": "Content-Security-Policy", "content": POLICY}),
            E.meta({"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            E.meta({"name": "referrer", "content": "no-referrer"}),
            E.title(f"{title} - how it was cleaned"),
            E.style(STYLE),
        ),
        E.body(
            E.p({"class": "desk"}, "Copydesk: how this article was cleaned. Struck-out text was taken out."),
            E.main(_article(article, title), *_asides(article)),
        ),
    )
    written: bytes = tostring(root, doctype="<!doctype html>", encoding="utf-8")
    return written + b"\n"


def _article(article: CleanArticle, title: str) -> HtmlElement:
    language = {} if article.language.code == "und" else {"lang": _line(article.language.code)}
    parts: list[Part] = [E.h1({"dir": "auto"} | language, title)]
    if article.standfirst:
        parts.append(E.p({"class": "standfirst", "dir": "auto"} | language, _line(article.standfirst)))
    if article.byline:
        parts.append(E.p({"class": "facts", "dir": "auto"}, _line(article.byline)))
    parts.append(E.p({"class": "count"}, counted(article).capitalize() + "."))
    return E.article(*parts, E.div({"class": "course"}, *_course(article, language)))


def _course(article: CleanArticle, language: dict[str, str]) -> Iterator[HtmlElement]:
    number = 0
    for piece in course(article):
        texts = [_line(paragraph) for paragraph in piece.paragraphs]
        if not isinstance(piece, Gone):
            yield from (E.p({"dir": "auto"} | language, text) for text in texts)
            continue
        yield E.div(
            {"class": "gone", "id": f"gone-{number}", "role": "group", "aria-label": "Taken out"},
            E.div(
                *(
                    E.p({"dir": "auto"} | language, E("del", {"title": _line(piece.reason or piece.rule)}, text))
                    for text in texts
                )
            ),
            E.p({"class": "why"}, E.code(_line(piece.rule)), f" {piece.score:.2f}", E.br(), _line(piece.reason)),
        )
        number += 1


def _asides(article: CleanArticle) -> Iterator[HtmlElement]:
    if article.removed:
        yield _section("Taken out, by rule", _rules(article))
    yield _section("What is known of it", _metadata(article))
    yield _section("How the text was had", *_extraction(article))
    if flags := flag_meanings(article):
        rows = ((E.code(_line(flag)), meaning) for flag, meaning in flags)
        yield _section("Flags", _table(("flag", "meaning"), rows))
    provenance = article.provenance
    yield _section(
        "What did it",
        _table(
            ("part", "version"),
            (
                (name, _line(value))
                for name, value in (
                    ("extractor", provenance.extractor),
                    ("cleaning rules", provenance.rules),
                    ("learned memory", provenance.memory or "none"),
                    ("SHA-256 of the bytes as received", provenance.raw.sha256),
                )
            ),
        ),
    )


def _rules(article: CleanArticle) -> HtmlElement:
    rows = (
        (
            E.a({"href": f"#gone-{use.first}"}, E.code(_line(use.rule))),
            _line(use.reason),
            str(use.pieces),
            str(use.words),
            f"{use.score:.2f}",
        )
        for use in uses(article)
    )
    return _table(("rule", "what it takes out", "paragraphs", "words", "score"), rows, numbers=3)


def _metadata(article: CleanArticle) -> HtmlElement:
    places = found_in(article)
    fields: tuple[tuple[str, Part | None, str], ...] = (
        ("Title", article.title, "title"),
        ("Standfirst", article.standfirst, "standfirst"),
        ("Byline", article.byline, "byline"),
        ("Section", article.section, "section"),
        ("Published", _time(article.published_at), "published_at"),
        ("Updated", _time(article.updated_at), "updated_at"),
        ("Language", f"{article.language.code}, confidence {article.language.confidence:.2f}", ""),
        ("Credit", article.credit, ""),
        *(("Correction", text, "") for text in article.corrections),
        ("Rights", article.rights, ""),
        ("Source", article.source, ""),
        ("Address", _link(article.url), ""),
        ("Address after redirects", _link(article.final_url), ""),
        ("Its own address", _link(article.canonical_url), ""),
        ("Fetched", _time(article.captured_at), ""),
    )
    rows = (
        (name, _line(value) if isinstance(value, str) else value, _line(places.get(field) or ""))
        for name, value, field in fields
        if value is not None
    )
    return _table(("field", "value", "found in"), rows)


def _extraction(article: CleanArticle) -> Iterator[HtmlElement]:
    extraction = article.extraction
    if extraction is None:
        yield E.p("How the text was had is not recorded for this article.")
        return
    chosen = E.strong(_line(extraction.chosen))
    yield E.p("Taken: ", chosen, f", score {extraction.score:.2f}: {_line(extraction.reason)}")
    rows = (
        (_line(candidate.name), E.span(*_parts(candidate)), str(candidate.words), f"{candidate.score:.2f}")
        for candidate in extraction.candidates
    )
    yield _table(("candidate", "what its score is made of", "words", "score"), rows, numbers=2)


def _parts(candidate: Candidate) -> Iterator[Part]:
    for name, value in candidate.parts.items():
        meter = E.meter({"min": "0", "max": "1", "value": f"{value:.2f}", "aria-label": _line(name)}, f"{value:.2f}")
        yield E.span({"class": "part"}, _line(name))
        yield E.span(" ", meter, f" {value:.2f}")
        yield E.br()


def _section(heading: str, *parts: Part) -> HtmlElement:
    return E.aside({"aria-label": heading}, E.h2(heading), *parts)


def _table(columns: tuple[str, ...], rows: Iterable[tuple[Part, ...]], numbers: int = 0) -> HtmlElement:
    """A table whose last ``numbers`` columns hold numbers; the first heads its row."""
    styles: list[dict[str, str]] = [{}] * (len(columns) - numbers) + [{"class": "number"}] * numbers
    head = E.tr(*(E.th({"scope": "col"} | style, name) for name, style in zip(columns, styles, strict=True)))
    body = [
        E.tr(
            E.th({"scope": "row"}, row[0]),
            *(E.td({"dir": "auto"} | style, cell) for cell, style in zip(row[1:], styles[1:], strict=True)),
        )
        for row in rows
    ]
    return E.div({"class": "wide"}, E.table(E.thead(head), E.tbody(*body)))


def _time(given: datetime | None) -> HtmlElement | None:
    return None if given is None else E.time({"datetime": given.isoformat()}, given.isoformat(" ", "minutes"))


def _link(address: str | None) -> Part | None:
    """A link to the web; other schemes (`javascript:`) are shown and lead nowhere."""
    if address is None:
        return None
    try:
        web = urlsplit(address).scheme in {"http", "https"}
    except ValueError:
        web = False
    shown = _line(address)
    return E.a({"href": shown, "rel": "noreferrer noopener nofollow"}, shown) if web else shown


def _line(text: str) -> str:
    """One line that a tree can hold."""
    return line(_NO_XML.sub("", plain(text)))
