"""Words that say whose or from where something is ("Greek", "Americans"): in the guidelines of the corpora no names."""

from typing import Final

#: Adjectives of countries, peoples and continents; those that end in -an, -ese or -i also stand for the people.
_ADJECTIVES: Final = """
Aboriginal Afghan African Albanian Algerian American Andorran Angolan Antiguan Arab Arabian Argentine Argentinian
Armenian Asian Australian Austrian Azerbaijani Azeri Bahamian Bahraini Bangladeshi Barbadian Basque Bavarian
Belarusian Belgian Belizean Bengali Beninese Bermudian Bhutanese Black Bolivian Bosnian Botswanan Brazilian Breton
British Bruneian Buddhist Bulgarian Burkinabe Burmese Burundian Cambodian Cameroonian Canadian Catalan Catholic
Chadian Chechen Chilean Chinese Christian Colombian Comorian Congolese Cornish Corsican Croat Croatian Cuban Cypriot
Czech Danish Djiboutian Dominican Dutch Ecuadorean Ecuadorian Egyptian Emirati English Eritrean Estonian Ethiopian
European Faroese Fijian Filipino Finnish Flemish French Gabonese Galician Gambian Georgian German Ghanaian
Gibraltarian Greek Greenlandic Grenadian Guatemalan Guinean Guyanese Haitian Hindu Hispanic Honduran Hungarian
Icelandic Indian Indigenous Indonesian Iranian Iraqi Irish Islamic Israeli Italian Ivorian Jamaican Japanese Jewish
Jordanian Kazakh Kenyan Korean Kosovar Kurdish Kuwaiti Kyrgyz Laotian Latina Latino Latvian Lebanese Liberian Libyan
Lithuanian Luxembourgish Macedonian Malagasy Malawian Malaysian Maldivian Malian Maltese Maori Mauritanian Mauritian
Mexican Moldovan Monegasque Mongolian Montenegrin Moroccan Mozambican Muslim Namibian Nepalese Nepali Nicaraguan
Nigerian Nigerien Norwegian Omani Orthodox Pakistani Palestinian Panamanian Paraguayan Persian Peruvian Philippine
Polish Portuguese Protestant Prussian Qatari Romanian Russian Rwandan Salvadoran Salvadorean Samoan Sardinian Saudi
Scandinavian Scottish Senegalese Serb Serbian Shia Shiite Sicilian Sikh Singaporean Slovak Slovakian Slovene
Slovenian Somali Soviet Spanish Sudanese Sunni Surinamese Swazi Swedish Swiss Syrian Taiwanese Tajik Tamil Tanzanian
Thai Tibetan Togolese Tongan Tunisian Turkish Turkmen Ugandan Uighur Ukrainian Uruguayan Uyghur Uzbek Venezuelan
Vietnamese Welsh White Yemeni Zambian Zimbabwean Zulu
"""

#: People named by a word of their own.
_PEOPLE: Final = """
Brit Briton Dane Englishman Englishwoman Finn Frenchman Frenchwoman Icelander Irishman Irishwoman Dutchman Dutchwoman
Jew Kurd Luxembourger Maori Northerner Pole Scot Scotsman Scotswoman Southerner Spaniard Swede Turk
Welshman Welshwoman Londoner Parisian Berliner Muscovite Dubliner Westerner
"""

_PEOPLE_WORDS: Final = frozenset(_PEOPLE.split())
_WORDS: Final = _PEOPLE_WORDS | frozenset(_ADJECTIVES.split())
#: Regions that stand before a nationality: "South Korean", "Northern Irish".
_REGIONS_TEXT: Final = """
North South East West Northern Southern Eastern Western Central New Latin Native Pan Saudi Sri Sierra Equatorial
Bosnian Hong
"""
_REGIONS: Final = frozenset(_REGIONS_TEXT.split())


def is_demonym(name: str) -> bool:
    """Whether a name is nothing but a nationality, a people or a faith, singular or plural, in any case."""
    plain = name.title() if name.isupper() else name
    if plain in _ALSO:
        return True
    first, _, rest = plain.partition(" ")
    if rest and first in _REGIONS:
        return rest not in _PEOPLE_WORDS and _is_one(rest)
    head, hyphen, tail = plain.partition("-")
    if hyphen:
        return _is_one(tail) and (_is_one(head) or head in _PREFIXES)
    return _is_one(plain)


#: Nationalities of two words whose second is none alone.
_ALSO: Final = frozenset(
    singular + plural
    for singular in (
        "Hong Konger",
        "New Zealander",
        "New Yorker",
        "Sri Lankan",
        "Costa Rican",
        "Puerto Rican",
        "Sierra Leonean",
    )
    for plural in ("", "s")
)
_PREFIXES_TEXT: Final = """
Afro Anglo Austro Euro Franco Indo Sino Russo Turko Pan Non Pro Anti Trans
"""
_PREFIXES: Final = frozenset(_PREFIXES_TEXT.split())


def _is_one(word: str) -> bool:
    if word == "Philippines":
        return False
    return (
        word in _WORDS
        or (word.endswith("s") and word[:-1] in _WORDS)
        or (word.endswith("men") and word[:-2] + "an" in _WORDS)
    )
