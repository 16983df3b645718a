"""Who does what to whom, in a written sentence against those that support it.

Cheap checks on the order of words, without a parser: they look for a plain contradiction and let pass what they cannot
tell.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from models.support.lexicon import STOP, words
from models.support.tokens import PAST, Token

_AUXILIARY: Final = frozenset(
    words(
        "to will would shall should can could may might must has have had having is are was were be been being am did "
        "does do not never wo ca n't"
    )
)
#: A past form right before one of these is a participle or has no object: "food laced with".
_NO_OBJECT: Final = frozenset(words("with from in at on for to of into over under after before as through against"))
_BE: Final = frozenset({"is", "are", "was", "were", "be", "been", "being", "get", "gets", "got", "getting"})
#: Verbs between equals: whoever stands first, the sense is the same.
_MUTUAL: Final = frozenset(
    words("meet marri merg draw agre includ involv link join own belong name bas call expect plan discuss talk exchang")
)
_LEVELS: Final = frozenset(words("one two three four five six seven eight nine ten"))


def swapped(sentence: Sequence[Token], supports: Sequence[Sequence[Token]]) -> str:
    """The verb whose doer and object change places; empty where there is none."""
    for support in supports:
        for index, token in enumerate(sentence):
            if not _may_be_verb(sentence, index):
                continue
            for other, told in enumerate(support):
                if (
                    told.stem == token.stem
                    and _may_be_verb(support, other)
                    and (_is_verb(sentence, index) or _is_verb(support, other))
                    and _crossed(sentence, index, support, other)
                ):
                    return token.text
    return _from_to(sentence, supports)


def _may_be_verb(sentence: Sequence[Token], index: int) -> bool:
    token = sentence[index]
    return bool(index) and token.telling and token.stem not in _MUTUAL and not token.capital


def _is_verb(sentence: Sequence[Token], index: int) -> bool:
    """Whether a word has the form of a verb, or stands where verbs stand."""
    key = sentence[index].key
    if key in PAST or sentence[index - 1].key in _AUXILIARY:
        return True
    if key.endswith("s") and index + 1 < len(sentence) and sentence[index - 1].capital:
        after = sentence[index + 1]
        return after.capital or after.key in {"the", "a", "an", "its", "his", "her", "their"}
    return key.endswith(("ed", "ing")) and sentence[index].stem != key


def _crossed(sentence: Sequence[Token], index: int, support: Sequence[Token], other: int) -> bool:
    left, right = _sides(sentence, index)
    left_told, right_told = _sides(support, other)
    if left is None or left_told is None or right is None or right_told is None:
        return False
    mine, theirs = _close(left, sentence[index]), _close(right, sentence[index])
    told_mine, told_theirs = _close(left_told, support[other]), _close(right_told, support[other])
    first = (mine & told_theirs) - told_mine - theirs
    second = (theirs & told_mine) - told_theirs - mine
    if first and second:
        return True
    subject, thing = _nearest(left, sentence[index], last=True), _nearest(right, sentence[index], last=False)
    subject_told = _nearest(left_told, support[other], last=True)
    thing_told = _nearest(right_told, support[other], last=False)
    if subject and thing and thing & subject_told and not subject & subject_told:
        return True
    return bool(subject and subject & thing_told and not subject & told_mine and thing)


def _sides(sentence: Sequence[Token], index: int) -> tuple[list[Token] | None, list[Token] | None]:
    """Who does and what is done to, as far as the order of words tells; None where a passive names no doer."""
    left = [token for token in sentence[:index] if token.telling or token.key in {"who", "which"}]
    right = [token for token in sentence[index + 1 :] if token.telling]
    if any(token.key in _BE for token in sentence[max(0, index - 3) : index]):
        if not sentence[index].key.endswith("ing"):
            by = next((row for row, token in enumerate(sentence[index + 1 :], index + 1) if token.key == "by"), None)
            if by is None or sentence[by].segment != sentence[index].segment:
                return None, left
            return [token for token in sentence[by + 1 :] if token.telling], left
    elif (
        index + 1 < len(sentence)
        and sentence[index + 1].key == "by"
        and sentence[index].key.endswith(("ed", "en", "wn"))
    ):
        return [token for token in sentence[index + 2 :] if token.telling], left
    elif index + 1 < len(sentence) and sentence[index + 1].key in _NO_OBJECT:
        return None, left
    return left, right


def _close(side: Sequence[Token], verb: Token) -> set[str]:
    """The stems of a side in the verb's segment, or in the one before where the verb opens its own."""
    inside = [token for token in side if token.segment == verb.segment]
    if side and side[-1].start > verb.start:
        # "the director, Ada Marsh": a name set off by a comma goes with what stands before it.
        inside += [token for token in side if token.capital and token.segment == verb.segment + 1]
    if not inside and side and side[-1].start < verb.start:
        inside = [token for token in side if token.segment == side[-1].segment]
    return {token.stem for token in inside}


