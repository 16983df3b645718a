"""Mentions of one name, grouped."""

import pytest

from models.names import group
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
    assert [mention.score for mention in entity.mentions] == [0.9, 0.0]


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


def test_initials_in_brackets_join_the_full_name() -> None:
    text = "The Vale River Trust (VRT) spoke. VRT members left. The Home Office (HO) did not."
    names = [("Vale River Trust", "ORG"), ("VRT", "LOC"), ("VRT", "ORG"), ("Home Office", "ORG"), ("HO", "PER")]

    assert _short(group(text, _found(text, *names))) == [("Vale River Trust", "ORG", 3), ("Home Office", "ORG", 2)]


def test_two_letters_alone_are_no_initials() -> None:
    text = "Amber Isles spoke of AI."

    assert len(group(text, _found(text, ("Amber Isles", "ORG"), ("AI", "ORG")))) == 2


def test_a_company_without_its_legal_form() -> None:
    text = "Vale Motors Group plc fell. Vale Motors rose. Vale rose."
    names = [("Vale Motors Group plc", "ORG"), ("Vale Motors", "ORG"), ("Vale", "ORG")]

    assert _short(group(text, _found(text, *names))) == [("Vale Motors Group plc", "ORG", 2), ("Vale", "ORG", 1)]


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
