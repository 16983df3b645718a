"""Whether a sentence leans on the ones before it: at its opening ("But she ..."), or further in ("... also voted").

The rules are for English and find nothing in other languages.
"""

import re
from typing import Final

_NOW: Final = (
    r"(?: (?:past |coming |last )?(?:week|weekend|month|year|morning|afternoon|evening|season|summer|winter|autumn|"
    r"spring|century|time)\b)"
)
#: Openings that point at the sentence before.
_POINTS_BACK = re.compile(
    r"(?:[\"“‘'(]?(?:he|she|it|they|him|them|his|hers?|its|theirs?)|"
    rf"(?:this|that|these|those)(?!{_NOW})|"
    r"but|and|or|so|yet|nor|then|thus|hence|however|meanwhile|also|instead|still|such|here|moreover|furthermore|"
    r"therefore|otherwise|nevertheless|nonetheless|similarly|likewise|besides|consequently|accordingly|afterwards?|"
    r"later|earlier,|too|both|another|others?|neither|either|some of (?:them|those|these)|most of (?:them|those|these)|"
    r"one of (?:them|those|these)|the (?:latter|pair|duo|trio|two|same|others?)|"
    r"the former(?= (?:is|was|has|had|will)\b)|"
    r"the (?:move|incident|decision)(?! (?:to|by|of|that|on|in|for|from|which)\b)|"
    r"as a result|as such|for (?:example|instance|this|that)|"
    r"in (?:addition|contrast|turn|response|return|fact|this|that)|"
    r"by (?:contrast|then|comparison)|on the (?:other hand|contrary)|at the same time|at (?:this|that)|"
    r"(?:since|until|before|after|because of|despite|apart from|along with) (?:then|that|this|it|them|these|those)|"
    r"the (?:next|following|previous|same) (?:day|week|month|year|morning|evening)|"
    r"among (?:them|those|these)|"
    r"(?:\w+ )?(?:moments|seconds|minutes|hours|days|weeks|months|years) (?:later|earlier|after that))\b",
    re.IGNORECASE,
)
_PRONOUN_SAYS = re.compile(
    r"\b(?:(?:he|she|they) (?:\w+ly )?(?:said|says|added|adds|told|tells|wrote|writes|continued|explained|asked|"
    r"argued|recalled|noted|insisted|warned|tweeted|joked|replied|answered|concluded)|"
    r"(?:said|says|added|adds|told|wrote) (?:he|she|they))\b"
)
_NAME = re.compile(r"(?<=[\w,;:’'\"”] )[\"“]?[A-Z]\w")

