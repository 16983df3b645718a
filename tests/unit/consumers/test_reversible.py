"""Whatever the cleaner is given, text and removed pieces give it back; with a memory, linked paragraphs, sections and
pull quotes too."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consumers.clean import Cleaned, clean
from consumers.memory import Contents, HostMemory, Learned, Memory, Parameters, paragraph_hash
from consumers.normal_form import normal_form
from consumers.paragraphs import SEPARATOR
from consumers.repeats import SCORES
from consumers.restore import restore
from consumers.rulepack import load_rules
from schemas.articles import Removed

PACK = load_rules()
HOST = "paper.example"


def example_lines() -> Iterator[str]:
    """The rule pack's examples, of both kinds: what rules take, and what they nearly take."""
    for rule in (*PACK.rules, *PACK.scored, *(section.rule for section in PACK.sections)):
        for entry in (*rule.examples.positive, *rule.examples.negative):
            yield from (entry,) if isinstance(entry, str) else entry


BODY = (
    "The council voted on Tuesday to close the old harbour road for the winter, after two years of complaints.",
    '"We have asked for this road for ten years, and nobody listened to a word of it," said Ida Holm, a fisher.',
    "Engineers found in March that the sea wall below it had moved by four centimetres since the last survey.",
)
POLICY = (
    "Commenting on this site",
    "We want our comments to be a place where readers can discuss the news with each other, whatever they think.",
    "Be civil. Do not post insults or spam: our moderators delete them, and repeat offenders are banned.",
    "Report any comment that breaks the house rules by using the flag beside it.",
)
QUOTES = (
    '"We have asked for this road for ten years"',
    "nobody listened to a word of it",
    '"We have asked for this road for ten years, and nobody listened" - Ida Holm',
    "Ida Holm",
)
LINES = st.sampled_from([*example_lines(), *BODY, *POLICY, *QUOTES])
ODD = st.text(max_size=40) | st.sampled_from(
    ["", " ", "\n", "\r", "\x00", "\ud800", "\u2028", "-", "•", "a\n\nb", "\n\n\n"]
)
PARAGRAPHS = st.lists(LINES | ODD, max_size=30)
SEPARATORS = st.sampled_from([SEPARATOR, SEPARATOR, SEPARATOR, "\n", "\n\n\n", "\n\n\n\n", " \n\n ", "\r\n\r\n", ""])
LINKED = st.frozensets(st.integers(min_value=-2, max_value=40), max_size=20)


@dataclass(frozen=True)
class Rote:
    """A memory that knows some paragraphs by their form."""

    forms: frozenset[str]

    def find(self, form: str, /) -> tuple[str, float] | None:
        return ("memory:0badcafe", 0.9) if form in self.forms else None


def holds(text: str, cleaned: Cleaned) -> None:
    """Check everything that lets a reader put the input together again, and nothing else."""
    assert restore(cleaned.text, cleaned.removed) == text
    offsets = [piece.offset for piece in cleaned.removed]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(cleaned.text) for offset in offsets)
    given_paragraphs = text.split(SEPARATOR)
    kept = cleaned.text.split(SEPARATOR) if len(cleaned.removed) < len(given_paragraphs) else []
    taken = [_paragraph(piece) for piece in cleaned.removed]
    assert Counter(kept) + Counter(taken) == Counter(given_paragraphs)
    order = iter(given_paragraphs)
    assert all(paragraph in order for paragraph in kept)


def _paragraph(piece: Removed) -> str:
    """The paragraph in a piece, without the separator that it was joined by."""
    if piece.text.startswith(SEPARATOR):
        return piece.text.removeprefix(SEPARATOR)
    return piece.text.removesuffix(SEPARATOR)


def forms_of(paragraphs: list[str]) -> frozenset[str]:
    return frozenset(normal_form(part) for paragraph in paragraphs for part in paragraph.split(SEPARATOR))


@given(text=st.text(), linked=LINKED)
@example("\n\n", frozenset({0, 1}))
@example("\n\n\n\nShare\n\n", frozenset({3}))
@example("Share\n\nShare", frozenset())
@example("\ud800\n\nShare\n\n\udfff", frozenset({1}))
def test_any_text_is_given_back(text: str, linked: frozenset[int]) -> None:
    assert restore(*_parts(clean(text, linked=linked))) == text


@settings(max_examples=250, deadline=None)
@given(data=st.data(), paragraphs=PARAGRAPHS, linked=LINKED, known=st.integers(min_value=0, max_value=5))
def test_any_mixture_is_given_back_with_memory_and_links(
    data: st.DataObject, paragraphs: list[str], linked: frozenset[int], known: int
) -> None:
    text = "".join(part for paragraph in paragraphs for part in (paragraph, data.draw(SEPARATORS)))
    memory = Rote(forms_of(paragraphs[::known])) if known else None
    cleaned = clean(text, memory=memory, linked=linked)
    assert restore(*_parts(cleaned)) == text
    assert clean(text, memory=memory, linked=linked) == cleaned


