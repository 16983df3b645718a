"""Learns what a host prints again and again: which paragraphs are boilerplate, from the articles that have passed.

**The rule.** A paragraph (its normal form, without case, numbers masked) is boilerplate of a host when it stands in
enough articles of the host, on enough days, and in enough of all its articles. How much is enough depends on what the
paragraph is and where it stands; one of the bars (``BARS``) must be reached in full:

- *A line at an end* needs least. A line is shorter than 20 words, and neither ends like a sentence nor quotes. An end
  is before the first or after the last prose of the article's own; 9 in 10 of the articles must have it there.
- *A line between paragraphs* stands alone between prose: headings that a paper repeats do so too, so it needs more,
  and three words. One inside a list counts as anything else.
- *Anything at an end*: sentences too, such as a promotion below the article.
- *Anything anywhere*, also prose in mid-body: most articles of the host, or many on many days. A statement that goes
  round for two days, or the background of a running story, is part of each of the articles and reaches neither.

**What counts.** Of an article its newest revision, once, however often the paragraph stands in it. Only articles that
are mostly new: at least half of their prose stands in no other article of the host. Copies of one story under many
addresses, or its updates, say nothing about boilerplate. Paragraphs with less than two letters are not learned. Those
that the cleaning rules take are: a rule that asks what stands beside a line may miss it in the next article. Only a
window of days before the newest article counts, so that what a site no longer prints is forgotten. The newest is what
the articles say, not the clock; the clock only bounds it, so that no article from the future makes us forget the
present.

The result depends on the set of articles and not on their order. Of a long article the first and last
``MAX_PARAGRAPHS / 2`` paragraphs are looked at, and of more than ``MAX_ARTICLES`` articles those with the smallest
ids, which are hashes: a fair sample.
"""

import heapq
import re
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date

from consumers.memory import RULE_PREFIX, Bar, Contents, Learned, Memory, Parameters, host_of, masked, paragraph_hash
from consumers.normal_form import normal_form
from consumers.paragraphs import SEPARATOR
from consumers.restore import restore
from consumers.shape import WEIGHED
from schemas.articles import CleanArticle, Removed

WINDOW_DAYS = 30
BARS = (
    Bar(place="end", lines_only=True, articles=4, days=3, share=0.05),
    Bar(place="between", lines_only=True, articles=6, days=3, share=0.05),
    Bar(place="end", lines_only=False, articles=8, days=4, share=0.1),
    Bar(place="anywhere", lines_only=False, articles=10, days=5, share=0.5),
    Bar(place="anywhere", lines_only=False, articles=20, days=7, share=0.2),
)
"""Tried in this order. ``lines_only``: for what is no sentence."""
PARAMETERS = Parameters(window_days=WINDOW_DAYS, bars=BARS)
PLACED_SHARE = 0.9
"""Share of the articles with a paragraph that must have it at the place."""
NEW_SHARE = 0.5
"""Share of an article's prose that must be its own for it to count."""
COMMON_SHARE = 0.5
"""Share of the host's articles from which prose is left out of that: it is no sign of a copy."""
LINE_WORDS = 20
SENTENCE_WORDS = 8
"""Words from which a paragraph is prose, without and with a sentence's end; so does the cleaner see it."""
BETWEEN_WORDS = 3
MAX_PARAGRAPHS = 400
MAX_ARTICLES = 100_000
TEXT_LENGTH = 80
"""Characters of a paragraph that are kept for people."""

_PROSE, _SENTENCE, _TAKEN, _FEW_WORDS = 1, 2, 4, 8
"""What is known of a paragraph, as bits of one byte."""
_TWO_LETTERS = re.compile(r"[^\W\d_].*?[^\W\d_]")
_SENTENCE_ENDS = tuple(end + quote for end in (".", "!", "?", "。", "！", "？", "।", "۔") for quote in ("", '"', "'"))
_QUOTES = ('"', " '")
_SEEN_BITS = 1 << 26
_RARE = min(bar.articles for bar in BARS)

Paragraph = tuple[str, bool]
"""A paragraph and whether the cleaning rules took it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the learner needs of one revision of an article. ``article`` is its id, ``day`` in UTC."""

    host: str
    article: str
    revision: int
    day: date
    paragraphs: Sequence[Paragraph]


def reading(article: CleanArticle) -> Reading | None:
    """Return what can be learned from; None for an article without a host or a day (published, else captured)."""
    host = host_of(article.final_url or article.url)
    time = article.published_at or article.captured_at
    if host is None or time is None:
        return None
    return Reading(
        host=host,
        article=article.id,
        revision=article.revision.number,
        day=time.astimezone(UTC).date(),
        paragraphs=tuple(extracted(article.text, article.removed)),
    )


