"""The kinds of page as data: every cue's examples are its tests."""

from pathlib import Path

import pytest

from consumers.flags import FLAGS
from consumers.kindpack import KINDS, Cue, load_kinds, read_kinds
from consumers.normal_form import normal_form
from infra.errors import Refused

CUES = [cue for kind in load_kinds().kinds for cue in kind.cues]
POSITIVE = [pytest.param(cue, text, id=f"{cue.id}-{n}") for cue in CUES for n, text in enumerate(cue.examples.positive)]
NEGATIVE = [pytest.param(cue, text, id=f"{cue.id}-{n}") for cue in CUES for n, text in enumerate(cue.examples.negative)]


def found(cue: Cue, text: str) -> list[str]:
    form = normal_form(text) if cue.where in ("title", "line") else text
    return [entry.id for entry in load_kinds().cues(cue.where, form)]


@pytest.mark.parametrize(("cue", "text"), POSITIVE)
def test_what_a_cue_is_for_gives_it(cue: Cue, text: str) -> None:
    assert cue.id in found(cue, text)


@pytest.mark.parametrize(("cue", "text"), NEGATIVE)
def test_what_only_looks_like_it_gives_no_cue_of_that_kind(cue: Cue, text: str) -> None:
    kind = cue.id.partition(".")[0]
    assert [name for name in found(cue, text) if name.startswith(f"{kind}.")] == []


def test_every_kind_is_a_flag_and_names_its_cues() -> None:
    for kind in load_kinds().kinds:
        assert kind.name in FLAGS
        assert [cue.id for cue in kind.cues if not cue.id.startswith(f"{kind.name}.")] == []


GOOD = """
name: closed
says: a closed page
effect: withheld
cues:
- {id: closed.title, where: title, pattern: [closed], weight: 1.0, examples: {positive: [closed], negative: [open]}}
"""


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (GOOD.replace("[closed], weight", "['(?<=x)closed'], weight"), "pattern is wrong"),
        (GOOD.replace("weight: 1.0", "weight: 0"), "kind.yaml"),
        (GOOD.replace("effect: withheld", "effect: hidden"), "kind.yaml"),
        (GOOD + "facts: {mood: 1.0}\n", "kind.yaml"),
        (GOOD.replace("says:", "say:"), "kind.yaml"),
        (GOOD + GOOD.split("cues:\n")[1], "one id"),
        ("name: [", "kind.yaml"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "kind.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=word):
        read_kinds([path])


def test_a_missing_folder_is_refused() -> None:
    with pytest.raises(Refused, match="no page kinds"):
        read_kinds([])


def test_the_version_is_that_of_what_decides(tmp_path: Path) -> None:
    path = tmp_path / "kind.yaml"
    path.write_text(GOOD, encoding="utf-8")
    before = read_kinds([path]).version
    path.write_text(GOOD.replace("a closed page", "a page that is closed").replace("[open]", "[ajar]"), "utf-8")
    assert read_kinds([path]).version == before
    path.write_text(GOOD.replace("weight: 1.0", "weight: 0.9"), encoding="utf-8")
    assert read_kinds([path]).version != before
    assert read_kinds(sorted(KINDS.glob("*.yaml"))).version == load_kinds().version
