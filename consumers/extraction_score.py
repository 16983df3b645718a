"""How article-like an extracted text is: a number in 0..1 with named parts, from the text and a few facts of its page.

The parts, each in 0..1; the last three only where there is something to compare with:

- ``length``: words, up to ``ENOUGH_WORDS``, as a square root: a brief of 40 words has half of it, not a tenth;
- ``sentences``: share of the words in paragraphs that end as a sentence does;
- ``prose``: share of the words in paragraphs of at least ``PROSE_WORDS``: menus, tables and teasers have few;
- ``unlinked``: share of the words that are not in paragraphs made of link text only;
- ``topic``: share of the title's longer words that the text has too, beginnings compared, since words inflect;
- ``complete``: words, of the number that the page's JSON-LD gives (``wordCount``, or its ``articleBody``).

``score`` is ``length`` times the weighted mean of the others: nothing makes up for a text that is hardly there. The
weights and bounds were set on pages whose article is known; they are no probabilities. All of it is pure.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import sqrt

from consumers.paragraphs import count_words
from schemas.articles import Candidate

ENOUGH_WORDS = 150
"""Words from which a text is as long as an article need be."""
PROSE_WORDS = 12
"""Words from which a paragraph is more than a line."""
WEIGHTS = {"sentences": 0.35, "prose": 0.25, "unlinked": 0.15, "topic": 0.1, "complete": 0.15}
_SENTENCE_END = re.compile(r"[.!?…。！？｡؟۔।॥።։՜՞།။៕:;؛][\"'”’»›«“‘)\]）」』]*$")
"""Sentence ends of the scripts that have them: Latin, CJK, Arabic, Devanagari, Ethiopic, Armenian, Tibetan and others.
A colon or semicolon ends the line before a quotation or a list."""
_NO_SENTENCE_END = re.compile(r"[\u0e00-\u0eff]")
"""Thai and Lao, which part sentences by a space."""
_MIN_TOPIC_LETTERS, _TOPIC_PREFIX, _MIN_TOPIC_WORDS = 4, 5, 2
_WORD = re.compile(r"\w+")
_MAX_TITLE_WORDS = 40


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page says that its text should agree with. ``words`` is the article's length by its JSON-LD."""

    title: str | None = None
    words: int | None = None


NO_FACTS = Facts()


def score_paragraphs(
    name: str, paragraphs: Sequence[str], facts: Facts = NO_FACTS, *, linked: Collection[int] = frozenset()
) -> Candidate:
    """Return the score of one way to have the text, called ``name``.

    ``linked`` are the indices of paragraphs that are link text only. A text without words scores 0.
    """
    counts = [count_words((paragraph,)) for paragraph in paragraphs]
    words = sum(counts)
    if not words:
        return Candidate(name=name, words=0, score=0.0, parts={"length": 0.0})
    parts = {
        "sentences": sum(n for n, text in zip(counts, paragraphs, strict=True) if _is_sentence(text, n)) / words,
        "prose": sum(n for n in counts if n >= PROSE_WORDS) / words,
        "unlinked": 1 - sum(counts[index] for index in linked) / words,
    }
    topic = _topic(facts.title, paragraphs)
    if topic is not None:
        parts["topic"] = topic
    if facts.words:
        parts["complete"] = min(1.0, words / facts.words)
    weight = sum(WEIGHTS[part] for part in parts)
    length = min(1.0, sqrt(words / ENOUGH_WORDS))
    score = length * sum(WEIGHTS[part] * value for part, value in parts.items()) / weight
    return Candidate(
        name=name,
        words=words,
        score=round(score, 3),
        parts={part: round(value, 3) for part, value in {"length": length, **parts}.items()},
    )


def _is_sentence(text: str, words: int) -> bool:
    if _SENTENCE_END.search(text[-6:]):
        return True
    return not text.isascii() and _NO_SENTENCE_END.search(text) is not None and words > 1


def _topic(title: str | None, paragraphs: Sequence[str]) -> float | None:
    """Return the share of the title's longer words that the text has; None where the title has too few of them."""
    if not title:
        return None
    wanted = _beginnings(title.split()[:_MAX_TITLE_WORDS])
    if len(wanted) < _MIN_TOPIC_WORDS:
        return None
    text = "\n".join(paragraphs).casefold()
    return sum(beginning in text for beginning in wanted) / len(wanted)


def _beginnings(words: Sequence[str]) -> set[str]:
    found = (word for part in words for word in _WORD.findall(part.casefold()))
    return {
        word[: min(_TOPIC_PREFIX, max(_MIN_TOPIC_LETTERS, len(word) - 1))]
        for word in found
        if len(word) >= _MIN_TOPIC_LETTERS
    }