@settings(max_examples=250, deadline=None)
@given(
    paragraphs=st.lists(LINES | st.text(alphabet="ab .\"'-—港\u0301", max_size=30), min_size=1, max_size=30),
    linked=LINKED,
)
def test_every_paragraph_is_either_kept_or_taken_as_it_was(paragraphs: list[str], linked: frozenset[int]) -> None:
    text = SEPARATOR.join(paragraphs)
    holds(text, clean(text, linked=linked))


@settings(max_examples=100, deadline=None)
@given(
    before=st.lists(LINES, max_size=8),
    quotes=st.lists(st.sampled_from(QUOTES), max_size=5),
    after=st.lists(LINES, max_size=8),
)
def test_sections_and_pull_quotes_are_given_back(before: list[str], quotes: list[str], after: list[str]) -> None:
    text = SEPARATOR.join([*BODY, *before, *quotes, *POLICY, *after])
    holds(text, clean(text))


def test_the_ways_above_are_taken() -> None:
    """What the properties say of sections, pull quotes, memories and links, they say of something."""
    text = SEPARATOR.join([*BODY, QUOTES[0], BODY[2], *POLICY])
    rules = {piece.rule for piece in clean(text).removed}
    assert rules & {*SCORES}
    assert rules & {section.rule.id for section in PACK.sections}
    assert {piece.rule for piece in clean(text, memory=Rote(forms_of([BODY[1]]))).removed} >= {"memory:0badcafe"}


def test_what_a_memory_takes_still_tells_what_it_is() -> None:
    credit, correction, stamps = "© Reuters", "This article was amended on 3 May 2026.", ("10:41", "11:12", "11:40")
    text = SEPARATOR.join(["By Ida Holm", *BODY, *stamps, BODY[0], correction, credit])
    forms = forms_of(["By Ida Holm", *stamps, correction, credit])
    known = clean(text, memory=Rote(forms))
    assert {piece.rule for piece in known.removed} == {"memory:0badcafe"}
    assert (known.byline, known.corrections, known.credit) == ("By Ida Holm", (correction,), credit)
    assert "live-blog" in known.flags


@settings(max_examples=60, deadline=None)
@given(paragraphs=st.lists(LINES, min_size=1, max_size=20), every=st.integers(min_value=1, max_value=4))
def test_a_memory_of_a_host_takes_what_it_knows_and_gives_it_back(paragraphs: list[str], every: int) -> None:
    known = {
        paragraph_hash(normal_form(line)): Learned(place="anywhere", articles=8, days=4, share=0.4, text=line[:40])
        for line in paragraphs[::every]
        if normal_form(line)
    }
    contents = Contents(
        parameters=Parameters(window_days=30, bars=()), since=None, until=None, articles=8, hosts={HOST: known}
    )
    memory = Memory.of(contents).for_url(f"https://www.{HOST}/harbour")
    assert isinstance(memory, HostMemory) or not known
    text = SEPARATOR.join([*BODY, *paragraphs])
    cleaned = clean(text, memory=memory)
    holds(text, cleaned)
    left = {paragraph_hash(normal_form(paragraph)) for paragraph in cleaned.text.split(SEPARATOR)}
    assert not left & known.keys()


@given(
    pieces=st.lists(st.tuples(st.integers(min_value=0, max_value=60), st.text(min_size=1, max_size=10)), max_size=12),
    text=st.text(min_size=60, max_size=80),
)
def test_restoring_is_inserting_each_piece_last_first(pieces: list[tuple[int, str]], text: str) -> None:
    removed = [Removed(offset=offset, text=piece, rule="x", score=1.0) for offset, piece in sorted(pieces)]
    expected = text
    for piece in reversed(removed):
        expected = expected[: piece.offset] + piece.text + expected[piece.offset :]
    assert restore(text, removed) == expected


@settings(max_examples=60, deadline=None)
@given(paragraphs=st.lists(LINES, max_size=20))
def test_what_was_taken_survives_its_message(paragraphs: list[str]) -> None:
    text = SEPARATOR.join(paragraphs)
    cleaned = clean(text)
    sent = msgspec.json.decode(msgspec.json.encode(cleaned.removed), type=tuple[Removed, ...])
    assert restore(cleaned.text, sent) == text


def _parts(cleaned: Cleaned) -> tuple[str, tuple[Removed, ...]]:
    return cleaned.text, cleaned.removed
