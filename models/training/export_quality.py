"""Turn a trained adapter into what ships: `python -m models.training.export_quality --trained DIR --base DIR`.

Adapter, the base's tokenizer and configuration, the channels that int8 cannot hold (found on news written for Copydesk,
some two minutes), and `manifest.json` with the sha256 of every file. Then write the sums into the registry with
`python -m models.lock`, and fit the scores with `python -m models.training.calibrate`.
"""

import json
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
from safetensors.torch import load_file

from models.artifacts import Manifest
from models.encoder import TOKENIZER_FILE, WINDOW
from models.hub.quality import CONFIG_FILE, OUTLIERS_FILE
from models.labels import LABELS
from models.pulled import MANIFEST
from models.registry import sha256
from models.tiers import ADAPTER, ADAPTER_FILE
from models.training.corpora import load_news, runs
from models.training.fitting import tensors
from models.training.outliers import find_outliers
from models.training.teacher import BASE_SHA256, load_teacher
from models.words import SHAPES, load_tokenizer

NAME = "copydesk-news-tagger-quality"
_RUNS, _SEED = 400, 13
#: What the network is built by; a base's own file names where it was saved, too.
_FIELDS = (
    "hidden_act", "hidden_size", "intermediate_size", "layer_norm_eps", "max_position_embeddings", "model_type",
    "num_attention_heads", "num_hidden_layers", "pad_token_id", "bos_token_id", "eos_token_id",
    "relative_attention_num_buckets", "vocab_size", "attention_probs_dropout_prob", "hidden_dropout_prob",
)  # fmt: skip


def export(adapter: Path, base: Path, out: Path, *, revision: str, outliers: Sequence[Sequence[int]]) -> Manifest:
    """Write a weights folder of an adapter; `base` is the folder of the base's tokenizer and configuration.

    `outliers` are the channels of each layer that stay in single precision.
    """
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy(adapter, out / ADAPTER_FILE)
    load_tokenizer(base / TOKENIZER_FILE).save(str(out / TOKENIZER_FILE), pretty=False)
    config = json.loads((base / CONFIG_FILE).read_bytes())
    kept = {name: config[name] for name in sorted(_FIELDS) if name in config}
    (out / CONFIG_FILE).write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    layers = ",\n ".join(str(list(some)) for some in outliers)
    (out / OUTLIERS_FILE).write_text(f"[{layers}]\n", encoding="utf-8")
    manifest = Manifest(
        name=NAME,
        task="token-classification",
        revision=revision,
        precision="fp16",
        labels=LABELS,
        shapes=SHAPES,
        licence="CC-BY-SA-4.0",
        base=f"all-mpnet-base-v2 {BASE_SHA256}",
        files={name: sha256(out / name) for name in (ADAPTER_FILE, CONFIG_FILE, OUTLIERS_FILE, TOKENIZER_FILE)},
    )
    (out / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    return manifest


def outliers_of(adapter: Path, base: Path) -> list[list[int]]:
    """The channels of each layer that reach furthest on a sample of the news that the adapter was trained on."""
    network = load_teacher(base)
    network.load_adapter({name: tensor.float() for name, tensor in load_file(adapter).items()})
    tokenizer = load_tokenizer(base / TOKENIZER_FILE)
    rng = random.Random(_SEED)  # noqa: S311 - a sample, no secret
    news = list(runs([load_news(tokenizer)], rng, longest=WINDOW))
    batches = (tensors([run], tokenizer)[:3] for run in rng.sample(news, _RUNS))
    return find_outliers(network, network.enc, batches)


@click.command()
@click.option("--trained", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True)
@click.option("--base", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=ADAPTER)
@click.option("--revision", required=True, help="version of the adapter, e.g. 1.0.0")
def main(trained: Path, base: Path, out: Path, revision: str) -> None:
    """Write the adapter of TRAINED, with what belongs to it, into OUT."""
    export(trained / ADAPTER_FILE, base, out, revision=revision, outliers=outliers_of(trained / ADAPTER_FILE, base))
    shutil.copy(trained / "train.log", out / "train.log")
    click.echo(f"{out}: run `python -m models.lock` now")


if __name__ == "__main__":
    main()
