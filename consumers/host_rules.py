"""Rules for the pages of one host, as data: a YAML file each, checked when loaded.

A rule says by XPath (the part that ``consumers.xpaths`` allows) where body, title, byline and dates stand, what to
drop before the text is read, and by RE2 patterns which paragraphs to take out; all are optional. Those that come with
Copydesk lie in ``consumers/hosts``; a folder of one's own is the setting ``COPYDESK_HOST_RULES``, and wins. Each names
a fixture: a page beside the file and what must come out of it (``python -m consumers.host_check [FOLDER]``).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path as File
from typing import Annotated

import msgspec
from lxml.html import HtmlElement
from msgspec import Meta

from consumers.candidates import block_paragraphs
from consumers.dates import choose, parse_date
from consumers.head_strings import MAX_STANDFIRST, line
from consumers.memory import Found, HostMemory, host_of
from consumers.metadata import Metadata, without_by
from consumers.rulepack import Matcher
from consumers.xpaths import MAX_ELEMENTS, Path, UnsafePath
from infra.errors import Refused
from schemas.articles import Score

HOSTS = File(__file__).parent / "hosts"
FOUND_IN = "host-rule"
"""Where a field was found that a rule for the host gave, and the name of its text among the candidates."""
RULE_PREFIX = "host:"
"""Begins the rule id of every paragraph that such a rule took out."""
_HOST = r"^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)*$"
_FIELDS = ("title", "standfirst", "byline", "section", "published", "updated")

XPathText = Annotated[str, Meta(min_length=1)]
Name = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9.-]{0,60}$")]


class Drop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Elements to take off the page before it is read."""

    id: Name
    xpath: XPathText


