"""Makes the parts of other rooms from the settings, for every command that needs them.

Each function imports what it needs: a command that reads topics loads no models.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from infra.settings import Settings

if TYPE_CHECKING:
    from copydesk.accounting.desk import Desk
    from infra.messaging import Publisher
    from models.engines import Choice
    from models.factory import Models


def load_models(settings: Settings) -> "Models":
    """Return the models that the settings name. Raises ``models.errors``."""
    from models.factory import load

    return load(settings.tagger, settings.summarizer, choice=model_choice(settings), models_dir=models_dir(settings))


def model_choice(settings: Settings) -> "Choice":
    """Return how the settings want models to run."""
    from models.engines import Choice

    return Choice(
        tier=settings.tier,
        summarizer_engine=settings.summarizer_engine,
        precision=settings.precision,
        device=settings.device,
    )


def models_dir(settings: Settings) -> Path:
    """Return the folder of pulled and converted models: that of the settings, or one in the user's cache."""
    from infra.native.cache import cache_dir

    return settings.models_dir or cache_dir() / "models"


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
