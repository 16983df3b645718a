"""Train the built-in tagger: `python -m models.training.train_tagger --data DIR --base DIR --teacher DIR --out DIR`.

MiniLM-L6 learns from the labels and, on a part of the text, from what a base-size teacher (`train_teacher`) says of
each word, half each (Hinton et al. 2015). All layers are trained but the word embeddings. `export` turns what this
writes into the int8 ONNX file that ships.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn

from models.training import network
from models.training.corpora import load_corpora, load_dev, load_news, lose_case, runs
from models.training.data import IGNORED, Example
from models.training.fitting import Batch, Log, batches, evaluate_all, fit, logging, tensors
from models.training.teacher import TeacherNetwork, load_teacher
from models.words import load_tokenizer

PIECES_A_BATCH = 1536
LONGEST_RUN = 254
#: Sentences without names: so much more of them than the teacher gets.
NAMELESS = 2.5
NEWS_EPOCHS = 2
#: Share of the runs that the teacher reads: its pass takes longer than all the rest.
TAUGHT = 0.6
_WARM_UP = 0.06


@dataclass(frozen=True, slots=True)
class Taught(Example):
    """A run with the teacher's probabilities, (pieces, labels)."""

    soft: npt.NDArray[np.float16]


def ask(
    teacher: TeacherNetwork, asked: Tokenizer, some: Sequence[Example], tokenizer: Tokenizer, note: Log
) -> list[Taught]:
    """Have the teacher read each run. Both cut text into the same pieces, under other numbers."""
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    numbers = np.zeros(max(vocabulary.values()) + 1, dtype=np.int64)
    unknown = asked.token_to_id("[UNK]")
    if unknown is None:
        raise network.BaseModelError("the teacher's tokenizer is not MPNet's: it has no [UNK]")
    for token, number in vocabulary.items():
        known = asked.token_to_id(token)
        numbers[number] = unknown if known is None else known
    teacher.eval()
    taught = list[Taught]()
    plan = list(batches(some, random.Random(0), pieces=PIECES_A_BATCH))  # noqa: S311 - an order, no secret
    with torch.inference_mode():
        for step, batch in enumerate(plan, start=1):
            theirs = [Example(numbers[run.ids], run.shapes, run.labels, run.has_names) for run in batch]
            ids, mask, shapes, _ = tensors(theirs, asked)
            chances = teacher(ids, mask, shapes)[0].softmax(-1).numpy().astype(np.float16)
            taught += [
                Taught(run.ids, run.shapes, run.labels, run.has_names, chances[row, 1 : len(run) + 1])
                for row, run in enumerate(batch)
            ]
            if step % 50 == 0 or step == len(plan):
                note(f"teacher has read {step} of {len(plan)} batches")
    return taught


def distillation(logits: torch.Tensor, labels: torch.Tensor, batch: Batch) -> torch.Tensor:
    """The loss against the labels; on runs that the teacher has read, half of it the divergence from the teacher."""
    soft = torch.zeros_like(logits)
    taught = torch.zeros(labels.shape, dtype=torch.bool)
    for row, run in enumerate(batch):
        if isinstance(run, Taught):
            soft[row, 1 : len(run) + 1] = torch.from_numpy(run.soft.astype(np.float32))
            taught[row] = True
    labelled = labels != IGNORED
    hard = nn.functional.cross_entropy(logits[labelled], labels[labelled], reduction="none")
    apart = nn.functional.kl_div(logits[labelled].log_softmax(-1), soft[labelled], reduction="none").sum(-1)
    return torch.where(taught[labelled], (hard + apart) / 2, hard).mean()


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), required=True, help="folder of the corpora")
@click.option("--base", type=click.Path(path_type=Path, file_okay=False), required=True, help="folder of MiniLM-L6")
@click.option("--teacher-base", type=click.Path(path_type=Path, file_okay=False), required=True, help="folder of MPNet")
@click.option("--adapter", type=click.Path(path_type=Path, dir_okay=False), required=True, help="the trained teacher")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="folder to write")
@click.option("--seed", type=int, default=13, show_default=True)
@click.option("--epochs", type=int, default=3, show_default=True)
@click.option("--threads", type=int, default=2, show_default=True)
@click.option("--learning-rate", type=float, default=3e-4, show_default=True)
def main(
    *, data: Path, base: Path, teacher_base: Path, adapter: Path, out: Path,
    seed: int, epochs: int, threads: int, learning_rate: float,
) -> None:  # fmt: skip
    """Train the tagger, score it, and write `tagger.pt` and `train.log`."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    rng = random.Random(seed)  # noqa: S311 - sampling for training, not secrets
    tokenizer = load_tokenizer(network.base_tokenizer(base))
    corpora, news, dev = load_corpora(data, tokenizer), load_news(tokenizer), load_dev(data, tokenizer)
    some = list(runs(corpora, rng, longest=LONGEST_RUN, nameless=NAMELESS))
    some += [run for _ in range(NEWS_EPOCHS) for run in runs([news], rng, longest=LONGEST_RUN)]
    with logging(out / "train.log") as note:
        note(f"tagger, seed {seed}, {epochs} epochs, learning rate {learning_rate}")
        teacher = load_teacher(teacher_base)
        teacher.load_adapter({name: tensor.float() for name, tensor in load_file(adapter).items()})
        asked = load_tokenizer(teacher_base / "tokenizer.json")
        some = [lose_case(run, rng) for run in some]
        rng.shuffle(some)
        count = round(TAUGHT * len(some))
        taught = [*ask(teacher, asked, some[:count], tokenizer, note), *some[count:]]
        model = network.load_base(base)
        trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
        plan = [batch for _ in range(epochs) for batch in batches(taught, rng, pieces=PIECES_A_BATCH)]
        fit(
            model, plan, tokenizer, groups=[(trained, learning_rate)], loss_of=distillation, note=note,
            rate=lambda done: min(1, (done * len(plan) + 1) / (_WARM_UP * len(plan))) * (1 - done),
        )  # fmt: skip
        evaluate_all(model, dev, tokenizer, note)
    torch.save(model.state_dict(), out / "tagger.pt")


if __name__ == "__main__":
    main()
