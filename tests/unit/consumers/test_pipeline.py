"""The short hash over all that makes a result."""

import msgspec
import pytest

from consumers import pipeline
from consumers.pipeline import pipeline_hash, prepare_hash
from schemas.articles import ModelRef, Provenance, RawObject

MODEL = ModelRef(
    name="tagger", task="entities", revision="1", sha256="a" * 64, engine="onnxruntime 1", precision="int8"
)
PROVENANCE = Provenance(
    raw=RawObject(key="raw/" + "0" * 64, sha256="0" * 64), rules="r1", extractor="trafilatura 2", models=(MODEL,)
)


def test_it_is_twelve_hex_digits_and_stays_the_same() -> None:
    for digest in (pipeline_hash(PROVENANCE), prepare_hash(PROVENANCE)):
        assert len(digest) == 12
        assert int(digest, 16) >= 0
    assert pipeline_hash(PROVENANCE) == pipeline_hash(PROVENANCE)
    assert pipeline_hash(PROVENANCE) != prepare_hash(PROVENANCE)


@pytest.mark.parametrize(
    ("change", "prepare_too"),
    [
        ({"rules": "r2"}, True),
        ({"memory": "m1"}, True),
        ({"extractor": "trafilatura 3"}, True),
        ({"models": ()}, False),
        ({"models": (MODEL, MODEL)}, False),
        ({"models": (msgspec.structs.replace(MODEL, name="another"),)}, False),
        ({"models": (msgspec.structs.replace(MODEL, sha256="1" * 64),)}, False),
        ({"models": (msgspec.structs.replace(MODEL, revision="2"),)}, False),
        ({"models": (msgspec.structs.replace(MODEL, precision="fp32"),)}, False),
        ({"models": (msgspec.structs.replace(MODEL, engine="onnxruntime 2"),)}, False),
    ],
)
def test_whatever_may_change_a_result_changes_it(change: dict[str, object], *, prepare_too: bool) -> None:
    changed = msgspec.structs.replace(PROVENANCE, **change)
    assert pipeline_hash(changed) != pipeline_hash(PROVENANCE)
    assert (prepare_hash(changed) != prepare_hash(PROVENANCE)) == prepare_too


def test_the_raw_object_does_not_count() -> None:
    other = msgspec.structs.replace(PROVENANCE, raw=RawObject(key="raw/" + "1" * 64, sha256="1" * 64))
    assert pipeline_hash(other) == pipeline_hash(PROVENANCE)


def test_our_own_code_and_the_libraries_count(monkeypatch: pytest.MonkeyPatch) -> None:
    before = prepare_hash(PROVENANCE)
    monkeypatch.setattr(pipeline, "CODE_VERSION", pipeline.CODE_VERSION + 1)
    assert prepare_hash(PROVENANCE) != before
    monkeypatch.undo()
    monkeypatch.setattr(pipeline, "_version", lambda name: f"{name} of tomorrow")
    pipeline._versions.cache_clear()
    try:
        assert prepare_hash(PROVENANCE) != before
    finally:
        pipeline._versions.cache_clear()
