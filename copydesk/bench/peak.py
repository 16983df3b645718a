"""The process whose memory is measured: enriches raw articles with the shipped models, and prints its peak in bytes."""

import re
import resource
import sys
from pathlib import Path

import msgspec

from copydesk.filters.source import Given
from copydesk.filters.verbs import enriching
from models.factory import load
from schemas.articles import RawArticle
from schemas.codec import encode

_STATUS = Path("/proc/self/status")


def peak_bytes() -> int:
    """Return the most memory that this process has had resident.

    On Linux `getrusage` also counts what the parent had resident when it started us (setmax_mm_hiwater_rss in the
    kernel's fs/exec.c); VmHWM is of this program alone. macOS gives bytes.
    """
    if _STATUS.exists() and (found := re.search(r"^VmHWM:\s+(\d+) kB$", _STATUS.read_text(), re.MULTILINE)):
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Enrich what standard input holds, a JSON array of raw articles."""
    articles = msgspec.json.decode(sys.stdin.buffer.read(), type=list[RawArticle])
    enrich = enriching(load())
    for article in articles:
        encode(enrich(Given(None, None, article)))
    sys.stdout.write(f"{peak_bytes()}\n")


if __name__ == "__main__":
    main()
