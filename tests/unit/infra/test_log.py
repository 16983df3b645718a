"""JSON logs: one line an event, whoever wrote it."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest
import structlog

from infra.log import bound, configure, configure_command


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, hooks = list(root.handlers), root.level, (sys.excepthook, threading.excepthook)
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("kafka", "urllib3", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    sys.excepthook, threading.excepthook = hooks
    structlog.reset_defaults()


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_with_its_fields_in_order(stream):
    configure("INFO", stream)
    structlog.get_logger("consumers.runtime").info("committed", count=3, text="two\nlines\x1b[31m")
    (line,) = lines(stream)
    assert list(line) == ["time", "level", "event", "logger", "count", "text"]
    assert line["level"] == "info"
    assert line["event"] == "committed"
    assert line["logger"] == "consumers.runtime"
    assert str(line["time"]).endswith("Z")
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()


def test_the_standard_library_is_written_the_same_way(stream):
    configure("INFO", stream)
    logging.getLogger("somebody.else").warning("took %d of %s", 3, "four")
    (line,) = lines(stream)
    assert list(line) == ["time", "level", "event", "logger"]
    assert line["event"] == "took 3 of four"
    assert line["logger"] == "somebody.else"


def test_article_and_trace_are_on_every_line_while_bound(stream):
    configure("INFO", stream)
    with bound(article="a" * 32, trace="00-1"):
        structlog.get_logger("x").info("inside")
        logging.getLogger("kafka").error("inside too")
    structlog.get_logger("x").info("outside")
    inside, too, outside = lines(stream)
    assert inside["article"] == too["article"] == "a" * 32
    assert inside["trace"] == "00-1"
    assert "article" not in outside


def test_levels_hold_and_chatty_libraries_need_a_warning(stream):
    configure("INFO", stream)
    structlog.get_logger("x").debug("no")
    logging.getLogger("kafka.conn").info("no")
    logging.getLogger("urllib3.connectionpool").warning("yes")
    assert [line["event"] for line in lines(stream)] == ["yes"]


@pytest.mark.parametrize(
    "fields",
    [
        {"secret_key": "hush"},
        {"S3_SECRET": "hush"},
        {"Authorization": "hush"},
        {"access_key": "hush"},
        {"headers": {"Set-Cookie": "hush", "inner": [{"token": "hush"}]}},
        {"url": "https://name:hush@host/path"},
        {"urls": ["https://hush@host/path"]},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_secrets_are_masked(stream, fields):
    configure("INFO", stream)
    structlog.get_logger("x").info("said", **fields)
    logging.getLogger("x").info("GET https://name:hush@host/path")
    assert "hush" not in stream.getvalue()
    assert "***" in stream.getvalue()


def test_a_traceback_is_a_field(stream):
    configure("INFO", stream)
    try:
        int("broken")
    except ValueError:
        structlog.get_logger("x").exception("failed")
    (line,) = lines(stream)
    assert "ValueError: invalid literal" in str(line["exception"])


def test_uncaught_errors_and_warnings_are_lines_too(stream):
    configure("INFO", stream)
    error = ValueError("broken")
    sys.excepthook(ValueError, error, None)
    threading.excepthook(threading.ExceptHookArgs((ValueError, error, None, None)))
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        logging.captureWarnings(False)
    uncaught, thread, warning = lines(stream)
    assert uncaught["level"] == thread["level"] == "critical"
    assert "ValueError: broken" in str(thread["exception"])
    assert warning["logger"] == "py.warnings"


def test_commands_get_short_lines_of_errors_only(stream):
    configure_command(stream=stream)
    structlog.get_logger("x").info("no")
    logging.getLogger("kafka").warning("no")
    structlog.get_logger("x").error("yes", secret="hush")
    assert stream.getvalue() == "copydesk: error: yes secret='***' [x]\n"
