"""Written summaries behind the gate, with a generator whose writing the test knows."""

from itertools import pairwise

import pytest

from models.hub.parts import MOST_PARTS, divide, paragraphs
from models.hub.summarizer import HubSummarizer
from models.lead import LeadSummarizer
from models.protocols import Document
from models.sentences import split
from schemas.articles import ModelRef

ARTICLE = (
    "The county shut the Larch Street bridge on Tuesday after engineers found cracks in two beams. "
    "Repairs will cost about £1.2 million, chief engineer Ada Holt said.\n\n"
    "Some 9,000 cars cross the bridge each day. Buses will be sent through Elm Road until the spring. "
    "Shopkeepers in Larch Street fear for their trade."
)
TRUE = "The Larch Street bridge was shut on Tuesday after engineers found cracks in two beams."
COST = "Chief engineer Ada Holt said repairs will cost about 1.2 million pounds."
FALSE = "Mayor Rudi Falk promised a new bridge by 2031."


class Writer:
    """Writes, for each text, what it was given to write; a word is a piece."""

    def __init__(self, *texts: str, longest: int = 1000) -> None:
        self._texts = list(texts)
        self.longest_input = longest
        self.read: list[str] = []
        self.reference = ModelRef(name="writer", task="test", revision="1", sha256="", engine="none", precision="none")

    def count(self, text: str) -> int:
        return len(text.split())

    def generate(self, texts: list[str]) -> list[str]:
        self.read += texts
        return [self._texts[min(index, len(self._texts) - 1)] for index in range(len(texts))]


def test_supported_sentences_are_published_with_the_places_that_support_them() -> None:
    summary = HubSummarizer(Writer(f"{TRUE} {COST}")).summarize(Document(ARTICLE))

    assert (summary.method, summary.model, summary.dropped) == ("abstractive", "writer", 0)
    assert [sentence.text for sentence in summary.sentences] == [TRUE, COST]
    first, second = (ARTICLE[sentence.start : sentence.end] for sentence in summary.sentences)
    assert first.startswith("The county shut")
    assert second.startswith("Repairs will cost")
    for sentence in summary.sentences:
        assert (sentence.supported_by[0].start, sentence.supported_by[0].end) == (sentence.start, sentence.end)


def test_an_unsupported_sentence_is_left_out_and_counted() -> None:
    summary = HubSummarizer(Writer(f"{TRUE} {FALSE}")).summarize(Document(ARTICLE))

    assert [sentence.text for sentence in summary.sentences] == [TRUE]
    assert (summary.method, summary.dropped) == ("abstractive", 1)


@pytest.mark.parametrize("written", [FALSE, f"{FALSE} It is.", "", "bridge bridge the the of"])
def test_where_too_little_is_left_the_article_is_quoted(written: str) -> None:
    document = Document(ARTICLE)
    summary = HubSummarizer(Writer(written)).summarize(document)

    lead = LeadSummarizer().summarize(document)
    assert (summary.method, summary.sentences) == ("lead", lead.sentences)
    assert summary.dropped == len(split(written))


def test_a_sentence_that_was_cut_off_is_left_out() -> None:
    summary = HubSummarizer(Writer(f"{TRUE} {COST[:-8]}")).summarize(Document(ARTICLE))

    assert [sentence.text for sentence in summary.sentences] == [TRUE]
    assert summary.dropped == 1


def test_blanks_before_punctuation_are_taken_out() -> None:
    summary = HubSummarizer(Writer(TRUE[:-1] + " . " + COST[:-1] + " .")).summarize(Document(ARTICLE))

    assert [sentence.text for sentence in summary.sentences] == [TRUE, COST]


def test_a_long_article_is_read_in_parts_and_said_once() -> None:
    writer = Writer(TRUE, f"{TRUE} {COST}", longest=40)
    document = Document(ARTICLE)

    summary = HubSummarizer(writer).summarize(document)

    assert len(writer.read) > 1
    assert all(writer.count(part) <= 40 for part in writer.read)
    assert [sentence.text for sentence in summary.sentences] == [TRUE, COST]
    assert not document.truncated


def test_the_budget_of_words_is_kept() -> None:
    sentences = [
        f"The {place} station was closed on Monday while workers there looked for leaks in its old pipes." for place in
        ("Ambleby", "Borrick", "Calder", "Dunmoor", "Elverton", "Farleigh", "Grinstow", "Holmbeck", "Ingleby")
    ]  # fmt: skip
    article = " ".join(sentences)
    summary = HubSummarizer(Writer(article)).summarize(Document(article))

    assert summary.sentences
    assert sum(len(sentence.text.split()) for sentence in summary.sentences) <= 100


def test_a_very_long_article_is_read_in_a_stated_number_of_parts() -> None:
    text = "The bridge in the north was shut on Monday after cracks were found. " * 300
    writer = Writer(TRUE, longest=50)
    document = Document(text)

    HubSummarizer(writer).summarize(document)

    assert len(writer.read) == MOST_PARTS
    assert document.truncated


def test_parts_are_whole_sentences_that_overlap_and_leave_nothing_out() -> None:
    sentences = split(ARTICLE)
    parts, whole = divide(sentences, lambda text: len(text.split()), 35)

    assert whole
    assert set(sentences) == {sentence for part in parts for sentence in part}
    assert any(before[-1] == after[0] for before, after in pairwise(parts))
    assert "\n" in paragraphs(sentences)


def test_a_sentence_longer_than_the_model_is_a_part_of_its_own() -> None:
    sentences = split("Short one here. " + "word " * 100 + "end. Short two here.")

    parts, _ = divide(sentences, lambda text: len(text.split()), 20)

    assert [len(part) for part in parts] == [1, 1, 1]


@pytest.mark.parametrize("text", ["", " \n\n ", "\x00"])
def test_of_nothing_nothing_is_written(text: str) -> None:
    writer = Writer(TRUE)
    summarizer = HubSummarizer(writer)
    assert [sentence.text for sentence in summarizer.summarize(Document(text)).sentences if sentence.text == TRUE] == []
    assert summarizer.headline(Document("")) is None


def test_the_headline_is_of_the_supported_writing_or_else_of_the_article() -> None:
    assert HubSummarizer(Writer(f"{TRUE} {COST}")).headline(Document(ARTICLE)) == TRUE
    document = Document(ARTICLE)
    assert HubSummarizer(Writer(FALSE)).headline(document) == LeadSummarizer().headline(document)


def test_the_model_writes_once_for_summary_and_headline() -> None:
    writer = Writer(f"{TRUE} {COST}")
    summarizer = HubSummarizer(writer)
    document = Document(ARTICLE)

    summarizer.summarize(document)
    summarizer.headline(document)

    assert len(writer.read) == 1


def test_languages_that_the_gate_does_not_read_are_not_written_in() -> None:
    summarizer = HubSummarizer(Writer(TRUE))
    assert summarizer.reads("en")
    assert not summarizer.reads("de")


def test_what_quotes_in_its_place_is_part_of_the_provenance() -> None:
    class Quoting(LeadSummarizer):
        references = (Writer().reference,)

    assert [found.name for found in HubSummarizer(Writer(TRUE), fallback=Quoting()).references] == ["writer", "writer"]
