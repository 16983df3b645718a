"""The topics: name, payload, event type, and settings fixed at creation. One place for every stack and test."""

from dataclasses import dataclass, field

import msgspec

from schemas.articles import CleanArticle, EnrichedArticle, Outcome, RawArticle

DAY_MS = 24 * 60 * 60 * 1000
PARTITIONS = 8
EVENT_TYPE_PREFIX = "copydesk."
SCHEMA_ID_PREFIX = "urn:copydesk:schema:"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic. ``payload`` is None where the value is whatever bytes failed elsewhere."""

    name: str
    payload: type[msgspec.Struct] | None
    event_type: str
    purpose: str
    partitions: int = PARTITIONS
    configs: dict[str, str] = field(default_factory=dict)

    @property
    def schema_id(self) -> str | None:
        """The payload's JSON Schema ``$id``, which events carry as ``ce_dataschema``. None where there is none."""
        return None if self.payload is None else SCHEMA_ID_PREFIX + self.event_type.removeprefix(EVENT_TYPE_PREFIX)


def _delete_after(days: int) -> dict[str, str]:
    return {"cleanup.policy": "delete", "retention.ms": str(days * DAY_MS)}


RAW = Topic("news.raw", RawArticle, "copydesk.article.raw.v1", "articles as they arrived", configs=_delete_after(7))
CLEAN = Topic("news.clean", CleanArticle, "copydesk.article.clean.v1", "articles as text", configs=_delete_after(30))
ENRICHED = Topic(
    "news.enriched",
    EnrichedArticle,
    "copydesk.article.enriched.v1",
    "the product: one event per revision; null means withdrawn",
    configs={"cleanup.policy": "compact", "min.compaction.lag.ms": str(7 * DAY_MS)},
)
OUTCOMES = Topic(
    "news.outcomes", Outcome, "copydesk.outcome.v1", "how every article's pass ended", configs=_delete_after(30)
)
DEAD = Topic(
    "news.dead",
    None,
    "copydesk.dead.v1",
    "original bytes of what could not be processed",
    # A message of the largest size that the other topics take must fit with the headers it gets here.
    configs={**_delete_after(90), "max.message.bytes": str(2 * 1024 * 1024)},
)

TOPICS = (RAW, CLEAN, ENRICHED, OUTCOMES, DEAD)
OFFSETS_RETENTION_DAYS = 90
