"""Errors of outside systems, as the rest of Copydesk sees them.

- ``InfraError``
    - ``Unavailable``: a system does not answer; the same call may work later. The loop waits for it.
    - ``NotFound``: the object does not exist.
    - ``Conflict``: a conditional put lost; somebody else wrote first.
    - ``Refused``: the request can never work (credentials, names, limits); the message has the remedy.
    - ``TransactionFailed``: a transaction failed in any way; the process must end (crash-only).
    - ``GroupLost``: the consumer is no longer a member of its group; the batch must be dropped.
    - ``SlotTaken``: a live member of the group holds this slot.
"""


class InfraError(Exception):
    """Base of the errors of outside systems."""


class Unavailable(InfraError):
    """A system does not answer now; the same call may work later."""


class NotFound(InfraError):
    """The object does not exist."""


class Conflict(InfraError):
    """A conditional put lost: the object is there already, or is not the one expected."""


class Refused(InfraError):
    """The request can never work as it is. The message says what to change."""


class TransactionFailed(InfraError):
    """A transaction failed. Never reuse its producer (faults of the client, docs/delivery.md): end the process."""


class GroupLost(InfraError):
    """The consumer was expelled from its group: what it holds belongs to somebody else now."""


class SlotTaken(InfraError):
    """A live member of the group already works under this slot's ids."""
