"""Short forms of a name, joined to the full one: surnames, initials, companies, clubs and offices.

The rules are those of news prose: a person is named in full once and by surname after ("Mr X"); an organisation is
named in full and then by its initials, or by its first or last word. Where a short form fits two full names it is left
on its own: no guess.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from models.spans import Found
from models.spelling import WORD, Name
from models.trim import PERSON

#: A short form that was labelled otherwise still joins the one name that it fits if this part of its evidence says so,
#: or if the evidence for its own label is no better than this.
_ENOUGH = 0.25
_UNSURE = 0.9
#: From here on a surname is a person's for sure.
_SURE = 0.7
#: Words of a person's full name.
_LONGEST_PERSON = 4

_SMALL_WORD = re.compile(r"of|the|and|for|in|on|de|la|du|des", re.IGNORECASE)
#: Two letters that are a word of their own in news.
_COMMON = frozenset("ai ar vr it ip tv pr hr pc id dj cv pe er".split())  # noqa: SIM905
#: Where so many names share a word, a short form with that word fits none of them for sure, and nobody compares them.
_MANY = 32

#: What the name of a club adds to the name of its town.
_CLUB_TEXT = """
united city town rovers wanderers athletic albion county fc afc cf sc rfc cc hotspur rangers argyle alexandra orient
stanley villa forest wednesday palace knights warriors tigers saints sharks bulls
"""
_CLUB = frozenset(_CLUB_TEXT.split())
#: What stands behind the name of a company.
_COMPANY = frozenset("inc ltd limited plc corp corporation llc ag ab asa oyj nv gmbh se spa pty bhd".split())  # noqa: SIM905
#: Words before a name that speak of a place.
_LOCATIVE = re.compile(
    r"\b(?:in|near|around|across|through|throughout|outside|inside|of|to|towards|leaving|north|south|east|west)\s+\Z"
)
#: What stands behind the place of a dateline: "SEATTLE, Wash. (AP) — ".
_DATELINE_REST = re.compile(r"(?:, [A-Z][\w.]{1,20})?(?:,? \([A-Z][\w. /]{1,20}\))? ?(?:—|–|--)")
#: The end of a sentence or of a paragraph.
_BREAK = re.compile(r"[.!?][\"”’)]*\s|\n")
#: Mentions of a short form before the full name that make it a name of its own.
_OFTEN = 2
_BRACKETED = re.compile(r" \(([^\W\d_](?:[\w&+-]|\.(?=\w)){1,9}\.?)\)")


def join_people(names: list[Name]) -> list[Name]:
    """Join "Smith", "Jane Smith" and "Jane" to "Jane A. Smith" where only one full name fits.

    A full name that the tagger was unsure of is a person's where its surname is elsewhere in the text.
    """
    surnames = _surnames(names)
    names = [_by_surname(name, surnames) for name in names]
    by_last, by_first = defaultdict[str, list[Name]](list), defaultdict[str, list[Name]](list)
    for name in names:
        if name.label in PERSON and len(name.words) > 1:
            by_last[name.words[-1]].append(name)
            by_first[name.words[0]].append(name)
    joined = set[tuple[str, ...]]()
    for short in sorted(names, key=lambda name: -len(name.words)):
        if not _may_be_person(short):
            continue
        longer = [
            name
            for name in _few(by_last, short.words[-1])
            if len(name.words) > len(short.words) and name.words not in joined and _within(short.words, name.words)
        ]
        if not longer and len(short.words) == 1:
            longer = [name for name in _few(by_first, short.words[0]) if name.words not in joined]
        if len(longer) == 1:
            longer[0].absorb(short)
            joined.add(short.words)
    return [name for name in names if name.words not in joined]


def _surnames(names: list[Name]) -> dict[str, Name]:
    """The single words that are people for sure."""
    sure = (name for name in names if len(name.words) == 1 and name.label in PERSON)
    return {name.words[0]: name for name in sure if name.titled or name.share(name.label) >= _SURE}


def _by_surname(name: Name, surnames: Mapping[str, Name]) -> Name:
    """The name with the label of its surname, if it may be that of a person."""
    surname = surnames.get(name.words[-1])
    if surname is None or not 1 < len(name.words) <= _LONGEST_PERSON:
        return name
    if name.label in PERSON or name.share(name.label) >= _UNSURE:
        return name
    person = Name(name.words, titled=name.titled)
    for mention in name.mentions:
        person.add(Found(mention.start, mention.end, {surname.label: sum(mention.evidence.values())}))
    return person


def _few(index: Mapping[str, list[Name]], word: str) -> Sequence[Name]:
    """The names under a word; nothing where they are too many to tell apart."""
    names = index.get(word, ())
    return names if len(names) < _MANY else ()


def _may_be_person(name: Name) -> bool:
    unsure = len(name.words) == 1 and name.share(name.label) < _UNSURE
    return name.titled or name.label in PERSON or any(name.share(label) >= _ENOUGH for label in PERSON) or unsure


def _within(short: Sequence[str], full: Sequence[str]) -> bool:
    """Whether the words of `short` stand in `full` in the same order, an initial for its name allowed."""
    rest = iter(full)
    return all(any(word == other or (len(word) == 1 and other.startswith(word)) for other in rest) for word in short)


def bracketed(text: str, names: list[Name]) -> Iterator[Found]:
    """Short forms in brackets right behind the full name that they stand for ("Vale River Trust (VRT)").

    They carry the evidence of that name, whatever the tagger made of them, or if it passed them over.
    """
    for name in names:
        if name.label in PERSON or len(name.words) < 2:
            continue
        for mention in name.mentions:
            short = _BRACKETED.match(text, mention.end)
            if short and stands_for(short[1], text[mention.start : mention.end]):
                yield Found(short.start(1), short.end(1), dict(mention.evidence))


def stands_for(short: str, full: str) -> bool:
    """Whether a short form may stand for a full one (Schwartz and Hearst, 2003): its letters are found in the full one
    from the right, the first of them at the start of a word; it has a capital, and at most half of the letters."""
    letters = [letter for letter in short.casefold() if letter.isalnum()]
    plain = full.casefold()
    if not any(map(str.isupper, short)) or not 2 <= len(letters) <= len(plain) / 2:
        return False
    place = len(plain)
    for number, letter in reversed(list(enumerate(letters))):
        place = plain.rfind(letter, 0, place)
        while number == 0 and place > 0 and plain[place - 1].isalnum():
            place = plain.rfind(letter, 0, place)
        if place < 0:
            return False
    return True


def join_organisations(text: str, names: list[Name]) -> list[Name]:
    """Join initials ("WHO", "(IMF)") and first or last words ("the Treasury") where only one full name fits."""
    by_initials, by_edge = defaultdict[str, list[Name]](list), defaultdict[str, list[Name]](list)
    for name in names:
        if name.label in PERSON or len(name.words) < 2:
            continue
        by_initials[_capitals(text, name)].append(name)
        if name.label == "ORG":
            for word in {name.words[0], name.words[-1]}:
                by_edge[word].append(name)
    by_end = {mention.end: name for name in names if name.label == "ORG" for mention in name.mentions}
    joined, towns = set[tuple[str, ...]](), list[Name]()
    for short in sorted(names, key=lambda name: -len(name.words)):
        initials = _few(by_initials, _initials(text, short))
        full = [name for name in initials if name is not short and _fits_initials(text, short, name)]
        if (before := _before_brackets(text, short, by_end)) is not None:
            full.append(before)
        edges = (*_few(by_edge, short.words[0]), *_few(by_edge, short.words[-1]))
        full += [name for name in edges if _is_part(short, name) and not _came_first(text, short, name)]
        fits = {name.words: name for name in full if name.words not in joined}
        if len(fits) == 1:
            _, fit = fits.popitem()
            place, rest = _parted(short, lambda mention: _is_dateline(text, mention))
            fit.absorb(rest, surely=_is_company(short, fit))
            joined.add(short.words)
            if place.mentions:
                town = Name(place.words, evidence={"LOC": 0.0})
                town.absorb(place, surely=True)
                towns.append(town)
    return [name for name in names if name.words not in joined] + towns


def _is_company(short: Name, full: Name) -> bool:
    """Whether the full name is the short one and what stands behind the name of a company: "Holm" and "Holm Ltd"."""
    return short.words == full.words[:-1] and full.words[-1] in _COMPANY and not short.titled


def _capitals(text: str, name: Name) -> str:
    """The first letters of the words of a name, small words left out."""
    first = name.mentions[0]
    words = WORD.findall(text, first.start, first.end)
    return "".join(word[0] for word in words if not _SMALL_WORD.fullmatch(word)).upper()


def _initials(text: str, name: Name) -> str:
    """The letters of a name that may be initials: one word of capitals, full stops left out; else nothing."""
    surface = text[name.mentions[0].start : name.mentions[0].end].replace(".", "")
    return surface if surface.isupper() and surface.isalnum() else "-"


def _fits_initials(text: str, short: Name, full: Name) -> bool:
    """Initials stand for a full name right before them in brackets; an organisation's, or three and more, anywhere."""
    start = short.mentions[0].start
    in_brackets = any(mention.end + 2 == start and text[mention.end : start] == " (" for mention in full.mentions)
    likely = short.label == full.label or short.share(full.label) >= _ENOUGH or short.share(short.label) < _UNSURE
    return in_brackets or (likely and (len(short.words[0]) >= 3 or _is_two_letters(short, full)))


