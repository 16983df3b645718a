"""Where settings come from, and what happens to wrong ones and to secrets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.errors import Refused
from infra.settings import Settings, config_file, load, unknown


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.delenv("COPYDESK_CONFIG", raising=False)
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path))
    load.cache_clear()
    yield
    load.cache_clear()


def test_environment_wins_over_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "copydesk.toml").write_text('batch_size = 7\ndead_limit = 3\nhome = "ignored"\n')
    monkeypatch.setenv("COPYDESK_BATCH_SIZE", "9")
    settings = load()
    assert (settings.batch_size, settings.dead_limit, settings.home) == (9, 3, tmp_path)


def test_unknown_name_in_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "copydesk.toml").write_text("batch_sise = 7\n")
    with pytest.raises(Refused, match="BATCH_SISE"):
        load()


def test_variables_that_are_no_settings_are_found_with_what_was_meant() -> None:
    assert unknown(["COPYDESK_TEIR", "COPYDESK_WHATEVER", "COPYDESK_CONFIG", "copydesk_tier", "HOME"]) == {
        "COPYDESK_TEIR": "COPYDESK_TIER",
        "COPYDESK_WHATEVER": "",
    }
    assert unknown(f"COPYDESK_{name.upper()}" for name in Settings.model_fields) == {}


def test_wrong_value_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_BATCH_SIZE", "many")
    with pytest.raises(Refused, match="COPYDESK_BATCH_SIZE"):
        load()


def test_missing_named_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COPYDESK_CONFIG", str(tmp_path / "absent.toml"))
    with pytest.raises(Refused, match=r"absent\.toml"):
        config_file()


def test_settings_are_frozen_and_read_once() -> None:
    settings = load()
    assert load() is settings
    with pytest.raises(ValueError, match="frozen"):
        settings.batch_size = 1  # type: ignore[misc]


def test_secret_comes_from_its_file_and_stays_out_of_repr(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush-hush\n")
    monkeypatch.setenv("COPYDESK_S3_SECRET_KEY_FILE", str(secret))
    assert load().secret_key() == "hush-hush"
    load.cache_clear()
    monkeypatch.delenv("COPYDESK_S3_SECRET_KEY_FILE")
    monkeypatch.setenv("COPYDESK_S3_SECRET_KEY", "tell-nobody")
    assert load().secret_key() == "tell-nobody"
    assert "tell-nobody" not in repr(load())


def test_missing_secret_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COPYDESK_S3_SECRET_KEY_FILE", str(tmp_path / "absent"))
    with pytest.raises(Refused, match="COPYDESK_S3_SECRET_KEY_FILE"):
        load().secret_key()
