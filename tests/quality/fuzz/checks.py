"""What must hold for every article, however broken: one of the typed outcomes, and nothing lost in it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from consumers.decode import strip_controls
from consumers.flags import FLAGS
from consumers.memory import Memory
from consumers.paragraphs import SEPARATOR
from consumers.prepare import Draft
from consumers.restore import restore
from consumers.step import Invalid, Rejected
from schemas.articles import CleanArticle, RawArticle
from schemas.codec import ValidationError, decode, encode


class ToClean(Protocol):
    """What is tried: ``consumers.prepare.to_clean``, or one that is broken on purpose."""

    def __call__(self, raw: RawArticle, *, memory: Memory | None) -> Draft | Rejected: ...


@dataclass(frozen=True, slots=True)
class Observed:
    """``outcome`` is for counting; ``digest`` is of all that came out; ``problems`` say what does not hold."""

    outcome: str
    digest: str
    problems: tuple[str, ...] = ()


def observe(article: RawArticle, to_clean: ToClean, memory: Memory) -> Observed:
    """Clean the article, one in three with the memory, and check the result. Untyped errors pass through."""
    if decode(encode(article), RawArticle) != article:
        raise AssertionError("the fuzzer made an article that no message can hold")
    try:
        result = to_clean(article, memory=memory if int(article.id, 16) % 3 == 0 else None)
    except Invalid as invalid:
        return _plain("invalid", invalid.reason, invalid.detail)
    if isinstance(result, Rejected):
        return _plain("rejected", result.reason, result.detail)
    if not isinstance(result, Draft):
        return Observed("untyped", "", (f"the result is a {type(result).__name__}, which is no outcome",))
    data = encode(result.article)
    return Observed("article", hashlib.sha256(data).hexdigest(), tuple(_problems(result, data)))


def _plain(kind: str, reason: str, detail: str) -> Observed:
    problems = () if reason and detail and detail.isprintable() else (f"{kind} without a printable reason: {detail!r}",)
    return Observed(f"{kind} {reason}", hashlib.sha256(detail.encode()).hexdigest(), problems)


def _problems(draft: Draft, data: bytes) -> Iterator[str]:
    article, given = draft.article, draft.extracted.text
    if restore(article.text, article.removed) != given:
        yield "text and removed pieces do not restore what the cleaner was given"
    offsets = [piece.offset for piece in article.removed]
    if offsets != sorted(offsets) or (offsets and not 0 <= offsets[0] <= offsets[-1] <= len(article.text)):
        yield f"offsets are out of order or outside the text: {offsets[:20]}"
    if any(not piece.text or not piece.rule for piece in article.removed):
        yield "a removed piece has no text or no rule"
    if any(not paragraph or paragraph != paragraph.strip() for paragraph in article.text.split(SEPARATOR)):
        yield "a paragraph is empty or has space at its ends"
    if article.text_hash != hashlib.sha256(article.text.encode()).hexdigest():
        yield "the hash is not the text's"
    if not set(article.flags) <= FLAGS.keys() or list(article.flags) != sorted(set(article.flags)):
        yield f"flags are unknown or unsorted: {article.flags}"
    yield from _codec_problems(article, data)
    for name, value in _strings(article):
        if value != strip_controls(value):
            yield f"{name} holds control characters: {value[:200]!r}"
        if name not in {"text", "credit"} and "\n" in value:
            yield f"{name} has more than one line: {value[:200]!r}"


def _codec_problems(article: CleanArticle, data: bytes) -> Iterator[str]:
    try:
        if decode(data, CleanArticle) != article:
            yield "the article is another one after encoding and decoding"
    except ValidationError as error:
        yield f"the encoded article breaks its own schema: {error}"


def _strings(article: CleanArticle) -> Iterator[tuple[str, str]]:
    for name in ("title", "standfirst", "byline", "section", "canonical_url", "credit", "text"):
        value = getattr(article, name)
        if value is not None:
            yield name, value
    yield from (("corrections", value) for value in article.corrections)
