"""Pull quotes: short paragraphs set apart whose words stand in the same order elsewhere in the article.

A pull quote repeats a sentence or two of the body, often with the words between them left out, and may name the
speaker behind it. It is told by runs of words that it shares with a longer paragraph; no phrase list is involved.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from consumers.shape import Hit, Line

PULL_QUOTE = "repeats.pull-quote"
SPEAKER = "repeats.speaker"
SCORES = {PULL_QUOTE: 0.93, SPEAKER: 0.85}
_LEAST_QUOTED, _LEAST_BARE, _LEAST_SINGLE = 5, 7, 9
_MAX_WORDS = 60
_MAX_CHARACTERS = 400
_RUN = 3
"""Words in a row that two paragraphs must share to be compared further."""
_SHARE = 0.85
"""Share of the quote's words that must stand in the longer paragraph."""
_GAP = 25
"""Words that may be left out between two runs."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)?")
"""The same in small letters of ASCII, in three quarters of the time."""
_SPEAKER = re.compile(r"(?<=[\w.!?,\"'])\s*[\"']?\s+[-~|]\s*\S.{2,80}$|(?<=[.!?,]\")\s*[A-Z][^.!?]{2,80}$")
_SPEAKER_MARKS = (" -", " ~", " |", '."', '!"', '?"', ',"')
"""One of these stands where a speaker is found: quicker to look for. White space is single blanks."""
_NAMED = re.compile(r"[-~]?\s*[A-Z][\w'.-]+(?: [\w'.-]+){0,3}(?:, .{2,60})?")
_MAX_SEARCHED = 1_000_000
"""Characters of the article times quotes: up to here it is quicker to look for a quote's words in all of it first."""
_TRIES = 4
_REACH = 40

Words = tuple[str, ...]


def pull_quotes(lines: Sequence[Line], hits: Sequence[Hit | None]) -> Iterator[tuple[int, Hit]]:
    """The lines that only repeat what a longer paragraph says, and the names of speakers set below them."""
    quotes = {
        index: words
        for index, line in enumerate(lines)
        if not hits[index] and _set_apart(line) and _least(line) <= len(words := _words(line)) <= _MAX_WORDS
    }
    if sum(len(line.form) for line in lines) * len(quotes) < _MAX_SEARCHED:
        text = "\n".join(line.form for line in lines).lower()
        quotes = {
            index: words for index, words in quotes.items() if any(_twice(run, text) for run in _first_runs(words))
        }
    if not quotes:
        return
    wanted = {run for words in quotes.values() for run in _first_runs(words)}
    bodies: dict[int, Words] = {}
    where: defaultdict[Words, list[tuple[int, int]]] = defaultdict(list)
    for index, line in enumerate(lines):
        if hits[index] or line.words <= _LEAST_QUOTED:
            continue
        words = bodies[index] = _split(line.form.lower())
        for start, run in enumerate(zip(words, words[1:], words[2:], strict=False)):
            if run in wanted and len(where[run]) < _TRIES:
                where[run].append((index, start))
    for index, quote in quotes.items():
        if any(_repeats(quote, bodies[other], start) for other, start in _seeds(index, quote, bodies, where)):
            yield index, Hit(PULL_QUOTE, SCORES[PULL_QUOTE])
            below = index + 1
            if below < len(lines) and not hits[below] and _names_speaker(lines[below], lines, below):
                yield below, Hit(SPEAKER, SCORES[SPEAKER])


def _set_apart(line: Line) -> bool:
    """Whether the line could be a quote set apart: quoted, or no whole sentence, or with a speaker behind it."""
    if len(line.form) > _MAX_CHARACTERS:
        return False
    return line.form[:1] in "\"'" or (line.open and not _is_named(line.form)) or _has_speaker(line.form)


def _is_named(form: str) -> bool:
    """Whether most words begin with a capital, as in names and titles."""
    words = form.split()
    return 2 * sum(word[0].isupper() for word in words) >= len(words)


def _has_speaker(form: str) -> bool:
    return any(mark in form for mark in _SPEAKER_MARKS) and bool(_SPEAKER.search(form))


def _least(line: Line) -> int:
    """The words that a pull quote of this shape has at least: cross-headings are quoted too, but are shorter."""
    if line.form[:1] == "'":
        return _LEAST_SINGLE
    return _LEAST_QUOTED if line.form[:1] == '"' or _has_speaker(line.form) else _LEAST_BARE


def _split(lower: str) -> Words:
    return tuple((_ASCII_WORD if lower.isascii() else _WORD).findall(lower))


def _words(line: Line) -> Words:
    return _split(_SPEAKER.sub("", line.form).lower())


def _first_runs(quote: Words) -> list[Words]:
    """The runs of ``_RUN`` words at the quote's beginning: the first word or two may be changed."""
    return [quote[offset : offset + _RUN] for offset in range(min(3, len(quote) - _RUN + 1))]


def _twice(run: Words, text: str) -> bool:
    """Whether two of the words stand side by side twice: else the run cannot be in two paragraphs."""
    return any(0 <= text.find(pair) < text.rfind(pair) for pair in map(" ".join, pairwise(run)))


def _seeds(
    index: int, quote: Words, bodies: dict[int, Words], where: dict[Words, list[tuple[int, int]]]
) -> Iterator[tuple[int, int]]:
    """Places in longer paragraphs where the quote's first words stand."""
    for offset, run in enumerate(_first_runs(quote)):
        for other, start in where.get(run, ()):
            if other != index and len(bodies[other]) > len(quote):
                yield other, max(0, start - offset)


def _repeats(quote: Words, body: Words, start: int) -> bool:
    """Whether most of the quote's words follow in the body from ``start`` on, in order and close together."""
    found, at = 0, start
    for word in quote:
        window = body[at : at + 1 + (_GAP if found else 0)]
        try:
            at += window.index(word) + 1
        except ValueError:
            if not found:
                at += 1
            continue
        found += 1
    return found >= _SHARE * len(quote)


def _names_speaker(line: Line, lines: Sequence[Line], index: int) -> bool:
    """Whether the line is a name that stands elsewhere in the article too."""
    if not line.open or line.words > 10 or not (match := _NAMED.fullmatch(line.form)):
        return False
    name = match.group().lstrip("-~ ").split(",")[0]
    near = (*lines[max(0, index - _REACH) : index], *lines[index + 1 : index + 1 + _REACH])
    return any(name in other.form for other in near)
