"""Negations of a written sentence, against those of the sentences that support it."""

from collections.abc import Sequence
from typing import Final

from models.support.tokens import Token

_NOT: Final = frozenset({"not", "never", "no", "nobody", "none", "nothing", "neither", "nor", "without", "cannot"})
#: Verbs that say no: what they govern counts as negated, but they raise no alarm of their own.
_REFUSING: Final = frozenset({"refus", "fail", "deni", "declin", "reject", "prevent", "stop", "unabl", "avoid", "lack"})
#: Telling words that a negation reaches.
_REACH: Final = 4
_HEADS: Final = 2


def flipped(sentence: Sequence[Token], supports: Sequence[Sequence[Token]], others: Sequence[Sequence[Token]]) -> str:
    """The word that a sentence denies and the article affirms, or the other way round; empty where there is none.

    `supports` are the supporting sentences, `others` the rest of the article, asked only for words not found there.
    """
    mine, refused = _scopes(sentence)
    told = [_scopes(support) for support in supports]
    told_denied = {stem for hard, soft in told for stem in (*soft, *(stem for scope in hard for stem in scope))}
    told_words = {token.stem for support in supports for token in support if token.telling}
    for scope in mine:
        if word := _affirms(scope, told_words, told_denied) or _affirmed_elsewhere(scope, told_words, others):
            return word
    words = {token.stem for token in sentence if token.telling}
    denied = refused.union(*mine)
    for (hard, _), support in zip(told, supports, strict=True):
        for scope in hard:
            if not scope or not denied.isdisjoint(scope) or scope[0] not in words:
                continue
            if len(_around(support, scope) & words) >= 2 and not _affirmed(support, scope[0]):
                return scope[0]
    return ""


def _affirms(scope: Sequence[str], words: set[str], denied: set[str]) -> str:
    """The word of a scope that the supports have and do not deny."""
    if scope and scope[0] in words:
        return "" if scope[0] in denied else scope[0]
    if not denied.isdisjoint(scope):
        return ""
    return next((stem for stem in scope[:_HEADS] if stem in words), "")


def _affirmed_elsewhere(scope: Sequence[str], words: set[str], others: Sequence[Sequence[Token]]) -> str:
    """The first word of a scope, where the supports do not have it and another sentence affirms it."""
    if not scope or not words.isdisjoint(scope):
        return ""
    for other in others:
        hard, soft = _scopes(other)
        denied = soft.union(*hard)
        if scope[0] not in denied and any(token.stem == scope[0] and token.telling for token in other):
            return scope[0]
    return ""


def _affirmed(support: Sequence[Token], stem: str) -> bool:
    """Whether a sentence that denies a word has it once more."""
    return sum(token.stem == stem for token in support if token.telling) > 1


def _around(support: Sequence[Token], scope: Sequence[str]) -> set[str]:
    segments = {token.segment for token in support if token.stem in scope}
    return {token.stem for token in support if token.telling and token.segment in segments}


def _scopes(sentence: Sequence[Token]) -> tuple[list[list[str]], set[str]]:
    """The stems behind each negation of a sentence, and those behind its verbs that say no."""
    hard: list[list[str]] = []
    soft: set[str] = set()
    for index, token in enumerate(sentence):
        is_not = token.key in _NOT or token.key.endswith("n't")
        if token.key == "not" and index + 1 < len(sentence) and sentence[index + 1].key in {"only", "just", "until"}:
            continue
        if not is_not and token.stem not in _REFUSING:
            continue
        reached = [other.stem for other in sentence[index + 1 :] if other.telling and (other.segment == token.segment)][
            :_REACH
        ]
        if is_not:
            hard.append(reached)
        else:
            soft.update(reached)
    return hard, soft
