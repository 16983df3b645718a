"""Score shipped weights as they run: `python -m models.training.evaluate --data DIR [--weights DIR]`.

Exact spans on UNER-EWT dev, each sentence a text of its own, through all that runs in the product.
"""

from pathlib import Path

import click

from models.encoder import NEWS_TAGGER, OnnxEncoder
from models.protocols import Document
from models.tagger import NewsTagger
from models.training.data import DEV_FILE, Sentence, read_sentences
from models.training.score import Score, Span, spans_of


def gold(sentence: Sentence) -> set[Span]:
    """The true names of a sentence as code points of its tokens joined by blanks."""
    starts, position = [], 0
    for token in sentence.tokens:
        starts.append(position)
        position += len(token) + 1
    return {
        (starts[first], starts[last - 1] + len(sentence.tokens[last - 1]), label)
        for first, last, label in spans_of(sentence.tags)
    }


def score_sentences(encoder: OnnxEncoder, path: Path) -> Score:
    """Exact-span scores over a corpus file."""
    score, tagger = Score(), NewsTagger(encoder)
    for sentence in read_sentences(path):
        text = " ".join(sentence.tokens)
        entities = tagger.tag(Document(text, encoder))
        found = {(mention.start, mention.end, entity.label) for entity in entities for mention in entity.mentions}
        score.add(gold(sentence), found)
    return score


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True)
@click.option("--weights", type=click.Path(path_type=Path, file_okay=False, exists=True), default=NEWS_TAGGER)
@click.option("--file", "files", multiple=True, default=(DEV_FILE,), show_default=True)
def main(data: Path, weights: Path, files: tuple[str, ...]) -> None:
    """Print the scores of the weights on each corpus file."""
    encoder = OnnxEncoder(weights)
    for name in files:
        click.echo(f"{name}, exact spans, {encoder.reference.precision}: {score_sentences(encoder, data / name)}")


if __name__ == "__main__":
    main()
