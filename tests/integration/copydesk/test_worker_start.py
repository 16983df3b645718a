"""A worker whose store is away when it starts."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from infra.settings import ROOT


def test_prepare_worker_waits_for_the_store_that_has_its_memory(tmp_path: Path, silent_port: int) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    settings = {
        "COPYDESK_HOME": str(tmp_path),
        "COPYDESK_S3_ENDPOINT": f"http://127.0.0.1:{silent_port}",
        "COPYDESK_S3_ACCESS_KEY": "nobody",
        "COPYDESK_S3_SECRET_KEY": "nothing-secret",
    }
    command = [sys.executable, "-m", "copydesk.main", "worker", "prepare", "--slot", "0"]
    with subprocess.Popen(
        command, env={**inherited, **settings}, cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stderr is not None
        try:
            said = next((json.loads(row) for row in worker.stderr if "waiting to connect" in row), None)
            assert said is not None, "it ended"
            assert "the object store" in said["error"]
            worker.send_signal(signal.SIGTERM)
            worker.communicate()
        finally:
            worker.kill()
    assert worker.returncode == 0
