"""The loop that both taggers are trained by: batches of like length, AdamW, and a log."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import click
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from models.labels import LABELS
from models.training.data import IGNORED, Example
from models.training.score import Score, spans_of

Batch = list[Example]
Loss = Callable[[torch.Tensor, torch.Tensor, Batch], torch.Tensor]
_NOTE_EVERY = 25


class Log(Protocol):
    """Where the lines of a training log go."""

    def __call__(self, line: str, /) -> None: ...


def batches(runs: Sequence[Example], rng: random.Random, *, pieces: int) -> Iterator[Batch]:
    """Cut runs into batches of at most so many pieces, alike in length to spare padding, in a random order."""
    order = sorted(rng.sample(list(runs), len(runs)), key=len)
    cut, batch = list[Batch](), Batch()
    for run in order:
        if batch and len(run) * (len(batch) + 1) > pieces:
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
    """Pad a batch and put the marks of start and end around each run: ids, mask, shapes, labels: (runs, pieces)."""
    opening, closing, padding = special(tokenizer)
    width = max(map(len, batch)) + 2
    mask, shapes = (np.zeros((len(batch), width), dtype=np.int64) for _ in range(2))
    ids = np.full((len(batch), width), padding, dtype=np.int64)
    labels = np.full((len(batch), width), IGNORED, dtype=np.int64)
    for row, run in enumerate(batch):
        end = len(run) + 1
        ids[row, 0], ids[row, end] = opening, closing
        ids[row, 1:end], shapes[row, 1:end], labels[row, 1:end] = run.ids, run.shapes, run.labels
        mask[row, : end + 1] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(shapes), torch.from_numpy(labels)


def special(tokenizer: Tokenizer) -> tuple[int, int, int]:
    """The ids of the marks of start, end and padding: BERT's, or else those of MPNet and RoBERTa."""
    for names in (("[CLS]", "[SEP]", "[PAD]"), ("<s>", "</s>", "<pad>")):
        opening, closing, padding = (tokenizer.token_to_id(name) for name in names)
        if opening is not None and closing is not None and padding is not None:
            return opening, closing, padding
    raise ValueError("the tokenizer has neither BERT's marks nor MPNet's: take the one that came with the base model")


def evaluate(model: nn.Module, examples: Sequence[Example], tokenizer: Tokenizer, *, at_once: int = 16) -> Score:
    """Exact-span scores of the network, each example on its own."""
    model.eval()
    score = Score()
    order = sorted((example for example in examples if len(example)), key=len)
    with torch.inference_mode():
        for start in range(0, len(order), at_once):
            batch = order[start : start + at_once]
            ids, mask, shapes, _ = tensors(batch, tokenizer)
            best = model(ids, mask, shapes)[0].argmax(-1).numpy()
            for row, example in enumerate(batch):
                labelled = example.labels != IGNORED
                score.add(
                    spans_of([LABELS[label] for label in example.labels[labelled]]),
                    spans_of([LABELS[label] for label in best[row, 1 : len(example) + 1][labelled]]),
                )
    model.train()
    return score


def evaluate_all(model: nn.Module, dev: Mapping[str, Sequence[Example]], tokenizer: Tokenizer, note: Log) -> None:
    """Note the scores on each set."""
    for name, examples in dev.items():
        note(f"{name}, exact spans, fp32: {evaluate(model, examples, tokenizer)}")


def fit(
    model: nn.Module,
    plan: Sequence[Batch],
    tokenizer: Tokenizer,
    *,
    groups: Sequence[tuple[list[nn.Parameter], float]],
    rate: Callable[[float], float],
    loss_of: Loss,
    note: Log,
) -> None:
    """Train over the batches of a plan.

    `groups` are parameters with their learning rates, which `rate` multiplies: it is given the share of the plan that
    is done. `loss_of` gets logits (runs, pieces, labels), labels (runs, pieces) and the batch.
    """
    optimizer = torch.optim.AdamW([{"params": some, "lr": lr} for some, lr in groups], weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step / len(plan)))
    trained = [parameter for some, _ in groups for parameter in some]
    pieces = sum(len(run) for batch in plan for run in batch)
    note(f"{len(plan)} batches, {pieces} pieces, {sum(item.numel() for item in trained)} parameters trained")
    model.train()
    started, running = time.monotonic(), 0.0
    for step, batch in enumerate(plan, start=1):
        ids, mask, shapes, labels = tensors(batch, tokenizer)
        logits, _ = model(ids, mask, shapes)
        loss = loss_of(logits, labels, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        running += (float(loss.detach()) - running) / min(step, 50)
        if step % _NOTE_EVERY == 0 or step == len(plan):
            note(f"step {step}/{len(plan)} loss {running:.4f} {time.monotonic() - started:.0f} s")


def cross_entropy(logits: torch.Tensor, labels: torch.Tensor, _batch: Batch) -> torch.Tensor:
    """The loss against the true labels alone."""
    return nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)


@contextmanager
def logging(path: Path) -> Iterator[Log]:
    """A log that is shown and written to a file, a line at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:

        def note(line: str) -> None:
            click.echo(line)
            file.write(line + "\n")
            file.flush()

        yield note
