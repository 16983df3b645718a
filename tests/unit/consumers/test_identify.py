"""Which revision a message makes: the rules, the memory, and races for it."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.identify import (
    ATTEMPTS,
    KEPT,
    KEPT_BODIES,
    ArticleState,
    Identity,
    Known,
    Withdrawn,
    content_hash,
    decide,
    identify,
    is_withdrawn,
    mark_withdrawn,
    read_state,
    text_hash,
)
from consumers.step import Invalid
from infra.errors import Conflict, Unavailable
from infra.memory import MemoryStore
from infra.objects import StoredObject
from schemas.articles import CleanArticle, Language, Provenance, RawObject, Revision
from schemas.keys import article_state_key

ID = "0" * 32
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
A, B, C = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def see(store: MemoryStore) -> Callable[..., Identity]:
    """Let a message with this content hash arrive at this offset, captured this many hours after noon."""

    def arrive(digest: str, offset: int, *, body: str | None = None, hours: float | None = None) -> Identity:
        return identify(
            store,
            ID,
            digest=digest,
            body_sha256=body or f"body of {digest}",
            captured_at=NOON + timedelta(hours=offset if hours is None else hours),
            origin=f"news.raw/0/{offset}",
        )

    return arrive


See = Callable[..., Identity]


def test_first_then_equal_then_edited(see: See) -> None:
    assert see(A, 0) == Revision(number=1, hash=A, cause="first")
    assert see(A, 1) == Known("duplicate", 1)
    assert see(B, 2) == Revision(number=2, hash=B, previous_hash=A, cause="edited")
    assert see(A, 3) == Revision(number=3, hash=A, previous_hash=B, cause="edited")


def test_every_origin_gets_its_decision_again(see: See, store: MemoryStore) -> None:
    arrivals = [(A, 0), (A, 1), (B, 2), (C, 3)]
    first = [see(*arrival) for arrival in arrivals] + [see("d" * 64, 4, hours=1)]
    state = read_state(store, ID)
    again = [see(*arrival) for arrival in arrivals] + [see("d" * 64, 4, hours=1)]
    assert again == first
    assert first[-1] == Known("superseded", 3)
    assert read_state(store, ID) == state


def test_an_older_capture_is_superseded_and_an_equal_one_is_not(see: See) -> None:
    see(A, 0, hours=5)
    assert see(B, 1, hours=4) == Known("superseded", 1)
    assert see(A, 2, hours=4) == Known("duplicate", 1)
    assert see(B, 3, hours=5) == Revision(number=2, hash=B, previous_hash=A, cause="edited")


def test_a_later_equal_capture_dates_the_latest_revision(see: See) -> None:
    see(A, 0, hours=1)
    see(A, 1, hours=9)
    assert see(B, 2, hours=5) == Known("superseded", 1)


def test_without_capture_times_the_order_of_arrival_counts(store: MemoryStore) -> None:
    def arrive(digest: str, offset: int) -> Identity:
        return identify(store, ID, digest=digest, body_sha256=digest, captured_at=None, origin=f"news.raw/0/{offset}")

    assert [getattr(arrive(digest, offset), "number", None) for offset, digest in enumerate((A, B, A))] == [1, 2, 3]


def test_the_same_bytes_with_another_text_are_reprocessed(see: See) -> None:
    see(A, 0, body="bytes")
    see(A, 1, body="other bytes of the same text", hours=9)
    assert see(B, 2, body="bytes", hours=0) == Revision(number=2, hash=B, previous_hash=A, cause="reprocessed")
    assert see(B, 3, body="other bytes of the same text", hours=9) == Known("duplicate", 2)


def test_an_earlier_revisions_bytes_are_an_edit(see: See) -> None:
    see(A, 0, body="one")
    see(B, 1, body="two")
    assert see(C, 2, body="one") == Revision(number=3, hash=C, previous_hash=B, cause="edited")


def test_a_redo_with_another_pipeline_gets_a_number_of_its_own(see: See) -> None:
    """One revision never has two texts, even when a deploy falls between the decision and the commit."""
    assert see(A, 0, body="bytes") == Revision(number=1, hash=A, cause="first")
    redone = Revision(number=2, hash=B, previous_hash=A, cause="reprocessed")
    assert see(B, 0, body="bytes") == redone
    assert see(B, 0, body="bytes") == redone
    assert see(B, 1, body="bytes") == Known("duplicate", 2)


def test_a_withdrawn_article_stays_withdrawn(see: See, store: MemoryStore) -> None:
    see(A, 0)
    assert not is_withdrawn(store, ID)
    assert mark_withdrawn(store, ID) == 1
    assert mark_withdrawn(store, ID) == 1
    assert is_withdrawn(store, ID)
    assert see(B, 1) == Withdrawn()
    assert see(A, 0) == Withdrawn()


def test_an_article_can_be_withdrawn_before_it_comes(see: See, store: MemoryStore) -> None:
    assert mark_withdrawn(store, ID) == 0
    assert see(A, 0) == Withdrawn()


def test_the_state_does_not_grow_without_end(see: See, store: MemoryStore) -> None:
    state = ArticleState(id=ID)
    for number in range(KEPT + 50):
        state, _ = decide(
            state, digest=f"{number:064}", body_sha256=str(number), captured_at=None, origin=f"news.raw/0/{number}"
        )
    for number in range(KEPT_BODIES + 5):
        state, _ = decide(
            state,
            digest=f"{KEPT + 49:064}",
            body_sha256=f"again {number}",
            captured_at=None,
            origin=f"news.raw/1/{number}",
        )
    assert len(state.revisions) == len(state.decisions) == KEPT
    assert state.revisions[-1].revision.number == KEPT + 50
    assert len(state.revisions[-1].bodies) == KEPT_BODIES


class Contended(MemoryStore):
    """A store in which somebody else always wrote first, a number of times."""

    def __init__(self, rivals: int) -> None:
        super().__init__()
        self.rivals = rivals

    def _rival(self) -> None:
        if self.rivals:
            self.rivals -= 1
            rival = f"news.raw/7/{self.rivals}"
            state, _ = decide(
                read_state(self, ID) or ArticleState(id=ID), digest=A, body_sha256=A, captured_at=NOON, origin=rival
            )
            super().put(article_state_key(ID), msgspec.json.encode(state))
            raise Conflict("somebody else wrote first")

    def put_if_absent(self, key: str, data: bytes, *, content_type: str = "application/json") -> str:
        self._rival()
        return super().put_if_absent(key, data, content_type=content_type)

    def put_if_match(self, key: str, data: bytes, etag: str, *, content_type: str = "application/json") -> str:
        self._rival()
        return super().put_if_match(key, data, etag, content_type=content_type)


def test_a_lost_race_is_decided_again_from_what_the_winner_wrote() -> None:
    store = Contended(rivals=2)
    found = identify(store, ID, digest=A, body_sha256=A, captured_at=NOON, origin="news.raw/0/0")
    assert found == Known("duplicate", 1)
    state = read_state(store, ID)
    assert state is not None
    assert [entry.origin for entry in state.decisions] == ["news.raw/7/1", "news.raw/7/0", "news.raw/0/0"]


def test_endless_races_are_unavailable() -> None:
    with pytest.raises(Unavailable, match="times in a row"):
        identify(Contended(ATTEMPTS), ID, digest=B, body_sha256=B, captured_at=NOON, origin="news.raw/0/0")


def test_a_store_that_is_away_passes_through() -> None:
    class Away(MemoryStore):
        def get_object(self, key: str) -> StoredObject:
            raise Unavailable("the store does not answer")

    with pytest.raises(Unavailable, match="does not answer"):
        identify(Away(), ID, digest=A, body_sha256=A, captured_at=None, origin="news.raw/0/0")


def test_a_state_that_is_not_ours_is_invalid(store: MemoryStore) -> None:
    store.put(article_state_key(ID), b'{"id": 7}')
    with pytest.raises(Invalid) as caught:
        identify(store, ID, digest=A, body_sha256=A, captured_at=None, origin="news.raw/0/0")
    assert caught.value.reason == "state-unreadable"


ARTICLE = CleanArticle(
    id=ID,
    revision=Revision(number=1, hash=A, cause="first"),
    url="https://paper.example/a",
    source="paper",
    title="Title",
    standfirst="Standfirst",
    byline="Byline",
    language=Language(code="en", confidence=1.0),
    text="Text",
    text_hash=text_hash("Text"),
    corrections=("Correction",),
    provenance=Provenance(raw=RawObject(key="raw/x", sha256=A), rules="r", extractor="e"),
)


def test_the_content_hash_is_pinned() -> None:
    """It is stored: another way of hashing would make every article look edited."""
    content = b'["Title","Standfirst","Byline","Text",["Correction"]]'
    assert content_hash(ARTICLE) == hashlib.sha256(content).hexdigest()
    assert text_hash("Text") == "71988c4d8e0803ba4519f0b2864c1331c14a1890bf8694e251379177bfedb5c3"


@pytest.mark.parametrize("name", ["title", "standfirst", "byline", "text", "corrections"])
def test_what_a_revision_is_counts(name: str) -> None:
    value = () if name == "corrections" else f"another {name}"
    assert content_hash(msgspec.structs.replace(ARTICLE, **{name: value})) != content_hash(ARTICLE)


def test_what_a_revision_is_not_does_not_count() -> None:
    other = msgspec.structs.replace(ARTICLE, section="Sport", flags=("brief",), credit="PA", captured_at=NOON)
    assert content_hash(other) == content_hash(ARTICLE)


def test_fields_do_not_run_into_each_other() -> None:
    moved = msgspec.structs.replace(ARTICLE, title="Titl", standfirst="eStandfirst")
    assert content_hash(moved) != content_hash(ARTICLE)
    assert content_hash(msgspec.structs.replace(ARTICLE, title=None)) != content_hash(
        msgspec.structs.replace(ARTICLE, title="null")
    )


MESSAGES = st.lists(st.tuples(st.sampled_from([A, B, C]), st.sampled_from("xyz"), st.integers(0, 5)), max_size=20)


@given(MESSAGES, st.data())
def test_redoing_any_tail_of_any_history_changes_nothing(
    messages: list[tuple[str, str, int]], data: st.DataObject
) -> None:
    """A crash makes the worker do its last batch again: same decisions, same state."""

    def run(state: ArticleState, start: int) -> tuple[ArticleState, list[Identity]]:
        found = []
        for offset, (digest, body, hour) in list(enumerate(messages))[start:]:
            state, identity = decide(
                state,
                digest=digest,
                body_sha256=body + digest,
                captured_at=NOON + timedelta(hours=hour),
                origin=f"news.raw/0/{offset}",
            )
            found.append(identity)
        return state, found

    state, decisions = run(ArticleState(id=ID), 0)
    start = data.draw(st.integers(0, len(messages)))
    again, repeated = run(state, start)
    assert again == state
    assert repeated == decisions[start:]
    numbers = [known.revision.number for known in state.revisions]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [known.revision.previous_hash for known in state.revisions] == [
        None,
        *(known.revision.hash for known in state.revisions[:-1]),
    ][: len(numbers)]