_BE: Final = r"(?:is|are|was|were|be|been|has|have|had|will|would|may|might|can|could|should|must|did|do|does)"
#: Words inside a sentence that say that something went before it.
_LEANS_INSIDE = re.compile(
    r"(?<!but )(?<!and )(?<!not )\balso\b|\btoo(?=[.,;]|\Z)|\bmeanwhile\b|\bhowever\b|\btherefore\b|\blikewise\b|"
    r"\bsimilarly\b|\bnevertheless\b|\bnonetheless\b|\bmoreover\b|\bthus\b|\bhence\b|"
    r"(?<!one )(?<!after )\banother\b|\binstead\b(?! of)|\bsuch\b(?! as)|\bas well\b(?! as)|"
    r"\bboth\b(?!(?: [\w’'-]+){1,6} and\b)|\ba further\b|\b(?:has|have|had) since\b|\bsince then\b|"
    r"\bin (?:turn|response|addition|contrast|return)\b(?! (?:to|for))|\bas a result\b(?! of)|\bby then\b|"
    r"\bthe (?:latter|other|others|pair|duo|trio)\b|\bthe former(?= *[,.;]| (?:is|was|has|had|will|would)\b)|"
    r"\bthe (?:move|incident|decision|announcement|ruling|remarks?|comments?|statement|news|findings?|measure|"
    r"proposal)\b(?! (?:to|by|of|that|on|in|for|from|which|who)\b)|"
    r"\bthe same (?:day|week|month|year|night|evening|morning|time|place|reason)\b(?! (?:as|that)\b)|"
    rf"\b(?:this|these)\b(?!{_NOW})|(?<!over )\bthere\b(?! {_BE}\b)|\b(?:of|between|with|to|for) (?:them|these|those)"
    r"(?= *[,.;]|\Z)|(?<!among )(?<!and )(?<!each )\bothers\b|\bthe (?:next|following|previous) (?:day|week|month|year)"
    r"\b",
    re.IGNORECASE,
)
#: A subject that is a mere number or amount: "Two were hurt."
_BARE_SUBJECT = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|some|many|most|several|few|none|all|each|half|"
    rf"\d[\d,.]*)(?: of (?:that|it|which))? (?:{_BE}|said|say|says|died|came|went)\b",
    re.IGNORECASE,
)
#: "the School for Girls in Holm ": capitals, and small words between them.
_PLACE_NAME: Final = r"(?-i:(?:(?:[A-ZÀ-Þ][\w’'-]*|of|for|the|in|and|at) ){1,9})"
#: "At 77 he ...", "After the match, she ...".
_LATE_PRONOUN = re.compile(
    r"(?:at|in|on|after|for|by|as|while|since|over|during|from|with|before|under|speaking|asked|when|until|last)\s"
    rf"(?:(?:[\w’'-]+ ){{1,3}}|{_PLACE_NAME}|[^,;:\"“”]{{1,80}}, )(?P<who>he|she|they|it)\b",
    re.IGNORECASE,
)
#: "Adjusted for prices, that is ...".
_LATE_POINTER = re.compile(r"[A-Z][a-z]+\b[^,;:\"“”.]{1,100}, (?:that|this) (?:is|was|means|meant)\b")
_TIMES_TEXT: Final = """
the a an this that last next past few several early late mid each every once twice one two three four five six seven
eight nine ten times on in at by since until from during over for after before as of ago later earlier now today
yesterday tomorrow tonight recently currently previously initially eventually then again
day days night nights morning mornings afternoon evening week weeks weekend month months year years decade decades
century hour hours minute minutes spring summer autumn winter season
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november december christmas easter
"""
_TIME: Final = rf"(?:{'|'.join(_TIMES_TEXT.split())}|\d[\w:.]*)"
#: "Twice a year, it ...", "On Monday they ...": nothing before the pronoun that it could stand for.
_TIME_THEN_PRONOUN = re.compile(rf"{_TIME}(?:[ ,]+{_TIME}){{0,7}},? (?:he|she|they|it)\b", re.IGNORECASE)
#: "Ada Holt, 44, agreed."
_ONLY_AGREES = re.compile(
    r"[^,;:\"“”]{1,60}(?:, [^,;:\"“”]{1,60},)? (?:agree[sd]?|disagree[sd]?|concur(?:s|red)?)"
    r"(?: with (?:him|her|them|that|this))?[.!]"
)
_IN_PLACE = re.compile(rf"(?:in|at|from|on) (?:(?:[\w’'-]+ ){{1,3}}|{_PLACE_NAME})(?:he|she)\b", re.IGNORECASE)
_NO_NAME = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|"
    r"October|November|December|Christmas|Easter)\b"
)
#: The voice of a reporter or a reader, not of a report.
_IN_PERSON = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|me|us|[Yy]ou|[Yy]our)\b(?!\.)")


def leans(text: str) -> bool:
    """Whether an English sentence needs the one before it to be understood: "But the ...", "..., he said"."""
    if any(pattern.match(text) for pattern in (_POINTS_BACK, _LATE_POINTER, _TIME_THEN_PRONOUN)):
        return True
    if _ONLY_AGREES.fullmatch(text):
        return True
    said = _PRONOUN_SAYS.search(text)
    return said is not None and not _NAME.search(outside_quotes(text[: said.start()]))


def leans_inside(text: str) -> bool:
    """Whether an English sentence that opens well still says that something went before it, or speaks in person.

    It may stand in a summary, beside others, but is no good line on its own. Quotations are not looked at.
    """
    plain = outside_quotes(text)
    return bool(
        _LEANS_INSIDE.search(plain) or _BARE_SUBJECT.match(plain) or _IN_PERSON.search(plain) or _late_pronoun(plain)
    )


def outside_quotes(text: str) -> str:
    """A text with its quotations made blanks."""
    return re.sub(r"[“\"][^”\"]*[”\"]?", " ", text)


def _late_pronoun(text: str) -> bool:
    """Whether the subject is a pronoun, behind an opening that names nobody."""
    found = _LATE_PRONOUN.match(text)
    if found is None:
        return False
    # "In Holm she ...": a place is no person.
    in_place = _IN_PLACE.match(text) is not None and found["who"].lower() in {"he", "she"}
    return in_place or not _NAME.search(_NO_NAME.sub("", found[0]))
