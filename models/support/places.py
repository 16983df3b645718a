"""Countries and their people: "French" is found where the article says "France"."""

from collections.abc import Iterable
from typing import Final

#: Each line: forms that stand for one country and for what is of it, folded (see `tokens.fold`).
_IRREGULAR: Final = """
france french frenchman frenchmen
netherlands holland dutch
britain british uk briton britons england english
england english
scotland scottish scots scot
wales welsh
ireland irish
spain spanish spaniard spaniards
portugal portuguese
germany german germans
poland polish pole poles
denmark danish dane danes
sweden swedish swede swedes
norway norwegian norwegians
finland finnish finn finns
iceland icelandic icelander icelanders
faroe faroes faroese
turkey turkish turk turks turkiye
greece greek greeks
cyprus cypriot cypriots
switzerland swiss
belgium belgian belgians
luxembourg luxembourgish
austria austrian austrians
hungary hungarian hungarians
italy italian italians
czechia czech czechs
slovakia slovak slovaks
slovenia slovene slovenes slovenian
croatia croat croats croatian
serbia serb serbs serbian
bosnia bosniak bosniaks bosnian
romania romanian
bulgaria bulgarian bulgar
ukraine ukrainian ukrainians
russia russian russians
china chinese
taiwan taiwanese
japan japanese
korea korean koreans
vietnam vietnamese
thailand thai thais
philippines philippine filipino filipinos filipina
myanmar burma burmese
nepal nepali nepalese
bangladesh bangladeshi bangladeshis
pakistan pakistani pakistanis
afghanistan afghan afghans
iran iranian iranians persian
iraq iraqi iraqis
israel israeli israelis
palestine palestinian palestinians
lebanon lebanese
syria syrian syrians
egypt egyptian egyptians
morocco moroccan moroccans
tunisia tunisian
algeria algerian
libya libyan
sudan sudanese
congo congolese
senegal senegalese
niger nigerien
togo togolese
america american americans us usa
canada canadian canadians
mexico mexican mexicans
brazil brazilian brazilians
argentina argentine argentines argentinian
peru peruvian
chile chilean
zealand zealander zealanders
australia australian australians aussie
europe european europeans eu
africa african africans
asia asian asians
"""
_GROUPS: Final = tuple(frozenset(line.split()) for line in _IRREGULAR.split("\n") if line)
_ENDINGS: Final = ("ians", "ian", "eans", "ean", "ans", "an", "ns", "n", "ese", "ish", "is", "i", "ers", "er")
_PUT_BACK: Final = ("", "a", "e", "o", "y", "ia")


def forms(keys: Iterable[str]) -> frozenset[str]:
    """The keys with every form of the countries among them."""
    given = frozenset(keys)
    return given.union(*(group for group in _GROUPS if group & given))


def is_country(key: str) -> bool:
    """Whether a folded word stands for a country, its people or what is of it."""
    return any(key in group for group in _GROUPS)


def origins(key: str) -> frozenset[str]:
    """What a word could be derived from: "karsavian" from "karsavia". Names of countries that are known have none."""
    if is_country(key):
        return frozenset()
    return frozenset(
        key.removesuffix(ending) + back
        for ending in _ENDINGS
        if key.endswith(ending) and len(key) - len(ending) >= 4
        for back in _PUT_BACK
    )
