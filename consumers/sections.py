"""Sections that run from their opening line to the end of the text, such as a comment policy below an article."""

from collections.abc import Iterator, Sequence
from itertools import islice

from consumers.rulepack import CompiledSection, RulePack, Section
from consumers.shape import HEADLINE_WORDS, Line

_MAX_OPENINGS = 8
"""Lines tried as the opening of a section: each try looks at the whole text."""
_MIN_BODY_WORDS = 30
"""Words that must stand before a section, so that an article on the matter is not taken for one."""
_NEUTRAL_WORDS = 9
"""Lines up to this length (a signature, a link) need no cue of their own inside a section."""
_CUE_SHARE, _VOICE_SHARE, _AGAINST_SHARE, _TOPIC_SHARE = 0.6, 0.4, 0.25, 0.2


def find_sections(lines: Sequence[Line], pack: RulePack) -> Iterator[tuple[int, Section]]:
    """The sections found, each with the index of its first paragraph."""
    for section in pack.sections:
        openings = list(islice(_openings(lines, section), _MAX_OPENINGS))
        if not openings:
            continue
        cues = [section.cues.matches(line.form) for line in lines]
        start = next((index for index in openings if _is_section(lines, cues, index, section)), None)
        if start is not None:
            yield start, section.rule


def _openings(lines: Sequence[Line], section: CompiledSection) -> Iterator[int]:
    """Paragraphs that could open the section: heading-like, with enough of an article before them."""
    before = 0
    for index, line in enumerate(lines):
        heading = 0 < line.words <= HEADLINE_WORDS and not line.statement
        if heading and before >= _MIN_BODY_WORDS and section.openings.matches(line.form):
            yield index
        before += line.words


def _is_section(lines: Sequence[Line], cues: Sequence[frozenset[int]], start: int, section: CompiledSection) -> bool:
    """Whether the text from ``start`` on is the section: by its cues and voice, and by a body on something else."""
    inside = range(start, len(lines))
    if len(frozenset().union(*(cues[index] for index in inside))) < section.rule.min_cues:
        return False
    weighed = [index for index in inside if lines[index].words > _NEUTRAL_WORDS or cues[index]]
    tones = [section.tones.matches(lines[index].form) for index in weighed]
    before = [index for index in range(start) if lines[index].prose]
    on_topic = sum(len(cues[index]) > 1 for index in before)
    return (
        sum(bool(cues[index]) for index in weighed) >= _CUE_SHARE * len(weighed)
        and sum(0 in tone for tone in tones) >= _VOICE_SHARE * len(weighed)
        and sum(1 in tone for tone in tones) <= _AGAINST_SHARE * len(weighed)
        and on_topic <= _TOPIC_SHARE * len(before)
    )
