"""Makes the parts of other rooms from the settings, for every command that needs them."""

from infra.settings import Settings
from models.factory import Models, load


def load_models(settings: Settings) -> Models:
    """Return the models that the settings name. Raises ``models.errors``."""
    return load(settings.tagger, settings.summarizer, offline=settings.models_offline)
