"""The bytes as received, by article. They lie under their hash, so articles with the same bytes share them."""

from infra.objects import ObjectStore
from schemas.keys import raw_key, raw_meta_key

RAW_META_PREFIX = "raw-meta/"

Received = dict[str, set[str]]
"""Article id to hashes."""


def read_received(store: ObjectStore) -> Received:
    """Return the hashes of the bytes of every article, from what lies beside them. Raises ``Unavailable``."""
    received: Received = {}
    for info in store.list(RAW_META_PREFIX):
        owner, _, name = info.key.removeprefix(RAW_META_PREFIX).partition("/")
        received.setdefault(owner, set()).add(name.removesuffix(".json"))
    return received


def own_keys(received: Received, article_id: str) -> tuple[str, ...]:
    """Return the keys of an article's bytes and of what lies beside them, but for bytes that another article has too.

    The bytes come first: if deleting them in this order breaks off, what is left still tells of them.
    """
    mine = sorted(received.get(article_id, ()))
    shared = {digest for owner, digests in received.items() if owner != article_id for digest in digests}
    return (
        *(raw_key(digest) for digest in mine if digest not in shared),
        *(raw_meta_key(article_id, digest) for digest in mine),
    )
