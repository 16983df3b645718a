"""Runs `copydesk clean --learn` for a DAG.

In a process of its own: DAGs do not import the consumers, and a learner that runs out of memory takes no task runner
with it.
"""

import json
import subprocess
import sys
import tempfile
from typing import Any

import structlog

from infra.errors import Refused, Unavailable
from infra.settings import ROOT

COMMAND = (sys.executable, "-m", "copydesk.main", "clean", "--learn", "--json")
EXIT_AGAIN = 75
"""Of the command: the store does not answer, or another run was faster."""
COUNTS = ("articles", "known", "learned", "forgotten", "unreadable", "written", "current")

log = structlog.get_logger(__name__)


def learn_boilerplate() -> dict[str, Any]:
    """Learn what hosts repeat, and return the counts.

    Raises ``Unavailable`` where the same run may work later, and ``Refused`` with what the command says otherwise.
    """
    said = ""
    # The report goes to a file: with two pipes, one could fill up while the other is read.
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603 -- this interpreter with fixed arguments
            COMMAND,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        with process:
            try:
                for row in process.stderr or ():
                    said = row.strip() or said
                    log.info("learning", said=said)
            except BaseException:  # the task was stopped, or its time is up
                process.kill()
                raise
        output.seek(0)
        report = output.read()
    if process.returncode == EXIT_AGAIN:
        raise Unavailable(said)
    if process.returncode != 0:
        raise Refused(said or f"the learner ended with {process.returncode}")
    counts = json.loads(report)
    return {name: counts[name] for name in COUNTS}