class Lines(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Paragraphs to take out of the text: those that a pattern matches as a whole, in their normal form."""

    id: Name
    pattern: Annotated[tuple[str, ...], Meta(min_length=1)]
    score: Score = 1.0


class Fixture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page beside the rule's file, and the article that must come out of it."""

    page: str
    paragraphs: Annotated[tuple[str, ...], Meta(min_length=1)]
    title: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    removed: tuple[str, ...] = ()


class RuleFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file says. ``host`` stands for its subdomains too, where those have no rule of their own."""

    host: Annotated[str, Meta(pattern=_HOST)]
    body: XPathText | None = None
    title: XPathText | None = None
    standfirst: XPathText | None = None
    byline: XPathText | None = None
    section: XPathText | None = None
    published: XPathText | None = None
    updated: XPathText | None = None
    drop: Annotated[tuple[Drop, ...], Meta(max_length=8)] = ()
    paragraphs: tuple[Lines, ...] = ()
    fixture: Fixture


class HostRule:
    """A rule, compiled. ``version`` is a short hash of what decides results."""

    def __init__(self, rule: RuleFile, file: File) -> None:
        """Raise ``Refused`` where a path or a pattern cannot be used."""
        self.rule = rule
        self.file = file
        self._body = self._path("body", rule.body)
        self._fields = {name: self._path(name, getattr(rule, name)) for name in _FIELDS}
        self._drops = [self._path(f"drop {drop.id}", drop.xpath) for drop in rule.drop]
        try:
            self._matcher = Matcher([(f"^(?:{'|'.join(lines.pattern)})$", False) for lines in rule.paragraphs])
        except Refused as error:
            raise Refused(
                f"the host rule {file.name} cannot be used: {error}; mend it or take the file away"
            ) from error
        decides = [getattr(rule, name) for name in rule.__struct_fields__ if name != "fixture"]
        self.version = hashlib.sha256(msgspec.json.encode(decides)).hexdigest()[:12]

    def _path(self, name: str, text: str | None) -> Path | None:
        try:
            return Path(text) if text else None
        except UnsafePath as error:
            raise Refused(
                f"the host rule {self.file.name} cannot be used: its path for {name}, {text!r}: {error}; "
                "mend it or take the file away"
            ) from error

    @property
    def has_body(self) -> bool:
        return self._body is not None

    def fits(self, tree: HtmlElement) -> bool:
        """Whether the page is small enough for paths to be sure to end soon."""
        return next(islice(tree.iter(), MAX_ELEMENTS, None), None) is None

    def drop(self, tree: HtmlElement) -> None:
        """Take the elements that the rule drops off the page."""
        for path in self._drops:
            for element in path.elements(tree) if path else ():
                if element.getparent() is not None:
                    element.drop_tree()

    def body(self, tree: HtmlElement) -> tuple[str, ...]:
        """Return the paragraphs of the elements that the rule calls the body; nothing where it names none."""
        if self._body is None:
            return ()
        chosen = self._body.elements(tree)
        inside = {*chosen}
        outer = [element for element in chosen if not any(above in inside for above in element.iterancestors())]
        return tuple(paragraph for element in outer for paragraph in block_paragraphs(element))

    def metadata(self, tree: HtmlElement, metadata: Metadata, *, captured_at: datetime | None) -> Metadata:
        """Return the metadata with what the rule finds in place of the rest."""
        texts = {
            name: next(
                (text for text in (line(value, limit=MAX_STANDFIRST) for value in path.strings(tree)[:4]) if text), None
            )
            for name, path in self._fields.items()
            if path
        }
        changes: dict[str, object] = {
            name: without_by(text) if name == "byline" else text
            for name, text in texts.items()
            if text and name not in ("published", "updated")
        }
        found_in = {**metadata.found_in, **dict.fromkeys(changes, FOUND_IN)}
        for name in ("published", "updated"):
            text = texts.get(name)
            date = choose([parse_date(text, FOUND_IN)], not_after=captured_at).date if text else None
            if date:
                changes |= {f"{name}_at": date.time, f"{name}_at_found_in": FOUND_IN}
        return replace(metadata, **changes, found_in=found_in) if changes else metadata  # type: ignore[arg-type]

    def find(self, form: str) -> Found | None:
        """Return the rule for a paragraph in its normal form, if one takes it out."""
        hits = self._matcher.matches(form)
        if not hits:
            return None
        lines = self.rule.paragraphs[min(hits)]
        return Found(RULE_PREFIX + lines.id, lines.score)


@dataclass(frozen=True, slots=True)
class HostLines:
    """What is known of the paragraphs of one host: its rule is asked first, then what was learned."""

    rule: HostRule | None
    memory: HostMemory | None

    def find(self, form: str, /) -> Found | None:
        """See ``HostMemory.find``."""
        found = self.rule.find(form) if self.rule else None
        return found or (self.memory.find(form) if self.memory else None)


@dataclass(frozen=True, slots=True)
class HostRules:
    """Rules by host."""

    rules: Mapping[str, HostRule]

    def for_url(self, url: str) -> HostRule | None:
        """Return the rule for a URL's host, or for the nearest domain above it that has one."""
        host = host_of(url) or ""
        while host:
            if host in self.rules:
                return self.rules[host]
            host = host.partition(".")[2]
        return None


NO_RULES = HostRules({})


@lru_cache(maxsize=4)
def load_hosts(folder: File | None = None) -> HostRules:
    """Return the rules that come with Copydesk, and those in ``folder``, which win. Raises ``Refused``."""
    if folder is not None and not folder.is_dir():
        raise Refused(f"COPYDESK_HOST_RULES names {folder}, which is no folder; make it or unset the setting")
    own = read_hosts(sorted(folder.glob("*.yaml"))).rules if folder else {}
    return HostRules({**read_hosts(sorted(HOSTS.glob("*.yaml"))).rules, **own})


def read_hosts(files: Sequence[File]) -> HostRules:
    """Return the rules of some files. Raises ``Refused`` naming the file that is wrong and what to do."""
    rules: dict[str, HostRule] = {}
    for file in files:
        try:
            rule = msgspec.yaml.decode(file.read_bytes(), type=RuleFile)
        except (msgspec.DecodeError, OSError, RecursionError) as error:
            raise Refused(
                f"the host rule {file.name} cannot be used: {error}; mend it or take the file away"
            ) from error
        if rule.host in rules:
            other = rules[rule.host].file.name
            raise Refused(f"{other} and {file.name} are both rules for {rule.host}; keep one, or make one of them")
        rules[rule.host] = HostRule(rule, file)
    return HostRules(rules)
