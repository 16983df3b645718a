"""The models put together."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import models
from models import languages
from models.errors import ExtraMissingError, HubModelError
from models.protocols import LONGEST_TEXT
from schemas.articles import Entity

ROOT = Path(models.__file__).parents[1]
ARTICLE = (
    "Ada Marsh, the mayor of Leeds, opened the new bridge over the River Aire on Monday after two years of work.\n\n"
    "The bridge was built by Holt Engineering Ltd. and cost 3.5 million pounds, the city council said.\n\n"
    "“We are proud,” Mrs Marsh told the BBC. Work on a second bridge in Bradford will start in May."
)


def _names(entities: tuple[Entity, ...], label: str) -> set[str]:
    return {entity.text for entity in entities if entity.label == label}


def test_an_article(builtin: models.Models) -> None:
    analysis = builtin.analyse(ARTICLE, "en")

    assert "Ada Marsh" in _names(analysis.entities, "PER")
    assert {"Leeds", "Bradford"} <= _names(analysis.entities, "LOC")
    assert "BBC" in _names(analysis.entities, "ORG")
    (mayor,) = [entity for entity in analysis.entities if entity.text == "Ada Marsh"]
    assert [mention.text for mention in mayor.mentions] == ["Ada Marsh", "Marsh"]
    for entity in analysis.entities:
        assert ARTICLE[entity.start : entity.end] == entity.text
        assert all(ARTICLE[mention.start : mention.end] == mention.text for mention in entity.mentions)
        assert entity.score == round(entity.score, 4)
    assert all(ARTICLE[item.start : item.end] == item.text for item in analysis.summary.sentences)
    assert analysis.summary.sentences[0].start == 0
    assert analysis.headline_summary == analysis.summary.sentences[0].text
    assert analysis.flags == ()


def test_the_same_text_gives_the_same_analysis(builtin: models.Models) -> None:
    assert builtin.analyse(ARTICLE, "en") == models.load().analyse(ARTICLE, "en")


@pytest.mark.parametrize("text", ["", " \n\n\t ", "\x00\x1b\u200b", "😀😀 !!!"])
def test_nothing_gives_nothing(builtin: models.Models, text: str) -> None:
    analysis = builtin.analyse(text, "en")

    assert (analysis.entities, analysis.summary.sentences, analysis.headline_summary) == ((), (), None)
    assert analysis.flags == ()


@pytest.mark.parametrize(
    "text",
    [
        "Leeds",
        "MAYOR ADA MARSH OPENED THE BRIDGE IN LEEDS ON MONDAY.",
        "ada marsh opened the bridge in leeds on monday.",
        "😀 Ada Marsh 😀 opened 🌉 in Leeds 😀.",
        "Ada\x00 Marsh\x07 opened\x1b[31m the bridge\u200b in Leeds.",
        "[CLS] Ada [SEP] Marsh",
        "Ada Marsh " * 300,
        "x" * 3_000,
        "…" * 500,
    ],
)
def test_odd_texts_give_offsets_that_hold(builtin: models.Models, text: str) -> None:
    analysis = builtin.analyse(text, "en")

    assert len(analysis.summary.sentences) == 0 or text.strip()
    spans = [mention for entity in analysis.entities for mention in entity.mentions]
    assert all(text[span.start : span.end] == span.text for span in [*spans, *analysis.summary.sentences])


def test_capitals_are_read(builtin: models.Models) -> None:
    entities = builtin.tag("MAYOR ADA MARSH OPENED THE BRIDGE IN LEEDS ON MONDAY.")

    assert (_names(entities, "PER"), _names(entities, "LOC")) == ({"ADA MARSH"}, {"LEEDS"})


def test_another_language_is_flagged_and_not_tagged(builtin: models.Models) -> None:
    text = "Die neue Brücke in Leeds wurde am Montag eröffnet. Ada Marsh war nicht dabei, sagte der Rat."

    analysis = builtin.analyse(text, "de")

    assert analysis.flags == ("language-not-read",)
    assert analysis.entities == ()
    assert (analysis.summary.method, analysis.summary.model) == ("lead", None)
    assert analysis.headline_summary == "Die neue Brücke in Leeds wurde am Montag eröffnet."


def test_a_language_that_could_not_be_told_is_read_as_english(builtin: models.Models) -> None:
    analysis = builtin.analyse("Ada Marsh opened the bridge in Leeds.", languages.UNKNOWN)

    assert analysis.flags == ("language-unknown",)
    assert _names(analysis.entities, "LOC") == {"Leeds"}


@pytest.mark.parametrize("text", ["قال رئيس البلدية إن الجسر مفتوح", "市長說橋已經開放", "Мост открыт"])
def test_another_script_is_not_read_even_where_the_language_is_unknown(builtin: models.Models, text: str) -> None:
    analysis = builtin.analyse(text, languages.UNKNOWN)

    assert analysis.flags == ("language-not-read", "language-unknown")
    assert (analysis.entities, analysis.summary.method) == ((), "lead")


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("ADA MARSH OPENED THE BRIDGE IN LEEDS.", ("case-lost",)),
        ("ada marsh opened the bridge in leeds.", ("case-lost",)),
        ("Ada Marsh opened the bridge in Leeds.", ()),
        ("LEEDS WON", ()),
        ("123 456 ... 789 000 ... 123 456 !!!", ()),
    ],
)
def test_a_text_whose_case_says_nothing_is_flagged(builtin: models.Models, text: str, flags: tuple[str, ...]) -> None:
    assert builtin.analyse(text, "en").flags == flags


def test_a_very_long_text_is_bounded_and_flagged(builtin: models.Models) -> None:
    analysis = builtin.analyse("Die Brücke ist offen. " * 6_000, "de")

    assert analysis.flags == ("language-not-read", "text-truncated")
    assert analysis.summary.sentences[-1].end <= LONGEST_TEXT


def test_tag_and_summarize_agree_with_analyse(builtin: models.Models) -> None:
    analysis = builtin.analyse(ARTICLE, "en")

    assert builtin.tag(ARTICLE) == analysis.entities
    assert builtin.summarize(ARTICLE) == analysis.summary


def test_provenance_names_the_shared_model_once(builtin: models.Models) -> None:
    (reference,) = builtin.provenance

    assert (reference.name, reference.precision) == ("copydesk-news-tagger", "int8")
    assert reference.engine.startswith("onnxruntime ")
    assert len(reference.sha256) == 64


@pytest.mark.parametrize("code", ["en", "EN", "en-GB", "en_US", "und"])
def test_languages_read(code: str) -> None:
    assert languages.reads(code)


@pytest.mark.parametrize("code", ["de", "", "eng-x", "enm"])
def test_languages_not_read(code: str) -> None:
    assert not languages.reads(code)


@pytest.mark.parametrize(("tagger", "summarizer"), [("owner/name", "extractive"), ("builtin", "owner/name")])
def test_a_hub_model_without_torch_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, tagger: str, summarizer: str
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(ExtraMissingError, match=r"requirements/torch\.txt"):
        models.load(tagger, summarizer)


def test_an_empty_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.hub.tagger.require_torch", lambda device: None)

    with pytest.raises(HubModelError, match="empty name"):
        models.load(tagger=" ")


@pytest.fixture
def python(tmp_path: Path) -> Callable[[str], str]:
    """Run code in a fresh process from a folder that is not the repository."""

    def run(code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout.strip()

    return run


def test_the_default_path_loads_no_torch_and_works_from_any_folder(python: Callable[[str], str]) -> None:
    code = """
import sys, models
print([e.text for e in models.load().tag("The bridge in Leeds opened.")], {"torch", "transformers"} & set(sys.modules))
"""

    assert python(code) == "['Leeds'] set()"


def test_importing_the_room_starts_no_engine(python: Callable[[str], str]) -> None:
    code = "import sys, models; print({'onnxruntime', 'torch', 'transformers'} & set(sys.modules))"

    assert python(code) == "set()"
