"""What became of an article's text, piece by piece, and why: what the views of `clean --explain` have in common."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from consumers.flags import FLAGS
from consumers.line_scorer import REASON
from consumers.memory import RULE_PREFIX
from consumers.repeats import PULL_QUOTE, SPEAKER
from consumers.rulepack import load_rules
from consumers.shape import WEIGHED
from schemas.articles import CleanArticle, Removed

LEARNED = "what this host prints in many of its articles, as learned from them"
_OF_CODE = {
    PULL_QUOTE: "quotes set apart that repeat what the article says elsewhere",
    SPEAKER: "the name of the speaker below such a quote",
    WEIGHED: REASON,
}
"""What is taken out by code, without a pattern that could say why."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Paragraphs that stayed."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """Paragraphs that one rule took out, nothing between them. ``score`` is that of the least sure one."""

    paragraphs: tuple[str, ...]
    rule: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class RuleUse:
    """What a rule took out of the whole article. ``first`` counts the ``Gone`` from 0."""

    rule: str
    reason: str
    pieces: int
    words: int
    score: float
    first: int


def pieces(article: CleanArticle) -> Iterator[str | Removed]:
    """The cleaner's input in its order, in kept and removed pieces."""
    position = 0
    for removed in article.removed:
        yield article.text[position : removed.offset]
        yield removed
        position = removed.offset
    yield article.text[position:]


def course(article: CleanArticle) -> Iterator[Kept | Gone]:
    """The same, in paragraphs, with what stands together in one."""
    known = reasons()
    last: Gone | None = None
    for piece in pieces(article):
        paragraphs = _paragraphs(piece.text if isinstance(piece, Removed) else piece)
        if not paragraphs:
            continue
        if isinstance(piece, Removed) and last is not None and last.rule == piece.rule:
            last = Gone((*last.paragraphs, *paragraphs), last.rule, min(last.score, piece.score), last.reason)
            continue
        if last is not None:
            yield last
            last = None
        if isinstance(piece, Removed):
            last = Gone(paragraphs, piece.rule, piece.score, reason(piece.rule, known))
        else:
            yield Kept(paragraphs)
    if last is not None:
        yield last


def uses(article: CleanArticle) -> tuple[RuleUse, ...]:
    """What each rule took out, the one that took most words first."""
    found: dict[str, RuleUse] = {}
    for number, gone in enumerate(each for each in course(article) if isinstance(each, Gone)):
        before = found.get(gone.rule)
        found[gone.rule] = RuleUse(
            rule=gone.rule,
            reason=gone.reason,
            pieces=len(gone.paragraphs) + (before.pieces if before else 0),
            words=sum(len(text.split()) for text in gone.paragraphs) + (before.words if before else 0),
            score=min(gone.score, before.score) if before else gone.score,
            first=before.first if before else number,
        )
    return tuple(sorted(found.values(), key=lambda use: (-use.words, use.first)))


def counted(article: CleanArticle) -> str:
    """How much stayed and went, in one sentence."""
    kept, taken = len(article.text.split()), sum(len(piece.text.split()) for piece in article.removed)
    return f"kept {kept} words, took out {taken} in {len(article.removed)} pieces"


@lru_cache(maxsize=1)
def reasons() -> Mapping[str, str]:
    """What each rule of the shipped pack removes, by its id."""
    pack = load_rules()
    return (
        _OF_CODE
        | {rule.id: rule.removes for rule in pack.rules}
        | {rule.id: rule.removes for rule in pack.scored}
        | {section.rule.id: section.rule.removes for section in pack.sections}
    )


def reason(rule: str, known: Mapping[str, str]) -> str:
    """Why a piece went; empty for a rule of another version."""
    return LEARNED if rule.startswith(RULE_PREFIX) else known.get(rule, "")


def flag_meanings(article: CleanArticle) -> tuple[tuple[str, str], ...]:
    """The article's flags with what each means."""
    return tuple((flag, FLAGS.get(flag, "")) for flag in article.flags)


def found_in(article: CleanArticle) -> Mapping[str, str | None]:
    """Where each field of the metadata was found."""
    return {
        **article.found_in,
        "published_at": article.published_at_found_in,
        "updated_at": article.updated_at_found_in,
    }


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(row.strip() for row in text.split("\n") if row.strip())