def extracted(text: str, removed: Sequence[Removed]) -> Iterator[Paragraph]:
    """The extracted paragraphs in order.

    What a memory took out counts as not taken, since it must not forget itself, and so does what was only weighed:
    in the next article that may weigh less.
    """
    spans = []
    shift = 0
    for piece in removed:
        start = piece.offset + shift
        shift += len(piece.text)
        if piece.rule != WEIGHED and not piece.rule.startswith(RULE_PREFIX):
            spans.append((start, start + len(piece.text)))
    start = number = 0
    for paragraph in restore(text, removed).split(SEPARATOR):
        end = start + len(paragraph)
        while number < len(spans) and spans[number][1] <= start:
            number += 1
        yield paragraph, number < len(spans) and spans[number][0] < end
        start = end + len(SEPARATOR)


@dataclass(frozen=True, slots=True)
class _Article:
    """A reading, packed: per paragraph 8 bytes of its hash and one of what is known of it."""

    host: str
    revision: int
    day: int
    hashes: "array[int]"
    kinds: bytes

    @property
    def order(self) -> tuple[object, ...]:
        return self.revision, self.day, self.host, self.hashes.tobytes(), self.kinds


@dataclass(slots=True)
class _Evidence:
    """Of one paragraph of a host: the articles with it, their days as bits, and in how many it stood where.

    ``between`` counts those at an end too.
    """

    kind: int
    articles: int = 0
    days: int = 0
    ends: int = 0
    between: int = 0


