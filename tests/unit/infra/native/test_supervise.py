"""The supervisor's configuration means what the services say, read back with the supervisor's own parser."""

import shlex
from pathlib import Path

import pytest
from supervisor.options import ServerOptions

from infra.errors import Refused
from infra.native.home import Home
from infra.native.service import EXIT_FINAL, Service
from infra.native.supervise import MARK, Supervisor


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in ("COPYDESK_HOME", "COPYDESK_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    home = Home(tmp_path / "home")
    home.create()
    return home


def program(home: Home, service: Service) -> object:
    text = Supervisor(home)._configuration([service])
    home.run.joinpath("c.conf").write_text(text)
    options = ServerOptions()
    options.realize(["-c", str(home.run / "c.conf"), "-n"])
    ((config,),) = [group.process_configs for group in options.process_group_configs]
    return config


@pytest.mark.parametrize(
    "value", ["plain", "a b", "100%", "%(ENV_PATH)s", "a,b=c", "it's", 'say "so" now', "k;v#w", "sqlite:////a/b.db", ""]
)
def test_environment_arrives_as_it_is(home: Home, value: str) -> None:
    config = program(home, Service("one", ("/bin/true",), home.path, {"VALUE": value}))
    assert config.environment["VALUE"] == value  # type: ignore[attr-defined]
    assert config.environment[MARK] == str(home.path)  # type: ignore[attr-defined]


def test_command_keeps_blanks_and_quotes(home: Home) -> None:
    command = ("/bin/echo", "a b", "it's", "50%", 'x"y')
    config = program(home, Service("one", command, home.path))
    filename_and_arguments = config.command  # type: ignore[attr-defined]
    assert tuple(shlex.split(filename_and_arguments)) == command


def test_service_is_restarted_until_it_gives_up_or_says_so(home: Home) -> None:
    config = program(
        home, Service("one", ("/bin/true",), home.path, give_up_after=7, settled_seconds=4, stop_seconds=9)
    )
    assert config.startretries == 7  # type: ignore[attr-defined]
    assert config.startsecs == 4  # type: ignore[attr-defined]
    assert config.exitcodes == [EXIT_FINAL]  # type: ignore[attr-defined]
    assert config.stopwaitsecs == 9  # type: ignore[attr-defined]
    assert config.killasgroup  # type: ignore[attr-defined]
    assert not config.autostart  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", ["a ;b", "a #b", "a\nb", "both ' and \" in", "'ends'", 'say "so"'])
def test_what_cannot_be_written_is_refused(home: Home, value: str) -> None:
    with pytest.raises(Refused, match="the supervisor cannot take"):
        program(home, Service("one", ("/bin/true",), home.path, {"VALUE": value}))


def test_settings_of_the_environment_reach_our_own_processes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_TAGGER", "owner/name")
    ours = program(home, Service("one", ("/bin/true",), home.path, ours=True))
    assert ours.environment["COPYDESK_TAGGER"] == "owner/name"  # type: ignore[attr-defined]
    assert ours.environment["COPYDESK_HOME"] == str(home.path)  # type: ignore[attr-defined]
    other = program(home, Service("one", ("/bin/true",), home.path))
    assert other.environment == {MARK: str(home.path)}  # type: ignore[attr-defined]


def test_setting_that_the_file_holds_changes_no_service(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that `COPYDESK_S3_PORT=1 copydesk up` and then `copydesk up` start nothing again."""
    home.store_settings({"s3_port": 1})
    service = Service("one", ("/bin/true",), home.path, ours=True)
    without = Supervisor(home)._configuration([service])
    monkeypatch.setenv("COPYDESK_S3_PORT", "1")
    assert Supervisor(home)._configuration([service]) == without
    monkeypatch.setenv("COPYDESK_S3_PORT", "2")
    assert Supervisor(home)._configuration([service]) != without


def test_deep_home_has_its_socket_elsewhere_and_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, short_tmp: Path
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(short_tmp))
    home = Home(tmp_path / ("d" * 120))
    socket = Supervisor(home)._socket
    assert socket.parent.parent == short_tmp
    assert not socket.parent.exists()  # asking makes nothing
    socket.parent.mkdir(mode=0o755)
    with pytest.raises(Refused, match="not a private folder"):
        Supervisor(home)


@pytest.fixture
def short_tmp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("s")


def test_nothing_runs_in_a_new_home(home: Home) -> None:
    assert not Supervisor(home).alive()
    assert Supervisor(home).processes() == {}
