"""Mentions of one name, grouped."""

import re

import pytest

from models.names import group
from models.shortforms import stands_for
from models.spans import Found
from schemas.articles import Entity


def _found(text: str, *names: tuple[str, str] | tuple[str, str, float]) -> list[Found]:
    """Mentions in the order of the text; each is looked for after the one before."""
    found, position = [], 0
    for name, label, *score in names:
        start = text.index(name, position)
        position = start + len(name)
        found.append(Found(start, position, {label: score[0] if score else 0.9}))
    return found


def _short(entities: tuple[Entity, ...]) -> list[tuple[str, str, int]]:
    return [(entity.text, entity.label, len(entity.mentions)) for entity in entities]


def test_short_forms_join_the_full_name() -> None:
    text = "Mr Holt met voters. Ada Jane Holt won. Ada smiled; Ms Holt left. Jane Holt’s party cheered."
    names = [("Mr Holt", "PER"), ("Ada Jane Holt", "PER"), ("Ada", "PER"), ("Ms Holt", "PER"), ("Jane Holt’s", "PER")]

    (entity,) = group(text, _found(text, *names))

    assert (entity.text, entity.start) == ("Ada Jane Holt", text.index("Ada Jane Holt"))
    assert [mention.text for mention in entity.mentions] == ["Holt", "Ada Jane Holt", "Ada", "Holt", "Jane Holt"]
    assert [mention.start for mention in entity.mentions] == sorted(mention.start for mention in entity.mentions)


def test_a_short_form_that_fits_two_people_stays_alone() -> None:
    text = "Ada Holt and Ben Holt spoke. Holt left."

    entities = group(text, _found(text, ("Ada Holt", "PER"), ("Ben Holt", "PER"), ("Holt", "PER")))

    assert _short(entities) == [("Ada Holt", "PER", 1), ("Ben Holt", "PER", 1), ("Holt", "PER", 1)]


def test_a_place_is_no_short_form_of_a_person() -> None:
    text = "Clara Lincoln lives in Lincoln."

    entities = group(text, _found(text, ("Clara Lincoln", "PER"), ("Lincoln", "LOC", 0.95)))

    assert _short(entities) == [("Clara Lincoln", "PER", 1), ("Lincoln", "LOC", 1)]


def test_a_surname_that_the_tagger_is_unsure_of_joins_the_person() -> None:
    text = "Clara Holt scored. Holt had missed before."

    assert _short(group(text, _found(text, ("Clara Holt", "PER"), ("Holt", "LOC", 0.7)))) == [("Clara Holt", "PER", 2)]


@pytest.mark.parametrize(
    ("text", "mention", "name"),
    [
        ("Ada Holt-Dale spoke", "Ada Holt", "Ada Holt-Dale"),
        ("Ada Holt-Dale spoke", "Dale", "Holt-Dale"),
        ("a Holt-led group", "Holt", "Holt"),
        ("the anti-Holt vote", "Holt", "Holt"),
    ],
)
def test_double_barrelled_names_are_whole(text: str, mention: str, name: str) -> None:
    (entity,) = group(text, _found(text, (mention, "PER")))

    assert entity.text == name


def test_a_title_makes_a_short_form_a_person() -> None:
    text = "Clara Lincoln spoke. Ms Lincoln left."

    (entity,) = group(text, _found(text, ("Clara Lincoln", "PER", 0.9), ("Lincoln", "LOC", 0.8)))

    assert _short((entity,)) == [("Clara Lincoln", "PER", 2)]
    assert [mention.score for mention in entity.mentions] == [0.675, 0.225]


@pytest.mark.parametrize("suffix", [" Jr.", " Jr", ""])
def test_generation_is_no_surname(suffix: str) -> None:
    text = f"Ben Holt{suffix} spoke. Holt left."

    assert len(group(text, _found(text, (f"Ben Holt{suffix}", "PER"), ("Holt", "PER")))) == 1


def test_initials_for_a_first_name() -> None:
    text = "Ada Jane Holt spoke. A. Holt left."

    assert _short(group(text, _found(text, ("Ada Jane Holt", "PER"), ("A. Holt", "PER")))) == [
        ("Ada Jane Holt", "PER", 2)
    ]


def test_one_spelling_has_one_label_by_the_evidence_of_all() -> None:
    text = "Holt won. Holt lost. Holt drew."

    (entity,) = group(text, _found(text, ("Holt", "LOC", 0.6), ("Holt", "ORG", 0.9), ("Holt", "ORG", 0.8)))

    assert entity.label == "ORG"
    assert entity.score == round((0.0 + 0.9 + 0.8) / 3, 4)


