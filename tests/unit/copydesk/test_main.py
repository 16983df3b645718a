"""The front door: its verbs, its errors for people, and whose modules it runs."""

import ast
import io
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from copydesk import main as front
from copydesk.main import ROOMS, ROOT, VERBS, check_origin, main
from infra.errors import Refused, Unavailable

ALL_VERBS = {verb: text for section in VERBS.values() for verb, text in section.items()}
MODULES = {path.stem for path in (ROOT / "copydesk" / "commands").glob("*.py")} - {"__init__"}


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


@pytest.fixture
def failing(monkeypatch) -> dict[str, BaseException]:
    """Makes the verb `worker` raise what is put under `error`."""
    given: dict[str, BaseException] = {}

    @click.command()
    def command() -> None:
        raise given["error"]

    monkeypatch.setattr(front.Verbs, "get_command", lambda *_: command)
    monkeypatch.delenv("COPYDESK_DEBUG", raising=False)
    return given


def test_every_module_of_a_verb_is_in_the_table():
    assert {verb.replace("-", "_") for verb in ALL_VERBS} == MODULES


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_the_table_says_of_a_verb_what_the_verb_says(verb):
    command = import_module(f"copydesk.commands.{verb.replace('-', '_')}").command
    assert command.get_short_help_str(limit=200) == ALL_VERBS[verb]
    examples = [command.epilog]
    if isinstance(command, click.Group):
        examples += [each.epilog for each in command.commands.values()]
    assert all(example and f"copydesk {verb}" in example for example in examples if example or command.epilog is None)
    assert command.epilog or isinstance(command, click.Group)


def test_help_imports_no_verb_and_nothing_heavy():
    shown = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "from copydesk.main import main; main(['--help'])"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    imported = {row.rpartition("|")[2].strip() for row in shown.stderr.splitlines() if row.startswith("import time:")}
    assert "copydesk.terminal" in imported
    heavy = {"rich", "structlog", "msgspec", "pydantic", "kafka", "minio", "httpx", "numpy", "onnxruntime", "asyncio"}
    assert not imported & heavy
    assert not [name for name in imported if name.startswith("copydesk.commands.")]
    for verb, text in ALL_VERBS.items():
        assert f"  {verb} " in shown.stdout
        assert text.split(",")[0].split(" ")[0] in shown.stdout


def test_version_is_that_of_the_project(capsys):
    assert run("--version") == 0
    assert f'version = "{capsys.readouterr().out.split()[1]}"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    "arguments", [["no-such-verb"], ["worker"], ["worker", "prepare", "--slot", "x"], ["--no-such-option"]]
)
def test_wrong_use_is_one_line_that_names_the_help(capsys, arguments):
    assert run(*arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("copydesk: ")
    assert said.err.count("\n") == 1
    assert "--help`)" in said.err


def test_without_a_verb_the_help_is_shown(capsys):
    assert run() == 2
    assert "Usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "error",
    [Unavailable("the store is away;\nlook"), Refused("the store is away; look"), OSError("the store is away; look")],
)
def test_errors_for_people_are_one_line_without_traceback(capsys, failing, error):
    failing["error"] = error
    assert run("worker") == 1
    assert capsys.readouterr().err == "copydesk: the store is away; look\n"


def test_control_characters_of_errors_do_not_reach_the_terminal(capsys, failing):
    failing["error"] = Refused("bad title \x1b]0;owned\x07 \u202e")
    run("worker")
    assert capsys.readouterr().err == "copydesk: bad title ]0;owned\n"


def test_a_misspelt_setting_is_told_and_is_no_error(capsys, monkeypatch):
    monkeypatch.setenv("COPYDESK_TEIR", "quality")
    text = b"The harbour of Port Ainslie stays shut for another week, the board said on Monday, " * 2
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert run("clean", "-") == 0
    said = capsys.readouterr()
    assert "Port Ainslie" in said.out
    assert said.err == "copydesk: warning: COPYDESK_TEIR is no setting and does nothing; did you mean COPYDESK_TIER?\n"


def test_debug_shows_the_traceback(failing, monkeypatch):
    monkeypatch.setenv("COPYDESK_DEBUG", "1")
    failing["error"] = Unavailable("away")
    with pytest.raises(Unavailable):
        main(["worker"])


def test_bugs_keep_their_traceback(failing):
    failing["error"] = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        main(["worker"])


def test_an_interrupt_ends_with_130(capsys, failing):
    failing["error"] = KeyboardInterrupt()
    assert run("worker") == 130
    assert capsys.readouterr().err.strip() == "copydesk: stopped"


def test_a_reader_that_goes_away_is_no_error():
    code = "from copydesk import main as front\nimport click\n"
    code += "@click.command()\ndef command():\n    for _ in range(100_000): click.echo('x' * 100)\n"
    code += "front.Verbs.get_command = lambda *_: command\nfront.main(['worker'])\n"
    ended = subprocess.run(
        ["bash", "-c", 'set -o pipefail; "$0" -c "$1" | head -1', sys.executable, code],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert ended.stdout == "x" * 100 + "\n"
    assert ended.stderr == ""


def test_the_rooms_are_ours():
    check_origin()


@pytest.mark.parametrize("room", ROOMS)
def test_a_foreign_room_is_named(tmp_path: Path, room):
    for name in ROOMS:
        (tmp_path / name).mkdir()
    with pytest.raises(click.ClickException, match="PYTHONPATH") as raised:
        check_origin(tmp_path)
    assert "copydesk" in raised.value.message
    package = tmp_path / "shadow" / room
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    code = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from copydesk.main import check_origin\n"
        "sys.path.insert(0, sys.argv[1]); sys.modules.pop(sys.argv[3], None)\n"
        "check_origin()\n"
    )
    shadowed = subprocess.run(
        [sys.executable, "-c", code, str(package.parent), str(ROOT), room],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert f"module `{room}` comes from {package}" in shadowed.stderr


def test_no_name_of_ours_hides_a_library():
    forbidden = {"kafka", "minio", "airflow", "transformers", "logging", "queue"}
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_dir() or path.suffix == ".py"]
    names = {path.stem for path in paths}
    assert "main" in names
    assert not names & forbidden


def test_errors_for_people_exist_under_their_names():
    for module, name in front._OURS:
        path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
        classes = {node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)}
        assert name in classes
