"""The short hash that names what made a result. Another hash means that another text or enrichment may come out."""

import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

import msgspec

from schemas.articles import Provenance

CODE_VERSION = 8
"""Raise by one whenever a change of our own code changes results; ``tests/unit/consumers/test_golden.py`` tells."""
PREPARE_LIBRARIES = (
    "charset-normalizer", "courlan", "google-re2", "lxml", "lxml-html-clean", "numpy", "py3langid",
    "trafilatura",
)  # fmt: skip
ENRICH_LIBRARIES = ("nupunkt", "onnxruntime", "tokenizers")
"""Libraries whose version may change a result."""
LENGTH = 12


def rules_version(*versions: str) -> str:
    """Return one short hash for the versions of several sets of rules."""
    return hashlib.sha256(" ".join(versions).encode()).hexdigest()[:LENGTH]


def prepare_hash(provenance: Provenance) -> str:
    """Return the 12 hex digits for what the prepare step does: code, rules, memory and libraries."""
    return _digest(_prepare_parts(provenance))


def pipeline_hash(provenance: Provenance) -> str:
    """Return the 12 hex digits for the whole way: that of prepare, plus models, engines, precision and libraries.

    Of ``provenance`` everything counts but the raw object.
    """
    models = [msgspec.to_builtins(model) for model in provenance.models]
    return _digest({**_prepare_parts(provenance), "models": models, "enrich": _versions(ENRICH_LIBRARIES)})


def _prepare_parts(provenance: Provenance) -> dict[str, object]:
    return {
        "code": CODE_VERSION,
        "rules": provenance.rules,
        "memory": provenance.memory,
        "extractor": provenance.extractor,
        "prepare": _versions(PREPARE_LIBRARIES),
    }


def _digest(parts: dict[str, object]) -> str:
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()[:LENGTH]


@lru_cache(maxsize=4)
def _versions(names: tuple[str, ...]) -> dict[str, str | None]:
    return {name: _version(name) for name in names}


def _version(name: str) -> str | None:
    """Return the installed version; None where an optional part is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
