"""Errors of the models room. Each message ends with what to do.

ModelError
├── WeightsError       the shipped weights are missing or not the ones of the manifest
├── ExtraMissingError  the hub path was chosen, but the extra `torch` is not installed
└── HubModelError      a hub model cannot be loaded
"""


class ModelError(Exception):
    """A model cannot be used."""


class WeightsError(ModelError):
    """The shipped weights are missing or not the ones of the manifest."""


class ExtraMissingError(ModelError):
    """The hub path was chosen, but the extra `torch` is not installed."""


class HubModelError(ModelError):
    """A hub model cannot be loaded: unknown name, not in the cache while offline, or of the wrong kind."""
