"""The `quality` tier: merge the shipped adapter into its base and write an int8 ONNX graph, once, with torch.

What comes out is a weights folder like the shipped one, so that it runs without torch. The sum of base and adapter is
taken in double precision: rounded to single it is the same on every processor, and so is what is made of it.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from models.artifacts import Artifacts, Manifest, open_artifacts
from models.encoder import MODEL_FILE, TOKENIZER_FILE
from models.errors import WeightsError
from models.pulled import MANIFEST
from models.registry import sha256, verify
from models.tiers import ADAPTER_FILE

CONFIG_FILE: Final = "config.json"
#: The channels that stay in single precision, a list for each layer.
OUTLIERS_FILE: Final = "outliers.json"
BASE_FILE: Final = "model.safetensors"


def build(
    adapter: Path, base: Path, base_sha256: str, out: Path, *, step: Callable[[str], None] = lambda _: None
) -> Manifest:
    """Write `model.onnx`, `tokenizer.json` and `manifest.json` into the folder `out`; a few minutes, 2 GB of memory.

    `adapter` is the shipped folder, `base` the file of the base's weights. `step` is told what is being done.

    Raises:
        WeightsError: the adapter does not fit the base, or is damaged.
        ChecksumError: the base is not the pinned one.
    """
    # These import torch.
    from models.training.export import export_onnx, quantise  # noqa: PLC0415
    from models.training.outliers import MARK  # noqa: PLC0415

    step("checking")
    artifacts = open_artifacts(adapter)
    verify(base.parent, {base.name: base_sha256}, remedy="delete it and run `copydesk models pull quality` again")
    step("merging")
    network = _merged(artifacts, base)
    config = network.enc.config
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as scratch:
        plain = Path(scratch) / "plain.onnx"
        step("exporting")
        export_onnx(network, plain)
        step("quantising")
        quantise(plain, out / MODEL_FILE, heads=config.num_attention_heads, hidden=config.hidden_size, apart=MARK)
    (out / TOKENIZER_FILE).write_bytes(artifacts.path(TOKENIZER_FILE).read_bytes())
    manifest = msgspec.structs.replace(
        artifacts.manifest,
        precision="int8",
        files={name: sha256(out / name) for name in (MODEL_FILE, TOKENIZER_FILE)},
    )
    # The manifest comes last: a folder without one is not a model.
    (out / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    return manifest


def _merged(artifacts: Artifacts, base: Path) -> Any:
    import torch  # noqa: PLC0415
    from safetensors import SafetensorError  # noqa: PLC0415
    from safetensors.torch import load_file  # noqa: PLC0415
    from transformers import MPNetConfig, MPNetModel  # noqa: PLC0415

    from models.training.network import BaseModelError  # noqa: PLC0415
    from models.training.outliers import set_apart  # noqa: PLC0415
    from models.training.teacher import SCALE, LowRank, TeacherNetwork  # noqa: PLC0415

    try:
        encoder = MPNetModel(MPNetConfig.from_json_file(artifacts.path(CONFIG_FILE)), add_pooling_layer=False)
        state = load_file(base)
        encoder.load_state_dict(
            {name: tensor for name, tensor in state.items() if name in encoder.state_dict()}, strict=True
        )
        network = TeacherNetwork(encoder)
        network.load_adapter({name: tensor.float() for name, tensor in load_file(artifacts.path(ADAPTER_FILE)).items()})
    except (BaseModelError, SafetensorError, RuntimeError, ValueError, OSError) as error:
        raise WeightsError(
            f"the adapter in {artifacts.folder} does not fit {base} ({error}): take both from one version of Copydesk"
        ) from error
    for parent in list(network.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, LowRank):
                linear = child.base
                added = SCALE * (child.b.double() @ child.a.double())
                linear.weight = torch.nn.Parameter((linear.weight.double() + added).float(), requires_grad=False)
                setattr(parent, name, linear)
    try:
        set_apart(network.enc, msgspec.json.decode(artifacts.path(OUTLIERS_FILE).read_bytes(), type=list[list[int]]))
    except (msgspec.DecodeError, ValueError) as error:
        raise WeightsError(f"{artifacts.path(OUTLIERS_FILE)} does not fit the adapter beside it: {error}") from error
    return network.eval()
