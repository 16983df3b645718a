"""In-memory twins of the object store and the broker, for tests.

``tests/contract`` runs one suite over the twins and the real servers, so what holds here holds there. The twin of the
broker keeps what code trips over: transaction markers that take an offset, the last stable offset, fencing, static
members whose seat outlives them, and memberships that go stale. Nothing here waits: an empty poll returns at once.
"""

from infra.memory.broker import MemoryBroker
from infra.memory.store import MemoryStore

__all__ = ["MemoryBroker", "MemoryStore"]
