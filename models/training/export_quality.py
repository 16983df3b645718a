"""Turn a trained adapter into what ships: `python -m models.training.export_quality --trained DIR --base DIR`.

Adapter, the base's tokenizer and configuration, and `manifest.json` with the sha256 of every file. Then write the sums
into the registry with `python -m models.lock`, and fit the scores with `python -m models.training.calibrate`.
"""

import json
import shutil
from pathlib import Path

import click
import msgspec

from models.artifacts import Manifest
from models.encoder import TOKENIZER_FILE
from models.hub.quality import CONFIG_FILE
from models.labels import LABELS
from models.pulled import MANIFEST
from models.registry import sha256
from models.tiers import ADAPTER, ADAPTER_FILE
from models.training.teacher import BASE_SHA256
from models.words import SHAPES, load_tokenizer

NAME = "copydesk-news-tagger-quality"
#: What the network is built by; a base's own file names where it was saved, too.
_FIELDS = (
    "hidden_act", "hidden_size", "intermediate_size", "layer_norm_eps", "max_position_embeddings", "model_type",
    "num_attention_heads", "num_hidden_layers", "pad_token_id", "bos_token_id", "eos_token_id",
    "relative_attention_num_buckets", "vocab_size", "attention_probs_dropout_prob", "hidden_dropout_prob",
)  # fmt: skip


def export(adapter: Path, base: Path, out: Path, *, revision: str) -> Manifest:
    """Write a weights folder of an adapter; `base` is the folder of the base's tokenizer and configuration."""
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy(adapter, out / ADAPTER_FILE)
    load_tokenizer(base / TOKENIZER_FILE).save(str(out / TOKENIZER_FILE), pretty=False)
    config = json.loads((base / CONFIG_FILE).read_bytes())
    kept = {name: config[name] for name in sorted(_FIELDS) if name in config}
    (out / CONFIG_FILE).write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    manifest = Manifest(
        name=NAME,
        task="token-classification",
        revision=revision,
        precision="fp16",
        labels=LABELS,
        shapes=SHAPES,
        licence="CC-BY-SA-4.0",
        base=f"all-mpnet-base-v2 {BASE_SHA256}",
        files={name: sha256(out / name) for name in (ADAPTER_FILE, CONFIG_FILE, TOKENIZER_FILE)},
    )
    (out / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    return manifest


@click.command()
@click.option("--trained", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True)
@click.option("--base", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=ADAPTER)
@click.option("--revision", required=True, help="version of the adapter, e.g. 1.0.0")
def main(trained: Path, base: Path, out: Path, revision: str) -> None:
    """Write the adapter of TRAINED, with what belongs to it, into OUT."""
    export(trained / ADAPTER_FILE, base, out, revision=revision)
    shutil.copy(trained / "train.log", out / "train.log")
    click.echo(f"{out}: run `python -m models.lock` now")


if __name__ == "__main__":
    main()
