"""The second step: a clean article becomes an enriched one, whose object lies in the store before its event is sent."""

import hashlib

import msgspec

from consumers.identify import is_withdrawn
from consumers.pipeline import pipeline_hash
from consumers.step import Done, Rejected, Result
from infra.errors import Conflict
from infra.objects import ObjectStore
from models.factory import Models
from schemas.articles import CleanArticle, EnrichedArticle, Origin, Stage
from schemas.codec import JSON_TYPE, decode, encode
from schemas.keys import enriched_key
from schemas.topics import CLEAN, ENRICHED, Topic


def to_enriched(article: CleanArticle, models: Models) -> EnrichedArticle:
    """Return the article with names and summary. The same input and models give the same bytes, on every host."""
    analysis = models.analyse(article.text, article.language.code, title=article.title)
    provenance = msgspec.structs.replace(article.provenance, models=models.provenance)
    inherited = {name: getattr(article, name) for name in CleanArticle.__struct_fields__}
    inherited["provenance"] = provenance
    inherited["flags"] = tuple(sorted({*article.flags, *analysis.flags}))
    return EnrichedArticle(
        **inherited,
        summary=analysis.summary,
        headline_summary=analysis.headline_summary,
        entities=analysis.entities,
        pipeline=pipeline_hash(provenance),
    )


class Enrich:
    """``consumers.step.Step`` from ``news.clean`` to ``news.enriched``."""

    stage: Stage = "enrich"
    input: Topic = CLEAN
    output: Topic = ENRICHED

    def __init__(self, store: ObjectStore, models: Models) -> None:
        self._store = store
        self._models = models

    def read(self, data: bytes) -> CleanArticle:
        """See ``consumers.step.Step.read``."""
        return decode(data, CleanArticle)

    def __call__(self, article: CleanArticle, origin: Origin) -> Result:  # noqa: ARG002  (a step's signature)
        """Enrich, put the object if its key is free, and return the event of what lies there.

        An object that is there already was written by a run that died before its event, or by an earlier version of
        a library: what is stored is what is published. Raises ``Unavailable``.
        """
        if is_withdrawn(self._store, article.id):
            return Rejected("withdrawn", "the article was withdrawn while it was on its way")
        enriched = to_enriched(article, self._models)
        data = encode(enriched)
        number = enriched.revision.number
        key = enriched_key(enriched.id, number, enriched.pipeline, enriched.published_at)
        try:
            self._store.put_if_absent(key, data, content_type=JSON_TYPE)
        except Conflict:
            data = self._store.get(key)
        return Done(
            payload=enriched,
            data=data,
            event_id=f"{enriched.id}.r{number}.{enriched.pipeline}",
            revision=number,
            object_key=key,
            extensions={"objectkey": key, "objectsha256": hashlib.sha256(data).hexdigest()},
        )
