"""What became of each demo article, from the outcomes and the objects alone."""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from copydesk.newsroom.catalogue import NewsroomArticle
from schemas.articles import EnrichedArticle, Outcome
from schemas.identity import article_id


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One demo article. ``outcome`` tells its way, oldest first.

    ``note`` is what is special about it: its flags, or why it was rejected. ``complete`` is whether it ended as it
    should, published or not.
    """

    slug: str
    id: str
    title: str
    case: str
    outcome: str
    note: str
    revision: int | None
    summary: str | None
    people: tuple[str, ...]
    organisations: tuple[str, ...]
    places: tuple[str, ...]
    object_key: str | None
    complete: bool


def rows(
    articles: Sequence[NewsroomArticle],
    base_url: str,
    outcomes: Iterable[Outcome],
    read_object: Callable[[str], EnrichedArticle],
) -> tuple[Row, ...]:
    """Return a row per article. ``read_object`` is given the key of an enriched object."""
    by_id: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_id.setdefault(outcome.id, []).append(outcome)
    return tuple(_row(article, base_url, by_id, read_object) for article in articles)


def _row(
    article: NewsroomArticle,
    base_url: str,
    by_id: dict[str, list[Outcome]],
    read_object: Callable[[str], EnrichedArticle],
) -> Row:
    id_ = article_id(base_url + article.paths[0])
    mine = sorted(by_id.get(id_, ()), key=lambda outcome: outcome.ended_at)
    done = [outcome for outcome in mine if outcome.stage == "enrich" and outcome.status == "done"]
    latest = max(done, key=lambda outcome: outcome.revision or 0, default=None)
    found = read_object(latest.object_key) if latest is not None and latest.object_key else None

    def names(label: str) -> tuple[str, ...]:
        entities = [entity for entity in found.entities if entity.label == label] if found else []
        entities.sort(key=lambda entity: (-len(entity.mentions), entity.start))
        return tuple(entity.text for entity in entities)

    sentences = found.summary.sentences if found else ()
    rejected = next((outcome for outcome in reversed(mine) if outcome.status == "rejected"), None)
    return Row(
        slug=article.slug,
        id=id_,
        title=(found.title if found else None) or article.title,
        case=str(article.case),
        outcome=_way(mine),
        note=", ".join(found.flags) if found else (rejected and rejected.detail) or "",
        revision=latest.revision if latest else None,
        summary=sentences[0].text if sentences else None,
        people=names("PER"),
        organisations=names("ORG"),
        places=names("LOC"),
        object_key=latest.object_key if latest else None,
        complete=_is_as_expected(article, found, rejected),
    )


def _is_as_expected(article: NewsroomArticle, found: EnrichedArticle | None, rejected: Outcome | None) -> bool:
    if article.rejection:
        return found is None and rejected is not None and rejected.reason == article.rejection
    return found is not None and found.revision.number == article.revisions and article.flags <= {*found.flags}


def _way(outcomes: Sequence[Outcome]) -> str:
    """Tell what happened, each different thing once: "failed (http-500), enriched, duplicate"."""
    words: list[str] = []
    for outcome in outcomes:
        if outcome.status in {"sent", "unchanged"} or (outcome.stage == "prepare" and outcome.status == "done"):
            continue
        word: str = "enriched" if outcome.status == "done" else outcome.status
        if outcome.reason:
            word += f" ({outcome.reason})"
        if word not in words:
            words.append(word)
    return ", ".join(words) or "not seen"
