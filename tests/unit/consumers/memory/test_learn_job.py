"""Which objects are learned from, and what becomes of the memory that was current."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from consumers import learn_job
from consumers.learn import WINDOW_DAYS, Reading
from consumers.learn_job import AHEAD, learn_from, select
from consumers.memory_store import load_memory
from infra.errors import Conflict, NotFound, Unavailable
from infra.memory import MemoryStore
from infra.objects import ObjectInfo
from schemas.articles import CleanArticle, Language, Provenance, RawObject, Revision
from schemas.codec import encode
from schemas.keys import CURRENT_MEMORY_KEY, ENRICHED_PREFIX, enriched_key, memory_key

TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
SLOGAN = "The voice of the coast since 1912"
A, B = "a" * 32, "b" * 32


def key(article: str, day: date | None, revision: int = 1, pipeline: str = "0" * 12) -> str:
    return enriched_key(
        article, revision, pipeline, datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
    )


def put(store: MemoryStore, given: Reading) -> str:
    """Store a reading as an enriched article has it; the job needs no more of one."""
    text = "\n\n".join(paragraph for paragraph, _ in given.paragraphs)
    day = datetime(given.day.year, given.day.month, given.day.day, 12, tzinfo=UTC)
    article = CleanArticle(
        id=given.article,
        revision=Revision(number=given.revision, hash="0" * 64, cause="first"),
        url=f"https://{given.host}/{given.article}",
        source="paper",
        published_at=day,
        language=Language(code="en", confidence=1.0),
        text=text,
        text_hash="0" * 64,
        provenance=Provenance(raw=RawObject(key="raw/x", sha256="0" * 64), rules="r", extractor="e"),
    )
    name = enriched_key(given.article, given.revision, "0" * 12, day)
    store.put(name, encode(article))
    return name


def run(store: MemoryStore, **options):
    return learn_from(store, select(store, TODAY), now=NOW, **options)


@pytest.fixture
def bucket(make: Callable[..., Reading]) -> MemoryStore:
    store = MemoryStore()
    for n in range(12):
        put(store, make(n, tail=[SLOGAN]))
    return store


def test_the_newest_revision_of_each_article_of_the_window_is_read() -> None:
    store = MemoryStore()
    last = date(2026, 11, 25)
    inside, outside = last - timedelta(days=WINDOW_DAYS - 1), last - timedelta(days=WINDOW_DAYS)
    for name in (
        key(A, last, 2), key(A, last, 10), key(A, inside, 3), key(B, inside, 1), key(B, inside, 1, "1" * 12),
        key("c" * 32, outside), key("d" * 32, TODAY + timedelta(days=1)), key("e" * 32, date(2031, 1, 1)),
        f"{ENRICHED_PREFIX}published_date=never/{A}.r99.{'0' * 12}.json", f"{ENRICHED_PREFIX}something-else",
    ):  # fmt: skip
        store.put(name, b"{}")
    assert select(store, TODAY) == (key(A, last, 10), key(B, inside, 1, "1" * 12))


def test_an_article_without_a_date_is_read_unless_its_object_is_older_than_the_window() -> None:
    class Dated(MemoryStore):
        def list(self, prefix: str = ""):
            for info in super().list(prefix):
                old = f"/{B}" in info.key
                modified = NOW - timedelta(days=WINDOW_DAYS + 1) if old else NOW
                yield ObjectInfo(info.key, info.size, info.etag, modified)

    for store, expected in ((MemoryStore(), {A, B}), (Dated(), {A})):
        store.put(key(A, None, 1), b"{}")
        store.put(key(B, None, 1), b"{}")
        store.put(key(A, None, 2), b"{}")
        assert {name.split("/")[-1].split(".")[0] for name in select(store, TODAY)} == expected
        assert key(A, None, 2) in select(store, TODAY)
        store.put(key(A, TODAY, 3), b"{}")
        assert key(A, TODAY, 3) in select(store, TODAY)


def test_an_empty_bucket_teaches_nothing() -> None:
    store = MemoryStore()
    learning = run(store)
    assert (learning.written, learning.current, learning.memory.paragraphs) == (False, None, 0)
    assert list(store.list()) == []


def test_of_very_many_articles_a_sample_is_read(bucket: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = select(bucket, TODAY)
    monkeypatch.setattr(learn_job, "MAX_ARTICLES", 5)
    assert set(select(bucket, TODAY)) == set(sorted(everything, key=lambda name: name.split("/")[-1])[:5])


def test_what_was_learned_becomes_current_once(bucket: MemoryStore) -> None:
    counts: list[int] = []
    first = run(bucket, seen=counts.append)
    assert counts == list(range(1, 13))
    assert first.written
    assert first.current is not None
    assert (first.current.version, first.current.previous, first.current.articles) == (first.memory.version, None, 12)
    assert bucket.get(memory_key(first.memory.version)) == first.memory.data
    assert load_memory(bucket, "latest") == first.memory
    before = bucket.get(CURRENT_MEMORY_KEY)
    second = run(bucket)
    assert (second.written, second.previous, second.current) == (False, first.memory, first.current)
    assert bucket.get(CURRENT_MEMORY_KEY) == before


def test_more_of_the_same_evidence_makes_no_new_version(bucket: MemoryStore, make: Callable[..., Reading]) -> None:
    first = run(bucket)
    put(bucket, make(20, tail=[SLOGAN]))
    second = run(bucket)
    assert second.memory.version != first.memory.version
    assert not second.written
    assert load_memory(bucket, "latest") == first.memory


def test_a_change_makes_a_version_that_names_the_one_before(bucket: MemoryStore, make: Callable[..., Reading]) -> None:
    first = run(bucket)
    for n in range(12):
        put(bucket, make(n, day=29, revision=2))
    second = run(bucket)
    assert second.written
    assert second.current is not None
    assert (second.current.previous, second.memory.paragraphs) == (first.memory.version, 0)
    assert load_memory(bucket, first.memory.version) == first.memory, "workers that have it may load it again"
    forgetful = load_memory(bucket, "latest")
    assert forgetful is not None, "a memory of nothing is a version too"
    assert forgetful.paragraphs == 0


def test_nothing_is_written_on_a_dry_run(bucket: MemoryStore) -> None:
    before = {info.key for info in bucket.list()}
    learning = run(bucket, write=False)
    assert learning.memory.paragraphs == 1
    assert (learning.written, learning.current) == (False, None)
    assert {info.key for info in bucket.list()} == before


def test_objects_that_are_none_are_counted_and_passed_over(bucket: MemoryStore) -> None:
    for n, data in enumerate((b"", b"{}", b"\xff", b"[" * 100_000)):
        bucket.put(key(f"{n:032x}", date(2026, 11, 20)), data)
    learning = run(bucket)
    assert (learning.unreadable, learning.memory.contents.articles) == (4, 12)


def test_an_object_withdrawn_meanwhile_is_passed_over(bucket: MemoryStore) -> None:
    keys = select(bucket, TODAY)
    bucket.delete(keys[0])
    learning = learn_from(bucket, keys, now=NOW)
    assert (learning.unreadable, learning.memory.contents.articles) == (0, 11)


def test_a_store_that_goes_away_ends_the_run_and_leaves_no_trace(make: Callable[..., Reading]) -> None:
    class Leaving(MemoryStore):
        reads = 0

        def get(self, name: str) -> bytes:
            self.reads += 1
            if self.reads > 2 * AHEAD:
                raise Unavailable("gone")
            return super().get(name)

    store = Leaving()
    for n in range(4 * AHEAD):
        put(store, make(n, tail=[SLOGAN]))
    with pytest.raises(Unavailable):
        run(store)
    assert store.reads < 4 * AHEAD
    with pytest.raises(NotFound):
        store.get_object(CURRENT_MEMORY_KEY)


def test_of_two_runs_at_once_one_wins_and_the_other_is_told(bucket: MemoryStore, make: Callable[..., Reading]) -> None:
    put(bucket, make(30, tail=[SLOGAN]))

    def other(count: int) -> None:
        if count == 1:
            learn_from(bucket, select(bucket, TODAY)[:12], now=NOW)

    with pytest.raises(Conflict, match="run this again"):
        run(bucket, seen=other)
    assert load_memory(bucket, "latest") is not None
    assert not run(bucket).written


def test_a_damaged_memory_is_replaced(bucket: MemoryStore) -> None:
    version = run(bucket).memory.version
    bucket.delete(memory_key(version))
    again = run(bucket)
    assert again.written
    assert load_memory(bucket, "latest") == again.memory
