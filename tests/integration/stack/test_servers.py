"""The native servers start, answer, survive kill -9 with their data, and stand still when frozen."""

from collections.abc import Callable
from typing import Any

from infra.native import ready


def test_broker_answers(real_broker: str) -> None:
    assert ready.broker_ready(real_broker)


def test_store_answers(real_store: Any) -> None:
    assert ready.http_ready(f"{real_store.endpoint}/minio/health/ready")


def test_broker_comes_back_after_kill(spawn_broker: Callable[..., Any]) -> None:
    broker = spawn_broker()
    broker.kill()
    assert not ready.broker_ready(broker.address)
    broker.start()
    assert ready.broker_ready(broker.address)


def test_frozen_store_does_not_answer(spawn_store: Callable[[], Any]) -> None:
    store = spawn_store()
    store.freeze()
    assert not store.is_ready()
    store.thaw()
    store.wait()
    assert store.is_ready()


def test_port_that_accepts_but_never_answers_is_not_ready(silent_port: int) -> None:
    assert not ready.broker_ready(f"127.0.0.1:{silent_port}")
    assert not ready.http_ready(f"http://127.0.0.1:{silent_port}/minio/health/ready")
