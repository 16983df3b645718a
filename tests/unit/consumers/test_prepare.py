"""The prepare step, from a raw message to a clean one."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from consumers.flags import FLAGS
from consumers.identify import content_hash, mark_withdrawn
from consumers.local import raw_from_bytes
from consumers.pipeline import prepare_hash
from consumers.prepare import Draft, Prepare, to_clean
from consumers.step import Done, Duplicate, Invalid, Rejected, Superseded
from infra.errors import Unavailable
from infra.memory import MemoryStore
from infra.objects import StoredObject
from models.factory import LANGUAGE_NOT_READ, LANGUAGE_UNKNOWN, TEXT_TRUNCATED
from schemas.articles import CleanArticle, FeedItem, Origin, RawArticle
from schemas.codec import decode, encode
from schemas.keys import raw_key
from schemas.topics import CLEAN, RAW

Raw = Callable[..., RawArticle]
Page = Callable[..., bytes]


def at(offset: int) -> Origin:
    return Origin(topic="news.raw", partition=3, offset=offset)


def draft_of(raw: RawArticle) -> CleanArticle:
    draft = to_clean(raw)
    assert isinstance(draft, Draft)
    return draft.article


def test_a_page_becomes_a_clean_article(raw: Raw, page: Page, body: tuple[str, ...]) -> None:
    head = "<title>The road</title><meta property=article:published_time content='2026-11-18T10:30:00Z'>"
    article = draft_of(raw(page(*body, "READ MORE: Another story", head=head)))
    assert article.text == "\n\n".join(body)
    assert [piece.rule for piece in article.removed] == ["related.label"]
    assert (article.title, article.language.code) == ("The road", "en")
    assert article.provenance.raw.key == raw_key(article.provenance.raw.sha256)
    assert article.revision.hash == content_hash(article)
    assert (article.revision.number, article.revision.cause) == (1, "first")
    assert article.flags == ("brief",)
    assert decode(encode(article), CleanArticle) == article


@pytest.mark.parametrize(("title", "lines"), [(None, 1), ("Another", 0)])
def test_the_headline_of_a_text_stays_where_no_title_is_known(
    raw: Raw, body: tuple[str, ...], title: str | None, lines: int
) -> None:
    headline = "HARBOUR ROAD: Council shuts it until spring"
    text = "\n\n".join((headline, "By Ida Holm", *body))
    article = draft_of(raw(text.encode(), media_type="text/plain", item=FeedItem(title=title) if title else None))
    assert article.text.count(headline) == lines


def test_the_owners_sample_comes_out_perfect(sample: bytes) -> None:
    article = draft_of(raw_from_bytes(sample))
    assert len(article.text.split("\n\n")) == 12
    assert len(article.removed) == 13
    assert article.language.code == "en"
    assert article.flags == ("no-date", "no-title")


def test_a_brief_of_sixty_words_is_kept_and_flagged(raw: Raw, body: tuple[str, ...]) -> None:
    words = " ".join(body).split()[:60]
    article = draft_of(raw(" ".join(words).encode(), media_type="text/plain", item=FeedItem(title="Brief")))
    assert len(article.text.split()) == 60
    assert article.flags == ("brief", "no-date")


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body><p>Accept all cookies</p></body></html>",
        b"<!doctype html>",
        b"<html><body><script>location='/consent'</script></body></html>",
        b"<p>Share</p><p>Advertisement</p><p>Sign up to our newsletter for free every Friday, and read more here.</p>",
    ],
)
def test_what_has_no_text_is_rejected(raw: Raw, data: bytes) -> None:
    rejected = to_clean(raw(data))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "no-text"


def test_bylines_in_the_text_fill_the_field(raw: Raw, body: tuple[str, ...]) -> None:
    article = draft_of(raw("\n".join(["By Ida Holm", *body]).encode(), media_type="text/plain"))
    assert article.byline == "Ida Holm"
    assert article.text == "\n\n".join(body)


def test_every_flag_is_in_the_table(raw: Raw, page: Page, body: tuple[str, ...]) -> None:
    found = {
        flag
        for data in (
            page(),
            b"\xef\xbb\xbf<html><body>\x00\xff<p>" + " ".join(body).encode() + b"</p>",
            b"<html><body><p>" + b"1234 5678 90 " * 30 + b"</p></body></html>",
        )
        for flag in draft_of(raw(data)).flags
    }
    assert {"brief", "no-date", "no-title", "controls-dropped", "characters-replaced", "language-unknown"} <= found
    assert found <= FLAGS.keys()


def test_the_flags_of_the_models_are_in_the_table() -> None:
    assert {LANGUAGE_NOT_READ, LANGUAGE_UNKNOWN, TEXT_TRUNCATED} <= FLAGS.keys()


def test_the_step_makes_one_revision_and_repeats_it(raw: Raw, page: Page) -> None:
    prepare = Prepare(MemoryStore())
    assert (prepare.stage, prepare.input, prepare.output) == ("prepare", RAW, CLEAN)
    article = raw(page())
    done = prepare(article, at(7))
    assert isinstance(done, Done)
    made = decode(done.data, CleanArticle)
    assert made == done.payload
    assert done.event_id == f"{article.id}.r1.{prepare_hash(made.provenance)}"
    assert prepare(article, at(7)) == done
    assert prepare(article, at(8)) == Duplicate(1)
    assert prepare.read(encode(article)) == article


def test_the_step_tells_edits_and_late_comers(raw: Raw, page: Page, body: tuple[str, ...]) -> None:
    prepare = Prepare(MemoryStore())
    prepare(raw(page()), at(0))
    edited = prepare(
        raw(page(*body, "Drivers will be sent round by the mill until the wall stands."), charset="utf-8"), at(1)
    )
    assert isinstance(edited, Done)
    assert edited.revision == 2
    assert isinstance(edited.payload, CleanArticle)
    assert edited.payload.revision.cause == "edited"
    early = raw(page(*body[:3]), captured_at=datetime(2026, 11, 19, tzinfo=UTC))
    assert prepare(early, at(2)) == Superseded(2)


def test_the_step_publishes_nothing_of_a_withdrawn_article(raw: Raw, page: Page) -> None:
    store = MemoryStore()
    article = raw(page())
    mark_withdrawn(store, article.id)
    rejected = Prepare(store)(article, at(0))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "withdrawn"


def test_the_step_leaves_no_state_for_what_is_no_article(raw: Raw) -> None:
    store = MemoryStore()
    assert isinstance(Prepare(store)(raw(b"<html><body>x</body></html>"), at(0)), Rejected)
    with pytest.raises(Invalid):
        Prepare(store)(raw(b""), at(1))
    assert list(store.list()) == []


def test_a_store_that_is_away_passes_through(raw: Raw, page: Page) -> None:
    class Away(MemoryStore):
        def get_object(self, key: str) -> StoredObject:
            raise Unavailable("the store does not answer")

    with pytest.raises(Unavailable):
        Prepare(Away())(raw(page()), at(0))
