"""What belongs to a name and what only stands beside it: titles, articles, possessives, quotes, full stops."""

import re
from typing import Final

#: Labels of people: the shipped tagger's, and the one that other taggers use.
PERSON: Final = frozenset({"PER", "PERSON"})

#: Titles of rank and office that introduce a name and are no part of it, and the words that make them longer.
TITLE: Final = re.compile(
    r"""mr|mrs|ms|miss|mx|messrs|dr|prof|professor|sir|dame|rev|reverend|hon|judge|justice|president|chancellor
    |premier|minister|secretary|senator|sen|governor|gov|mayor|ambassador|envoy|spokesman|spokeswoman|spokesperson
    |congressman|congresswoman|representative|rep|mp|msp|councillor|cllr|commissioner|general|gen|colonel|col
    |captain|capt|lieutenant|lt|sergeant|sgt|corporal|cpl|admiral|adm|commodore|cdre|commander|cmdr|brigadier|brig
    |marshal|major|maj|officer|constable|detective|inspector|superintendent|supt|director|chairman|chairwoman|chair
    |coach|king|queen|prince|princess|emperor|empress|sultan|emir|ayatollah|pope|cardinal|archbishop
    |bishop|rabbi|imam|abbot|abbess|pastor|señor|señora|monsieur|madame|herr|frau
    |alhaji|alhaja|hajiya|hajia|mallam|malam|otunba|engr|barr|barrister|atty|advocate|adv|shri|smt|dato|datuk|datin
    |comrade|cde|taoiseach|tánaiste
    |(?:maj(?:or)?|lt|lieutenant|brig(?:adier)?)[-\ ]gen(?:eral)?""",
    re.IGNORECASE | re.VERBOSE,
)
_TITLE_PREFIX: Final = re.compile(
    r"prime|vice|deputy|former|foreign|first|chief|attorney|acting|crown|grand|us|uk|eu|un", re.IGNORECASE
)
#: Honours and offices that stand behind a person's name.
AFTER_NAME: Final = frozenset(
    """MP MSP MEP TD MLA MLC MNA MPA MHA KC QC SC SAN CBE OBE MBE KBE DBE CMG KCMG AM AO AC OAM FRS JP PhD MD
    """.split()  # noqa: SIM905
)
#: Ranks and offices before a name that go by their letters.
RANKS: Final = frozenset("PC WPC DS DI DCI DSU ASP DSP SSP ACP DCP DIG MK".split())  # noqa: SIM905
#: Small words that open a family name, or a name of Arabic, Romance or Dutch make.
_PARTICLE: Final = re.compile(
    r"(?:al|el|as|ash|az|an|at)-?|bin|bint|ibn|ben|abu|de|da|das|do|dos|del|della|di|du|des|la|le|les|van|von|zu|zur|der"
    r"|den|ter|ten|af|av|ole|ap|y|[dl]['’].*"
)

#: Lower-case words that end the name of a company.
_LEGAL: Final = frozenset({"plc", "ltd", "inc", "gmbh", "spa", "pty"})

_WORD = re.compile(r"\w+(?:[.'’\-]\w+)*")
_WORD_BEFORE = re.compile(r"([\w-]+)\.?[^\S\n]+\Z")
_FIRST_BLANKED = re.compile(r"\S+\s+(?=\S)")
_LAST_BLANKED = re.compile(r"\s+(\S+)\Z")
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
_INITIALS = re.compile(r"(?:^|[\s(])(?:\w\.){2,}$|(?:^|\s)(?:\w\.)+\w\.$")
_ABBREVIATED = re.compile(r"\b(?:inc|ltd|co|corp|bros|jr|sr|st|dept|assn)\.$", re.IGNORECASE)
_EDGES = " \t\r\n\"“”‘’'`´«»‹›,;:!?…·•*_–—-/\\|&@#()[]{}<>"
_PAIRS = {"(": ")", "[": "]"}


