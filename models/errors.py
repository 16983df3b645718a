"""Errors of the models room. Each message ends with what to do.

ModelError
├── WeightsError       the shipped weights are missing or not the ones of the manifest
├── ExtraMissingError  what was chosen needs an extra (`torch`, `ctranslate2`) that is not installed
├── HubModelError      a hub model cannot be loaded
├── ChoiceError        tier, engine, precision and device do not go together
├── NotPulledError     the model is not on this machine yet
├── ChecksumError      a file is not the one that the registry names
├── FetchError         a file cannot be fetched
├── RegistryError      models.toml is damaged
└── UnknownModelError  no model of that name is registered
"""


class ModelError(Exception):
    """A model cannot be used."""


class WeightsError(ModelError):
    """The shipped weights are missing or not the ones of the manifest."""


class ExtraMissingError(ModelError):
    """What was chosen needs an extra (`torch`, `ctranslate2`) that is not installed."""


class HubModelError(ModelError):
    """A hub model cannot be loaded: unknown name, not in the cache while offline, or of the wrong kind."""


class ChoiceError(ModelError):
    """Tier, engine, precision and device do not go together."""


class NotPulledError(ModelError):
    """The model is not on this machine yet: `copydesk models pull` or `convert` makes it."""


class ChecksumError(ModelError):
    """A file is missing or is not the one that the registry, or the pull before, names. It is never loaded."""


class FetchError(ModelError):
    """A file cannot be fetched: no network, no such package or revision."""


class RegistryError(ModelError):
    """`models.toml` is damaged or contradicts itself."""


class UnknownModelError(ModelError):
    """No model of that name is registered."""
