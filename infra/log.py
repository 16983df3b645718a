"""Logs as JSON, one line an event, to stderr; structlog's and the standard library's alike.

Fields: ``time`` (UTC), ``level``, ``event``, ``logger``, what the call adds, and what is bound to the context
(``bound(article=..., trace=...)``). Values under names of secrets, and credentials in URLs, are masked.

Tasks of DAGs call none of this: Airflow sets up structlog itself, and what Copydesk logs there goes its way.
"""

import logging
import re
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.contextvars import bound_contextvars as bound
from structlog.typing import EventDict, Processor, WrappedLogger

__all__ = ["bound", "configure", "configure_command"]

MASK = "***"
_SECRET_NAME = re.compile(
    r"secret|password|passwd|token(?!s|i)|authorization|credential|cookie|(access|api|private)_?key", re.IGNORECASE
)
_SECRET_IN_URL = re.compile(r"(?<=://)[^/\s@]+(?=@)")
_CHATTY = ("kafka", "urllib3", "httpx", "httpcore")
"""Libraries that tell every step at INFO."""


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log and every uncaught error of this process to ``stream`` (stderr) as JSON lines."""
    _install(structlog.processors.JSONRenderer(), level, logging.WARNING, stream)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def configure_command(level: str = "ERROR", stream: TextIO | None = None) -> None:
    """For commands that people run: short lines on stderr, and only what the command itself cannot say."""
    _install(_one_line, level, logging.CRITICAL, stream)


def _install(renderer: Processor, level: str, chatty_level: int, stream: TextIO | None) -> None:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
        _mask,
        _in_order,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.DEBUG if level == "DEBUG" else chatty_level)


def _mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: value if name.startswith("_") else _masked(name, value) for name, value in event.items()}


def _masked(name: str, value: Any) -> Any:
    if _SECRET_NAME.search(name) and value:
        return MASK
    if isinstance(value, str):
        return _SECRET_IN_URL.sub(MASK, value)
    if isinstance(value, Mapping):
        return {str(key): _masked(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked("", item) for item in value]
    return value


def _in_order(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    first = {name: event.pop(name) for name in ("time", "level", "event", "logger") if name in event}
    return {**first, **event}


def _one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    event.pop("time", None)
    level, message, logger = (str(event.pop(name, "")) for name in ("level", "event", "logger"))
    rest = "".join(f" {name}={value!r}" for name, value in event.items())
    return f"copydesk: {level}: {message}{rest} [{logger}]"


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(__name__).critical("uncaught error", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or issubclass(args.exc_type, SystemExit):
        return
    name = args.thread.name if args.thread else "?"
    logging.getLogger(__name__).critical(
        "uncaught error in thread %s", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback)
    )
