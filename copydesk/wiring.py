"""Makes the parts of other rooms from the settings, for every command that needs them.

Each function imports what it needs: a command that reads topics loads no models.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from infra.settings import Settings

if TYPE_CHECKING:
    from copydesk.accounting.desk import Desk
    from infra.messaging import Publisher
    from models.factory import Models


def load_models(settings: Settings) -> "Models":
    """Return the models that the settings name. Raises ``models.errors``."""
    from models.factory import load

    return load(settings.tagger, settings.summarizer, offline=settings.models_offline)


@contextmanager
def open_desk(settings: Settings) -> Iterator["Desk"]:
    """Open topics and bucket for reading. Raises ``Unavailable`` and ``Refused``."""
    from copydesk.accounting.desk import Desk
    from infra.broker import KafkaAdmin, KafkaReader
    from infra.store import S3Store

    with ExitStack() as doors:
        store = S3Store.from_settings(settings)
        store.ping()
        admin = doors.enter_context(closing(KafkaAdmin(settings.kafka_bootstrap)))
        reader = doors.enter_context(closing(KafkaReader(settings.kafka_bootstrap)))
        yield Desk(store, reader, admin, settings.topic_prefix)


@contextmanager
def open_publisher(settings: Settings) -> Iterator["Publisher"]:
    """Open topics for writing. Raises ``Unavailable`` and ``Refused``."""
    from infra.broker import KafkaPublisher

    with closing(KafkaPublisher(settings.kafka_bootstrap)) as publisher:
        yield publisher
