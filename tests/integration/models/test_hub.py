"""The hub path on real classes of transformers."""

import hashlib
import shutil
from pathlib import Path

import pytest

import models
from models.engines import Choice
from models.errors import ChecksumError, ChoiceError, HubModelError, NotPulledError
from models.hub.generate import TorchGenerator
from models.hub.summarizer import HubSummarizer
from models.hub.tagger import HubTagger
from models.protocols import Document
from models.pulled import Lock, write_lock

TEXT = (
    "Ada Marsh met Acme in Paris on Monday. The council said the new bridge opened.\n\n"
    "Costs rose and people lost. Marsh won the vote in the town of Paris."
)


def test_hub_tagger_gives_names_with_places_in_the_text(tiny_tagger: Path) -> None:
    found = HubTagger(str(tiny_tagger)).tag(Document(TEXT))

    assert [(entity.text, entity.label, len(entity.mentions)) for entity in found] == [
        ("Ada Marsh", "PER", 2),
        ("Acme", "ORG", 1),
        ("Paris", "LOC", 2),
    ]
    for entity in found:
        assert all(TEXT[mention.start : mention.end] == mention.text for mention in entity.mentions)
        assert 0.0 < entity.score <= 1.0


def test_hub_tagger_reads_texts_longer_than_the_model(tiny_tagger: Path) -> None:
    text = "The council said the town won the vote. " * 30 + "Paris lost."

    (found,) = HubTagger(str(tiny_tagger)).tag(Document(text))

    assert (found.text, found.start) == ("Paris", text.index("Paris"))


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_hub_tagger_finds_nothing_in_nothing(tiny_tagger: Path, text: str) -> None:
    assert HubTagger(str(tiny_tagger)).tag(Document(text)) == ()


def test_what_a_model_writes_and_the_article_supports_is_published(taught_writer: Path) -> None:
    loaded = models.load(summarizer=str(taught_writer))

    analysis = loaded.analyse(TEXT, "en")

    assert (analysis.summary.method, analysis.summary.model) == ("abstractive", str(taught_writer))
    assert [TEXT[sentence.start : sentence.end] for sentence in analysis.summary.sentences] == [
        "The council said the new bridge opened.",
        "Marsh won the vote in the town of Paris.",
    ]
    assert analysis.summary.dropped == 1
    assert analysis.flags == ("summary-cut",)


def test_nonsense_is_not_published_and_the_article_is_quoted_instead(tiny_writer: Path) -> None:
    loaded = models.load(summarizer=str(tiny_writer))

    analysis = loaded.analyse(TEXT, "en")

    assert analysis.summary.method == "extractive"
    assert analysis.summary.sentences
    assert all(TEXT[item.start : item.end] == item.text for item in analysis.summary.sentences)
    assert analysis.summary.dropped > 0
    assert analysis.flags == ("summary-replaced",)
    assert analysis == loaded.analyse(TEXT, "en")


def test_hub_summary_reads_texts_longer_than_the_model(tiny_writer: Path) -> None:
    assert HubSummarizer(TorchGenerator(str(tiny_writer))).summarize(Document(TEXT * 50)).sentences


def test_hub_summary_of_nothing_is_empty(tiny_writer: Path) -> None:
    assert HubSummarizer(TorchGenerator(str(tiny_writer))).summarize(Document(" ")).sentences == ()


def test_headline_beside_a_writing_model_is_a_sentence_of_the_text(tiny_writer: Path) -> None:
    assert (
        HubSummarizer(TorchGenerator(str(tiny_writer))).headline(Document(TEXT))
        == "Ada Marsh met Acme in Paris on Monday."
    )


def test_load_names_both_hub_models_with_the_sha256_of_their_weights(tiny_tagger: Path, tiny_writer: Path) -> None:
    loaded = models.load(str(tiny_tagger), str(tiny_writer))

    by_task = {reference.task: reference for reference in loaded.provenance}
    assert set(by_task) == {"token-classification", "summarization"}
    for reference, folder in ((by_task["token-classification"], tiny_tagger), (by_task["summarization"], tiny_writer)):
        weights = (folder / "model.safetensors").read_bytes()
        assert reference.sha256 == hashlib.sha256(weights).hexdigest()
        assert (reference.name, reference.revision, reference.precision) == (str(folder), "local", "fp32")
        assert reference.engine.startswith("torch ")
    analysis = loaded.analyse(TEXT, "fr")
    assert {entity.label for entity in analysis.entities} == {"PER", "ORG", "LOC"}
    assert analysis.flags == ()


