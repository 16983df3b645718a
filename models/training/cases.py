"""Texts with the places of their true names: what taggers are calibrated and measured on, as the product sees it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.sentences import split as split_sentences
from models.training.corpora import TWITTER, kept_out
from models.training.data import DEV_FILE, Sentence, read_sentences
from models.training.marked import HELD_OUT, NEWS, Marked, read_articles
from models.training.score import Span, spans_of
from schemas.articles import Entity

WEB: Final = "EWT dev"
HEADLINES: Final = "Broad Twitter news"
SENTENCES: Final = "own news, sentences"
ARTICLES: Final = "own news, articles"


@dataclass(frozen=True, slots=True)
class Case:
    """A text and its true names, (start, end, class) in code points. What overlaps `blind` is not counted."""

    text: str
    names: frozenset[Span]
    blind: tuple[tuple[int, int], ...] = ()

    def found(self, entities: Iterable[Entity]) -> Iterator[tuple[Span, float]]:
        """The mentions of a tagger's entities that count, with their scores."""
        for entity in entities:
            for mention in entity.mentions:
                if not any(start < mention.end and mention.start < end for start, end in self.blind):
                    yield (mention.start, mention.end, entity.label), mention.score


def sentence_case(sentence: Sentence, *, tweet: bool = False) -> Case:
    """A sentence as its tokens joined by blanks; of a tweet, links are left out and handles are blind."""
    pairs = [pair for pair in zip(sentence.tokens, sentence.tags, strict=True) if not (tweet and _is_link(pair[0]))]
    starts, blind, position = list[int](), list[tuple[int, int]](), 0
    for index, (token, _) in enumerate(pairs):
        starts.append(position)
        if tweet and (token.startswith("@") or (index and pairs[index - 1][0] == "@")):
            blind.append((position, position + len(token)))
        position += len(token) + 1
    spans = (
        (starts[first], starts[last - 1] + len(pairs[last - 1][0]), label)
        for first, last, label in spans_of([tag for _, tag in pairs])
    )
    names = frozenset(span for span in spans if not any(start < span[1] and span[0] < end for start, end in blind))
    return Case(" ".join(token for token, _ in pairs), names, tuple(blind))


def _is_link(token: str) -> bool:
    return token.startswith("http")


def article_case(paragraphs: Iterable[Marked]) -> Case:
    """An article as the cleaner gives it: its paragraphs parted by blank lines."""
    text, names = "", set[Span]()
    for paragraph in paragraphs:
        text += "\n\n" if text else ""
        names |= {(start + len(text), end + len(text), label) for start, end, label in paragraph.names}
        text += paragraph.text
    return Case(text, frozenset(names))


def sentence_cases(article: Case) -> Iterator[Case]:
    """The sentences of an article, each a text of its own; a name that two of them share is none."""
    for sentence in split_sentences(article.text):
        names = frozenset(
            (start - sentence.start, end - sentence.start, label)
            for start, end, label in article.names
            if start >= sentence.start and end <= sentence.end
        )
        yield Case(sentence.text, names)


def held_out_articles(folder: Path = NEWS) -> list[Case]:
    """The articles written for Copydesk that no tagger is trained on: every tenth of each file, and all in `kept`."""
    tenth = [
        article for path in sorted(folder.glob("*.txt")) for article in read_articles(path)[HELD_OUT - 1 :: HELD_OUT]
    ]
    kept = [article for path in sorted(folder.glob("kept/*.txt")) for article in read_articles(path)]
    return [article_case(article) for article in (*tenth, *kept)]


def load_cases(data: Path) -> dict[str, list[Case]]:
    """All sets whose files are here, by name; `data` is the folder of the open corpora.

    Raises:
        CorpusError: a file is damaged.
    """
    sets = dict[str, list[Case]]()
    if (data / DEV_FILE).is_file():
        sets[WEB] = [sentence_case(sentence) for sentence in read_sentences(data / DEV_FILE)]
    if (data / TWITTER).is_file():
        tweets = read_sentences(data / TWITTER)
        sets[HEADLINES] = [sentence_case(tweet, tweet=True) for row, tweet in enumerate(tweets) if kept_out(row)]
    if articles := held_out_articles():
        sets[SENTENCES] = [case for article in articles for case in sentence_cases(article)]
        sets[ARTICLES] = articles
    return sets
