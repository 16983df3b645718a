"""The twin of the broker."""

from collections.abc import Iterable

from infra.memory.clients import (
    MemoryAdmin,
    MemoryConsumer,
    MemoryPublisher,
    MemoryReader,
    MemoryTransactionalPublisher,
)
from infra.memory.cluster import Cluster
from schemas.topics import TOPICS, Topic


class MemoryBroker(Cluster):
    """A broker in memory: the doors to a ``Cluster``, and the switches that break it."""

    def __init__(self, topics: Iterable[Topic] = TOPICS) -> None:
        super().__init__()
        self.admin().ensure_topics(topics)

    def consumer(self, topic: str, group: str, instance_id: str, client_id: str = "copydesk") -> MemoryConsumer:
        """Join ``group`` under a static id, fencing who holds it."""
        return MemoryConsumer(self, group, instance_id, self.join(topic, group, instance_id, client_id))

    def publisher(self) -> MemoryPublisher:
        """Return a publisher outside transactions."""
        return MemoryPublisher(self)

    def transactional_publisher(self, transactional_id: str, group: str) -> MemoryTransactionalPublisher:
        """Return the new holder of ``transactional_id``: older ones are fenced, what they left open is aborted."""
        return MemoryTransactionalPublisher(self, transactional_id, group, self.take_over(transactional_id))

    def reader(self) -> MemoryReader:
        """Return a reader outside any group."""
        return MemoryReader(self)

    def admin(self) -> MemoryAdmin:
        """Return the view on topics and groups."""
        return MemoryAdmin(self)
