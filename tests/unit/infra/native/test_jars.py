"""The locked jars: read, checked, and never run when they are not the locked ones."""

import hashlib
import re
from pathlib import Path

import pytest

from infra.errors import Refused, Unavailable
from infra.native import jars
from infra.native.jars import KAFKA_VERSION, Jar, ensure_jars, locked_jars, write_lock

GOOD = b"the jar that was locked"
JAR = Jar("org.example", "thing", "1.0", hashlib.sha256(GOOD).hexdigest())


@pytest.fixture
def download(monkeypatch: pytest.MonkeyPatch) -> list[bytes | OSError]:
    """Answers that downloads give, the next one first."""
    answers: list[bytes | OSError] = []

    def fetch(jar: Jar, scratch: Path) -> Path:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        path = scratch / jar.file_name
        path.write_bytes(answer)
        return path

    monkeypatch.setattr(jars, "_download", fetch)
    monkeypatch.setattr(jars.time, "sleep", lambda _seconds: None)
    return answers


def test_lock_holds_one_kafka_and_its_log_backend() -> None:
    locked = locked_jars()
    ours = {jar.artifact: jar.version for jar in locked if jar.group == "org.apache.kafka"}
    assert {"kafka_2.13", "kafka-clients", "kafka-server", "kafka-storage"} <= ours.keys()
    assert set(ours.values()) == {KAFKA_VERSION}
    assert "log4j-slf4j-impl" in {jar.artifact for jar in locked}
    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) for jar in locked)
    assert len({jar.file_name for jar in locked}) == len(locked)


def test_lock_names_no_host() -> None:
    assert "://" not in jars.LOCK_FILE.read_text(encoding="utf-8")


def test_lock_survives_a_round_trip(tmp_path: Path) -> None:
    write_lock(locked_jars(), tmp_path / "lock.toml")
    assert locked_jars(tmp_path / "lock.toml") == locked_jars()


@pytest.mark.parametrize("text", ["jar = [", "[[jar]]\ngroup = 'a'\n", ""])
def test_damaged_lock_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "lock.toml").write_text(text)
    with pytest.raises(Refused, match="restore it"):
        locked_jars(tmp_path / "lock.toml")


def test_missing_jar_is_fetched_once(tmp_path: Path, download: list[bytes | OSError]) -> None:
    download.append(GOOD)
    seen: list[tuple[int, int]] = []
    paths = ensure_jars(lambda done, total: seen.append((done, total)), jars=(JAR,), into=tmp_path)
    assert [path.read_bytes() for path in paths] == [GOOD]
    assert seen == [(1, 1)]
    assert ensure_jars(jars=(JAR,), into=tmp_path) == paths  # no answer is left to give


def test_changed_jar_is_fetched_again(tmp_path: Path, download: list[bytes | OSError]) -> None:
    (tmp_path / JAR.file_name).write_bytes(b"somebody was here")
    download.append(GOOD)
    (path,) = ensure_jars(jars=(JAR,), into=tmp_path)
    assert path.read_bytes() == GOOD


def test_jar_with_another_hash_never_arrives(tmp_path: Path, download: list[bytes | OSError]) -> None:
    download.append(b"not it")
    with pytest.raises(Refused, match=r"thing-1\.0\.jar is not the locked one"):
        ensure_jars(jars=(JAR,), into=tmp_path)
    assert not list(tmp_path.glob("*.jar"))


def test_network_is_tried_three_times(tmp_path: Path, download: list[bytes | OSError]) -> None:
    download += [OSError("no route"), OSError("no route"), GOOD]
    (path,) = ensure_jars(jars=(JAR,), into=tmp_path)
    assert path.read_bytes() == GOOD


def test_network_that_stays_away_is_said_with_the_remedy(tmp_path: Path, download: list[bytes | OSError]) -> None:
    download += [OSError("no route")] * 3
    with pytest.raises(Unavailable, match="check the network"):
        ensure_jars(jars=(JAR,), into=tmp_path)