def _before_brackets(text: str, short: Name, by_end: Mapping[int, Name]) -> Name | None:
    """The organisation before the brackets that a short form stands in: "Housing Board (HDB)", "Asia Bank (AsB)".

    Its letters are those of the full name, or it is all capitals and both begin and end alike.
    """
    first = short.mentions[0]
    full = by_end.get(first.start - 2) if text[first.start - 2 : first.start] == " (" else None
    if full is None or len(full.words) < 2 or len(short.words) > 1 or short.label != "ORG":
        return None
    ends = [mention for mention in full.mentions if mention.end == first.start - 2]
    if any(stands_for(text[first.start : first.end], text[mention.start : mention.end]) for mention in ends):
        return full
    letters, capitals = _initials(text, short), _capitals(text, full)
    return full if len(letters) > 1 and (capitals[:1], capitals[-1:]) == (letters[0], letters[-1]) else None


def _is_two_letters(short: Name, full: Name) -> bool:
    """Whether two letters can stand for an organisation ("DB" for "Deutsche Bahn"), and not for a common thing."""
    return short.label == full.label == "ORG" and short.words[0] not in _COMMON


def _is_part(short: Name, full: Name) -> bool:
    """Whether the short form opens or closes the full one, and may be an organisation."""
    size = len(short.words)
    if size >= len(full.words) or short.words not in {full.words[:size], full.words[-size:]}:
        return False
    if _is_company(short, full):
        return True
    return short.label == "ORG" or (short.share("ORG") >= _ENOUGH and short.share(short.label) < _UNSURE)