class Learner:
    """Takes readings in any order and makes a memory of them. Bounded: see ``MAX_ARTICLES``, ``MAX_PARAGRAPHS``."""

    def __init__(self, *, parameters: Parameters = PARAMETERS, max_articles: int = MAX_ARTICLES) -> None:
        self._parameters = parameters
        self._max_articles = max_articles
        self._articles: dict[str, _Article] = {}
        self._largest: list[tuple[int, str]] = []
        self._texts: dict[int, str] = {}
        self._seen = bytearray(_SEEN_BITS // 8)

    def __len__(self) -> int:
        return len(self._articles)

    def add(self, given: Reading) -> None:
        """Take a reading. Of several revisions of an article the newest stays."""
        known = self._articles.get(given.article)
        if known is None and not self._admit(given.article):
            return
        packed = self._pack(given)
        if known is None or packed.order > known.order:
            self._articles[given.article] = packed

    def _admit(self, article: str) -> bool:
        """Whether the article is in the sample; one that no longer is makes room."""
        entry = (-int(article, 16), article)
        if len(self._articles) < self._max_articles:
            heapq.heappush(self._largest, entry)
            return True
        out = heapq.heappushpop(self._largest, entry)
        if out == entry:
            return False
        del self._articles[out[1]]
        return True

    def _pack(self, given: Reading) -> _Article:
        paragraphs = given.paragraphs
        if len(paragraphs) > MAX_PARAGRAPHS:
            half = MAX_PARAGRAPHS // 2
            paragraphs = [*paragraphs[:half], *paragraphs[-half:]]
        hashes, kinds = array("Q"), bytearray()
        own: set[int] = set()
        for paragraph, taken in paragraphs:
            form = normal_form(paragraph)
            if not _TWO_LETTERS.search(form):
                continue
            digest = int(paragraph_hash(form), 16)
            hashes.append(digest)
            kinds.append(_kind(form) | _TAKEN * taken)
            if digest not in own:
                own.add(digest)
                self._note(digest, form)
        return _Article(given.host, given.revision, given.day.toordinal(), hashes, bytes(kinds))

    def _note(self, digest: int, form: str) -> None:
        """Keep the text of what is seen a second time: most paragraphs never are. A wrong "seen" costs a few bytes."""
        place, bit = divmod(digest % _SEEN_BITS, 8)
        if self._seen[place] & 1 << bit:
            self._texts.setdefault(digest, masked(form)[:TEXT_LENGTH])
        self._seen[place] |= 1 << bit

    def memory(self, *, today: date | None = None) -> Memory:
        """Return what the articles of the window say. Articles of days after ``today`` do not count."""
        bound = (today or date.max).toordinal()
        last = max((each.day for each in self._articles.values() if each.day <= bound), default=0)
        first = last - self._parameters.window_days + 1
        hosts: dict[str, list[_Article]] = {}
        for article in self._articles.values():
            if first <= article.day <= last:
                hosts.setdefault(article.host, []).append(article)
        learned = {host: self._learn(articles, first) for host, articles in sorted(hosts.items())}
        days = [article.day for articles in hosts.values() for article in articles]
        return Memory.of(
            Contents(
                parameters=self._parameters,
                since=date.fromordinal(min(days)) if days else None,
                until=date.fromordinal(last) if days else None,
                articles=len(days),
                hosts={host: known for host, known in learned.items() if known},
            )
        )

    def _learn(self, articles: Sequence[_Article], first: int) -> dict[str, Learned]:
        """Return the boilerplate of one host. ``first`` is the first day of the window."""
        frequency = Counter(digest for article in articles for digest in set(article.hashes))
        evidence: dict[int, _Evidence] = {}
        total = 0
        for article in articles:
            own = _own_prose(article, frequency, len(articles))
            if own:
                total += 1
                _weigh(article, own, article.day - first, frequency, evidence)
        learned = {}
        for digest, found in evidence.items():
            bar = next((bar for bar in self._parameters.bars if _reached(bar, found, total)), None)
            if bar:
                learned[f"{digest:016x}"] = Learned(
                    place=bar.place,
                    articles=found.articles,
                    days=found.days.bit_count(),
                    share=round(found.articles / total, 3),
                    text=self._texts.get(digest, ""),
                )
        return learned


def learn(readings: Iterable[Reading], *, today: date | None = None) -> Memory:
    """Return the memory that the readings make. See ``Learner``."""
    learner = Learner()
    for each in readings:
        learner.add(each)
    return learner.memory(today=today)


def _kind(form: str) -> int:
    """What a paragraph looks like, as bits."""
    words = len(form.split())
    ends = form.endswith(_SENTENCE_ENDS)
    quotes = form.startswith("'") or any(mark in form for mark in _QUOTES)
    return (
        _PROSE * (words >= LINE_WORDS or (words >= SENTENCE_WORDS and ends))
        | _SENTENCE * (words >= LINE_WORDS or ends or quotes)
        | _FEW_WORDS * (words < BETWEEN_WORDS)
    )


def _own_prose(article: _Article, frequency: Mapping[int, int], articles: int) -> tuple[int, int] | None:
    """Return where the article's own prose begins and ends, if the article is mostly new."""
    prose = [
        (index, digest)
        for index, (digest, kind) in enumerate(zip(article.hashes, article.kinds, strict=True))
        if kind & _PROSE and not kind & _TAKEN
    ]
    own = [index for index, digest in prose if frequency[digest] == 1]
    common = max(_RARE, COMMON_SHARE * articles)
    weighed = {digest for _, digest in prose if frequency[digest] < common}
    return (own[0], own[-1]) if own and len(own) >= NEW_SHARE * len(weighed) else None


def _weigh(
    article: _Article, own: tuple[int, int], day: int, frequency: Mapping[int, int], evidence: dict[int, _Evidence]
) -> None:
    """Add what one article says of the paragraphs that it shares with others. ``day`` counts from the window's."""
    rows = list(zip(article.hashes, article.kinds, strict=True))
    around = [
        index
        for index, (digest, kind) in enumerate(rows)
        if not kind & _TAKEN and (kind & _PROSE or frequency[digest] < _RARE)
    ]
    stood: dict[int, _Evidence] = {}
    for index, (digest, kind) in enumerate(rows):
        if frequency[digest] < _RARE:
            continue
        end = not own[0] <= index <= own[1]
        before, after = bisect_left(around, index), bisect_right(around, index)
        neighbours = around[max(before - 1, 0) : before] + around[after : after + 1]
        alone = all(article.kinds[neighbour] & _PROSE for neighbour in neighbours)
        worst = stood.setdefault(digest, _Evidence(kind, ends=True, between=True))
        worst.ends &= end
        worst.between &= end or alone
    for digest, once in stood.items():
        found = evidence.setdefault(digest, _Evidence(once.kind))
        found.articles += 1
        found.days |= 1 << day
        found.ends += once.ends
        found.between += once.between


def _reached(bar: Bar, found: _Evidence, total: int) -> bool:
    placed = {"end": found.ends, "between": found.between, "anywhere": found.articles}[bar.place]
    return (
        found.articles >= bar.articles
        and found.days.bit_count() >= bar.days
        and found.articles >= bar.share * total
        and placed >= PLACED_SHARE * found.articles
        and not (bar.lines_only and found.kind & _SENTENCE)
        and not (bar.place == "between" and found.kind & _FEW_WORDS)
    )