def trim(text: str, start: int, end: int, label: str) -> tuple[int, int] | None:
    """Narrow or complete a span so that it holds the name and nothing else; None when no name is left.

    Both offsets are code points of `text`. Titles and honours are taken off people only ("General Motors" keeps its
    first word). A final full stop stays where it belongs to an abbreviation ("U.S.").
    """
    if text[end : end + 1] == "." and _keeps_stop(text[start : end + 1]):
        end += 1
    while True:
        before = (start, end)
        start, end = _trim_edges(text, start, end)
        start, end = _trim_lower(text, start, end)
        start = _after_article(text, start, end)
        if label in PERSON:
            start = _after_titles(text, start, end)
            end = _before_honours(text, start, end)
        if (start, end) == before:
            break
    name = text[start:end]
    if sum(1 for letter in name if letter.isalnum()) < 2 or not any(letter.isalpha() for letter in name):
        return None
    return start, end


def has_title(text: str, start: int) -> bool:
    """Whether the word before `start` is a title: what follows is a person."""
    before = _WORD_BEFORE.search(text, max(0, start - 24), start)
    return before is not None and (TITLE.fullmatch(before[1]) is not None or before[1] in RANKS)


def is_particle(word: str) -> bool:
    """Whether a word in lower case can be part of a person's name ("van", "bin")."""
    return _PARTICLE.fullmatch(word) is not None


def _trim_edges(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start] in _EDGES or text[start] == "." or not text[start].isprintable()):
        partner = _PAIRS.get(text[start])
        if partner and text.find(partner, start, end) == end - 1:
            end -= 1
        elif partner and partner in text[start:end]:
            break
        start += 1
    while start < end:
        name = text[start:end]
        mark = name[-1]
        if match := _POSSESSIVE.search(name):
            end -= len(match.group())
        elif mark == ".":
            if _keeps_stop(name):
                break
            end -= 1
        elif (mark == ")" and "(" in name) or (mark == "]" and "[" in name):
            break
        elif mark in _EDGES or not mark.isprintable():
            end -= 1
        else:
            break
    return start, end


def _keeps_stop(name: str) -> bool:
    """Whether the full stop that a name ends in belongs to its last word."""
    return bool(_INITIALS.search(name) or _ABBREVIATED.search(name))


def _trim_lower(text: str, start: int, end: int) -> tuple[int, int]:
    """Take plain words off both ends of a name that has capitals: "Swan river", "southern Wales"."""
    if text[start:end] == text[start:end].lower():
        return start, end
    while (last := _LAST_BLANKED.search(text, start, end)) and _is_plain(last[1]):
        end = last.start()
    while first := _FIRST_BLANKED.match(text, start, end):
        word = first.group().strip()
        if not _is_plain(word) or _PARTICLE.fullmatch(word):
            break
        start = first.end()
    return start, end


def _is_plain(word: str) -> bool:
    """Whether a word has letters, none of them a capital, in a script that has capitals."""
    return word == word.lower() and word != word.upper() and word.rstrip(".") not in _LEGAL


def _after_article(text: str, start: int, end: int) -> int:
    """Where the name begins once "the" in lower case is passed over."""
    first = _FIRST_BLANKED.match(text, start, end)
    return first.end() if first and first.group().strip() == "the" else start


def _after_titles(text: str, start: int, end: int) -> int:
    """Where the name begins once titles are passed over; at least one word stays."""
    words = list(_WORD.finditer(text, start, end))
    name = 0
    for index in range(len(words) - 1):
        if TITLE.fullmatch(words[index].group()) or words[index].group() in RANKS:
            name = index + 1
        elif not _TITLE_PREFIX.fullmatch(words[index].group()):
            break
    return words[name].start() if name else start


def _before_honours(text: str, start: int, end: int) -> int:
    """Where the name ends once the letters behind it are left out; two words stay."""
    words = list(_WORD.finditer(text, start, end))
    while len(words) > 2 and words[-1].group() in AFTER_NAME:
        words.pop()
        end = words[-1].end()
    return end
