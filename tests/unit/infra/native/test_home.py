"""The home: private, with secrets made once, and settings that others may add to."""

import stat
from pathlib import Path

import pytest

from infra.errors import Refused
from infra.native.home import Home, native_settings, write_private
from infra.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    return home


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_and_secrets_are_private(home: Home) -> None:
    home.secret("one")
    home.store_settings({"s3_port": 1})
    assert {mode(path) for path in (home.path, home.logs, home.run, home.path / "secrets")} == {0o700}
    assert {mode(path) for path in (home.secret_file("one"), home.config)} == {0o600}


def test_folder_that_was_open_is_closed(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o755)
    Home(tmp_path / "home").create()
    assert mode(tmp_path / "home") == 0o700


def test_secret_is_made_once_and_unlike_others(home: Home) -> None:
    assert home.secret("one") == home.secret("one")
    assert home.secret("one") != home.secret("two")
    assert len(home.secret("one")) >= 40


def test_settings_of_others_stay(home: Home) -> None:
    home.config.write_text('tagger = "mine"\ns3_port = 1\n')
    home.store_settings({"s3_port": 2})
    assert home.stored_settings() == {"tagger": "mine", "s3_port": 2}


def test_nothing_is_written_when_nothing_changes(home: Home) -> None:
    home.config.write_text("# mine\ns3_port = 1\n")
    home.store_settings({"s3_port": 1})
    assert home.config.read_text() == "# mine\ns3_port = 1\n"


def test_damaged_settings_are_refused_and_kept(home: Home) -> None:
    home.config.write_text("s3_port = ")
    with pytest.raises(Refused, match=r"copydesk\.toml"):
        home.store_settings({"s3_port": 2})
    assert home.config.read_text() == "s3_port = "


def test_home_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="COPYDESK_HOME"):
        Home(tmp_path / "file" / "home").create()


def test_failed_write_leaves_the_old_file_and_no_other(home: Home) -> None:
    write_private(home.config, "old")
    with pytest.raises(TypeError):
        write_private(home.config, 3)  # type: ignore[arg-type]
    assert home.config.read_text() == "old"
    assert [path.name for path in home.path.iterdir() if path.is_file()] == ["copydesk.toml"]


def test_stored_settings_lead_back_to_the_servers(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COPYDESK_S3_ENDPOINT", "COPYDESK_KAFKA_BOOTSTRAP"):
        monkeypatch.delenv(name, raising=False)
    before = Settings(home=home.path, kafka_port=1111, s3_port=2222, newsroom_port=3333)
    home.store_settings(native_settings(home, before))
    monkeypatch.setenv("COPYDESK_CONFIG", str(home.config))
    after = Settings()
    assert after.kafka_bootstrap == "127.0.0.1:1111"
    assert after.s3_endpoint == "http://127.0.0.1:2222"
    assert after.newsroom_url == "http://127.0.0.1:3333"
    assert after.s3_access_key.startswith("copydesk-")
    assert after.secret_key() == home.secret("store-secret-key")
    assert after.secret_key() not in home.config.read_text()
