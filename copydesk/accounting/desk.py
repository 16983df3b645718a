"""What the accounting reads: topics, groups and the bucket, under their names in this installation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from consumers.slot import group_name
from infra.messaging import Admin, Message, Reader, partition_for
from infra.objects import ObjectStore
from schemas.articles import Stage
from schemas.topics import CLEAN, RAW, Topic


@dataclass(frozen=True, slots=True)
class Desk:
    """Doors to one installation. ``prefix`` is that of its topics and groups."""

    store: ObjectStore
    reader: Reader
    admin: Admin
    prefix: str = ""

    def name(self, topic: Topic) -> str:
        """Return the topic's name here."""
        return self.prefix + topic.name

    def messages(self, topic: Topic) -> Iterator[Message]:
        """Every committed message of a topic. Raises ``Unavailable`` and ``Refused``."""
        return self.reader.read(self.name(topic))

    def messages_of(
        self, topic: Topic, article_id: str, *, start: Mapping[int, int] | None = None
    ) -> Iterator[Message]:
        """Every committed message about one article, oldest first, from offset ``start`` of its partition on.

        Raises as ``messages``.
        """
        number = self.partition_of(topic, article_id)
        for message in self.reader.read(self.name(topic), start=start, partitions=[number]):
            if message.key == article_id.encode():
                yield message

    def partition_of(self, topic: Topic, article_id: str) -> int:
        """Return the number of the partition that has an article's messages. Raises as ``messages``."""
        return partition_for(article_id.encode(), len(self.admin.end_offsets(self.name(topic))))

    def waiting(self, stage: Stage) -> Iterator[Message]:
        """What lies between the offsets that a stage committed and the end of its topic.

        It is read, not reckoned: markers of transactions take offsets too. Raises as ``messages``.
        """
        name = self.name(RAW if stage == "prepare" else CLEAN)
        return self.reader.read(name, start=self.admin.committed(group_name(stage, self.prefix), name))