def _came_first(text: str, short: Name, full: Name) -> bool:
    """Whether the short form is a name of its own ("Google" before "the Google Science Fair"): nobody gives the full
    name behind it in the same sentence, or when it was used over and over."""
    if _is_company(short, full):
        return False
    first = min(mention.start for mention in full.mentions)
    before = [mention for mention in short.mentions if mention.end < first and not _is_dateline(text, mention)]
    return len(before) >= _OFTEN or any(not _BREAK.search(text, mention.end, first) for mention in before)


def join_clubs(text: str, names: list[Name]) -> list[Name]:
    """Give the mentions of a town that speak of its club ("Leeds beat Bury") to the club ("Leeds United").

    Those behind a word of place ("in Leeds") and of datelines stay with the town. A club with a namesake in the text
    gets nothing.
    """
    clubs = defaultdict[tuple[str, ...], list[Name]](list)
    for name in names:
        place = next(
            (name.words[:end] for end in range(1, len(name.words)) if _CLUB.issuperset(name.words[end:])), None
        )
        if name.label == "ORG" and place:
            clubs[place].append(name)
    kept = []
    for name in names:
        fit = clubs.get(name.words, [])
        if len(fit) != 1 or name.label in PERSON:
            kept.append(name)
            continue
        town, rest = _parted(name, lambda mention: _is_placed(text, mention) or _is_dateline(text, mention))
        for mention in rest.mentions:
            fit[0].add(Found(mention.start, mention.end, {"ORG": sum(mention.evidence.values())}))
        if town.mentions:
            kept.append(town)
    return kept


def _parted(name: Name, goes: Callable[[Found], bool]) -> tuple[Name, Name]:
    """The mentions of a name that go, and those that stay."""
    gone, stays = Name(name.words, titled=name.titled), Name(name.words, titled=name.titled)
    for mention in name.mentions:
        (gone if goes(mention) else stays).add(mention)
    return gone, stays


def _is_placed(text: str, mention: Found) -> bool:
    """Whether a word of place stands before a mention."""
    return _LOCATIVE.search(text, max(0, mention.start - 16), mention.start) is not None


def _is_dateline(text: str, mention: Found) -> bool:
    """Whether a mention opens a paragraph as the place of a dateline, and may be one."""
    opens = not mention.start or text[mention.start - 1] == "\n"
    return opens and mention.evidence.get("LOC", 0.0) > 0 and _DATELINE_REST.match(text, mention.end) is not None
