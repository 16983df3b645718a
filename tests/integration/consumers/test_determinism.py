"""The same text gives the same article in every process: Python hashes strings differently in each."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CLEAN_ALL = """
import hashlib

import msgspec

from consumers.clean import clean
from consumers.rulepack import load_rules


def told(cleaned):
    fields = (cleaned.text, cleaned.removed, cleaned.corrections, cleaned.credit, cleaned.byline, sorted(cleaned.flags))
    return msgspec.json.encode(fields)


pack = load_rules()
lines = [
    line
    for rule in (*pack.rules, *pack.scored, *(section.rule for section in pack.sections))
    for entry in (*rule.examples.positive, *rule.examples.negative)
    for line in ((entry,) if isinstance(entry, str) else entry)
]
body = "The council closed the old harbour road on Tuesday, after two years of complaints by those who live there."
digest = hashlib.sha256()
for start in range(0, len(lines), 3):
    for text in ([*lines[start : start + 9]], [body, *lines[start : start + 5], body, *lines[start + 5 : start + 9]]):
        for linked in (frozenset(), frozenset(range(0, 12, 2))):
            digest.update(told(clean("\\n\\n".join(text), pack, linked=linked)))
print(digest.hexdigest())
"""


def test_no_seed_of_hashes_changes_what_the_cleaner_takes() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", CLEAN_ALL],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(1, 6)
    }
    assert len(digests) == 1
