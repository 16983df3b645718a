"""What the tasks of the DAGs call: settings read, doors opened, one shard pulled, doors closed."""

from contextlib import ExitStack, closing
from typing import Any

import msgspec

from dags.ingest.pull import pull
from dags.ingest.sources import read_sources
from infra.broker import KafkaPublisher
from infra.settings import load
from infra.store import S3Store
from infra.web import Web


def list_shards(group: str) -> list[list[str]]:
    """Return the names of the group's sources, per shard. Raises ``SourcesInvalid`` and ``infra.errors.Refused``."""
    return read_sources(load().sources_file).shards(group)


def pull_shard(names: list[str]) -> dict[str, Any]:
    """Pull the sources named and return the counts. Raises what ``pull`` raises, ``SourcesInvalid``, ``Refused``."""
    settings = load()
    sources = read_sources(settings.sources_file).named(names)
    with ExitStack() as doors:
        web = doors.enter_context(Web.from_settings(settings))
        publisher = doors.enter_context(closing(KafkaPublisher(settings.kafka_bootstrap)))
        counts = pull(
            sources,
            web,
            S3Store.from_settings(settings),
            publisher,
            newsroom_url=settings.newsroom_url,
            topic_prefix=settings.topic_prefix,
        )
    return msgspec.structs.asdict(counts)
