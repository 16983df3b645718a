"""Where learned memories lie: the same on the twin and on a real S3 server."""

from datetime import UTC, date, datetime

import pytest

from consumers.learn import Learner, Reading
from consumers.memory import Memory
from consumers.memory_store import load_memory, publish, read_current
from infra.errors import Conflict, Refused
from infra.memory import MemoryStore
from infra.objects import ObjectStore
from infra.store import S3Store
from schemas.keys import CURRENT_MEMORY_KEY, memory_key

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
PROSE = "The {} in the harbour was moved to the north quay on Monday, the office said, and will stay until the spring."


@pytest.fixture(params=["memory", "s3"])
def store(request, bucket_name) -> ObjectStore:
    if request.param == "memory":
        return MemoryStore()
    real = request.getfixturevalue("real_store")
    opened = S3Store(
        real.endpoint, bucket_name, access_key=real.access_key, secret_key=real.secret_key, region=real.region
    )
    assert opened.ensure_bucket()
    return opened


def memory(line: str) -> Memory:
    """A memory that knows a line."""
    learner = Learner()
    for n in range(9):
        own = PROSE.format("abcdefghi"[n] * 3)
        learner.add(Reading("paper.example", f"{n:032x}", 1, date(2026, 11, 1 + n), [(own, False), (line, False)]))
    made = learner.memory()
    assert made.paragraphs == 1
    return made


def test_nothing_is_known_until_something_was_learned(store) -> None:
    assert load_memory(store, "latest") is None
    assert load_memory(store, "none") is None
    assert read_current(store) == (None, None)


def test_the_latest_is_what_was_published_last_and_older_versions_stay(store) -> None:
    one, two = memory("The voice of the coast"), memory("All the news of the bay")
    first = publish(store, one, current=None, etag=None, now=NOW)
    assert load_memory(store, "latest") == one
    current, etag = read_current(store)
    assert current == first
    second = publish(store, two, current=current, etag=etag, now=NOW)
    assert (second.version, second.previous) == (two.version, one.version)
    assert load_memory(store, "latest") == two
    assert load_memory(store, one.version) == one
    assert load_memory(store, "none") is None


def test_who_comes_second_is_told_and_changes_nothing(store) -> None:
    one, two = memory("The voice of the coast"), memory("All the news of the bay")
    first = publish(store, one, current=None, etag=None, now=NOW)
    with pytest.raises(Conflict, match="another run has learned meanwhile"):
        publish(store, two, current=None, etag=None, now=NOW)
    _, etag = read_current(store)
    publish(store, two, current=first, etag=etag, now=NOW)
    with pytest.raises(Conflict, match="another run has learned meanwhile"):
        publish(store, one, current=first, etag=etag, now=NOW)
    assert load_memory(store, "latest") == two


def test_a_version_that_is_missing_or_changed_is_refused_with_the_remedy(store) -> None:
    known = memory("The voice of the coast")
    with pytest.raises(Refused, match=r"no memory 0123456789ab.*COPYDESK_MEMORY"):
        load_memory(store, "0123456789ab")
    store.put(memory_key(known.version), known.data + b" ")
    with pytest.raises(Refused, match=r"was changed.*COPYDESK_MEMORY"):
        load_memory(store, known.version)
    store.put(CURRENT_MEMORY_KEY, b'{"version":"../secret","previous":null,"learned_at":"2026-12-01T03:00:00Z"}')
    with pytest.raises(Refused, match=r"current\.json cannot be read.*delete it"):
        load_memory(store, "latest")
