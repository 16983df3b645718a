"""The stack that the integration tests share."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, make_desk: Any) -> Iterator[Any]:
    """A stack with Airflow and the demo newsroom, after one ``copydesk demo``."""
    stack = make_desk(tmp_path_factory.mktemp("home"))
    try:
        done = stack.run("demo", "--json", seconds=900)
        (stack.home / "demo.jsonl").write_bytes(done.stdout)
        yield stack
    finally:
        stack.run("down", check=False)