def test_spelling_ignores_case_accents_stops_and_the() -> None:
    text = "the U.K. and UK, Łódź Café and LÓDZ cafe"
    names = [("the U.K.", "LOC"), ("UK", "LOC"), ("Café", "ORG"), ("cafe", "ORG")]

    assert [len(entity.mentions) for entity in group(text, _found(text, *names))] == [2, 2]


def test_a_place_is_not_called_by_the_capitals_of_a_dateline() -> None:
    text = "OSLO, Nov 5 - Snow fell in Oslo."
    (town,) = group(text, _found(text, ("OSLO", "LOC"), ("Oslo", "LOC")))
    assert (town.text, town.start) == ("Oslo", 27)


def test_initials_in_brackets_join_the_full_name() -> None:
    text = "The Vale River Trust (VRT) spoke. VRT members left. The Home Office (HO) did not."
    names = [("Vale River Trust", "ORG"), ("VRT", "LOC"), ("VRT", "ORG"), ("Home Office", "ORG"), ("HO", "PER")]

    assert _short(group(text, _found(text, *names))) == [("Vale River Trust", "ORG", 3), ("Home Office", "ORG", 2)]


@pytest.mark.parametrize(("letters", "entities"), [("VDB", 1), ("VaBo", 1), ("VFL", 2), ("Ada", 2)])
def test_letters_in_brackets_join_a_name_with_the_same_ends(letters: str, entities: int) -> None:
    text = f"The Valley Board ({letters}) met. {letters} said so."

    assert len(group(text, _found(text, ("Valley Board", "ORG"), (letters, "ORG")))) == entities


def test_a_company_is_one_without_its_suffix_whatever_the_tagger_took_it_for() -> None:
    text = "Norrkraft AB fell. Norrkraft rose. Vale Ltd fell. Mr Vale rose."
    names = [("Norrkraft AB", "ORG"), ("Norrkraft", "PER"), ("Vale Ltd", "ORG"), ("Vale", "PER")]

    entities = group(text, _found(text, *names))

    assert _short(entities) == [("Norrkraft AB", "ORG", 2), ("Vale Ltd", "ORG", 1), ("Vale", "PER", 1)]
    assert entities[0].score == entities[1].score


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("At Acme the Acme Arts Fair was opened. Acme paid.", ["Acme", "Acme Arts Fair"]),
        ("Acme grew. It sells. Acme hired. Acme Chat is out.", ["Acme", "Acme Chat"]),
        ("Acme grew.\n\nAcme Tools said so. Acme sells.", ["Acme Tools"]),
        ("Acme Tools grew. Acme sells more.", ["Acme Tools"]),
    ],
)
def test_a_name_that_stood_there_first_is_its_own(text: str, names: list[str]) -> None:
    found = [
        Found(at.start(), at.end(), {"ORG": 0.9}) for at in re.finditer(r"Acme(?: (?:Arts Fair|Chat|Tools))?", text)
    ]

    assert [entity.text for entity in group(text, found)] == names


def test_a_place_that_runs_into_a_person_is_cut() -> None:
    text = "the envoy to the United States Olu Holt came. Olu Holt is 50."
    found = _found(text, ("United States Olu Holt", "LOC"), ("Olu Holt", "PER"))

    assert _short(group(text, found)) == [("United States", "LOC", 1), ("Olu Holt", "PER", 2)]


def test_two_letters_join_an_organisation() -> None:
    text = "Valley Bank is shut. VB said so."

    assert _short(group(text, _found(text, ("Valley Bank", "ORG"), ("VB", "ORG")))) == [("Valley Bank", "ORG", 2)]


def test_two_letters_that_are_a_word_are_no_initials() -> None:
    text = "Amber Isles spoke of AI."

    assert len(group(text, _found(text, ("Amber Isles", "ORG"), ("AI", "ORG")))) == 2


