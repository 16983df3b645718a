"""Which revision of its article a message makes, if any: content hashes, the decision, and the memory for it.

The memory of an article is ``state/articles/<id>.json``. It is written with a conditional put *before* the transaction
that carries the result, so a crash in between leaves a decision without a result; since the decision is kept under
the message's origin, doing the work again gives the same one. Nobody else needs the order of these effects.

The rules, first match wins:

1. withdrawn: nothing of the article is published any more.
2. the origin is listed: the same decision again (a redo). Only when it made a revision and our pipeline now gives
   another text of the same bytes is it decided anew, so that one revision never has two texts.
3. equal to the latest revision: duplicate.
4. the same bytes as the latest revision, but another text: a revision, ``reprocessed``.
5. captured before the latest revision was last seen: superseded.
6. a revision: ``first`` or ``edited``.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

import msgspec

from consumers.step import Invalid
from infra.errors import Conflict, NotFound, Unavailable
from infra.objects import ObjectStore
from schemas.articles import CleanArticle, Revision
from schemas.codec import ValidationError, decode, encode
from schemas.keys import article_state_key

ATTEMPTS = 8
"""Tries at the conditional put. One article's messages are in one partition: rivals are rare and short-lived."""
KEPT = 1_000
"""Decisions and revisions kept per article. A redo can only reach back to the last commit, and a batch holds at most
500 messages (``Settings.batch_size``). An older message that comes again is decided anew: a duplicate, superseded or
``reprocessed``, never a second text under the same number."""
KEPT_BODIES = 32
"""Hashes of raw bytes kept per revision: pages that change around the same text (adverts, counters) give many."""

Decided = Literal["done", "duplicate", "superseded"]
T = TypeVar("T")


class KnownRevision(msgspec.Struct, frozen=True, kw_only=True):
    """A revision as remembered. ``seen_at``: the last capture that gave this text; ``bodies``: raw bytes that did."""

    revision: Revision
    captured_at: datetime | None = None
    seen_at: datetime | None = None
    bodies: tuple[str, ...] = ()


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided for the message at ``origin`` (topic/partition/offset); ``revision``: made, or compared to."""

    origin: str
    decided: Decided
    revision: int


class ArticleState(msgspec.Struct, frozen=True, kw_only=True):
    """The memory of one article."""

    id: str
    withdrawn: bool = False
    revisions: tuple[KnownRevision, ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The article may not be published."""


@dataclass(frozen=True, slots=True)
class Known:
    """Nothing new. ``revision`` is the number of the one it equals, or that came later."""

    decided: Literal["duplicate", "superseded"]
    revision: int


Identity = Revision | Known | Withdrawn


def content_hash(article: CleanArticle) -> str:
    """Return the SHA-256, in hex, over what a revision is: title, standfirst, byline, text and corrections.

    They are hashed as one JSON array in UTF-8, so that no two contents have one encoding.
    """
    content = (article.title, article.standfirst, article.byline, article.text, article.corrections)
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def text_hash(text: str) -> str:
    """Return the SHA-256, in hex, of the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def first_revision(digest: str) -> Revision:
    """Return what a content is while nothing else of its article is known."""
    return Revision(number=1, hash=digest, cause="first")


def identify(
    store: ObjectStore,
    article_id: str,
    *,
    digest: str,
    body_sha256: str,
    captured_at: datetime | None,
    origin: str,
) -> Identity:
    """Decide what the message at ``origin`` is to its article, and remember it.

    ``digest`` is the ``content_hash``. Raises ``Unavailable``, also when the state stays contended, and ``Invalid``
    (``state-unreadable``) when the state in the store is not ours.
    """

    def decide_from(state: ArticleState) -> tuple[ArticleState, Identity]:
        return decide(state, digest=digest, body_sha256=body_sha256, captured_at=captured_at, origin=origin)

    return _update(store, article_id, decide_from)


def decide(
    state: ArticleState, *, digest: str, body_sha256: str, captured_at: datetime | None, origin: str
) -> tuple[ArticleState, Identity]:
    """Return the state after the message and what the message is. Pure; see the module's rules."""
    if state.withdrawn:
        return state, Withdrawn()
    listed = next((entry for entry in state.decisions if entry.origin == origin), None)
    if listed is not None:
        if listed.decided != "done":
            return state, Known(listed.decided, listed.revision)
        made = next((known.revision for known in state.revisions if known.revision.number == listed.revision), None)
        if made is not None and made.hash == digest:
            return state, made
    latest = state.revisions[-1] if state.revisions else None
    if latest is not None and latest.revision.hash == digest:
        seen = _seen(latest, body_sha256, captured_at)
        state = msgspec.structs.replace(state, revisions=(*state.revisions[:-1], seen))
        return _known(state, origin, "duplicate", latest.revision.number)
    same_bytes = latest is not None and body_sha256 in latest.bodies
    if latest is not None and not same_bytes and _before(captured_at, latest.seen_at):
        return _known(state, origin, "superseded", latest.revision.number)
    return _new_revision(state, digest, body_sha256, captured_at, origin, same_bytes=same_bytes)


