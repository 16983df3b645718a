"""Train the built-in tagger: `python -m models.training.train_tagger --data DIR --base DIR --out DIR --seed 13`.

One linear head on MiniLM-L6 with frozen word embeddings; about fifteen minutes on two cores. `export` turns
what this writes into the int8 ONNX file that ships.
"""

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from models.labels import LABELS
from models.training import network
from models.training.data import DEV_FILE, IGNORED, TRAIN_FILES, Example, pack, read_sentences, to_example
from models.training.score import Score, spans_of
from models.words import brackets, load_tokenizer

PIECES_A_BATCH = 1536
LONGEST_RUN = 256
NAMELESS_KEPT = 0.3
WARMUP = 0.06


def batches(runs: Sequence[Example], rng: random.Random) -> Iterator[list[Example]]:
    """Cut shuffled runs into batches of at most `PIECES_A_BATCH` pieces, alike in length to spare padding."""
    order = sorted(rng.sample(list(runs), len(runs)), key=len)
    cut, batch = [], list[Example]()
    for run in order:
        if batch and len(run) * (len(batch) + 1) > PIECES_A_BATCH:
            cut.append(batch)
            batch = []
        batch.append(run)
    if batch:
        cut.append(batch)
    rng.shuffle(cut)
    yield from cut


def tensors(
    batch: Sequence[Example], tokenizer: Tokenizer
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Pad a batch and put [CLS] and [SEP] around each run: ids, mask, shapes, labels, each (runs, pieces)."""
    opening, closing = brackets(tokenizer)
    width = max(map(len, batch)) + 2
    ids, mask, shapes = (np.zeros((len(batch), width), dtype=np.int64) for _ in range(3))
    labels = np.full((len(batch), width), IGNORED, dtype=np.int64)
    for row, run in enumerate(batch):
        end = len(run) + 1
        ids[row, 0], ids[row, end] = opening, closing
        ids[row, 1:end], shapes[row, 1:end], labels[row, 1:end] = run.ids, run.shapes, run.labels
        mask[row, : end + 1] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(shapes), torch.from_numpy(labels)


def evaluate(model: network.TaggerNetwork, examples: Sequence[Example], tokenizer: Tokenizer) -> Score:
    """Exact-span scores of the network, each sentence on its own."""
    model.eval()
    score = Score()
    with torch.inference_mode():
        for example in examples:
            if not len(example):
                continue
            ids, mask, shapes, _ = tensors([example], tokenizer)
            logits, _ = model(ids, mask, shapes)
            labelled = example.labels != IGNORED
            score.add(
                spans_of([LABELS[label] for label in example.labels[labelled]]),
                spans_of([LABELS[label] for label in logits[0, 1:-1].argmax(-1).numpy()[labelled]]),
            )
    model.train()
    return score


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), required=True, help="folder of the corpora")
@click.option(
    "--base", type=click.Path(path_type=Path, file_okay=False), required=True, help="folder of the base model"
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="folder to write")
@click.option("--seed", type=int, default=13, show_default=True)
@click.option("--epochs", type=float, default=2.5, show_default=True)
@click.option("--threads", type=int, default=2, show_default=True)
@click.option("--learning-rate", type=float, default=2e-4, show_default=True)
def main(*, data: Path, base: Path, out: Path, seed: int, epochs: float, threads: int, learning_rate: float) -> None:
    """Train on the three corpora, score on UNER-EWT dev, write `tagger.pt` and `train.log`."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    rng = random.Random(seed)  # noqa: S311 - sampling for training, not secrets
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(network.base_tokenizer(base))
    corpora = [[to_example(item, tokenizer) for item in read_sentences(data / name)] for name in TRAIN_FILES]
    dev = [to_example(item, tokenizer) for item in read_sentences(data / DEV_FILE)]
    model = network.load_base(base)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=learning_rate, weight_decay=0.01)
    loss_of = nn.CrossEntropyLoss(ignore_index=IGNORED)

    def epoch() -> list[list[Example]]:
        runs = [
            run
            for corpus in corpora
            for run in pack(
                [item for item in corpus if len(item) and (item.has_names or rng.random() < NAMELESS_KEPT)],
                rng,
                longest=LONGEST_RUN,
            )
        ]
        return list(batches(runs, rng))

    plan = [batch for _ in range(int(epochs)) for batch in epoch()]
    rest = epoch()
    plan += rest[: round(len(rest) * (epochs % 1))]
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min((step + 1) / (WARMUP * len(plan)), (len(plan) - step) / (len(plan) * (1 - WARMUP))),
    )
    log = (out / "train.log").open("w", encoding="utf-8")

    def note(line: str) -> None:
        click.echo(line)
        log.write(line + "\n")
        log.flush()

    pieces = sum(len(run) for batch in plan for run in batch)
    note(f"seed {seed}, {epochs} epochs, {len(plan)} batches, {pieces} pieces, learning rate {learning_rate}")
    model.train()
    started, running = time.monotonic(), 0.0
    for step, batch in enumerate(plan, start=1):
        ids, mask, shapes, labels = tensors(batch, tokenizer)
        logits, _ = model(ids, mask, shapes)
        loss = loss_of(logits.flatten(0, 1), labels.flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        rate.step()
        optimizer.zero_grad(set_to_none=True)
        running += (float(loss.detach()) - running) / min(step, 50)
        if step % 25 == 0 or step == len(plan):
            note(f"step {step}/{len(plan)} loss {running:.4f} {time.monotonic() - started:.0f} s")
    score = evaluate(model, dev, tokenizer)
    note(f"UNER-EWT dev, exact spans, fp32: {score}")
    torch.save(model.state_dict(), out / "tagger.pt")
    log.close()


if __name__ == "__main__":
    main()
