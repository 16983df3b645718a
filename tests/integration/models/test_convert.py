"""Summarisers converted to CTranslate2, against torch on the same weights."""

import subprocess
import sys
from pathlib import Path

import pytest

import models
from models.engines import Choice
from models.errors import ChecksumError, HubModelError, NotPulledError
from models.hub import convert as conversion
from models.hub import generate
from models.hub.ctranslate import CTranslateGenerator
from models.hub.generate import TorchGenerator
from models.hub.source import find
from models.pulled import converted_folder

ROOT = Path(models.__file__).parents[1]
TEXTS = [
    "Ada Marsh met Acme in Paris on Monday. The council said the new bridge opened.",
    "Costs rose and people lost. Marsh won the vote in the town of Paris.",
]
FULL = Choice(summarizer_engine="ctranslate2", precision="fp32")


@pytest.fixture
def greedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """One beam: with more, two engines part ways at the ties that random weights are full of."""
    monkeypatch.setattr(generate, "BEAMS", 1)
    monkeypatch.setattr(conversion, "BEAMS", 1)


@pytest.mark.usefixtures("greedy")
def test_both_engines_write_the_same(
    request: pytest.FixtureRequest, tiny_writer: Path, taught_writer: Path, tmp_path: Path
) -> None:
    # A random BART repeats its start piece, which the engines count differently: one that writes sentences instead.
    if "bart" in request.node.callspec.id:
        tiny_writer = taught_writer
    conversion.convert(str(tiny_writer), models_dir=tmp_path, precision="fp32")

    torch_engine = TorchGenerator(str(tiny_writer))
    other = CTranslateGenerator(str(tiny_writer), models_dir=tmp_path, choice=FULL)

    assert other.generate(TEXTS) == torch_engine.generate(TEXTS)
    assert [other.count(text) for text in TEXTS] == [torch_engine.count(text) for text in TEXTS]


def test_the_engine_and_precision_are_told(tiny_writer: Path, tmp_path: Path) -> None:
    _, manifest = conversion.convert(str(tiny_writer), models_dir=tmp_path)

    generator = CTranslateGenerator(str(tiny_writer), models_dir=tmp_path)

    assert generator.reference.engine.startswith("ctranslate2 ")
    assert (generator.reference.precision, generator.reference.sha256) == ("int8", manifest.files["model.bin"])
    assert manifest.source_sha256 == find(str(tiny_writer)).sha256()
    assert generator.generate(TEXTS) == generator.generate(TEXTS)
    assert generator.generate([TEXTS[0] * 50])[0]


def test_a_summary_behind_the_gate(tiny_writer: Path, tmp_path: Path) -> None:
    conversion.convert(str(tiny_writer), models_dir=tmp_path)
    choice = Choice(summarizer_engine="ctranslate2")

    loaded = models.load(summarizer=str(tiny_writer), choice=choice, models_dir=tmp_path)

    assert loaded.analyse(" ".join(TEXTS), "en").summary.sentences
    engines = {reference.engine.split()[0] for reference in loaded.provenance}
    assert engines == {"onnxruntime", "ctranslate2"}


def test_what_was_converted_runs_without_torch(tiny_writer: Path, tmp_path: Path) -> None:
    conversion.convert(str(tiny_writer), models_dir=tmp_path)
    code = f"""
import sys
from pathlib import Path
from models.hub.ctranslate import CTranslateGenerator
generator = CTranslateGenerator({str(tiny_writer)!r}, models_dir=Path({str(tmp_path)!r}))
print(bool(generator.generate(["Ada met Acme."])[0]))
print({{"torch", "transformers"}} & set(sys.modules))
"""

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )

    assert done.stdout.split() == ["True", "set()"]


def test_a_file_that_changed_since_the_conversion_is_refused(tiny_writer: Path, tmp_path: Path) -> None:
    folder, _ = conversion.convert(str(tiny_writer), models_dir=tmp_path)
    with (folder / "model.bin").open("ab") as file:
        file.write(b"x")

    with pytest.raises(ChecksumError, match="copydesk models convert"):
        CTranslateGenerator(str(tiny_writer), models_dir=tmp_path)


def test_another_precision_is_another_conversion(tiny_writer: Path, tmp_path: Path) -> None:
    conversion.convert(str(tiny_writer), models_dir=tmp_path)

    with pytest.raises(NotPulledError, match="--precision fp32"):
        CTranslateGenerator(str(tiny_writer), models_dir=tmp_path, choice=FULL)


def test_a_damaged_manifest_is_refused(tiny_writer: Path, tmp_path: Path) -> None:
    folder, _ = conversion.convert(str(tiny_writer), models_dir=tmp_path)
    (folder / "manifest.json").write_text("{")

    with pytest.raises(HubModelError, match="convert"):
        CTranslateGenerator(str(tiny_writer), models_dir=tmp_path)


def test_a_model_of_another_kind_leaves_nothing(tiny_tagger: Path, tmp_path: Path) -> None:
    with pytest.raises(HubModelError, match="use torch"):
        conversion.convert(str(tiny_tagger), models_dir=tmp_path)
    revision = find(str(tiny_tagger)).sha256()
    assert not converted_folder(tmp_path, str(tiny_tagger), revision, "int8").exists()


def test_document_text_of_nothing_is_nothing(tiny_writer: Path, tmp_path: Path) -> None:
    conversion.convert(str(tiny_writer), models_dir=tmp_path)
    loaded = models.load(
        summarizer=str(tiny_writer), choice=Choice(summarizer_engine="ctranslate2"), models_dir=tmp_path
    )

    assert loaded.summarize("").sentences == ()
