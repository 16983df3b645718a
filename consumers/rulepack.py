"""The cleaning rules as data: ``consumers/rules/*.yaml``, checked when loaded, compiled by RE2 (linear time).

A rule's patterns match a whole paragraph in its *normal form* (``consumers.normal_form``): one line, straight quotes,
plain hyphens, no leading bullet or arrow. Case is ignored unless ``case: true``. ``%name%`` stands for an entry of the
file's ``terms``. The examples of each rule are its tests (``tests/unit/consumers/test_rules.py``).
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
import re2

from infra.errors import Refused
from schemas.articles import Score

RULES = Path(__file__).parent / "rules"
NEEDS = 1.0
"""Weight from which a scored rule takes a paragraph."""
_BEGINNING = "^"
_TOGETHER = 8
"""Patterns compiled into one automaton at most."""
_TOGETHER_CHARACTERS = 3_000
"""Their characters where there are more than two: large automata meet new states in every new line, which cost five
times the time and hundreds of megabytes (measured on 8,000 lines of different kinds)."""
MAX_PATTERN_MEMORY = 64 * 1024 * 1024
"""Bytes that RE2 may use for the automaton of all patterns at once."""


Place = Literal[
    "head", "first", "tail", "between", "last", "open", "statement", "prose", "short", "brief", "long", "arrow", "item",
    "bullet", "linked", "capitals", "title", "author", "alone", "listed", "run", "beside", "enclosed",
]  # fmt: skip
"""What ``consumers.places`` finds out about a line."""
Scope = Literal["anywhere", "head", "tail", "ends"]


class Examples(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Paragraphs, or lists of paragraphs that stand together."""

    positive: Annotated[tuple[str | tuple[str, ...], ...], msgspec.Meta(min_length=1)]
    negative: Annotated[tuple[str | tuple[str, ...], ...], msgspec.Meta(min_length=1)]


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule for single paragraphs.

    ``scope``: ``head``: before the first paragraph of prose; ``tail``: after the last one that no rule takes, which
    it may take itself; ``ends``: either.
    ``headlines``: whether headline-like lines below go with it: ``may`` follow, or ``must`` for it to hold.
    ``keep``: the field that the removed line goes to.
    """

    id: str
    removes: str
    pattern: tuple[str, ...]
    unless: str | None = None
    case: bool = False
    scope: Scope = "anywhere"
    max_words: int = 40
    headlines: Literal["no", "may", "must"] = "no"
    keep: Literal["credit", "correction", "byline"] | None = None
    stamp: bool = False
    score: Score
    examples: Examples


class Cue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What speaks for a scored rule, or against it (a weight below zero): a pattern found somewhere, or a place."""

    weight: Annotated[float, msgspec.Meta(ge=-3.0, le=3.0)]
    pattern: str | None = None
    place: Place | None = None
    case: bool = False


