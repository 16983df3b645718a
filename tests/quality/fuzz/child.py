"""The process that works on the articles, so that one that kills its process is a finding and not the end.

Reads a seed a line (or ``article``, then a raw article) and answers each with one line of JSON.
"""

import contextlib
import faulthandler
import importlib
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path

import msgspec
from cases import make_article
from checks import ToClean, observe
from material import load_material, load_memory

from schemas.articles import RawArticle
from schemas.codec import decode

MEMORY_LIMIT = 4 * 1024**3
"""Bytes of address space for the process; beyond, allocations fail."""
PEAK_LIMIT = 1024**3
"""Bytes that one article may take on top of what the process holds."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one article. ``peak`` is in bytes on top of what the process held before."""

    outcome: str
    digest: str
    problems: tuple[str, ...]
    size: int
    cpu_s: float
    peak: int


def serve(target: str, *, own: bool, cpu_limit_s: int) -> None:
    """Answer lines of standard input until it ends.

    An article that takes more than ``cpu_limit_s`` seconds of the processor ends the process with SIGPROF. It is not
    time on the wall, since that is the machine's load.
    """
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints must not pass for an answer
    faulthandler.enable()
    faulthandler.register(signal.SIGPROF, chain=True)  # shows where it hangs, then the signal ends the process
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    to_clean, material = load_target(target), load_material(own=own)
    for line in sys.stdin:
        if line.startswith("/"):
            article = decode(Path(line.rstrip("\n")).read_bytes(), RawArticle)
        else:
            article = make_article(int(line), material)
        answers.write(msgspec.json.encode(_answer(article, to_clean, cpu_limit_s)) + b"\n")


def load_target(target: str) -> ToClean:
    """Return ``module:function``; the module is looked for on ``PYTHONPATH`` too."""
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


def _answer(article: RawArticle, to_clean: ToClean, cpu_limit_s: int) -> Answer:
    memory = load_memory()
    before = _reset_peak()
    signal.setitimer(signal.ITIMER_PROF, cpu_limit_s)
    started = time.process_time()
    problems: tuple[str, ...]
    try:
        observed = observe(article, to_clean, memory)
        outcome, digest, problems = observed.outcome, observed.digest, observed.problems
    except Exception:  # noqa: BLE001 - finding the untyped ones is what this is for
        outcome, digest, problems = "untyped", "", (traceback.format_exc(limit=-6),)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    cpu_s = time.process_time() - started
    peak = _peak() - before
    if peak > PEAK_LIMIT:
        problems += (f"the article took {peak / 1e6:,.0f} MB",)
    return Answer(outcome=outcome, digest=digest, problems=problems, size=len(article.body), cpu_s=cpu_s, peak=peak)


def _reset_peak() -> int:
    """Begin to measure the peak anew and return what is held now. Where Linux's way is missing, the peak so far."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _peak()


def _peak() -> int:
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    serve(sys.argv[1], own=sys.argv[2] == "own", cpu_limit_s=int(sys.argv[3]))
