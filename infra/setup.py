"""What the servers must hold before anybody works with them: the topics and the bucket.

`copydesk up` calls the functions; the stack in containers runs ``python -m infra.setup`` once.
"""

import sys
from dataclasses import replace

from infra.broker import KafkaAdmin
from infra.errors import InfraError
from infra.settings import Settings, load
from infra.store import S3Store
from schemas.topics import TOPICS


def ensure_topics(bootstrap: str, prefix: str = "") -> tuple[str, ...]:
    """Create the topics that are missing and return their names. Raises ``Refused``, ``Unavailable``."""
    admin = KafkaAdmin(bootstrap)
    try:
        return admin.ensure_topics(replace(topic, name=prefix + topic.name) for topic in TOPICS)
    finally:
        admin.close()


def ensure_bucket(settings: Settings) -> bool:
    """Create the bucket if it is missing; return whether it was. Raises ``Refused``, ``Unavailable``."""
    return S3Store.from_settings(settings).ensure_bucket()


def main() -> int:
    """Set the servers up that the settings name. Returns the exit code."""
    try:
        settings = load()
        topics = ensure_topics(settings.kafka_bootstrap, settings.topic_prefix)
        bucket = ensure_bucket(settings)
    except InfraError as error:
        sys.stderr.write(f"setup: {error}\n")
        return 1
    sys.stdout.write(f"topics made: {', '.join(topics) or 'none, all there'}\n")
    sys.stdout.write(f"bucket {settings.s3_bucket}: {'made' if bucket else 'there'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
