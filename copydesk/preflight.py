"""What must be installed before parts of the stack can start. Shared by `up` and `doctor`."""

from importlib.util import find_spec

from infra.errors import Refused
from infra.native.parts import PartName
from infra.settings import Settings

EXTRAS = {
    "worker": ("onnxruntime", "tokenizers", "trafilatura", "py3langid", "nupunkt", "re2"),
    "airflow": ("airflow", "feedparser"),
    "stack": ("supervisor", "psutil", "jgo", "tomli_w"),
    "torch": ("torch", "transformers"),
    "ctranslate2": ("ctranslate2",),
}
"""Extras of the project, and modules that show whether one is installed."""
BUILTIN = {"builtin", "extractive"}


def missing_modules(extra: str) -> tuple[str, ...]:
    """Return the modules of ``extra`` that are not installed."""
    return tuple(module for module in EXTRAS[extra] if find_spec(module) is None)


def install_remedy(extra: str) -> str:
    """Return how to install ``extra``: at the locked versions, from this checkout. No index has Copydesk itself."""
    command = f"`.venv/bin/uv pip install --require-hashes -r requirements/{extra}.txt`"
    return f"run {command}" if extra in {"torch", "ctranslate2"} else f"run `make up`, or {command}"


def needed_extras(settings: Settings, parts: frozenset[PartName]) -> tuple[str, ...]:
    """Return the extras that starting ``parts`` takes."""
    extras = []
    if PartName.WORKERS in parts:
        extras.append("worker")
        light = settings.summarizer_engine == "ctranslate2"
        if settings.tagger not in BUILTIN or not (settings.summarizer in BUILTIN or light):
            extras.append("torch")
        if settings.summarizer not in BUILTIN and light:
            extras.append("ctranslate2")
    if PartName.AIRFLOW in parts:
        extras.append("airflow")
    return tuple(extras)


def check(settings: Settings, parts: frozenset[PartName]) -> None:
    """Check that ``parts`` can start here. Raises ``Refused``, or ``models.errors.WeightsError``, with the remedy."""
    for extra in needed_extras(settings, parts):
        if missing := missing_modules(extra):
            raise Refused(f"{', '.join(missing)} is not installed: {install_remedy(extra)}")
    if PartName.WORKERS in parts:
        check_weights(settings)


def check_weights(settings: Settings) -> tuple[str, ...]:
    """Check the files of the shipped models that the settings use and return the models' names.

    Raises ``models.errors.WeightsError``.
    """
    from models.artifacts import WEIGHTS, open_artifacts
    from models.errors import WeightsError

    if not {settings.tagger, settings.summarizer} & BUILTIN:
        return ()
    folders = sorted(path for path in WEIGHTS.iterdir() if path.is_dir()) if WEIGHTS.is_dir() else []
    if not folders:
        raise WeightsError(f"no models at {WEIGHTS}: restore them with `git checkout -- models/weights`")
    return tuple(open_artifacts(folder).manifest.name for folder in folders)
