"""Fact 7: a static member that dies while partitions are handed over can leave them without an owner, for good."""

import importlib.metadata
from collections.abc import Callable
from typing import Any

from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

PLAIN = f"kafka-python {importlib.metadata.version('kafka-python')}"
PARTITIONS = 8


def _owners(admin: Any, group: str) -> dict[str, int]:
    """Return how many partitions each member has, nothing while the group deals them."""
    described = admin.describe_groups([group])[group]
    if described["group_state"] != "Stable":
        return {}
    return {
        member["group_instance_id"]: sum(
            len(assigned["partitions"]) for assigned in member["member_assignment"]["assigned_partitions"]
        )
        for member in described["members"]
    }


def _die_while_handing_over(
    program: Any, eventually: Any, arguments: tuple[str, ...], join: Callable[[str], Callable[[], object]]
) -> list[Callable[[], object]]:
    """Have seat-0 hold everything, let seat-1 in, and start seat-0 again once it died. Returns the polls of both."""
    dying = program("dying_member", *arguments)
    assert dying.stdout.readline() == "joined\n"
    other = join("seat-1")

    def dead() -> bool:
        other()
        return dying.poll() is not None

    eventually(dead, seconds=30, what="seat-0 dies when it has to give partitions up")
    return [other, join("seat-0")]


def test_cooperative_members_leave_partitions_without_an_owner(
    clients: Any, topic_prefix: str, program: Any, eventually: Any
) -> None:
    topic, group = clients.topic(f"{topic_prefix}in", partitions=PARTITIONS), f"{topic_prefix}group"

    def join(instance_id: str) -> Callable[[], object]:
        consumer = clients.plain_consumer(
            topic,
            group,
            group_instance_id=instance_id,
            partition_assignment_strategy=[CooperativeStickyAssignor()],
        )
        return lambda: consumer.poll(timeout_ms=100)

    admin = clients.plain_admin()
    polls = _die_while_handing_over(
        program, eventually, (clients.bootstrap, topic, group, "seat-0", "cooperative"), join
    )

    def settled() -> bool:
        for poll in polls:
            poll()
        return sum(_owners(admin, group).values()) == PARTITIONS

    unowned = not any(settled() for _ in range(60))
    assert unowned, f"{PLAIN} or the broker now deals what nobody owns: cooperative assignors could come back"
    assert _owners(admin, group) == {"seat-0": PARTITIONS // 2, "seat-1": 0}


def test_ours_leave_none(clients: Any, topic_prefix: str, program: Any, eventually: Any) -> None:
    topic, group = clients.topic(f"{topic_prefix}in", partitions=PARTITIONS), f"{topic_prefix}group"

    def join(instance_id: str) -> Callable[[], object]:
        consumer = clients.consumer(topic, group, instance_id)
        return lambda: consumer.poll(timeout_s=0.1, limit=1)

    admin = clients.plain_admin()
    polls = _die_while_handing_over(program, eventually, (clients.bootstrap, topic, group, "seat-0", "ours"), join)

    def settled() -> bool:
        for poll in polls:
            poll()
        return _owners(admin, group) == {"seat-0": PARTITIONS // 2, "seat-1": PARTITIONS // 2}

    eventually(settled, seconds=30, what="all partitions have an owner")