@pytest.mark.parametrize(
    ("text", "names", "groups"),
    [
        (
            "Vale Motors Group plc fell. Vale Motors rose. Vale rose.",
            [("Vale Motors Group plc", "ORG"), ("Vale Motors", "ORG"), ("Vale", "ORG")],
            [("Vale Motors Group plc", "ORG", 3)],
        ),
        (
            "The Welsh Treasury paid. The Treasury said so.",
            [("Welsh Treasury", "ORG"), ("Treasury", "ORG")],
            [("Welsh Treasury", "ORG", 2)],
        ),
        (
            "Vale Bank and Aire Bank met. The Bank did not.",
            [("Vale Bank", "ORG"), ("Aire Bank", "ORG"), ("Bank", "ORG")],
            [("Vale Bank", "ORG", 1), ("Aire Bank", "ORG", 1), ("Bank", "ORG", 1)],
        ),
        (
            "Norland Airways cut flights to Norland.",
            [("Norland Airways", "ORG"), ("Norland", "LOC", 0.95)],
            [("Norland Airways", "ORG", 1), ("Norland", "LOC", 1)],
        ),
    ],
    ids=["company", "office", "two that fit", "a place is no short form"],
)
def test_first_and_last_words_of_an_organisation(
    text: str, names: list[tuple[str, str]], groups: list[tuple[str, str, int]]
) -> None:
    assert _short(group(text, _found(text, *names))) == groups


def test_a_town_that_plays_is_its_club() -> None:
    text = "Selby Town won. Selby beat Ripon, and fans in Selby danced."
    names = [("Selby Town", "ORG"), ("Selby", "LOC"), ("Ripon", "ORG"), ("Selby", "LOC")]

    assert _short(group(text, _found(text, *names))) == [
        ("Selby Town", "ORG", 2),
        ("Ripon", "ORG", 1),
        ("Selby", "LOC", 1),
    ]


@pytest.mark.parametrize("label", ["LOC", "ORG"])
def test_the_place_of_a_dateline_is_no_club(label: str) -> None:
    text = "SELBY, Vale (VP) — Selby United won. Selby led at the break."
    found = _found(text, ("SELBY", "LOC"), ("Selby United", "ORG"), ("Selby", label))
    found[0] = Found(found[0].start, found[0].end, {"ORG": 0.6, "LOC": 0.3} if label == "ORG" else {"LOC": 0.9})

    assert _short(group(text, found)) == [("SELBY", "LOC", 1), ("Selby United", "ORG", 2)]


@pytest.mark.parametrize(
    ("short", "full", "stands"),
    [
        ("Vamxa", "Vale Museum and Trade Association", False),
        ("Vamta", "Vale Museum and Trade Association", True),
        ("VMTA", "Vale Museum and Trade Association", True),
        ("MTA", "Vale Museum and Trade Association", True),
        ("UK", "United Kingdom", True),
        ("left", "Vale Elf Trust", False),
        ("7", "Seven Vale", False),
    ],
)
def test_what_a_short_form_may_stand_for(short: str, full: str, stands: bool) -> None:
    assert stands_for(short, full) is stands


def test_a_short_form_in_brackets_needs_no_tagger() -> None:
    text = "The Vale Union of Bakers (Vubak) spoke. A strike, Vubak said, is near."

    assert _short(group(text, _found(text, ("Vale Union of Bakers", "ORG")))) == [("Vale Union of Bakers", "ORG", 3)]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Ada Holt spoke. Later Ms Holt left.", 2),
        ("Ada Holt spoke. Later Ms Holt-Dale left.", 1),
        ("Ada Holt spoke. Later Ben Holt left.", 1),
        ("Ada Holt spoke of a holt. Later Holt left.", 1),
        ("Ada Holt spoke in Holt Street.", 1),
        ("Ada Holt spoke to ada@holt.example and @Holt.", 1),
        ("Ada Will spoke. Will it rain?", 1),
        ("Ada May spoke. It was in May.", 1),
    ],
)
def test_mentions_that_the_tagger_passed_over(text: str, mentions: int) -> None:
    name = " ".join(text.split()[:2])

    assert [len(entity.mentions) for entity in group(text, _found(text, (name, "PER")))] == [mentions]


@pytest.mark.parametrize(
    "name", ["Greek", "Americans", "Black", "SOUTH KOREAN", "Sri Lankans", "Franco-German", "Frenchmen"]
)
def test_nationalities_are_no_names(name: str) -> None:
    assert group(name, _found(name, (name, "LOC"))) == ()


@pytest.mark.parametrize("name", ["Greece", "Laos", "Philippines", "North Pole", "South Korea", "Polish Radio"])
def test_countries_are_names(name: str) -> None:
    assert len(group(name, _found(name, (name, "LOC")))) == 1


