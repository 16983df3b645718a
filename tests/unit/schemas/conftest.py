"""Fixtures of the contract tests."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    # fromisoformat knows the calendar, and accepts much that RFC 3339 does not.
    return bool(_RFC3339.fullmatch(value)) and datetime.fromisoformat(value).tzinfo is not None


@pytest.fixture(scope="session")
def validator() -> Callable[[dict[str, Any]], Draft202012Validator]:
    """Make a validator of a JSON Schema that also checks `date-time`, which jsonschema alone lets pass."""
    checker = FormatChecker(formats=())
    checker.checks("date-time", raises=ValueError)(_is_date_time)
    return lambda schema: Draft202012Validator(schema, format_checker=checker)