class Scored(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule of weak cues: a paragraph goes when the weights of those that hold add up to ``NEEDS``.

    It is asked only where one of its patterns is found. The score of a hit grows with the sum, see ``score``.
    """

    id: str
    removes: str
    cues: dict[str, Cue]
    scope: Scope = "anywhere"
    min_words: int = 1
    max_words: int = 60
    keep: Literal["credit", "correction", "byline"] | None = None
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
    """One file of rules. The terms of a file that has nothing else (``terms.yaml``) are for all files."""

    terms: dict[str, str] = {}
    rules: tuple[Rule, ...] = ()
    scored: tuple[Scored, ...] = ()
    sections: tuple[Section, ...] = ()


class Pattern(NamedTuple):
    """A pattern, whether case counts, and the words that a paragraph has at most for it to be tried."""

    text: str
    case: bool = False
    max_words: int = 1_000_000


class Matcher:
    """Patterns that are tried on a paragraph together: several to an automaton, those for short ones apart."""

    def __init__(self, given: Sequence[Pattern | tuple[str, bool]]) -> None:
        """Raises ``Refused`` for a pattern that RE2 cannot compile."""
        patterns = [Pattern(*pattern) for pattern in given]
        options = re2.Options()
        options.log_errors = False
        options.max_mem = MAX_PATTERN_MEMORY
        self._sets: list[tuple[int, tuple[int, ...], Any]] = []
        # An automaton that begins at the beginning ends with the first word that no pattern has there.
        anchored = all(pattern.text.startswith(_BEGINNING) for pattern in patterns)
        order = sorted(range(len(patterns)), key=lambda index: (patterns[index].max_words, index))
        for group in _groups(order, [len(pattern.text) for pattern in patterns]):
            together = (re2.Set.MatchSet if anchored else re2.Set.SearchSet)(options)
            for index in group:
                text = patterns[index].text
                try:
                    together.Add(text if patterns[index].case else f"(?i){text}")
                except re2.error as error:
                    raise Refused(f"a cleaning rule's pattern is wrong ({error}): {text[:200]}") from error
            try:
                together.Compile()
            except re2.error as error:
                starts = [patterns[index].text[:40] for index in group]
                raise Refused(f"one of these cleaning rules' patterns is too large, shorten it: {starts}") from error
            self._sets.append((patterns[group[-1]].max_words, tuple(group), together.Match))

    def matches(self, text: str, words: int = 0) -> frozenset[int]:
        """Return the indices of the patterns that match somewhere in a ``text`` of so many words."""
        data = text.encode(errors="replace")
        found: list[int] = []
        for limit, group, match in self._sets:
            if words <= limit and (matched := match(data)):
                found += [group[index] for index in matched]
        return frozenset(found)


class CompiledSection:
    """A section rule with its patterns compiled. Of ``tones``, 0 is the voice and 1 reported speech."""

    def __init__(self, rule: Section) -> None:
        self.rule = rule
        self.openings = Matcher([Pattern(_whole(rule.opening))])
        self.cues = Matcher([Pattern(cue) for cue in rule.cues.values()])
        self.tones = Matcher([Pattern(rule.voice), Pattern(rule.against)])


class RulePack:
    """All rules, compiled. ``version`` is a short hash of what decides results: everything but words for people."""

    def __init__(self, files: Sequence[RuleFile]) -> None:
        shared = {name: term for file in files if _only_terms(file) for name, term in file.terms.items()}
        self.rules = tuple(
            msgspec.structs.replace(
                rule,
                pattern=tuple(_expand(pattern, file, shared) for pattern in rule.pattern),
                unless=_expand(rule.unless, file, shared) if rule.unless else None,
            )
            for file in files
            for rule in file.rules
        )
        self.scored = tuple(
            msgspec.structs.replace(
                rule,
                cues={
                    name: msgspec.structs.replace(cue, pattern=cue.pattern and _expand(cue.pattern, file, shared))
                    for name, cue in rule.cues.items()
                },
            )
            for file in files
            for rule in file.scored
        )
        self.sections = tuple(CompiledSection(section) for file in files for section in file.sections)
        entries: list[Rule | Scored | Section] = [
            *self.rules,
            *self.scored,
            *(section.rule for section in self.sections),
        ]
        ids = [entry.id for entry in entries]
        if len({*ids}) != len(ids):
            raise Refused(f"two cleaning rules have one id: {sorted({name for name in ids if ids.count(name) > 1})}")
        self.version = _version(entries)
        self.matcher = Matcher([Pattern(_whole(rule.pattern), rule.case, rule.max_words) for rule in self.rules])
        self.guards = Matcher(
            [Pattern(rule.unless or NEVER, case=True, max_words=rule.max_words) for rule in self.rules]
        )
        patterns = [
            (number, cue.weight, Pattern(cue.pattern, cue.case, rule.max_words))
            for number, rule in enumerate(self.scored)
            for cue in rule.cues.values()
            if cue.pattern
        ]
        self.weights = tuple((number, weight) for number, weight, _ in patterns)
        """Of each pattern of ``cues``: the scored rule it belongs to, and its weight."""
        self.cues = Matcher([pattern for _, _, pattern in patterns])
        self.placed = tuple(
            {cue.place: cue.weight for cue in rule.cues.values() if cue.place is not None} for rule in self.scored
        )
        """Of each scored rule: the weights of its places."""


def score(total: float) -> Score:
    """Return the score of a hit from the sum of its cues: 0.8 where it just holds, 0.96 at twice as much."""
    return round(1 - math.exp(math.log(0.2) * total / NEEDS), 2)


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
    return _BEGINNING + "(?:" + "|".join(f"(?:{pattern})" for pattern in patterns) + ")$"


def _groups(order: Iterable[int], sizes: Sequence[int]) -> list[list[int]]:
    """Part indices into groups, in their order, so that few automata are large."""
    groups: list[list[int]] = []
    size = 0
    for index in order:
        if not groups or len(groups[-1]) >= (2 if size + sizes[index] > _TOGETHER_CHARACTERS else _TOGETHER):
            groups.append([])
            size = 0
        groups[-1].append(index)
        size += sizes[index]
    return groups


def _only_terms(file: RuleFile) -> bool:
    return not (file.rules or file.scored or file.sections)


def _expand(pattern: str, file: RuleFile, shared: Mapping[str, str]) -> str:
    """Put the terms in, the file's own first; a term may use terms that stand above it."""
    for terms in (file.terms, shared):
        for name, value in reversed([*terms.items()]):
            pattern = pattern.replace(f"%{name}%", f"(?:{value})")
    return pattern


def _version(entries: Sequence[Rule | Scored | Section]) -> str:
    words = {"removes", "examples"}
    data = [{name: getattr(entry, name) for name in entry.__struct_fields__ if name not in words} for entry in entries]
    return hashlib.sha256(msgspec.json.encode(data, order="sorted")).hexdigest()[:12]