@pytest.mark.parametrize("name", ["MP", "MPs", "QC", "POTUS", "CEOs", "Chancellor"])
def test_offices_are_no_names(name: str) -> None:
    text = f"the {name} said"

    assert group(text, _found(text, (name, "ORG"))) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ada Holt, SAN, spoke.", "SAN"),
        ("So said Ada Holt, OBE.", "OBE"),
        ("It fell by 0930 GMT.", "GMT"),
        ("It costs Dh4 an hour.", "Dh4"),
        ("A report by MEC Ada Holt came.", "MEC"),
        ("It opens at 6 p.m. EST.", "EST"),
        ("the Minister of State for Sport spoke.", "Minister of State for Sport"),
        ("The Valley Public Relations Officer, Ada Holt, spoke.", "Valley Public Relations Officer"),
        ("Ada went with ASP Olu Holt.", "ASP"),
        ("It costs HK$1.40 a box.", "HK"),
        ("Holm Foods A/S (CPH: HOFO) rose.", "HOFO"),
        ("Holm Foods (HOFO.CO) rose.", "HOFO.CO"),
        ("Look at www.vale.example now.", "vale"),
        ("Look at https://paper.example/Vale/roads now.", "Vale"),
        ("Write to ida.holm@vale.example now.", "vale"),
    ],
)
def test_honours_offices_and_time_zones_are_no_names(text: str, name: str) -> None:
    assert group(text, _found(text, (name, "ORG"))) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The A1 is shut.", "A1"),
        ("The Office of the Information Commissioner spoke.", "Office of the Information Commissioner"),
        ("An ASP is a snake.", "ASP"),
        ("Holm Foods (CPH: HOFO) rose.", "CPH"),
        ("The party (HOFO) met.", "HOFO"),
        ("The line to SAN, in the west, is shut.", "SAN"),
        ("EST and Vale Bank met.", "EST"),
        ("an SC ruling", "SC"),
        ("It is sold by Vale.com today.", "Vale"),
        ("Ask Vale (desk@vale.example).", "Vale"),
    ],
)
def test_the_same_letters_elsewhere_are_names(text: str, name: str) -> None:
    assert len(group(text, _found(text, (name, "ORG")))) == 1


def test_a_surname_may_be_that_of_a_people() -> None:
    assert len(group("Mr French spoke.", _found("Mr French spoke.", ("Mr French", "PER")))) == 1


@pytest.mark.parametrize(
    ("text", "mention", "label", "name"),
    [
        ("So said P. van Holt.", "van Holt", "PER", "P. van Holt"),
        ('So said Ada "Bee" Holt.', "Ada", "PER", 'Ada "Bee" Holt'),
        ("So said Tia'i Holt.", "Tia", "PER", "Tia'i"),
        ("They met in The Vale.", "Vale", "LOC", "The Vale"),
        ("The Vale is wide.", "Vale", "LOC", "Vale"),
    ],
)
def test_names_are_whole(text: str, mention: str, label: str, name: str) -> None:
    (entity,) = group(text, _found(text, (mention, label)))

    assert entity.text == name


def test_head_words_weigh() -> None:
    text = "The Bank of Selby and Selby Airport"
    found = [Found(4, 17, {"ORG": 0.4, "LOC": 0.5, "PER": 0.0}), Found(22, 35, {"ORG": 0.5, "LOC": 0.4, "PER": 0.0})]

    assert [(entity.text, entity.label) for entity in group(text, found)] == [
        ("Bank of Selby", "ORG"),
        ("Selby Airport", "LOC"),
    ]


def test_overlaps_and_nothings_are_dropped() -> None:
    text = "Ada Holt – 's"
    found = [
        Found(0, 8, {"PER": 0.9}),
        Found(4, 8, {"PER": 0.9}),
        Found(9, 10, {"ORG": 0.9}),
        Found(11, 13, {"ORG": 0.9}),
    ]

    assert _short(group(text, found)) == [("Ada Holt", "PER", 1)]


def test_other_labels_pass_through() -> None:
    text = "the Vale Cup"

    assert _short(group(text, _found(text, ("Vale Cup", "EVENT")))) == [("Vale Cup", "EVENT", 1)]


def test_a_full_name_that_the_tagger_is_unsure_of_is_a_person_by_its_surname() -> None:
    text = "Ada Holt scored. Ms Holt had missed before."

    assert _short(group(text, _found(text, ("Ada Holt", "ORG", 0.6), ("Holt", "PER")))) == [("Ada Holt", "PER", 2)]


def test_an_organisation_that_is_sure_keeps_its_label() -> None:
    text = "Bank Holt fell, said Ms Holt."

    assert [
        label for _, label, _ in _short(group(text, _found(text, ("Bank Holt", "ORG", 0.95), ("Holt", "PER"))))
    ] == [
        "ORG",
        "PER",
    ]
