"""Where everything lies in the one bucket.

The layout of ``enriched/`` is a contract with analysts (docs/outputs.md).
"""

import re
from datetime import UTC, datetime

NO_DATE = "__HIVE_DEFAULT_PARTITION__"
"""What Hive, and every reader of its layout, calls the partition of rows without a value."""
ENRICHED_PREFIX = "enriched/v1/"
STATE_PREFIX = "state/articles/"
MEMORY_PREFIX = "memory/v1/"
CURRENT_MEMORY_KEY = "memory/current.json"
"""Names the version of the learned memory that workers load."""
_ENRICHED = re.compile(
    re.escape(ENRICHED_PREFIX)
    + r"published_date=(?P<day>[^/]+)/(?P<id>[0-9a-f]{32})\.r(?P<revision>[0-9]{1,9})\.(?P<pipeline>[0-9a-f]{12})\.json"
)


def raw_key(sha256: str) -> str:
    """The bytes as received."""
    return f"raw/{sha256}"


def raw_meta_key(article_id: str, sha256: str) -> str:
    """What is needed to rebuild the message: URL, headers, charset, capture time."""
    return f"raw-meta/{article_id}/{sha256}.json"


def article_state_key(article_id: str) -> str:
    """The memory of an article's revisions."""
    return f"{STATE_PREFIX}{article_id}.json"


def source_state_key(name: str) -> str:
    """The memory of a source: validators, items seen, items pending."""
    return f"state/sources/{name}.json"


def enriched_key(article_id: str, revision: int, pipeline: str, published_at: datetime | None) -> str:
    """The enriched object. The partition is the day of publication in UTC."""
    day = NO_DATE if published_at is None else published_at.astimezone(UTC).date().isoformat()
    return f"{ENRICHED_PREFIX}published_date={day}/{article_id}.r{revision}.{pipeline}.json"


def memory_key(version: str) -> str:
    """What was learned of the hosts, one object a version; none is ever changed."""
    return f"{MEMORY_PREFIX}{version}.json"


def enriched_name(key: str) -> tuple[str, str, int, str] | None:
    """Return what ``enriched_key`` made a key of: partition, article id, revision, pipeline. None for other keys."""
    found = _ENRICHED.fullmatch(key)
    return (found["day"], found["id"], int(found["revision"]), found["pipeline"]) if found else None
