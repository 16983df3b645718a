"""Mutated pages in the first step, by the program that ``make quality`` runs over more of them; and that it finds."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "tests" / "quality" / "fuzz"

BROKEN = """
import os, re
from dataclasses import replace

import msgspec

from consumers.prepare import Draft, to_clean as real
from consumers.step import Rejected


def to_clean(raw, *, memory):
    match raw.url.rsplit("/", 1)[-1]:
        case "1":
            os.abort()
        case "2":
            re.match("(a+)+$", "a" * 60 + "b")  # backtracks without end, and no other thread can run
        case "3":
            raise KeyError("x")
        case "4":
            return None
        case "0":
            return Rejected("no-text", f"in process {os.getpid()}")
        case "5":
            return Rejected("no-text", "\\x1b[31mred")
    result = real(raw, memory=memory)
    if not isinstance(result, Draft):
        return result
    article = msgspec.structs.replace(result.article, text=result.article.text + "\\n\\nmore", title="a\\x07")
    return replace(result, article=article)
"""


def fuzz(*arguments: str, **environment: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, PROGRAM, "--own-pages", "--json", *arguments],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.stdout, done.stderr.decode()
    return done.returncode, json.loads(done.stdout)


def test_five_hundred_mutated_pages_lose_nothing_and_break_nothing(tmp_path: Path) -> None:
    code, report = fuzz("--pages", "500", "--keep", str(tmp_path))
    assert report["findings"] == []
    assert code == 0
    assert report["pages"] == 500
    assert report["done_again"] == 25
    assert 250 < report["outcomes"]["article"] < 500


def test_what_breaks_a_promise_is_found_and_can_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "broken_step.py").write_text(BROKEN)
    broken = ("--target", "broken_step:to_clean", "--seconds", "2", "--keep", str(tmp_path))
    code, report = fuzz("--pages", "12", *broken, PYTHONPATH=str(tmp_path))
    assert code == 1
    findings = {finding["seed"]: finding for finding in report["findings"]}
    assert (findings["1"]["kind"], findings["1"]["alone"]) == ("crash", True)
    assert "SIGABRT" in findings["1"]["detail"]
    assert (findings["2"]["kind"], findings["2"]["alone"]) == ("hang", True)
    assert "broken_step.py" in findings["2"]["detail"]
    assert findings["3"]["kind"] == "untyped error"
    assert "KeyError" in findings["3"]["detail"]
    assert "NoneType" in findings["4"]["detail"]
    assert "printable" in findings["5"]["detail"]
    assert findings["0"]["kind"] == "not deterministic"
    lost = next(finding for seed, finding in findings.items() if int(seed) > 5)
    assert "do not restore" in lost["detail"]
    assert "title holds control characters" in lost["detail"]
    assert "hash" in lost["detail"]
    again, alone = fuzz("--article", lost["article"], *broken, PYTHONPATH=str(tmp_path))
    assert again == 1
    assert alone["findings"][0]["detail"] == lost["detail"]


def test_a_seed_is_a_page(tmp_path: Path) -> None:
    first = fuzz("--seed", "77", "--keep", str(tmp_path))
    second = fuzz("--seed", "77", "--keep", str(tmp_path))
    assert [report["bytes"] for _, report in (first, second)] == [first[1]["bytes"]] * 2
    assert first[1]["outcomes"] == second[1]["outcomes"]
