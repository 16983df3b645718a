"""Mentions of one name belong together: one label, one score and all places of each name in a document."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

from models.seams import mend
from models.shortforms import bracketed, join_clubs, join_organisations, join_people
from models.spans import Found
from models.spelling import Name, spellings
from models.unmarked import unmarked
from schemas.articles import Entity, Mention


def group(text: str, found: Iterable[Found], calibrated: Callable[[float], float] = float) -> tuple[Entity, ...]:
    """Trim mentions, join those of one name and label each name by the evidence of all its mentions.

    Returns entities in the order of their first mention, each with its mentions in the order of the text. Mentions
    that hold no letter are dropped, and so is the later of two that overlap. Mentions of a known name that nobody
    found are added where they cannot be anything else. `calibrated` turns the evidence for a mention, the mean of
    its own and that of all mentions, into its score, both 0 to 1; the score of a name is the mean over its mentions.
    """
    found = mend(text, found)
    names = spellings(text, found)
    if short := sorted(bracketed(text, names), key=lambda item: item.start):
        names = spellings(text, _instead(found, short))
    names = join_clubs(text, join_organisations(text, join_people(names)))
    for name, mention in list(unmarked(text, names)):
        name.add(mention)
    return tuple(
        sorted((_entity(text, name, calibrated) for name in names), key=lambda entity: entity.mentions[0].start)
    )


def _instead(found: Sequence[Found], better: Sequence[Found]) -> list[Found]:
    """All mentions, those that overlap a better one left out; `better` is in the order of the text."""
    ends = [other.end for other in better]
    kept = list(better)
    for item in found:
        # The first that ends behind the start of the item.
        after = bisect_right(ends, item.start)
        if after == len(better) or better[after].start >= item.end:
            kept.append(item)
    return kept


def _entity(text: str, name: Name, calibrated: Callable[[float], float]) -> Entity:
    label = name.label
    mentions = sorted(name.mentions, key=lambda mention: mention.start)
    fullest = max(mentions, key=lambda mention: _fullness(text[mention.start : mention.end]))
    share = name.share(label)
    scores = [calibrated((mention.evidence.get(label, 0.0) + share) / 2) for mention in mentions]
    return Entity(
        text=text[fullest.start : fullest.end],
        label=label,
        start=fullest.start,
        end=fullest.end,
        score=_rounded(sum(scores) / len(scores)),
        mentions=tuple(
            Mention(
                text=text[mention.start : mention.end],
                start=mention.start,
                end=mention.end,
                score=_rounded(score),
            )
            for mention, score in zip(mentions, scores, strict=True)
        ),
    )


def _fullness(spelling: str) -> tuple[int, int, bool]:
    """More words, then more letters, then "Oslo" before the "OSLO" of a dateline."""
    return spelling.count(" "), len(spelling), not spelling.isupper()


def _rounded(score: float) -> float:
    return min(max(round(score, 4), 0.0), 1.0)
