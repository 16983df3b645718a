"""Be a static member of a group that dies, as by kill -9, at the moment it has to give partitions up.

Arguments: bootstrap servers, topic, group, instance id, and which client: ``ours``, or ``cooperative`` (the plain one).
Says ``joined`` once it holds partitions.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import kafka
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

from infra.broker import KafkaConsumer


class _Dying(kafka.ConsumerRebalanceListener):  # type: ignore[misc]
    def on_partitions_revoked(self, revoked: Any) -> None:
        if revoked:
            os.kill(os.getpid(), signal.SIGKILL)

    def on_partitions_assigned(self, assigned: Any) -> None:
        """Goes on."""


def _ours(bootstrap: str, topic: str, group: str, instance_id: str) -> Callable[[], int]:
    consumer = KafkaConsumer(bootstrap, topic, group, instance_id)

    def poll() -> int:
        consumer.poll(timeout_s=0.1, limit=1)
        return len(consumer.assignment())

    return poll


def _cooperative(bootstrap: str, topic: str, group: str, instance_id: str) -> Callable[[], int]:
    consumer = kafka.KafkaConsumer(
        bootstrap_servers=[bootstrap],
        group_id=group,
        group_instance_id=instance_id,
        enable_auto_commit=False,
        partition_assignment_strategy=[CooperativeStickyAssignor()],
    )
    consumer.subscribe([topic], listener=_Dying())

    def poll() -> int:
        consumer.poll(timeout_ms=100)
        return len(consumer.assignment())

    return poll


def main(bootstrap: str, topic: str, group: str, instance_id: str, client: str) -> None:
    poll = {"ours": _ours, "cooperative": _cooperative}[client](bootstrap, topic, group, instance_id)
    most = 0
    while (held := poll()) >= most:
        if held > most:
            most = held
            sys.stdout.write("joined\n")
            sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


main(*sys.argv[1:])
