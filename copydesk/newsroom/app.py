"""The newsroom as a function from request to response; it knows no socket and no clock."""

import ipaddress
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from copydesk.newsroom import pages
from copydesk.newsroom.catalogue import EDITIONS, NewsroomArticle
from copydesk.newsroom.edition import EditionFile
from copydesk.newsroom.errors import EditionError
from copydesk.newsroom.exchange import Request, Response, document
from copydesk.newsroom.feeds import carried, feed_updated, render_feed
from copydesk.newsroom.outlets import OUTLETS, Outlet

STATIC_DIR = Path(__file__).parent / "static"
HTML = "text/html; charset=utf-8"
JSON = "application/json"
_STATIC_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_READING = ("GET", "HEAD")

Page = Callable[[Request, int, str], Response]


class Newsroom:
    """Both outlets, their feeds, and the switch between the editions."""

    def __init__(self, articles: Sequence[NewsroomArticle], edition: EditionFile, base_url: str | None = None) -> None:
        """Serve `articles`; absolute links start with `base_url`, or with what the client called us."""
        self._articles = tuple(articles)
        self._edition = edition
        self._base_url = base_url.rstrip("/") if base_url else None
        self._pages = self._routes()
        self._switches = {f"/edition/{number}": number for number in EDITIONS}

    def respond(self, request: Request) -> Response:
        """Answer one request. The body of the answer to HEAD is that of GET: leave it out when sending."""
        try:
            path = urlsplit(request.target).path
        except ValueError:
            return _error(HTTPStatus.BAD_REQUEST, "The address asked for cannot be read.")
        if path in self._switches:
            return self._switch(request, self._switches[path])
        page = self._pages.get(path)
        if page is None:
            return _error(HTTPStatus.NOT_FOUND, "There is no such page. The front page lists every article.")
        if request.method not in _READING:
            return _method_not_allowed("GET, HEAD")
        host = request.headers.get("host", "")
        if self._base_url is None and not _HOST.fullmatch(host):
            return _error(HTTPStatus.BAD_REQUEST, "The Host header is missing or is not a host name.")
        return page(request, self._edition.current(), self._base_url or f"http://{host}")

    def _routes(self) -> dict[str, Page]:
        routes: dict[str, Page] = {
            "/": self._index,
            "/health": self._health,
            "/edition": self._current_edition,
            "/robots.txt": _robots,
        }
        for outlet in OUTLETS.values():
            routes[outlet.front_path] = partial(self._front, outlet)
            routes[outlet.feed_path] = partial(self._feed, outlet)
        for article in self._articles:
            routes[article.path] = partial(self._article, article)
        for file in sorted(STATIC_DIR.iterdir()):
            if media_type := _STATIC_TYPES.get(file.suffix):
                routes[f"/static/{file.name}"] = partial(_static, file.read_bytes(), media_type)
        return routes

    def _index(self, request: Request, edition: int, base_url: str) -> Response:
        return document(request, pages.index_page(self._articles, edition, base_url), HTML)

    def _front(self, outlet: Outlet, request: Request, edition: int, base_url: str) -> Response:
        body = pages.front_page(outlet, self._articles, edition, base_url)
        return document(request, body, HTML, self._newest(outlet, edition))

    def _feed(self, outlet: Outlet, request: Request, edition: int, base_url: str) -> Response:
        body = render_feed(outlet, carried(outlet, self._articles), edition, base_url)
        return document(request, body, f"{outlet.feed_type}; charset=utf-8", self._newest(outlet, edition))

    def _article(self, article: NewsroomArticle, request: Request, edition: int, base_url: str) -> Response:
        if edition in article.fails_in:
            return _error(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong. Please try again later.")
        # No Last-Modified: the lists around the article change without it, so only the entity tag is true.
        return document(request, pages.article_page(article, self._articles, edition, base_url), HTML)

    def _newest(self, outlet: Outlet, edition: int) -> datetime:
        return feed_updated(carried(outlet, self._articles), edition)

    def _health(self, request: Request, edition: int, _base_url: str) -> Response:
        state = {"status": "ok", "edition": edition, "articles": len(self._articles)}
        return document(request, msgspec.json.encode(state), JSON)

    def _current_edition(self, request: Request, edition: int, _base_url: str) -> Response:
        return document(request, msgspec.json.encode({"edition": edition}), JSON)

    def _switch(self, request: Request, number: int) -> Response:
        if request.method != "POST":
            return _method_not_allowed("POST")
        # A page of another site that a browser has open can post here too; browsers then name its origin.
        foreign = "origin" in request.headers
        if foreign or not ipaddress.ip_address(request.client).is_loopback:
            return _error(HTTPStatus.FORBIDDEN, "Only programs on this machine may switch the edition.")
        try:
            self._edition.switch(number)
        except EditionError as error:
            return _error(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
        body = msgspec.json.encode({"edition": self._edition.current()})
        return Response(status=HTTPStatus.OK, headers={"Content-Type": JSON}, body=body)


def _robots(request: Request, _edition: int, _base_url: str) -> Response:
    return document(request, b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8")


def _static(body: bytes, media_type: str, request: Request, _edition: int, _base_url: str) -> Response:
    return document(request, body, media_type)


def _method_not_allowed(allow: str) -> Response:
    refusal = _error(HTTPStatus.METHOD_NOT_ALLOWED, f"This address answers to {allow}.")
    return msgspec.structs.replace(refusal, headers={**refusal.headers, "Allow": allow})


def _error(status: HTTPStatus, advice: str) -> Response:
    body = pages.error_page(status.value, status.phrase, advice)
    return Response(status=status, headers={"Content-Type": HTML, "Cache-Control": "no-store"}, body=body)
