"""Train the teacher: `python -m models.training.train_teacher --data DIR --base DIR --out DIR`.

First at a constant rate over the open corpora, then at a falling one over a part of them and the news paragraphs
written for Copydesk, twice. Some fifty minutes on two cores. Writes `adapter.safetensors`, which with the pinned base
is the `quality` tier, and the log.
"""

import random
from pathlib import Path

import click
import torch
from safetensors.torch import save_file
from torch import nn

from models.training.corpora import load_corpora, load_dev, load_news, lose_case, runs
from models.training.data import Example
from models.training.fitting import batches, cross_entropy, evaluate_all, fit, logging
from models.training.teacher import TeacherNetwork, load_teacher
from models.words import load_tokenizer

PIECES_A_BATCH = 1024
LONGEST_RUN = 254
EPOCHS = 1.5
OPEN_SHARE, NEWS_EPOCHS = 0.4, 2
ADAPTER_RATE, HEAD_RATE = 4e-4, 1e-3
_WARM_UP = 40


def groups(model: TeacherNetwork) -> list[tuple[list[nn.Parameter], float]]:
    """What is trained, with its learning rate: the adapter, then shapes and head."""
    trained = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    return [
        ([parameter for name, parameter in trained if name.startswith("enc.")], ADAPTER_RATE),
        ([parameter for name, parameter in trained if not name.startswith("enc.")], HEAD_RATE),
    ]


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), required=True, help="folder of the corpora")
@click.option("--base", type=click.Path(path_type=Path, file_okay=False), required=True, help="folder of the base")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="folder to write")
@click.option("--seed", type=int, default=13, show_default=True)
@click.option("--threads", type=int, default=2, show_default=True)
def main(*, data: Path, base: Path, out: Path, seed: int, threads: int) -> None:
    """Train the teacher and score it."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    rng = random.Random(seed)  # noqa: S311 - sampling for training, not secrets
    tokenizer = load_tokenizer(base / "tokenizer.json")
    corpora, news, dev = load_corpora(data, tokenizer), load_news(tokenizer), load_dev(data, tokenizer)
    model = load_teacher(base)

    def epochs(count: float) -> list[Example]:
        found: list[Example] = []
        while count > 0:
            epoch = list(runs(corpora, rng, longest=LONGEST_RUN))
            found += rng.sample(epoch, round(min(count, 1) * len(epoch)))
            count -= 1
        return found

    with logging(out / "train.log") as note:
        note(f"teacher, seed {seed}")
        plan = list(batches([lose_case(run, rng) for run in epochs(EPOCHS)], rng, pieces=PIECES_A_BATCH))
        fit(
            model, plan, tokenizer, groups=groups(model), loss_of=cross_entropy, note=note,
            rate=lambda done: min(1, (done * len(plan) + 1) / _WARM_UP),
        )  # fmt: skip
        evaluate_all(model, dev, tokenizer, note)
        mixed = [
            *epochs(OPEN_SHARE),
            *(run for _ in range(NEWS_EPOCHS) for run in runs([news], rng, longest=LONGEST_RUN)),
        ]
        last = list(batches([lose_case(run, rng) for run in mixed], rng, pieces=PIECES_A_BATCH))
        fit(
            model, last, tokenizer, groups=groups(model), loss_of=cross_entropy, note=note,
            rate=lambda done: min(1, (2 * done * len(last) + 2) / _WARM_UP) * (1 - done),
        )  # fmt: skip
        evaluate_all(model, dev, tokenizer, note)
    save_file(
        {name: tensor.half().contiguous() for name, tensor in model.adapter().items()}, out / "adapter.safetensors"
    )


if __name__ == "__main__":
    main()
