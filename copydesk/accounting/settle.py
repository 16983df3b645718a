"""Waiting until raw messages have their final outcomes."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping

from infra.errors import InfraError
from infra.messaging import Reader
from schemas.articles import Origin, Outcome
from schemas.codec import decode

IDLE_S = 0.5


class NotSettled(InfraError):
    """Some messages had no final outcome in time. ``missing`` are their positions."""

    def __init__(self, missing: Collection[Origin], seconds: float) -> None:
        super().__init__(
            f"{len(missing)} of the articles had no final outcome after {seconds:.0f} s; look with `copydesk status`, "
            "or allow more with --timeout"
        )
        self.missing = tuple(missing)


def is_final(outcome: Outcome) -> bool:
    """Whether the outcome settles its raw message: everything but `pull` and a `prepare` that handed on."""
    return outcome.stage == "enrich" or (outcome.stage == "prepare" and outcome.status != "done")


def settled(
    reader: Reader,
    topic: str,
    origins: Collection[Origin],
    *,
    start: Mapping[int, int],
    timeout_s: float,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Outcome]:
    """Yield the final outcome of every raw message in ``origins`` as it comes, each once.

    ``topic`` is the outcomes topic, read from the offsets ``start`` on. Raises ``NotSettled`` after ``timeout_s``
    seconds, and ``ValidationError`` for a message that is no outcome.
    """
    missing = set(origins)
    deadline = clock() + timeout_s
    if not missing:
        return
    for message in reader.follow(topic, start=start, idle_s=IDLE_S):
        if message is not None and message.value is not None:
            outcome = decode(message.value, Outcome)
            if is_final(outcome) and outcome.origin in missing:
                missing.discard(outcome.origin)
                yield outcome
        if not missing:
            return
        if clock() >= deadline:
            raise NotSettled(missing, timeout_s)
