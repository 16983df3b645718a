"""Dead letters: what could not be processed, with the bytes it came in."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from copydesk.accounting.desk import Desk
from infra.errors import NotFound
from infra.messaging import Message
from schemas.envelope import read
from schemas.topics import DEAD


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A message of ``news.dead``. ``place`` is partition/offset there, ``input`` where the message failed."""

    place: str
    time: datetime
    article_id: str
    stage: str
    error: str
    message: str
    input: str
    origin: str
    attempts: int | None
    content_type: str
    size: int
    headers: dict[str, str]


def dead_letters(desk: Desk) -> Iterator[tuple[DeadLetter, Message]]:
    """Every dead letter that is still kept, oldest first in each partition. Raises ``Unavailable`` and ``Refused``."""
    for message in desk.messages(DEAD):
        yield describe(message), message


def find(desk: Desk, named: str) -> tuple[tuple[DeadLetter, Message], ...]:
    """Return the dead letters at a place (partition/offset) or of an article. Raises ``NotFound`` if there is none."""
    found = tuple(
        (letter, message) for letter, message in dead_letters(desk) if named in {letter.place, letter.article_id}
    )
    if not found:
        raise NotFound(f"no dead letter is known as {named}; `copydesk dead list` shows those that are kept")
    return found


def describe(message: Message) -> DeadLetter:
    """Return what the headers of a dead letter say. They are hostile too: what is missing is empty."""
    headers = read(message.headers)
    attempts = headers.get("dead_attempts", "")
    return DeadLetter(
        place=f"{message.partition}/{message.offset}",
        time=message.time,
        article_id=(message.key or b"").decode(errors="replace"),
        stage=headers.get("dead_stage", ""),
        error=headers.get("dead_error", ""),
        message=headers.get("dead_message", ""),
        input=headers.get("dead_input", ""),
        origin=headers.get("ce_origin", ""),
        attempts=int(attempts) if attempts.isdecimal() else None,
        content_type=headers.get("content-type", ""),
        size=len(message.value or b""),
        headers=headers,
    )
