"""What speaks for leaving a line in after all, whatever its words: where it stands, and what kind of text it is in.

Rules and scorer judge a line by how it speaks to the reader. Long prose in mid-text and the answers of an interview do
that too, and losing them costs an article more than a line of boilerplate does.
"""

import re
from collections.abc import Sequence

from consumers.places import bounds
from consumers.repeats import PULL_QUOTE
from consumers.shape import WEIGHED, Hit, Line

LONG_WORDS = 40
"""Words from which a paragraph of prose between others is body, unless what stands beside it goes and is no prose; in
an interview wherever it stands."""
QUESTIONS = 5
QUESTION_SHARE = 0.15
"""Paragraphs that are questions, in number and share of the prose, from which a text is an interview."""
ANSWER_WORDS = 8
"""Words from which a line within an interview is a question, or the answer below it, not a label."""
QUESTION_WORDS = 4
"""Words from which a line within an interview is a question where an answer stands below it."""
HEAD_LINES = 8
"""Lines from the top in which byline and date of a text stand below its headline and standfirst."""
HEAD_WORDS = 5
"""Words from which a line up there may be one of them; a section or a label has fewer."""
_TAKEN_FOR = frozenset({WEIGHED, PULL_QUOTE, "related.capitals", "related.weak-heading"})
"""What a headline is taken for, since it is one: it stands alone, is said again below, or has a label before it or
above."""

REPORT_WORDS = 8
"""Words from which a sentence that opens or closes a text may be a report."""
_SPEAKS = re.compile(
    r"\b(?:you|your|yours|we|us|our|ours|i|me|my|let['’]?s|please|here)\b|\b(?:subscri|publish|updat|report(?:er|ing)|"
    r"correspond|edit(?:or|ion)|column|journal|writ|author|photo|pictur|imag|video|caption|comment|moderat|advert|sponsor|"
    r"commission|donat|support|member|contact|phone|register|translat|regist|reader|archiv|found(?:ed|er)|crossword|quiz)|"
    r"\b(?:click|tap|read|scroll|visit|join|get|find|see|more|follow|share|listen|watch|download|play|vote|enter|send|tell|"
    r"call|ring|buy|order|shop|book|sign(?:ed|ing)? (?:up|in|on)|apps?|newsletters?|podcasts?|terms|privacy|cookies?|"
    r"press|(?:news)?papers?|newsroom|magazine|weekly|daily|independent|affiliate|credit|copyright|hotline|helpline|agency|"
    r"agencies|this (?:article|story|report|page|piece|post|series|content|site|website|interview))\b|e-?mail|@|www[.]|"
    r"https?:|[.](?:com|org|net|co|uk)\b|©|facebook|twitter|instagram|whatsapp|telegram|tiktok|\d{3}[- ]\d{3,4}",
    re.IGNORECASE,
)
"""The words of a page that speaks of itself or to its reader; a report has none of them."""
_BIOGRAPHY = re.compile(
    r"(?:(?:Dr|Prof(?:essor)?|Sir|Dame)\.? )?[A-Z][\w.'-]+(?: [A-Z][\w.'-]*){1,3},?(?: .{0,60},)? "
    r"(?:is|was|has been|lives|teaches|studies|works|holds|runs|leads|directs|chairs|covers)\b"
)


def give_back_report(lines: Sequence[Line], hits: list[Hit | None]) -> None:
    """Take back what was only weighed out of a report's ends: a sentence beside the body that speaks to nobody."""
    body = bounds(lines, hits)
    if body.last < 0:
        return
    for index in range(body.last + 1, len(lines)):
        if not _is_report(lines[index], hits[index]):
            break
        hits[index] = None
    for index in range(body.first - 1, -1, -1):
        if not _is_report(lines[index], hits[index]):
            break
        hits[index] = None


def _is_report(line: Line, hit: Hit | None) -> bool:
    return (
        hit is not None
        and hit.rule == WEIGHED
        and line.words >= REPORT_WORDS
        and line.statement
        and not (line.named or line.linked or line.item or line.arrow)
        and not _SPEAKS.search(line.form)
        and not _BIOGRAPHY.match(line.form)
    )


def give_back_head(lines: Sequence[Line], hits: list[Hit | None]) -> None:
    """Take hits on headline and standfirst back: the lines above the byline or date that opens a text."""
    below = max((at for at, hit in enumerate(hits[:HEAD_LINES]) if hit and hit.rule.startswith("stamps.")), default=0)
    said = {line.form for line, hit in zip(lines[:below], hits, strict=False) if not hit}
    for index in range(below):
        line, hit = lines[index], hits[index]
        above = hits[index - 1] if index else None
        caption = above is not None and above.rule.startswith("captions.")
        taken_for = hit is not None and (hit.rule in _TAKEN_FOR or (not index and hit.rule == "captions.line"))
        if taken_for and line.words >= HEAD_WORDS and line.form not in said and not caption:
            hits[index] = None
            said.add(line.form)


def give_back(lines: Sequence[Line], hits: list[Hit | None], *, sure: frozenset[int]) -> None:
    """Take hits back where they are in doubt; those at ``sure`` (learned, sections, repeats) stay."""
    body = bounds(lines, hits)
    interview = _is_interview(lines, hits)
    before = list(hits)
    for index, hit in enumerate(before):
        line = lines[index]
        if hit is None or index in sure or hit.keep == "correction" or index < body.first:
            continue
        if interview and _is_question(index, lines, before):
            hits[index] = None
        if not line.prose:
            continue
        beside = [
            i for i in (index - 1, index + 1) if i < len(lines) and before[i] and (i in sure or not lines[i].prose)
        ]
        alone = index < body.last and not beside
        answers = _asks(line) or (_asks(lines[index - 1]) and not before[index - 1])
        said = interview and line.words >= (ANSWER_WORDS if answers else LONG_WORDS)
        if said or (alone and line.words >= LONG_WORDS):
            hits[index] = None


def _is_interview(lines: Sequence[Line], hits: Sequence[Hit | None]) -> bool:
    prose = [line for line, hit in zip(lines, hits, strict=True) if line.prose and not hit]
    asked = sum(map(_asks, prose))
    return asked >= QUESTIONS and asked >= QUESTION_SHARE * len(prose)


def _is_question(index: int, lines: Sequence[Line], hits: Sequence[Hit | None]) -> bool:
    """Whether a line that was taken for a headline is a question: what stands below it answers."""
    line, hit = lines[index], hits[index]
    taken_for = hit is not None and (hit.rule == WEIGHED or hit.rule.startswith("related."))
    below = index + 1
    answered = below < len(lines) and hits[below] is None and lines[below].prose
    return taken_for and answered and _asks(line) and line.words >= QUESTION_WORDS and not line.linked


def _asks(line: Line) -> bool:
    return line.form.endswith("?")
