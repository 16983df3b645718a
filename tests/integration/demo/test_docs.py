"""What the documents tell people to run is run, on the stack after the demo. Blocks marked ``docker`` excepted."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from copydesk.main import VERBS

ROOT = Path(__file__).resolve().parents[3]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`copydesk ([a-z]+)([^`]*)`")
ALL_VERBS = {verb for section in VERBS.values() for verb in section}


class Example(NamedTuple):
    """A piece of a page that can be run."""

    page: Path
    language: str
    text: str

    @property
    def label(self) -> str:
        return f"{self.page.name}: {self.text.strip().splitlines()[0][:60]}"


def _examples() -> list[Example]:
    found = []
    for page in PAGES:
        for language, marks, text in BLOCK.findall(page.read_text(encoding="utf-8")):
            if "docker" in marks.split():
                continue
            parts = text.strip().splitlines() if language == "sh" else [text]
            found += [Example(page, language, part) for part in parts if part.strip() and not part.startswith("#")]
    return found


EXAMPLES = [example for example in _examples() if example.language in {"sh", "python"}]


def _with_ports(text: str, desk: Any) -> str:
    """Put the ports of this run in the place of the default ones."""
    defaults = {"19092": "KAFKA", "19000": "S3", "18080": "AIRFLOW", "18090": "NEWSROOM"}
    for port, name in defaults.items():
        text = text.replace(f":{port}", f":{desk.environment[f'COPYDESK_{name}_PORT']}")
    return text


def test_there_is_something_to_run() -> None:
    assert {"sh", "python"} <= {example.language for example in EXAMPLES}


def test_every_block_says_what_it_is() -> None:
    known = {"sh", "python", "sql", "json", "yaml", "toml"}
    assert {language for page in PAGES for language, _, _ in BLOCK.findall(page.read_text())} <= known


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.label for example in EXAMPLES])
def test_example_runs(example: Example, desk: Any) -> None:
    environment = dict(desk.environment)
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment["PYTHONPATH"] = str(ROOT)
    text = _with_ports(example.text, desk)
    command = ["bash", "-euo", "pipefail", "-c", text] if example.language == "sh" else [sys.executable, "-c", text]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=240, check=False)
    assert done.returncode == 0, f"{text}\n{done.stdout.decode()[-2000:]}\n{done.stderr.decode()[-3000:]}"
    assert done.stdout.strip() or done.stderr.strip(), "it printed nothing"


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_verbs_named_in_sentences_exist(page: Path) -> None:
    for verb, rest in INLINE.findall(page.read_text(encoding="utf-8")):
        assert verb in ALL_VERBS, f"{page.name} names `copydesk {verb}`"
        options = re.findall(r"--[a-z-]+", rest)
        shown = subprocess.run(
            [sys.executable, "-m", "copydesk.main", verb, "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert [option for option in options if option not in shown] == [], f"{page.name}: `copydesk {verb}{rest}`"


@pytest.mark.parametrize("verb", sorted(ALL_VERBS))
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "copydesk.main", verb, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert f"copydesk {verb}" in shown.partition("Example")[2]
