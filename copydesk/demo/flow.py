"""The demo's way: poll the newsroom's first edition, then its second, waiting each time until all is settled."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import httpx

from copydesk.accounting.settle import settled
from infra.errors import Unavailable
from infra.messaging import Admin, Reader
from schemas.articles import Outcome
from schemas.codec import decode

LAST_EDITION = 2
SETTLE_LIMIT_S = 180.0


class Newsroom:
    """The demo newsroom as its own editor sees it. Raises ``Unavailable``."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def edition(self) -> int:
        """The edition that is served now."""
        return int(self._call("GET", "/edition").json()["edition"])

    def publish(self, edition: int) -> None:
        """Serve ``edition`` from now on."""
        self._call("POST", f"/edition/{edition}")

    def _call(self, method: str, path: str) -> httpx.Response:
        try:
            # Loopback only: a proxy of the environment has no business here.
            return httpx.request(method, self._base_url + path, timeout=10, trust_env=False).raise_for_status()
        except httpx.HTTPError as error:
            raise Unavailable(f"the demo newsroom at {self._base_url} does not answer: {error}") from error


class Say(Protocol):
    """Tells the person what happens."""

    def __call__(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Poll:
    """What one run of the DAG brought, in feed items."""

    sent: int
    unchanged: int
    failed: int


def play(
    newsroom: Newsroom,
    run_dag: Callable[[], None],
    *,
    out_of_order: Callable[[int], int],
    admin: Admin,
    reader: Reader,
    topic: str,
    say: Say,
) -> None:
    """Poll twice, publishing the newsroom's last edition in between, and tell what each poll brought.

    ``run_dag`` runs the demo's DAG once and raises if it fails. ``out_of_order`` returns how many pages of an edition
    fail on purpose. ``topic`` is the outcomes topic. Raises ``NotSettled`` and ``Unavailable``.
    """
    for number in (1, 2):
        if number == LAST_EDITION:
            newsroom.publish(LAST_EDITION)
        edition = newsroom.edition()
        say(f"poll {number}: running the DAG over edition {edition} of the newsroom")
        poll = _poll(run_dag, admin=admin, reader=reader, topic=topic)
        say(f"poll {number}: {told(poll, out_of_order(edition))}")


def told(poll: Poll, staged: int) -> str:
    """Say what a poll brought; ``staged`` pages were meant to fail."""
    as_it_should = f" (as it should: {staged} of the pages fail in this edition)" if 0 < poll.failed == staged else ""
    return (
        f"{poll.sent} articles sent and settled, {poll.failed} failed{as_it_should}; "
        f"{poll.unchanged} looked at again and found unchanged"
    )


def _poll(run_dag: Callable[[], None], *, admin: Admin, reader: Reader, topic: str) -> Poll:
    """Run the DAG once, and return when all that it sent is settled."""
    start = admin.end_offsets(topic)
    run_dag()
    pulled = [outcome for outcome in outcomes(reader, topic, start) if outcome.stage == "pull"]
    origins = {outcome.origin for outcome in pulled if outcome.origin is not None and outcome.status == "sent"}
    for _ in settled(reader, topic, origins, start=start, timeout_s=SETTLE_LIMIT_S):
        pass
    return Poll(
        sent=sum(outcome.status == "sent" for outcome in pulled),
        unchanged=sum(outcome.status == "unchanged" for outcome in pulled),
        failed=sum(outcome.status == "failed" for outcome in pulled),
    )


def outcomes(reader: Reader, topic: str, start: dict[int, int] | None = None) -> Iterator[Outcome]:
    """Every outcome from ``start`` to the present end. Raises ``ValidationError`` for a message that is none."""
    for message in reader.read(topic, start=start):
        if message.value is not None:
            yield decode(message.value, Outcome)
