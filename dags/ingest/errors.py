"""How pulling fails, as the retries of the DAGs tell it apart.

- ``SourcesInvalid``: ``sources.yaml`` is wrong; the message names line and source
- ``SourceFailed``: a source gave nothing usable
    - ``SourceDown``: later may be better
        - ``StateConflict``: another run wrote the state of the source first
    - ``SourceBroken``: it will fail until somebody changes something
- ``NotAcknowledged``: the broker did not confirm every message
"""


class SourcesInvalid(Exception):
    """``sources.yaml`` cannot be used as it is. The message names line and source, and what to write."""


class SourceFailed(Exception):
    """A source gave nothing usable; the others of its shard were pulled."""


class SourceDown(SourceFailed):
    """The source does not answer now, or not with what it should; later may be better."""


class StateConflict(SourceDown):
    """Another run wrote the state of the source first. What this run sent is sent; the next run goes on from there."""


class SourceBroken(SourceFailed):
    """The source will fail until it, its entry in ``sources.yaml`` or its state is changed; the message says how."""


class NotAcknowledged(Exception):
    """The broker confirmed another number of messages than were sent. The state is not advanced: a re-run sends all."""
