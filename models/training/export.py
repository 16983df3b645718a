"""Turn a trained tagger into what ships: `python -m models.training.export --trained DIR --base DIR --out DIR`.

Network -> ONNX -> ONNX Runtime's fused BERT graph -> int8 weights and activations (dynamic quantisation), then the
tokenizer and `manifest.json` with the sha256 of every file.
"""

import hashlib
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from transformers import PreTrainedModel

from models.artifacts import Manifest
from models.encoder import MODEL_FILE, TOKENIZER_FILE
from models.labels import LABELS
from models.training import network
from models.words import SHAPES, load_tokenizer

NAME = "copydesk-news-tagger"


def export_onnx(model: network.TaggerNetwork, path: Path) -> None:
    """Write the network as ONNX: inputs `ids`, `mask`, `shapes`; outputs `logits`, `embeddings`; one text."""
    example = torch.ones((1, 16), dtype=torch.long)
    model.eval()
    with warnings.catch_warnings(), _plain_attention(model):
        # The tracing exporter is deprecated, but only its graph is recognised by ONNX Runtime's BERT fusion.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (example, example, torch.zeros_like(example)),
            str(path),
            input_names=["ids", "mask", "shapes"],
            output_names=["logits", "embeddings"],
            dynamic_axes={name: {1: "pieces"} for name in ("ids", "mask", "shapes", "logits", "embeddings")},
            opset_version=17,
            dynamo=False,
        )


@contextmanager
def _plain_attention(model: torch.nn.Module) -> Iterator[None]:
    """Run attention step by step: of torch's one-call kernel the exporter makes a graph that is not fused."""
    encoders = [part for part in model.modules() if isinstance(part, PreTrainedModel)]
    before = [encoder.config._attn_implementation for encoder in encoders]
    for encoder in encoders:
        encoder.set_attn_implementation("eager")
    try:
        yield
    finally:
        for encoder, name in zip(encoders, before, strict=True):
            encoder.set_attn_implementation(name)


def quantise(source: Path, target: Path, *, heads: int, hidden: int, apart: str = "") -> None:
    """Fuse the graph as BERT and store its weights as int8, but those of nodes whose name holds `apart`.

    Weights keep seven bits (`reduce_range`): on processors without VNNI an eight-bit product can overflow, and two
    hosts would disagree.
    """
    fused = source.with_name("fused.onnx")
    options = FusionOptions("bert")
    # In int8 it would round the weights of the layer norm too.
    options.enable_embed_layer_norm = False
    # The sum and the norm apart take a tenth of the time of ONNX Runtime's kernel for both; see OnnxEncoder.
    options.enable_skip_layer_norm = False
    optimize_model(
        str(source), model_type="bert", num_heads=heads, hidden_size=hidden, optimization_options=options
    ).save_model_to_file(str(fused))
    nodes = onnx.load(fused, load_external_data=False).graph.node
    quantize_dynamic(
        fused,
        target,
        nodes_to_exclude=[node.name for node in nodes if apart and apart in node.name],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": 1},
    )


@click.command()
@click.option("--trained", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True)
@click.option("--base", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--revision", required=True, help="version of these weights, e.g. 1.0.0")
def main(trained: Path, base: Path, out: Path, revision: str) -> None:
    """Write `model.onnx`, `tokenizer.json` and `manifest.json` into OUT."""
    out.mkdir(parents=True, exist_ok=True)
    model = network.load_base(base)
    model.load_state_dict(torch.load(trained / "tagger.pt", weights_only=True))
    config = model.encoder.config
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        export_onnx(model, plain)
        quantise(plain, out / MODEL_FILE, heads=config.num_attention_heads, hidden=config.hidden_size)
    load_tokenizer(network.base_tokenizer(base)).save(str(out / TOKENIZER_FILE), pretty=False)
    manifest = Manifest(
        name=NAME,
        task="token-classification",
        revision=revision,
        precision="int8",
        labels=LABELS,
        shapes=SHAPES,
        licence="CC-BY-SA-4.0",
        base=f"all-MiniLM-L6-v2 {network.BASE_SHA256}",
        files={name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in (MODEL_FILE, TOKENIZER_FILE)},
    )
    (out / "manifest.json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    for name in ("train.log",):
        shutil.copy(trained / name, out / name)
    click.echo(f"{out / MODEL_FILE}: {(out / MODEL_FILE).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
