"""Which tier, engine, precision and device go together."""

from pathlib import Path

import pytest

import models
from models.engines import Choice, Device, Precision, SummarizerEngine
from models.errors import ChoiceError, NotPulledError
from models.tiers import built_folder


@pytest.mark.parametrize(
    ("engine", "device", "precision", "runs"),
    [
        ("torch", "cpu", "auto", "fp32"),
        ("torch", "cpu", "bf16", "bf16"),
        ("torch", "cuda", "fp16", "fp16"),
        ("ctranslate2", "cpu", "auto", "int8"),
        ("ctranslate2", "cpu", "fp32", "fp32"),
    ],
)
def test_what_runs(engine: SummarizerEngine, device: Device, precision: Precision, runs: str) -> None:
    assert Choice(precision=precision, device=device).precision_of(engine) == runs


@pytest.mark.parametrize(
    ("engine", "device", "precision"),
    [("torch", "cpu", "int8"), ("torch", "cpu", "fp16"), ("ctranslate2", "cpu", "bf16"), ("torch", "cuda", "int8")],
)
def test_what_does_not_go_together_is_refused(engine: SummarizerEngine, device: Device, precision: Precision) -> None:
    with pytest.raises(ChoiceError, match="set COPYDESK_PRECISION to auto"):
        Choice(precision=precision, device=device).precision_of(engine)


def test_the_quality_tier_that_was_not_made_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(NotPulledError, match="copydesk models pull quality"):
        models.load(choice=Choice(tier="quality"), models_dir=tmp_path)
    with pytest.raises(NotPulledError, match="COPYDESK_MODELS_DIR"):
        built_folder(None)


def test_a_summarizer_that_was_not_converted_is_refused_with_the_remedy(tmp_path: Path) -> None:
    choice = Choice(summarizer_engine="ctranslate2")

    with pytest.raises(NotPulledError, match="copydesk models convert sshleifer/distilbart-cnn-12-6"):
        models.load(summarizer="sshleifer/distilbart-cnn-12-6", choice=choice, models_dir=tmp_path)
