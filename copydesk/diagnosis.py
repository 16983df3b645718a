"""The checks of `copydesk doctor`. Each gives findings; each finding that is not fine has its remedy."""

import os
import platform
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path

import psutil

from copydesk.airflow_api import AirflowApi
from copydesk.overview import lags
from copydesk.preflight import EXTRAS, check_weights, install_remedy, missing_modules, needed_extras
from copydesk.wiring import open_desk
from infra.errors import InfraError, Refused
from infra.native.build import store_binary_path
from infra.native.cache import cache_dir
from infra.native.jars import locked_jars, stale_jars
from infra.native.parts import PartName, all_parts
from infra.native.ports import check_ports
from infra.native.stack import ServiceStatus, Stack
from infra.native.toolchain import Tool, find_go, find_java
from infra.settings import Settings, load, unknown
from infra.store import S3Store
from models.errors import ModelError

PYTHON = ((3, 11), (3, 14))
LEAST_DISK = 2 * 1024**3
"""Bytes: what the servers need to start and work for a day."""
BUILD_DISK = 4 * 1024**3
"""Bytes: sources, compiler and cache while MinIO is compiled."""
LEAST_MEMORY = 2 * 1024**3
"""Bytes free before the stack starts: it takes about 1.8 GB."""


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    NOTE = "note"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw. ``remedy`` is empty where nothing needs doing."""

    check: str
    level: Level
    text: str
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """Run every check, each as it is asked for. Never raises for what is wrong: that is what it is for."""
    yield _python()
    try:
        settings = load()
    except Refused as error:
        yield Finding("settings", Level.BROKEN, str(error), "mend or unset what it names, then ask again")
        return
    yield from _names()
    stack = Stack(settings)
    services = stack.status()
    running = {service.name for service in services if service.pid}
    yield from _settings(settings)
    yield from _extras(settings)
    yield _tool("Java", find_java)
    yield _go()
    yield _jars()
    yield from _checksums()
    yield _models(settings)
    yield from _space(settings, building=not store_binary_path().is_file())
    yield from _memory(running)
    yield from _ports(stack, settings, running)
    yield from _services(services)
    yield from _left_behind(stack)
    if "broker" in running:
        yield _flow(settings)
    if "store" in running:
        yield _bucket(settings)
    if "airflow-api" in running:
        yield from _dags(settings)


def _python() -> Finding:
    version = platform.python_version()
    if PYTHON[0] <= sys.version_info[:2] <= PYTHON[1]:
        return Finding("python", Level.OK, f"Python {version}")
    return Finding(
        "python", Level.BROKEN, f"Python {version} is not one Copydesk runs on", "make .venv with Python 3.11 to 3.14"
    )


def _names() -> Iterator[Finding]:
    for name, meant in unknown(os.environ).items():
        remedy = f"did you mean {meant}?" if meant else "unset it, or look it up in docs/configuration.md"
        yield Finding("settings", Level.NOTE, f"{name} is no setting and does nothing", remedy)


def _settings(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    if not home.exists():
        yield Finding("home", Level.NOTE, f"{home} is not there yet", "`copydesk up` makes it")
    elif not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("home", Level.BROKEN, f"{home} is not yours", "set COPYDESK_HOME to a folder of yours")
    elif home.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding("home", Level.BROKEN, f"others can look into {home}", f"chmod 700 {home}")
    else:
        yield Finding("home", Level.OK, str(home))
    try:
        problem = "" if settings.secret_key() and settings.s3_access_key else "no credentials for the object store"
    except Refused as error:
        problem = str(error)
    if problem and not home.exists():
        yield Finding("credentials", Level.NOTE, problem, "`copydesk up` makes them")
    elif problem:
        yield Finding(
            "credentials",
            Level.BROKEN,
            problem,
            "run `copydesk up`, or set COPYDESK_S3_ACCESS_KEY and COPYDESK_S3_SECRET_KEY_FILE",
        )
    else:
        yield Finding("credentials", Level.OK, f"access key {settings.s3_access_key} for {settings.s3_endpoint}")


def _extras(settings: Settings) -> Iterator[Finding]:
    for extra in ("stack", *needed_extras(settings, frozenset(PartName))):
        if missing := missing_modules(extra):
            text = f"{', '.join(missing)} of extra {extra} is not installed"
            yield Finding("packages", Level.BROKEN, text, install_remedy(extra))
        else:
            yield Finding("packages", Level.OK, f"extra {extra} ({', '.join(EXTRAS[extra])})")


def _tool(name: str, find: Callable[[], Tool]) -> Finding:
    try:
        tool = find()
    except Refused as error:
        found, _, remedy = str(error).rpartition(": ")
        return Finding(name.lower(), Level.BROKEN, found, remedy)
    version = ".".join(map(str, tool.version))
    return Finding(name.lower(), Level.OK, f"{name} {version} at {tool.path} (from {tool.origin})")


def _go() -> Finding:
    if store_binary_path().is_file():
        return Finding("go", Level.OK, f"not needed: MinIO is compiled already ({store_binary_path()})")
    return _tool("Go", find_go)


def _jars() -> Finding:
    try:
        stale, total = len(stale_jars()), len(locked_jars())
    except Refused as error:
        return Finding("jars", Level.BROKEN, str(error), "git checkout -- infra/native/jars.lock.toml")
    if not stale:
        return Finding("jars", Level.OK, f"all {total} of Kafka are the locked ones")
    return Finding(
        "jars",
        Level.NOTE,
        f"{stale} of {total} of Kafka are missing or not the locked ones",
        "`copydesk up` fetches them",
    )


def _checksums() -> Iterator[Finding]:
    for module, what in (("crc32c", "checksums"), ("lz4.frame", "lz4 compression"), ("zstandard", "zstd compression")):
        try:
            import_module(module)
        except ImportError as error:
            yield Finding(
                "kafka client",
                Level.BROKEN,
                f"{what} in C cannot be loaded ({error}); without, it is 11 to 30 times slower or fails",
                "pip install 'kafka-python[crc32c,lz4,zstd]'",
            )
        else:
            yield Finding("kafka client", Level.OK, f"{what} in C")


def _models(settings: Settings) -> Finding:
    try:
        names = check_weights(settings)
    except ModelError as error:
        found, _, remedy = str(error).rpartition(": ")
        return Finding("models", Level.BROKEN, found, remedy)
    return Finding("models", Level.OK, f"{', '.join(names) or 'hub models only'}: files are the published ones")


def _space(settings: Settings, *, building: bool) -> Iterator[Finding]:
    for what, folder, least in (
        ("home", settings.home, LEAST_DISK),
        ("cache", cache_dir(), BUILD_DISK if building else 0),
    ):
        free = shutil.disk_usage(_existing(folder)).free
        text = f"{free / 1024**3:.1f} GB free for {what} ({folder})"
        if free < least:
            setting = "COPYDESK_HOME" if what == "home" else "XDG_CACHE_HOME"
            yield Finding(
                "disk", Level.BROKEN, text, f"free {least / 1024**3:.0f} GB there, or set {setting} to another disk"
            )
        else:
            yield Finding("disk", Level.OK, text)


def _existing(folder: Path) -> Path:
    return next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())


def _memory(running: set[str]) -> Iterator[Finding]:
    if running:
        return
    free = psutil.virtual_memory().available
    text = f"{free / 1024**3:.1f} GB of memory free"
    if free < LEAST_MEMORY:
        yield Finding("memory", Level.NOTE, text, "the stack takes about 1.8 GB: close something, or use fewer slots")
    else:
        yield Finding("memory", Level.OK, text)


def _ports(stack: Stack, settings: Settings, running: set[str]) -> Iterator[Finding]:
    for part in all_parts(stack.home, settings).values():
        if running & part.addresses().keys():
            continue
        for setting, port in part.ports().items():
            try:
                check_ports({setting: port})
            except Refused as error:
                found, _, remedy = str(error).rpartition(": ")
                yield Finding("ports", Level.BROKEN, found, remedy)
            else:
                yield Finding("ports", Level.OK, f"{port} is free (COPYDESK_{setting.upper()})")


def _services(services: tuple[ServiceStatus, ...]) -> Iterator[Finding]:
    if not any(service.pid for service in services):
        yield Finding("services", Level.NOTE, "the stack is not running", "`copydesk up` starts it")
    for service in services:
        if service.state == "ready":
            yield Finding("services", Level.OK, f"{service.name} is ready")
        elif service.state == "starting":
            yield Finding("services", Level.NOTE, f"{service.name} does not answer yet", f"wait, or read {service.log}")
        elif service.state != "stopped" or service.note:
            yield Finding(
                "services", Level.BROKEN, f"{service.name}: {service.state} ({service.note})", f"read {service.log}"
            )


def _left_behind(stack: Stack) -> Iterator[Finding]:
    if left := stack.left_behind():
        yield Finding(
            "processes",
            Level.BROKEN,
            f"nobody looks after {', '.join(map(str, left))} of this stack",
            "`copydesk down` ends them",
        )


def _flow(settings: Settings) -> Finding:
    try:
        with open_desk(settings) as desk:
            behind = lags(desk)
    except InfraError as error:
        return Finding("topics", Level.BROKEN, str(error), "run `copydesk up`, or read the broker's log")
    return Finding("topics", Level.OK, ", ".join(f"{lag.stage} {lag.messages} behind" for lag in behind))


def _bucket(settings: Settings) -> Finding:
    try:
        S3Store.from_settings(settings).ping()
    except InfraError as error:
        return Finding("bucket", Level.BROKEN, str(error), "run `copydesk up`, or read the store's log")
    return Finding("bucket", Level.OK, f"{settings.s3_bucket} at {settings.s3_endpoint}")


def _dags(settings: Settings) -> Iterator[Finding]:
    try:
        with AirflowApi.from_settings(settings) as airflow:
            errors, deferred = airflow.import_errors(), airflow.count_tasks("deferred")
    except InfraError as error:
        yield Finding("airflow", Level.BROKEN, str(error), "read the logs of its parts, see `copydesk status`")
        return
    for file, error_line in errors.items():
        yield Finding("airflow", Level.BROKEN, f"{file} does not load: {error_line}", "mend the file")
    if deferred:
        yield Finding(
            "airflow",
            Level.BROKEN,
            f"{deferred} tasks are deferred, and the native stack runs no triggerer to wake them",
            "make these tasks wait in `reschedule` mode",
        )
    if not errors and not deferred:
        yield Finding("airflow", Level.OK, "every DAG file loads, no task is deferred")
