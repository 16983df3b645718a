"""`copydesk models`: what it says of the models on this machine."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from copydesk.commands.models import command
from infra import settings
from models import registry
from models.artifacts import WEIGHTS


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command with an empty folder of pulled models and an empty cache of the hub."""
    monkeypatch.setenv("COPYDESK_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    settings.load.cache_clear()
    yield lambda *arguments: CliRunner().invoke(command, list(arguments))
    settings.load.cache_clear()


def _states(done: Result) -> dict[str, str]:
    return {model["name"]: model["state"] for model in map(json.loads, done.stdout.splitlines())}


def test_list_tells_what_is_here(run: Any) -> None:
    done = run("list", "--json")

    assert done.exit_code == 0
    states = _states(done)
    assert list(states) == list(registry.read())
    assert (states["fast"], states["quality"], states["all-mpnet-base-v2"]) == ("shipped", "absent", "absent")


def test_the_table_names_every_model(run: Any) -> None:
    done = run("list")

    assert done.exit_code == 0
    assert all(word in done.stdout for word in ("fast", "quality", "Apache-2.0", "summarization"))


def test_verify_checks_what_is_here(run: Any) -> None:
    done = run("verify", "--json")

    assert (done.exit_code, _states(done)) == (0, {"fast": "shipped"})


def test_verify_refuses_a_file_that_is_another(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = shutil.copytree(WEIGHTS, tmp_path / "weights")
    (weights / "news-tagger" / "tokenizer.json").write_text("{}")
    monkeypatch.setattr(registry, "WEIGHTS", weights)

    done = run("verify", "fast", "--json")

    assert (done.exit_code, _states(done)) == (1, {"fast": "refused"})
    assert "tokenizer.json has sha256" in json.loads(done.stdout)["problem"]


def test_verify_of_what_was_not_pulled_tells_how_to(run: Any) -> None:
    done = run("verify", "quality")

    assert done.exit_code == 1
    assert "copydesk models pull quality" in done.stdout


@pytest.mark.parametrize("verb", ["verify", "pull"])
def test_an_unknown_name_is_refused(run: Any, verb: str) -> None:
    done = run(verb, "large")

    assert done.exit_code == 1
    assert "no model 'large' is registered" in str(done.exception)


def test_pulling_what_ships_checks_it(run: Any) -> None:
    done = run("pull", "fast", "--json")

    assert (done.exit_code, _states(done)) == (0, {"fast": "shipped"})


def test_without_torch_the_quality_tier_names_the_extra(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.modelshelf.missing_modules", lambda extra: (extra,))

    done = run("pull", "quality")

    assert done.exit_code == 1
    assert "requirements/torch.txt" in str(done.exception)
