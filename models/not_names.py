"""What a tagger takes for a name and is none: offices, ranks, honours, time zones, money, shares, addresses."""

import re
from typing import Final

from models.trim import AFTER_NAME, PERSON, RANKS, TITLE

#: Offices that go by their letters.
_OFFICES: Final = frozenset("MP MSP MEP MEC MLA MLC MNA MPA PM QC CEO CFO COO VP GP IGP SSP POTUS FLOTUS".split())  # noqa: SIM905
_OFFICE_OF: Final = re.compile(r"(?:Minister|Secretary|Under-?Secretary|Commissioner|Director) (?:of|for) ")
#: "Public Relations Officer"; what belongs to one ("Office of the Information Commissioner") is an organisation.
_OFFICE_LAST: Final = re.compile(
    r"(?!.*\b(?i:offices?|institute|society|association|union|bureau)\b).*\s(?:Officer|Commissioner|Secretary|Minister|"
    r"Director|Spokes(?:man|woman|person)|Manager|President|Chair(?:man|woman|person)|Governor|Superintendent|Inspector|"
    r"Prosecutor|Coordinator|Ambassador|Ombudsman|Treasurer)s?",
    re.DOTALL,
)
#: Time zones that go by their letters.
_ZONES: Final = frozenset(
    """GMT UTC BST CET CEST EET EST EDT CST CDT MST MDT PST PDT IST WAT CAT EAT SAST PKT HKT SGT JST MSK AEST AEDT
    NZST NZDT""".split()  # noqa: SIM905
)
#: What stands before honours set off by a comma, and before a time zone.
_BEFORE_HONOURS: Final = re.compile(r"[^\W\d_a-zß-ÿ][\w.’'-]+, \Z")
_BEFORE_ZONE: Final = re.compile(r"(?:\d|\b[ap]\.?m\.?) ?\Z", re.IGNORECASE)
#: Amounts of money whose currency goes by letters ("Rs1.4", "Dh500"); letters before a sign ("HK" of "HK$2").
_MONEY: Final = re.compile(r"(?:(?:Dhs?|Rs|Rp|RM|Tk|[KTU]?Sh|Php)\.?|(?:NT|HK|US|A|C|S)[$])\d[\d.,]*", re.IGNORECASE)
#: Shares by the letters of their exchange: "(CPH: HALD)", "(HALD.CO)".
_BEFORE_SHARE: Final = re.compile(r"\([A-Z][\w. ]{1,16}: ?\Z")
_SHARE: Final = re.compile(r"[A-Z\d]{2,6}\.[A-Z]{1,2}")
#: Addresses of mail and of pages; "Amazon.com" is a name.
_ADDRESS: Final = re.compile(r"\S@\S+\.\w|://|(?<!\w)www\.", re.IGNORECASE)
_LONGEST_ADDRESS: Final = 200
_AROUND_ADDRESS: Final = frozenset(' \t\n\r()<>[],;"“”')
_SIGNS: Final = frozenset("$¢£€¥₦₵₱₹")


def is_title(name: str) -> bool:
    """Whether a name is nothing but a title or an office ("Pope", "MP")."""
    return TITLE.fullmatch(name) is not None or name.removesuffix("s") in _OFFICES


def is_no_name(text: str, start: int, end: int, label: str) -> bool:
    """Whether what `text[start:end]` was taken for is no name of a person, organisation or place."""
    name = text[start:end]
    after = text[end : end + 2]
    return (
        is_title(name)
        or _MONEY.fullmatch(name) is not None
        or (after[:1] in _SIGNS and name.isupper() and bool(after))
        or (name in RANKS and after[:1] == " " and after[1:].isupper())
        or _is_share(text, start, end)
        or _in_address(text, start, end)
        or _OFFICE_OF.match(name) is not None
        or (label not in PERSON and _OFFICE_LAST.fullmatch(name) is not None)
        or (name in _ZONES and _BEFORE_ZONE.search(text, max(0, start - 6), start) is not None)
        or (
            name in AFTER_NAME
            and after[:1] in {"", ",", ".", ";", ")"}
            and _BEFORE_HONOURS.search(text, max(0, start - 32), start) is not None
        )
    )


def _is_share(text: str, start: int, end: int) -> bool:
    name = text[start:end]
    if text[start - 1 : start] == "(" and _SHARE.fullmatch(name):
        return True
    return name.isupper() and _BEFORE_SHARE.search(text, max(0, start - 20), start) is not None


def _in_address(text: str, start: int, end: int) -> bool:
    first, last = start, end
    while first > max(0, start - _LONGEST_ADDRESS) and text[first - 1] not in _AROUND_ADDRESS:
        first -= 1
    while last < min(len(text), end + _LONGEST_ADDRESS) and text[last] not in _AROUND_ADDRESS:
        last += 1
    return last - first > end - start and _ADDRESS.search(text, first, last) is not None
