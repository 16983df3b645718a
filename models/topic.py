"""What an article is about: the words that several of its sentences share, and those of its title."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from models.sentences import Sentence

#: Words of the article, the most frequent first, that a summary could cover.
_KEYWORDS: Final = 25

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_COMMON = frozenset(
    """a about above after again against all also although am an and any are aren't as at back be because been before
    being below between both but by came can can't come could couldn't did didn't do does doesn't doing don't
    down during each even every few first for from further get go going got had hadn't has hasn't have haven't
    having he he's her here hers herself him himself his how however i i'm i've if in into is isn't it it's its
    itself just last later like made make many may me might more most much must my myself new no nor not now of
    off on once one only or other our ours out over own put said same say says see she should since so some
    still such take than that that's the their theirs them themselves then there these they they're this those
    three through time to told too two under until up upon us very was wasn't way we were weren't what when
    where which while who whom whose why will with within without won't would year years yet you your""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Topic:
    """`words` are the content words of each sentence, `title` those of the title (none without one).

    `keywords` are at most 25 words with the log of the number of sentences they are in, the most frequent first; one
    that is in a single sentence weighs nothing, and is none.
    """

    words: tuple[frozenset[str], ...]
    keywords: Mapping[str, float]
    title: frozenset[str]


def topic_of(sentences: Sequence[Sentence], title: str | None = None) -> Topic:
    """The topic of an article with these sentences."""
    words = tuple(content_words(item.text) for item in sentences)
    counts = Counter(chain.from_iterable(words))
    keywords = sorted(((math.log(count), word) for word, count in counts.items() if count > 1), reverse=True)
    return Topic(words, {word: weight for weight, word in keywords[:_KEYWORDS]}, content_words(title or ""))


def content_words(text: str) -> frozenset[str]:
    """The words of a text that say what it is about: no function words, case folded, without a possessive."""
    found = {word.casefold() for word in _WORD.findall(text)}
    if "'" in text or "’" in text:
        found = {word.replace("’", "'").removesuffix("'s") for word in found}
    return frozenset(word for word in found - _COMMON if len(word) > 1 or word.isdigit())
