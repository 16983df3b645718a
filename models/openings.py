"""What stands before a sentence and says nothing of it: the bullet of a list, the dateline of a report.

A dateline tells where a report was written, often when, sometimes by which agency.
"""

import re
from typing import Final

#: A report opens in one of its first paragraphs: a title and a byline may stand above.
_PARAGRAPHS: Final = 3
#: Fewer words behind it are no report: "HARBOUR: Closed."
_FEWEST_WORDS: Final = 5

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DATE = rf"(?:{_MONTH} \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} {_MONTH}(?: \d{{4}})?)"
_AGENCY = r"(?:\([A-Z][\w./& -]{1,30}\)|/[A-Z][\w.& -]{1,30}/)"
_CAPITALS = r"[A-ZÀ-Þ][A-ZÀ-Þ.’' -]{2,40}(?:, [A-Z][\w.]{1,20}(?: [A-Z][\w.]{1,20})?){0,2}"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_PLACE = r"[A-ZÀ-Þ][\w.’'-]{1,20}(?: [A-ZÀ-Þ][\w.’'-]{1,20}){0,3}"
_DASH = r"\s{0,2}(?:[—–]|(?<=\s)--?(?=\s))\s{0,2}"
_DATELINE = re.compile(
    rf"(?:{_CAPITALS}(?:,? {_DATE})?(?:,? {_AGENCY})?(?:{_DASH}|:\s{{1,2}})"
    rf"|(?:{_PLACE}, )?{_DATE},? {_AGENCY}(?:{_DASH}|:\s{{1,2}})"
    rf"|{_PLACE},? {_AGENCY}{_DASH}"
    rf"|{_PLACE}(?:, {_PLACE}){{1,2}}{_DASH}(?=[\"“‘'(]?[A-ZÀ-Þ\d])"
    rf"|{_WEEKDAY},? (?:{_MONTH} \d{{1,2}}, |\d{{1,2}} {_MONTH} )\d{{4}}:?\s{{1,2}}(?=[\"“‘'(]?[A-ZÀ-Þ\d])"
    # "Holm: The ...": another form only where no speaker can be meant.
    rf"|{_PLACE}:\s(?=(?:\S+\s+){{11}})(?![\"“‘']|(?:I|We|You|It|No|Yes|That|Well|My|Our)\b))(?=[\"“‘'(]?[A-ZÀ-Þ\d])"
)
_BULLET = re.compile(r"(?:[•‣▪●◦*]\s*|[·–—-]\s+)(?=[\"“‘'(]?[^\W_])")


def behind_opening(text: str, paragraph: int = 0) -> int:
    """Where a sentence of that paragraph begins: behind its bullet or the report's dateline, else at 0."""
    if bullet := _BULLET.match(text):
        return bullet.end()
    found = _DATELINE.match(text) if paragraph < _PARAGRAPHS else None
    if found is None or text.count(" ", found.end()) + 1 < _FEWEST_WORDS:
        return 0
    return found.end()
