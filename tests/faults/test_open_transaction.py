"""Fact 5: what a killed producer leaves open blocks the readers; only its own static id frees them at once."""

from typing import Any

from infra.messaging import Record


def test_open_transaction_blocks_readers_until_its_static_id_comes_back(
    clients: Any, topic_prefix: str, program: Any, eventually: Any
) -> None:
    topic, group, own_id = (
        clients.topic(f"{topic_prefix}out", partitions=1),
        f"{topic_prefix}group",
        f"{topic_prefix}id",
    )
    killed = program("open_transaction", clients.bootstrap, own_id, topic, "0")
    assert killed.stdout.readline() == "open\n"
    killed.kill()
    killed.wait()
    clients.publisher().publish([Record(topic, b"key", b"behind it")])
    assert clients.values(topic) == []
    assert clients.admin().end_offsets(topic) == {0: 0}

    other = clients.transactional(f"{topic_prefix}another", group)
    other.heal(topic)
    assert clients.values(topic) == [], "a random transactional id would free readers: static ids could go"

    own = clients.transactional(own_id, group)  # the transaction itself would run for another minute
    eventually(lambda: clients.values(topic) == [b"behind it"], seconds=10, what="readers are freed")
    own.heal(topic)
