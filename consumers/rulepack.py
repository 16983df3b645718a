"""The cleaning rules as data: ``consumers/rules/*.yaml``, checked when loaded, compiled by RE2 (linear time).

A rule's patterns match a whole paragraph in its *normal form* (``consumers.normal_form``): one line, straight quotes,
plain hyphens, no leading bullet or arrow. Case is ignored unless ``case: true``. ``%name%`` stands for an entry of the
file's ``terms``. The examples of each rule are its tests (``tests/unit/consumers/test_rules.py``).
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import re2

from infra.errors import Refused
from schemas.articles import Score

RULES = Path(__file__).parent / "rules"
MAX_PATTERN_MEMORY = 64 * 1024 * 1024
"""Bytes that RE2 may use for the automaton of all patterns at once."""


class Examples(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Paragraphs, or lists of paragraphs that stand together."""

    positive: Annotated[tuple[str | tuple[str, ...], ...], msgspec.Meta(min_length=1)]
    negative: Annotated[tuple[str | tuple[str, ...], ...], msgspec.Meta(min_length=1)]


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule for single paragraphs.

    ``scope``: ``head``: before the first paragraph of prose; ``tail``: after the last one that no rule takes.
    ``headlines``: whether headline-like lines below go with it: ``may`` follow, or ``must`` for it to hold.
    ``keep``: the field that the removed line goes to.
    """

    id: str
    removes: str
    pattern: tuple[str, ...]
    unless: str | None = None
    case: bool = False
    scope: Literal["anywhere", "head", "tail"] = "anywhere"
    max_words: int = 40
    headlines: Literal["no", "may", "must"] = "no"
    keep: Literal["credit", "correction", "byline"] | None = None
    stamp: bool = False
    score: Score
    examples: Examples


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule for a section that runs from its opening line to the end of the text.

    ``opening`` is a heading or question. The section is told by ``min_cues`` different cues, found in most of its
    paragraphs, spoken in the first or second person (``voice``); ``against`` marks reported speech, as in a story
    on the matter.
    """

    id: str
    removes: str
    opening: tuple[str, ...]
    cues: dict[str, str]
    voice: str
    against: str
    min_cues: int
    score: Score
    examples: Examples


class RuleFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of rules."""

    terms: dict[str, str] = {}
    rules: tuple[Rule, ...] = ()
    sections: tuple[Section, ...] = ()


class Matcher:
    """Patterns that are tried on a paragraph all at once."""

    def __init__(self, patterns: Sequence[tuple[str, bool]]) -> None:
        """Take (pattern, whether case counts) pairs. Raises ``Refused`` for one that RE2 cannot compile."""
        options = re2.Options()
        options.log_errors = False
        options.max_mem = MAX_PATTERN_MEMORY
        self._set = re2.Set.SearchSet(options)
        for pattern, case in patterns:
            try:
                self._set.Add(pattern if case else f"(?i){pattern}")
            except re2.error as error:
                raise Refused(f"a cleaning rule's pattern is wrong ({error}): {pattern[:200]}") from error
        self._empty = not patterns
        if not self._empty:
            self._set.Compile()

    def matches(self, text: str) -> frozenset[int]:
        """Return the indices of the patterns that match somewhere in ``text``."""
        return frozenset() if self._empty else frozenset(self._set.Match(text.encode(errors="replace")) or ())


class CompiledSection:
    """A section rule with its patterns compiled. Of ``tones``, 0 is the voice and 1 reported speech."""

    def __init__(self, rule: Section) -> None:
        self.rule = rule
        self.openings = Matcher([(_whole(rule.opening), False)])
        self.cues = Matcher([(cue, False) for cue in rule.cues.values()])
        self.tones = Matcher([(rule.voice, False), (rule.against, False)])


class RulePack:
    """All rules, compiled. ``version`` is a short hash of what decides results: everything but words for people."""

    def __init__(self, files: Sequence[RuleFile]) -> None:
        self.rules = tuple(
            msgspec.structs.replace(
                rule,
                pattern=tuple(_expand(pattern, file) for pattern in rule.pattern),
                unless=_expand(rule.unless, file) if rule.unless else None,
            )
            for file in files
            for rule in file.rules
        )
        self.sections = tuple(CompiledSection(section) for file in files for section in file.sections)
        ids = [*(rule.id for rule in self.rules), *(section.rule.id for section in self.sections)]
        if len({*ids}) != len(ids):
            raise Refused(f"two cleaning rules have one id: {sorted({name for name in ids if ids.count(name) > 1})}")
        self.version = _version([*self.rules, *(section.rule for section in self.sections)])
        self.matcher = Matcher([(_whole(rule.pattern), rule.case) for rule in self.rules])
        self.guards = Matcher([(rule.unless or NEVER, True) for rule in self.rules])


NEVER = r"[^\x00-\x{10FFFF}]"
"""A pattern that matches nothing."""


@lru_cache(maxsize=1)
def load_rules() -> RulePack:
    """Return the rules that come with Copydesk. Raises ``Refused`` naming the file that is wrong."""
    return read_rules(sorted(RULES.glob("*.yaml")))


def read_rules(paths: Sequence[Path]) -> RulePack:
    """Return the rules of some files. Raises ``Refused`` naming the file that is wrong."""
    if not paths:
        raise Refused(f"there are no cleaning rules in {RULES}; restore the folder from the repository")
    files = []
    for path in paths:
        try:
            files.append(msgspec.yaml.decode(path.read_bytes(), type=RuleFile))
        except (msgspec.DecodeError, OSError) as error:
            raise Refused(f"the rule file {path.name} cannot be used: {error}") from error
    return RulePack(files)


def _whole(patterns: Sequence[str]) -> str:
    return "^(?:" + "|".join(f"(?:{pattern})" for pattern in patterns) + ")$"


def _expand(pattern: str, file: RuleFile) -> str:
    """Put the file's terms in; terms may use terms that stand above them."""
    for name, value in reversed(file.terms.items()):
        pattern = pattern.replace(f"%{name}%", f"(?:{value})")
    return pattern


def _version(entries: Sequence[Rule | Section]) -> str:
    words = {"removes", "examples"}
    data = [{name: getattr(entry, name) for name in entry.__struct_fields__ if name not in words} for entry in entries]
    return hashlib.sha256(msgspec.json.encode(data, order="sorted")).hexdigest()[:12]
