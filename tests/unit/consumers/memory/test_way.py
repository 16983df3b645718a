"""The whole way on the twin of the store: articles pass, a memory is learned of them, the next article is cleaner."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from consumers.clean import restore
from consumers.enrich import Enrich
from consumers.extract import extract
from consumers.learn_job import learn_from, select
from consumers.memory_store import load_memory
from consumers.pipeline import pipeline_hash, prepare_hash
from consumers.prepare import Draft, Prepare, to_clean
from consumers.step import Done
from infra.memory import MemoryStore
from models.protocols import Analysis
from schemas.articles import CleanArticle, EnrichedArticle, Origin, RawArticle, Summary
from schemas.codec import decode

SLOGAN = "The lamp stays lit in the harbour until the last boat is home."
PROMO = (
    "The two brothers from the islands had lost their boat in a storm in 1912, and the hall at the north quay was "
    "raised from its planks."
)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Lead:
    """Stands for the models, which this is not about."""

    provenance = ()

    def analyse(self, text: str, language: str, *, title: str | None = None) -> Analysis:
        return Analysis((), Summary(method="lead"), None, ())


@pytest.fixture
def story(
    raw: Callable[..., RawArticle], page: Callable[..., bytes], own_prose: Callable[[int], tuple[str, ...]]
) -> Callable[..., RawArticle]:
    """Article ``number`` of a host as it arrives, with the host's slogan above and its promotion below."""

    def make(number: int, *, host: str = "www.paper.example", days_ago: int = 0) -> RawArticle:
        return raw(
            page(SLOGAN, *own_prose(number), PROMO),
            url=f"https://{host}/story/{number}",
            captured_at=NOON - timedelta(days=days_ago),
        )

    return make


def send(store: MemoryStore, article: RawArticle, memory=None) -> EnrichedArticle:
    origin = Origin(topic="news.raw", partition=0, offset=0)
    clean = Prepare(store, memory)(article, origin)
    assert isinstance(clean, Done)
    done = Enrich(store, Lead())(decode(clean.data, CleanArticle), origin)
    assert isinstance(done, Done)
    return decode(done.data, EnrichedArticle)


def test_what_a_host_repeats_is_learned_and_gone_from_its_next_article(story) -> None:
    store = MemoryStore()
    first = [send(store, story(n, days_ago=20 - n)) for n in range(12)]
    assert all({SLOGAN, PROMO} <= set(article.text.split("\n\n")) for article in first), "the rules do not know them"
    assert load_memory(store, "latest") is None

    learned = learn_from(store, select(store, NOON.date()), now=NOON)
    assert learned.written
    memory = load_memory(store, "latest")
    assert memory == learned.memory
    assert memory is not None

    raw = story(50)
    article = send(store, raw, memory)
    assert {SLOGAN, PROMO}.isdisjoint(article.text.split("\n\n"))
    assert [piece.rule.partition(":")[0] for piece in article.removed] == ["memory", "memory"]
    assert restore(article.text, article.removed) == extract(raw).text
    assert article.provenance.memory == memory.version
    unaware = msgspec.structs.replace(article.provenance, memory=None)
    assert article.pipeline == pipeline_hash(article.provenance) != pipeline_hash(unaware)
    assert prepare_hash(article.provenance) != prepare_hash(unaware)

    elsewhere = send(store, story(51, host="other.example"), memory)
    assert {SLOGAN, PROMO} <= set(elsewhere.text.split("\n\n"))
    assert elsewhere.provenance.memory == memory.version

    again = learn_from(store, select(store, NOON.date()), now=NOON)
    assert not again.written, "what a memory took out is still printed: nothing has changed"
    assert load_memory(store, "latest") == memory


def test_the_same_bytes_and_version_give_the_same_article(story) -> None:
    store = MemoryStore()
    for n in range(12):
        send(store, story(n, days_ago=n))
    memory = learn_from(store, select(store, NOON.date()), now=NOON).memory
    drafts = [to_clean(story(60), memory=each) for each in (memory, memory, None)]
    assert all(isinstance(draft, Draft) for draft in drafts)
    assert drafts[0] == drafts[1] != drafts[2]
