"""What a step is: one function from an article to a result. It does not know what comes before or after it.

Every message ends in exactly one result: ``Done``, ``Duplicate``, ``Superseded``, ``Rejected``, or, when the step
raises ``Invalid``, a dead letter. ``infra.errors.Unavailable`` means that a system is away: the loop waits and tries
again. Anything else that a step raises is a bug; the loop isolates the article (see ``consumers.poison``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from schemas.articles import CleanArticle, Origin, Payload, RawArticle, Stage
from schemas.topics import Topic

A = TypeVar("A", bound=RawArticle | CleanArticle)


class Invalid(Exception):
    """This article can never be processed. ``reason`` is a short, stable word for the outcome and the dead letter."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Done:
    """The step made ``data``: the encoded payload for the next topic.

    ``event_id`` becomes ``ce_id`` and must be the same whenever the work is redone. ``extensions`` are further
    CloudEvents attributes.
    """

    payload: Payload
    data: bytes
    event_id: str
    revision: int
    object_key: str | None = None
    extensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Equal to the latest revision, ``revision``."""

    revision: int


@dataclass(frozen=True, slots=True)
class Superseded:
    """Captured before the latest revision, ``revision``."""

    revision: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not an article that may be published. ``reason`` is a short, stable word; ``detail`` a sentence."""

    reason: str
    detail: str


Result = Done | Duplicate | Superseded | Rejected


class Step(Protocol[A]):
    """A stage of the way. ``input`` and ``output`` are its topics."""

    @property
    def stage(self) -> Stage: ...

    @property
    def input(self) -> Topic: ...

    @property
    def output(self) -> Topic: ...

    def read(self, data: bytes) -> A:
        """Return the payload in ``data``. Raises ``schemas.codec.ValidationError``."""
        ...

    def __call__(self, article: A, origin: Origin) -> Result:
        """Process one article. Raises ``Invalid`` and ``infra.errors.Unavailable``."""
        ...
