"""Numbers of a sentence in digits and words, with their units: "£1.2m" is 1,200,000 pounds, "forty-two" is 42."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from models.support.lexicon import words
from models.support.moments import Moment

_SMALL: Final = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS: Final = words("twenty thirty forty fifty sixty seventy eighty ninety")
_ONE_OF: Final = {
    "hundred": 100, "dozen": 12, "thousand": 1_000, "k": 1_000, "million": 10**6, "mn": 10**6, "m": 10**6,
    "billion": 10**9, "bn": 10**9, "b": 10**9, "trillion": 10**12, "tn": 10**12, "lakh": 10**5, "crore": 10**7,
}  # fmt: skip
_SCALES: Final = _ONE_OF | {f"{word}s": value for word, value in _ONE_OF.items() if len(word) > 2}
_WORDS: Final = {word: value for value, word in enumerate(_SMALL)} | {
    word: value for value, word in zip(range(20, 100, 10), _TENS, strict=True)
}
_ORDINALS: Final = {
    word: value
    for value, word in enumerate(
        words(
            "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
            "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        ),
        2,
    )
} | {"first": 1}
_PARTS: Final = {"half": Fraction(1, 2), "halves": Fraction(1, 2)} | {
    word + s: Fraction(1, value)
    for value, word in ((3, "third"), (4, "quarter"), (5, "fifth"), (6, "sixth"), (8, "eighth"), (10, "tenth"))
    for s in ("", "s")
}
_TIMES: Final = {"twice": 2, "thrice": 3, "double": 2, "doubled": 2, "triple": 3, "tripled": 3}

_CURRENCIES: Final = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yen", "₹": "rupee", "₩": "won", "₽": "rouble"}
_UNITS: Final = {
    word: unit
    for unit, words in {
        "dollar": "dollar dollars usd bucks", "pound": "pounds gbp", "euro": "euro euros eur", "yen": "yen",
        "rupee": "rupee rupees", "won": "won", "franc": "franc francs chf", "krone": "krone kroner krona kronor",
        "rouble": "rouble roubles ruble rubles", "yuan": "yuan renminbi", "cent": "cent cents", "penny": "pence penny",
        "peso": "peso pesos", "rand": "rand", "lira": "lira", "real": "reais", "crown": "crowns", "zloty": "zloty",
        "percent": "percent pc %", "point": "percentage-points percentage-point", "basis": "basis-points",
        "metre": "m metre metres meter meters", "km": "km kilometre kilometres kilometer kilometers kms",
        "cm": "cm centimetre centimetres centimeter centimeters", "mm": "mm millimetre millimetres millimeters",
        "mile": "mile miles", "nautical": "nautical-miles nautical-mile", "foot": "foot feet ft", "yard": "yard yards",
        "inch": "inch inches", "hectare": "hectare hectares", "acre": "acre acres",
        "kg": "kg kilo kilos kilogram kilograms kilogramme kilogrammes", "gram": "gram grams gramme grammes",
        "tonne": "tonne tonnes ton tons", "lb": "lb lbs", "stone": "stone", "ounce": "ounce ounces",
        "litre": "litre litres liter liters", "gallon": "gallon gallons", "barrel": "barrel barrels",
        "watt": "watt watts", "kw": "kw kilowatt kilowatts", "mw": "mw megawatt megawatts",
        "gw": "gw gigawatt gigawatts", "celsius": "celsius c °c degrees-celsius degrees-c",
        "fahrenheit": "fahrenheit f °f degrees-fahrenheit degrees-f", "degree": "degree degrees °",
        "second": "second seconds", "minute": "minute minutes min mins", "hour": "hour hours hrs", "day": "day days",
        "week": "week weeks", "month": "month months", "year": "year years yr", "decade": "decade decades",
        "century": "century centuries", "kph": "kph km/h kmh", "mph": "mph", "knot": "knots",
    }.items()
    for word in words.split()
}  # fmt: skip
_SYNONYMS: Final = {"yr": "year"}
#: A pound is money or weight: either may be meant by the word.
_WEIGHT_OR_MONEY: Final = frozenset({"pound", "lb"})
#: An age is told with and without its unit ("a man of 45", "45-year-old"), and so are scores and degrees.
_OFTEN_LEFT_OUT: Final = frozenset({"year", "celsius", "fahrenheit", "degree", "point", "percent"})

_NUMBER_WORD: Final = "|".join(
    sorted((*_WORDS, "hundred", "thousand", "million", "billion", "trillion"), key=len)[::-1]
)
_FIND: Final = re.compile(
    r"""
    (?:(?:US|A|C|NZ|HK|S)?(?P<currency>[$£€¥₹₩₽])\s?)?
    (?<![\w,.])(?:(?<!\w-)|(?<=\d-))(?<!\d/)
    (?P<digits>\d{1,3}(?:[,\u202f\u00a0]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)
    (?:(?P<ordinal>st|nd|rd|th)\b
      |(?P<score>\s?[-–/]\s?\d{1,3})(?![\w%]|[-–.,]\d)
      |[\s-]?(?P<scale>hundred|dozens?|thousand|k|millions?|mn|m|billions?|bn|b|trillions?|tn|lakh|crore)\b)?
    |\b(?P<article>a\ |an\ )?(?P<words>(?:NUMBER)(?:(?:[\s-]+(?:and\s+)?)(?:NUMBER))*)
     (?P<part>[\s-](?:thirds?|quarters?|fifths?|sixths?|eighths?|tenths?))?\b
    |\b(?P<single>a\ dozen|dozens?|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth
       |thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|half|quarters?
       |twice|thrice|doubled?|tripled?)\b
    """.replace("NUMBER", _NUMBER_WORD),
    re.VERBOSE | re.IGNORECASE,
)
_UNIT_AFTER: Final = re.compile(
    r"(?P<sign>\s?%|\s?per\s?cent(?:age\ points?)?\b)|[\s-]?(?P<degrees>°\s?[CF]?\b|°)|"
    r"[\s-]+(?:of\ an?\ )?(?:a\ |US\ |Swiss\ |Canadian\ |Australian\ |Danish\ |Norwegian\ |Swedish\ |square\ |cubic\ |"
    r"more\ |further\ |additional\ |consecutive\ |straight\ |full\ )?"
    r"(?P<unit>percentage\ points?|basis\ points?|nautical\ miles?|degrees?\ (?:Celsius|Fahrenheit|C|F)\b"
    r"|[^\W\d_]+(?:/h)?)"
    r"|(?P<glued>[^\W\d_]{1,3}\b)",
    re.IGNORECASE,
)
_CURRENCY_WORD: Final = re.compile(
    r"\b(?:dollars?|euros?|pounds?|yen|rupees?|francs?|krone|kroner|kronor|roubles?|yuan|pesos?|zloty)\b", re.IGNORECASE
)
#: Behind "m" this says that metres are meant, not millions.
_IS_LENGTH: Final = re.compile(
    r"\s+(?:long|tall|high|wide|deep|away|above|below|from|apart|up|down)\b|\s*(?:[.,;)]|\Z)"
)
_HEDGE: Final = re.compile(
    r"\b(?:about|around|some|nearly|almost|roughly|approximately|over|more than|up to|under|at least|close to)\s+"
    r"[$£€¥]?\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as told: `kind` is `number`, `ordinal`, `part` or `score`, `sentence[start:end]` its words and unit.

    `unit` is empty where none is told; a `score` has its second side in `other`. `hedged` stands for "about" and kin.
    """

    kind: str
    value: Fraction
    unit: str
    start: int
    end: int
    other: int | None = None
    hedged: bool = False

    def agrees(self, told: "Amount") -> bool:
        """Whether the article tells (`told`) what this one says."""
        if self.kind == "score" or told.kind == "score":
            sides = {self.value, self.other}
            return self.kind == told.kind and sides == {told.value, told.other}
        if not _same_unit(self, told):
            return False
        if self.value == told.value:
            return self.kind == told.kind or "ordinal" not in (self.kind, told.kind)
        if {self.unit, told.unit} == {"percent", ""} and "part" in (self.kind, told.kind):
            return self.value == told.value * 100 or self.value * 100 == told.value
        return self.hedged and self.kind == told.kind == "number" and _rounds(self.value, told.value)


def _same_unit(mine: Amount, told: Amount) -> bool:
    units = {mine.unit, told.unit}
    if len(units) == 1 or units == _WEIGHT_OR_MONEY:
        return True
    if "" in units:
        (unit,) = units - {""}
        return unit in _OFTEN_LEFT_OUT or not mine.unit
    return units in ({"degree", "celsius"}, {"degree", "fahrenheit"}, {"percent", "point"})


def _rounds(value: Fraction, exact: Fraction) -> bool:
    """Whether `value`, of fewer figures, is `exact` rounded: "about 1,600" of 1,612."""
    whole = value.numerator if value.denominator == 1 else 0
    zeros = len(str(whole)) - len(str(whole).rstrip("0"))
    return zeros >= 1 and 2 * abs(value - exact) <= 10**zeros and exact > 10


def find(sentence: str, moments: tuple[Moment, ...] = ()) -> tuple[Amount, ...]:
    """The numbers of a sentence but those of its dates and times (`moments`)."""
    taken = [(moment.start, moment.end) for moment in moments]
    found: list[Amount] = []
    for match in _FIND.finditer(sentence):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        amount = _read(sentence, match)
        if amount is not None:
            found.append(amount)
    return tuple(found)


def _read(sentence: str, match: re.Match[str]) -> Amount | None:
    start, end = match.span()
    hedged = _HEDGE.search(sentence[max(0, start - 20) : start]) is not None
    kind, other = "number", None
    if match["digits"]:
        value = Fraction(re.sub(r"[,\u202f\u00a0]", "", match["digits"]))
        if match["ordinal"]:
            kind = "ordinal"
        elif match["score"]:
            kind, other = "score", int(re.sub(r"\D", "", match["score"]))
        elif match["scale"]:
            value, end = _scaled(sentence, match, value)
    elif match["words"]:
        value = _spelled(match["words"])
        if match["part"]:
            kind, value = "part", value * _PARTS[match["part"][1:].lower()]
        elif match["words"].lower() == "one":
            return None  # "no one", "one of them": rarely a number, and never a telling one
    else:
        found = _single(sentence, match)
        if found is None:
            return None
        kind, value = found
    unit, end = _unit(sentence, end, match["currency"])
    return Amount(kind, value, "" if kind in {"ordinal", "score"} else unit, start, end, other, hedged)


def _scaled(sentence: str, match: re.Match[str], value: Fraction) -> tuple[Fraction, int]:
    """The number with its scale, and where it ends; a lone "m" is a scale or metres, by what stands around it."""
    scale = match["scale"].lower()
    if scale == "m" and not match["currency"] and _IS_LENGTH.match(sentence, match.end()):
        return value, match.start("scale")
    return value * _SCALES[scale], match.end()


def currencies(text: str) -> frozenset[str]:
    """The currencies that a text speaks of, with or without a number."""
    found = {_CURRENCIES[sign] for sign in _CURRENCIES if sign in text}
    return frozenset(found | {_UNITS.get(word.lower(), "pound") for word in _CURRENCY_WORD.findall(text)})


def _spelled(words: str) -> Fraction:
    total, current = 0, 0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word in _WORDS:
            current += _WORDS[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in _SCALES:
            total += max(current, 1) * _SCALES[word]
            current = 0
    return Fraction(total + current)


def _single(sentence: str, match: re.Match[str]) -> tuple[str, Fraction] | None:
    word = match["single"].lower()
    before = sentence[max(0, match.start() - 8) : match.start()].lower()
    if word.endswith("dozen"):
        return "number", Fraction(12)
    if word in _TIMES:
        return "number", Fraction(_TIMES[word])
    behind_article = before.endswith((" a ", "a ", "one ", "than ")) and before[-3:] != "the"
    if word in _PARTS and (
        word not in _ORDINALS
        or (behind_article and re.match(r"\s+(?:of|had|have|are|were)\b", sentence[match.end() :]))
    ):
        # A quarter of the year, and the half of a match, have no size.
        if re.search(r"(?:first|second|third|fourth|last|final)\s\Z", before) or word in {"quarters", "halves"}:
            return None
        return "part", _PARTS[word]
    return ("ordinal", Fraction(_ORDINALS[word])) if word in _ORDINALS else None


def _unit(sentence: str, end: int, currency: str | None) -> tuple[str, int]:
    if currency:
        return _CURRENCIES[currency], end
    match = _UNIT_AFTER.match(sentence, end)
    if match is None:
        return "", end
    if match["sign"]:
        points = "points" in match["sign"] or "point" in match["sign"]
        return ("point" if points else "percent"), match.end()
    if match["degrees"]:
        return _UNITS.get(match["degrees"].replace(" ", "").lower(), "degree"), match.end()
    word = (match["unit"] or match["glued"] or "").lower().replace(" ", "-")
    unit = _UNITS.get(word)
    if unit is None or (unit == "celsius" and word == "c" and not match["glued"]):
        return "", end
    return _SYNONYMS.get(unit, unit), match.end()