def read_state(store: ObjectStore, article_id: str) -> ArticleState | None:
    """Return what is remembered of an article. Raises ``Unavailable`` and ``Invalid`` (``state-unreadable``)."""
    try:
        return _read(store, article_id)[0]
    except NotFound:
        return None


def is_withdrawn(store: ObjectStore, article_id: str) -> bool:
    """Whether the article was withdrawn. Raises as ``read_state``."""
    state = read_state(store, article_id)
    return state is not None and state.withdrawn


def mark_withdrawn(store: ObjectStore, article_id: str) -> int:
    """Remember that nothing of the article may be published any more, whether it is known or not.

    Returns the number of its latest revision, 0 if it has none. Raises as ``identify``.
    """

    def withdraw(state: ArticleState) -> tuple[ArticleState, int]:
        latest = state.revisions[-1].revision.number if state.revisions else 0
        return msgspec.structs.replace(state, withdrawn=True), latest

    return _update(store, article_id, withdraw)


def _update(store: ObjectStore, article_id: str, change: Callable[[ArticleState], tuple[ArticleState, T]]) -> T:
    """Read the state, change it and write it if nobody else did meanwhile; else again, from the start."""
    key = article_state_key(article_id)
    for _ in range(ATTEMPTS):
        try:
            state, etag = _read(store, article_id)
        except NotFound:
            state, etag = ArticleState(id=article_id), None
        changed, result = change(state)
        if changed == state:
            return result
        try:
            if etag is None:
                store.put_if_absent(key, encode(changed))
            else:
                store.put_if_match(key, encode(changed), etag)
        except Conflict:
            continue
        return result
    raise Unavailable(f"{key} was changed by others {ATTEMPTS} times in a row; the next try may succeed")


def _read(store: ObjectStore, article_id: str) -> tuple[ArticleState, str]:
    stored = store.get_object(article_state_key(article_id))
    try:
        return decode(stored.data, ArticleState), stored.etag
    except ValidationError as error:
        raise Invalid(
            "state-unreadable", f"{stored.key} is not an article's state ({error}); restore or delete it, then replay"
        ) from error


def _new_revision(
    state: ArticleState, digest: str, body_sha256: str, captured_at: datetime | None, origin: str, *, same_bytes: bool
) -> tuple[ArticleState, Revision]:
    latest = state.revisions[-1].revision if state.revisions else None
    if latest is None:
        revision = first_revision(digest)
    else:
        revision = Revision(
            number=latest.number + 1,
            hash=digest,
            previous_hash=latest.hash,
            cause="reprocessed" if same_bytes else "edited",
        )
    known = KnownRevision(revision=revision, captured_at=captured_at, seen_at=captured_at, bodies=(body_sha256,))
    state = msgspec.structs.replace(state, revisions=(*state.revisions, known)[-KEPT:])
    return _listed(state, Decision(origin=origin, decided="done", revision=revision.number)), revision


def _known(
    state: ArticleState, origin: str, decided: Literal["duplicate", "superseded"], revision: int
) -> tuple[ArticleState, Known]:
    return _listed(state, Decision(origin=origin, decided=decided, revision=revision)), Known(decided, revision)


def _listed(state: ArticleState, decision: Decision) -> ArticleState:
    """Return the state with the decision in place of an older one for the same origin."""
    others = tuple(entry for entry in state.decisions if entry.origin != decision.origin)
    return msgspec.structs.replace(state, decisions=(*others, decision)[-KEPT:])


def _seen(known: KnownRevision, body_sha256: str, captured_at: datetime | None) -> KnownRevision:
    """Return the revision as seen again in other bytes or later."""
    bodies = known.bodies if body_sha256 in known.bodies else (*known.bodies, body_sha256)[-KEPT_BODIES:]
    times = [time for time in (known.seen_at, captured_at) if time is not None]
    return msgspec.structs.replace(known, bodies=bodies, seen_at=max(times, default=None))


def _before(captured_at: datetime | None, seen_at: datetime | None) -> bool:
    return captured_at is not None and seen_at is not None and captured_at < seen_at
