"""What was learned of the hosts: the paragraphs that each prints in many articles, and that belong to none.

A memory is a file of one version that never changes (``consumers.learn`` makes it, ``consumers.memory_store`` keeps
it), so an article cleaned with it comes out the same wherever it is cleaned. Pure, and light: no RE2, no extractor.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from infra.errors import Refused

RULE_PREFIX = "memory:"
"""Begins the rule id of every piece that a memory took out; eight hex digits of the paragraph's hash follow."""
VERSION_LENGTH = 12
HASH_LENGTH = 16
MAX_BYTES = 64 * 1024 * 1024
"""Of a memory. What is larger was not made by ``consumers.learn``."""
_SHOWN = 8
_NUMBERS = re.compile(r"\d+")

Share = Annotated[float, Meta(ge=0, le=1)]
Place = Literal["end", "between", "anywhere"]


class Bar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a paragraph must reach to count as boilerplate: articles of a host, days, and share of its articles."""

    place: Place
    lines_only: bool
    articles: Annotated[int, Meta(ge=2)]
    days: Annotated[int, Meta(ge=1)]
    share: Share


class Parameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By what rule a memory was learned; ``consumers.learn`` tells what each is for."""

    window_days: Annotated[int, Meta(ge=1)]
    bars: tuple[Bar, ...]


class Learned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paragraph that a host prints again and again, with the evidence. ``text`` is its beginning, for people."""

    place: Place
    articles: Annotated[int, Meta(ge=1)]
    days: Annotated[int, Meta(ge=1)]
    share: Share
    text: str

    @property
    def score(self) -> float:
        """How likely the next article that holds it holds it as boilerplate too: (n + 1) / (n + 2) after n of n.

        Laplace's rule of succession.
        """
        return round((self.articles + 1) / (self.articles + 2), 2)


class Contents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a memory's file holds. ``hosts``: host to hash of a paragraph to what is known of it.

    ``since`` and ``until`` are the first and last day, UTC, of the articles looked at; None if there were none.
    """

    parameters: Parameters
    since: date | None
    until: date | None
    articles: Annotated[int, Meta(ge=0)]
    hosts: dict[str, dict[Annotated[str, Meta(pattern="^[0-9a-f]{16}$")], Learned]]


class Found(NamedTuple):
    """A paragraph that the memory knows. ``rule`` goes into ``removed``."""

    rule: str
    score: float


@dataclass(frozen=True, slots=True)
class HostMemory:
    """What is known of one host."""

    paragraphs: Mapping[str, Learned]

    def find(self, form: str) -> Found | None:
        """Return what is known of a paragraph, given in its normal form (``consumers.normal_form``)."""
        digest = paragraph_hash(form)
        known = self.paragraphs.get(digest)
        return Found(RULE_PREFIX + digest[:_SHOWN], known.score) if known else None


@dataclass(frozen=True, slots=True)
class Memory:
    """One version of what was learned. ``data`` is its file; ``version`` the first 12 hex digits of its SHA-256."""

    contents: Contents
    data: bytes = field(repr=False)
    version: str

    @classmethod
    def of(cls, contents: Contents) -> "Memory":
        """Return the memory with these contents."""
        data = msgspec.json.format(msgspec.json.encode(contents, order="sorted"), indent=1) + b"\n"
        return cls(contents, data, version_of(data))

    @classmethod
    def read(cls, data: bytes, *, name: str) -> "Memory":
        """Return the memory in a file. Raises ``Refused`` for what is none; ``name`` is what to call it then."""
        remedy = "give a file as `copydesk clean --learn --out FILE` writes it"
        if len(data) > MAX_BYTES:
            raise Refused(f"{name} is no memory: it has {len(data)} bytes, {MAX_BYTES} are allowed; {remedy}")
        try:
            contents = msgspec.json.decode(data, type=Contents)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Refused(f"{name} is no memory ({error}); {remedy}") from error
        return cls(contents, data, version_of(data))

    def for_url(self, url: str) -> HostMemory | None:
        """Return what is known of the host of ``url``; None if that is nothing."""
        host = host_of(url)
        paragraphs = self.contents.hosts.get(host) if host else None
        return HostMemory(paragraphs) if paragraphs else None

    @property
    def paragraphs(self) -> int:
        """How many paragraphs are known, of all hosts."""
        return sum(map(len, self.contents.hosts.values()))


def version_of(data: bytes) -> str:
    """Return the version that a memory's file has."""
    return hashlib.sha256(data).hexdigest()[:VERSION_LENGTH]


def paragraph_hash(form: str) -> str:
    """Return the 16 hex digits that stand for a paragraph given in its normal form. See ``masked``."""
    return hashlib.sha256(masked(form).encode(errors="replace")).hexdigest()[:HASH_LENGTH]


def masked(form: str) -> str:
    """Return the form without case and with every number as 0: `Published 3 hours ago` tells no articles apart."""
    return _NUMBERS.sub("0", form.casefold())


@lru_cache(maxsize=1024)
def host_of(url: str) -> str | None:
    """Return the host of a web address, without `www.`; None for what has none, such as ``urn:`` and ``file:``."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    return host.removeprefix("www.") or None if parts.scheme in {"http", "https"} else None
