"""Waiting until the workers have done with what is on its way of one article."""

import time
from collections.abc import Callable

from consumers.slot import group_name
from copydesk.accounting.desk import Desk
from infra.errors import InfraError
from schemas.articles import Stage
from schemas.topics import CLEAN, RAW, Topic

PAUSE_S = 0.2
"""Between two looks at the committed offsets."""


class NotDrained(InfraError):
    """Messages of an article were still waiting for a stage when the time was over."""

    def __init__(self, article_id: str, stage: Stage, count: int, seconds: float, *, manned: bool) -> None:
        why = "see `copydesk status`" if manned else f"no {stage} worker runs: start them with `copydesk up`"
        super().__init__(
            f"article {article_id} is marked as withdrawn, but {count} messages of it still waited for {stage} after "
            f"{seconds:.0f} s, and what a worker holds may still be published; nothing was deleted. {why}, "
            "then run `copydesk withdraw` again, or allow more with --timeout"
        )


def drain(
    desk: Desk,
    article_id: str,
    *,
    timeout_s: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Return when both stages have committed past every message of the article that is in their topics now.

    Without such a message it returns at once, workers or not. Raises ``NotDrained`` after ``timeout_s`` seconds, and
    ``Unavailable`` and ``Refused``.
    """
    deadline = clock() + timeout_s
    # In this order: what prepare makes of a message meanwhile is seen in enrich's topic.
    stages: tuple[tuple[Stage, Topic], ...] = (("prepare", RAW), ("enrich", CLEAN))
    for stage, topic in stages:
        group, name = group_name(stage, desk.prefix), desk.name(topic)
        number = desk.partition_of(topic, article_id)
        # Offsets of messages, not the topic's end: markers of transactions take offsets that nobody commits.
        start = desk.admin.committed(group, name)
        waiting = [message.offset for message in desk.messages_of(topic, article_id, start=start)]
        while waiting:
            done = desk.admin.committed(group, name).get(number, 0)
            waiting = [offset for offset in waiting if offset >= done]
            if waiting and clock() >= deadline:
                manned = bool(desk.admin.members(group))
                raise NotDrained(article_id, stage, len(waiting), timeout_s, manned=manned)
            if waiting:
                sleep(PAUSE_S)
