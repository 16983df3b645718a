"""`copydesk doctor --models`: what it advises, on clocks that tick when told."""

from itertools import count
from pathlib import Path

import pytest

from copydesk import recommendation
from copydesk.diagnosis import Level
from copydesk.recommendation import TEXT, recommend, seconds
from infra.errors import Refused
from infra.settings import Settings
from models import tiers
from models.errors import HubModelError, NotPulledError
from models.tiers import load_encoder
from schemas.articles import ModelRef


class Ticks:
    """A clock for calls that take so long, one after another; the last length for ever."""

    def __init__(self, *lengths: float) -> None:
        self._lengths, self._now, self._asked = list(lengths), 0.0, count()

    def __call__(self) -> float:
        if next(self._asked) % 2:
            self._now += self._lengths.pop(0) if len(self._lengths) > 1 else self._lengths[0]
        return self._now


@pytest.fixture
def with_settings(monkeypatch, tmp_path):
    def use(**given):
        monkeypatch.setattr(recommendation, "load", lambda: Settings(home=tmp_path, models_dir=tmp_path, **given))

    return use


@pytest.fixture
def both_tiers(monkeypatch):
    monkeypatch.setattr(tiers, "load_encoder", lambda tier, models_dir: load_encoder("fast"))


class Writer:
    """Writes nothing; says what it is."""

    reference = ModelRef(
        name="a/writer", task="summarization", revision="1", sha256="0" * 64, engine="e", precision="p"
    )

    def generate(self, texts):
        return texts


def advice(*lengths: float):
    return [finding for finding in recommend(Ticks(*lengths)) if finding.check == "advice"]


def test_the_text_is_of_the_length_it_says():
    assert 190 <= len(TEXT.split()) <= 210


def test_what_takes_long_is_timed_once_and_the_rest_three_times_after_a_first():
    calls: list[int] = []
    assert seconds(lambda: calls.append(1), Ticks(9.0)) == 9.0
    assert len(calls) == 1
    assert seconds(lambda: calls.append(1), Ticks(0.9, 0.1, 0.5, 0.2)) == pytest.approx(0.2)
    assert len(calls) == 5


def test_a_tier_that_is_not_here_is_told_with_the_remedy(with_settings):
    with_settings()
    found = {finding.check: finding for finding in recommend(Ticks(0.01))}
    assert found["tier fast"].level is Level.OK
    assert found["tier quality"].level is Level.NOTE
    assert "copydesk models pull quality" in found["tier quality"].remedy
    assert (found["advice"].level, found["advice"].remedy) == (Level.OK, "")


def test_a_tier_that_is_set_but_not_here_is_broken_and_the_other_advised(with_settings):
    with_settings(tier="quality")
    found = {finding.check: finding for finding in recommend(Ticks(0.01))}
    assert found["tier quality"].level is Level.BROKEN
    assert found["advice"].remedy == "set COPYDESK_TIER=fast"


@pytest.mark.usefixtures("both_tiers")
@pytest.mark.parametrize(
    ("took", "tier", "best"),
    [(0.2, "fast", "quality"), (0.2, "quality", None), (1.5, "fast", None), (1.5, "quality", "fast")],
)
def test_quality_is_advised_where_it_keeps_up_with_an_article_a_second(with_settings, took, tier, best):
    with_settings(tier=tier)
    (finding,) = advice(took)
    assert finding.remedy == (f"set COPYDESK_TIER={best}" if best else "")
    assert finding.level is (Level.NOTE if best else Level.OK)


@pytest.mark.parametrize(
    ("torch", "ctranslate2", "best"), [(1.0, 0.5, "ctranslate2"), (1.0, 0.95, None), (0.5, 1.0, None)]
)
def test_the_faster_engine_is_advised_if_it_is_clearly_faster(with_settings, monkeypatch, torch, ctranslate2, best):
    with_settings(tagger="some/tagger", summarizer="a/writer")
    monkeypatch.setattr(recommendation, "_generator", lambda settings, engine: Writer())
    (finding,) = advice(*[torch] * 4, *[ctranslate2] * 4)
    assert finding.remedy == (f"set COPYDESK_SUMMARIZER_ENGINE={best}" if best else "")


def test_an_engine_that_cannot_run_is_no_choice(with_settings, monkeypatch):
    def generator(settings, engine):
        if engine == "torch":
            raise HubModelError("torch is away: install it")
        return Writer()

    with_settings(tagger="some/tagger", summarizer="a/writer")
    monkeypatch.setattr(recommendation, "_generator", generator)
    found = {finding.check: finding for finding in recommend(Ticks(0.1))}
    assert (found["engine torch"].level, found["engine torch"].remedy) == (Level.BROKEN, "install it")
    assert found["engine ctranslate2"].level is Level.OK
    assert found["advice"].remedy == "set COPYDESK_SUMMARIZER_ENGINE=ctranslate2"


def test_where_nothing_runs_nothing_is_advised(with_settings, monkeypatch):
    def nothing(settings, engine):
        raise NotPulledError("not here: pull it")

    with_settings(tagger="some/tagger", summarizer="a/writer")
    monkeypatch.setattr(recommendation, "_generator", nothing)
    assert [finding.level for finding in recommend(Ticks(0.1))] == [Level.BROKEN, Level.NOTE]


def test_settings_that_cannot_be_read_are_a_finding(monkeypatch):
    def refuse() -> Settings:
        raise Refused(f"{Path('desk.toml')} is damaged: mend it")

    monkeypatch.setattr(recommendation, "load", refuse)
    (finding,) = recommend(Ticks(0.1))
    assert (finding.check, finding.level) == ("settings", Level.BROKEN)