def _names(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.capital and token.telling]


def _nearest(side: Sequence[Token], verb: Token, *, last: bool) -> set[str]:
    """The stems of the name on a side that is nearest to the verb, in its segment or, before it, set off by a comma."""
    names = _names(side)
    if not names:
        return set()
    anchor = names[-1] if last else names[0]
    away = abs(anchor.segment - verb.segment)
    opens = not any(token.segment == verb.segment and token.start < verb.start for token in side)
    if away > 1 or (away and not (last and opens)):
        return set()
    return {token.stem for token in names if token.segment == anchor.segment and abs(token.start - anchor.start) < 40}


def _from_to(sentence: Sequence[Token], supports: Sequence[Sequence[Token]]) -> str:
    mine = dict(_directions(sentence))
    for support in supports:
        told = list(_directions(support))
        for key, way in mine.items():
            ways = {there for other, there in told if other == key}
            if ways and way not in ways:
                return f"{way} {key}"
    return ""


def _directions(sentence: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Names and numbers with the "from" or "to" before them, where a sentence has both."""
    found = []
    for before, token in pairwise(sentence):
        if before.key in {"from", "to"} and (token.capital or token.key[0].isdigit()):
            found.append((token.key, before.key))
        elif token.key in _LEVELS and before.key not in STOP:
            found += [(token.key, way.key) for way in sentence if way.end + len(before.text) + 2 == token.start
                      and way.key in {"from", "to"}]  # fmt: skip
    if {way for _, way in found} == {"from", "to"}:
        yield from found


def misplaced(
    anchor: Sequence[Token],
    sentence: Sequence[Token],
    told: Sequence[Sequence[Token]],
    *,
    places: Sequence[Sequence[tuple[int, int]]],
    rivals: Sequence[Sequence[tuple[int, int]]],
) -> bool:
    """Whether what stands beside a number belongs to another number in the article.

    `anchor` are its words in `sentence`; `told` the article's sentences; for each of them, `places` are where the
    number stands (start, end), `rivals` where others of its kind do. True where no segment with the number shares a
    word with its segment here, and one with a rival shares two or more.
    """
    segments = {token.segment for token in anchor}
    own = {token.stem for token in anchor}
    beside = {token.stem for token in sentence if token.segment in segments and token.telling} - own
    if len(beside) < 2:
        return False
    best_own = best_rival = 0
    for tokens, mine, others in zip(told, places, rivals, strict=True):
        for segment in {token.segment for token in tokens}:
            row = [token for token in tokens if token.segment == segment]
            shared = len(beside & {token.stem for token in row if token.telling})
            if _inside(row, mine):
                best_own = max(best_own, shared)
            elif _inside(row, others):
                best_rival = max(best_rival, shared)
    return best_own == 0 and best_rival >= 2


def _inside(row: Sequence[Token], places: Sequence[tuple[int, int]]) -> bool:
    return any(start < token.end and token.start < end for token in row for start, end in places)