def test_hub_tagger_beside_the_extractive_summary(tiny_tagger: Path) -> None:
    loaded = models.load(tagger=str(tiny_tagger))

    analysis = loaded.analyse(TEXT, "en")

    assert analysis.summary.method == "extractive"
    assert [reference.name for reference in loaded.provenance] == [str(tiny_tagger), "copydesk-news-tagger"]


def test_a_model_without_a_trained_head_is_refused(headless_model: Path) -> None:
    with pytest.raises(HubModelError, match="fine-tuned"):
        HubTagger(str(headless_model))


def test_a_model_of_another_kind_is_refused(tiny_tagger: Path) -> None:
    with pytest.raises(HubModelError, match="name a model of that kind"):
        HubSummarizer(TorchGenerator(str(tiny_tagger)))


def test_a_damaged_weight_file_is_refused(tiny_tagger: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_tagger, tmp_path / "damaged")
    (folder / "model.safetensors").write_bytes(b"not weights")

    with pytest.raises(HubModelError, match="cannot be loaded"):
        HubTagger(str(folder))


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HubModelError, match=r"model\*\.safetensors"):
        HubTagger(str(tmp_path))


def test_offline_a_model_that_is_not_in_the_cache_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(NotPulledError, match="copydesk models pull nobody/no-such-model"):
        HubTagger("nobody/no-such-model", cache_dir=tmp_path)


@pytest.mark.parametrize("name", ["no/such/path/here", " "])
def test_what_is_neither_folder_nor_hub_id_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises((HubModelError, NotPulledError)):
        TorchGenerator(name, cache_dir=tmp_path)


def test_offline_a_cached_snapshot_is_found_with_its_revision(tiny_tagger: Path, tmp_path: Path) -> None:
    revision = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "models--owner--tiny"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(revision)
    shutil.copytree(tiny_tagger, repository / "snapshots" / revision)

    (reference,) = HubTagger("owner/tiny", cache_dir=tmp_path).references
    (pinned,) = HubTagger(f"owner/tiny@{revision}", cache_dir=tmp_path).references

    assert (reference.name, reference.revision) == ("owner/tiny", revision)
    assert pinned == reference


def test_a_file_that_changed_since_the_pull_is_refused(tiny_tagger: Path, tmp_path: Path) -> None:
    revision = "0123456789abcdef0123456789abcdef01234567"
    folder = shutil.copytree(tiny_tagger, tmp_path / "models--owner--tiny" / "snapshots" / revision)
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    write_lock(tmp_path, Lock(name="owner/tiny", revision=revision, files=sums))
    name = f"owner/tiny@{revision}"
    assert HubTagger(name, cache_dir=tmp_path, models_dir=tmp_path).references

    (folder / "config.json").write_text("{}")

    with pytest.raises(ChecksumError, match="refused; fetch it again with `copydesk models pull owner/tiny@"):
        HubTagger(name, cache_dir=tmp_path, models_dir=tmp_path)


def test_precision_runs_and_is_told(tiny_tagger: Path, tiny_writer: Path) -> None:
    choice = Choice(precision="bf16")

    tagger, writer = HubTagger(str(tiny_tagger), choice=choice), TorchGenerator(str(tiny_writer), choice=choice)

    assert [entity.text for entity in tagger.tag(Document(TEXT))] == ["Ada Marsh", "Acme", "Paris"]
    assert writer.generate([TEXT])[0]
    assert {tagger.references[0].precision, writer.reference.precision} == {"bf16"}


def test_a_precision_that_torch_lacks_here_is_refused(tiny_tagger: Path) -> None:
    with pytest.raises(ChoiceError, match="fp32, bf16"):
        HubTagger(str(tiny_tagger), choice=Choice(precision="int8"))


def test_a_gpu_that_is_not_there_is_refused(tiny_tagger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)

    with pytest.raises(ChoiceError, match="COPYDESK_DEVICE=cpu"):
        HubTagger(str(tiny_tagger), choice=Choice(device="cuda"))
