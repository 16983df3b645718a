"""The topics hold what is promised for them, and their limits fit one another."""

import re

from schemas.codec import INLINE_LIMIT
from schemas.topics import CLEAN, DAY_MS, DEAD, ENRICHED, OFFSETS_RETENTION_DAYS, OUTCOMES, RAW, TOPICS

KAFKA_MESSAGE_LIMIT = 1_048_588
"""Bytes; default of `message.max.bytes` (Apache Kafka, broker configuration)."""


def test_names_partitions_and_keeping_are_a_contract() -> None:
    days = {topic.name: int(topic.configs.get("retention.ms", 0)) // DAY_MS for topic in TOPICS}
    assert days == {"news.raw": 7, "news.clean": 30, "news.enriched": 0, "news.outcomes": 30, "news.dead": 90}
    assert {topic.partitions for topic in TOPICS} == {8}
    assert ENRICHED.configs == {"cleanup.policy": "compact", "min.compaction.lag.ms": str(7 * DAY_MS)}
    assert {topic.configs["cleanup.policy"] for topic in TOPICS if topic is not ENRICHED} == {"delete"}


def test_names_and_types_are_unique_and_versioned() -> None:
    assert len({topic.name for topic in TOPICS}) == len({topic.event_type for topic in TOPICS}) == len(TOPICS)
    for topic in TOPICS:
        assert re.fullmatch(r"copydesk\.[a-z.]+\.v1", topic.event_type)
        assert re.fullmatch(r"[a-z.]+", topic.name)


def test_what_travels_in_a_message_fits_one() -> None:
    assert INLINE_LIMIT + 100_000 < KAFKA_MESSAGE_LIMIT
    assert int(DEAD.configs["max.message.bytes"]) > KAFKA_MESSAGE_LIMIT + 100_000


def test_a_group_keeps_its_place_longer_than_any_message_waits() -> None:
    retention = [int(topic.configs["retention.ms"]) // DAY_MS for topic in (RAW, CLEAN, OUTCOMES, DEAD)]
    assert max(retention) <= OFFSETS_RETENTION_DAYS
