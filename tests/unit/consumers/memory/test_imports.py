"""The learner runs where Airflow does, which has neither the extractor nor RE2."""

import subprocess
import sys

from infra.settings import ROOT

CODE = """
import sys
import consumers.learn_job
heavy = {"re2", "trafilatura", "lxml", "numpy", "onnxruntime"}
print(*sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""


def test_learning_loads_no_extractor() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
