"""The command that makes topics and bucket."""

import pytest

from infra import setup
from infra.errors import Refused, Unavailable
from infra.memory import MemoryBroker
from infra.settings import Settings
from schemas.topics import TOPICS


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> MemoryBroker:
    """A broker in memory behind the door to Kafka, and a bucket that is there."""
    twin = MemoryBroker()
    monkeypatch.setattr(setup, "KafkaAdmin", lambda _bootstrap: twin.admin())
    monkeypatch.setattr(setup, "ensure_bucket", lambda _settings: False)
    monkeypatch.setattr(setup, "load", lambda: Settings(topic_prefix="p.", s3_bucket="copydesk"))
    return twin


def test_topics_are_made_once_under_their_prefix(broker: MemoryBroker, capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.main() == 0
    made = ", ".join(f"p.{topic.name}" for topic in TOPICS)
    assert capsys.readouterr().out == f"topics made: {made}\nbucket copydesk: there\n"
    assert setup.main() == 0
    assert "topics made: none, all there" in capsys.readouterr().out
    for topic in TOPICS:
        assert len(broker.admin().end_offsets(f"p.{topic.name}")) == topic.partitions


@pytest.mark.parametrize("error", [Unavailable("Kafka did not answer"), Refused("set COPYDESK_TOPIC_PREFIX")])
def test_what_is_wrong_is_said_and_the_exit_code_is_1(
    broker: MemoryBroker,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_bootstrap: str) -> None:
        raise error

    monkeypatch.setattr(setup, "KafkaAdmin", fail)
    assert setup.main() == 1
    assert capsys.readouterr().err == f"setup: {error}\n"
