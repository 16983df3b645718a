"""What scores are worth."""

import msgspec
import numpy as np
import pytest

from models.calibration import UNCALIBRATED, Calibration
from models.training.calibrate import Scored, expected_error, fit, isotonic, scored
from models.training.cases import Case
from schemas.articles import Entity, Mention


def _scored(scores: list[float], right: list[int]) -> Scored:
    return Scored(np.array(scores), np.array(right, dtype=np.float64), np.ones(len(scores)))


def test_scores_between_knots_lie_on_a_line() -> None:
    table = Calibration(raw=(0.0, 0.5, 1.0), score=(0.0, 0.2, 0.9), least=0.1)

    assert [table(raw) for raw in (0.0, 0.25, 0.5, 0.75, 1.0)] == pytest.approx([0.0, 0.1, 0.2, 0.55, 0.9])


def test_uncalibrated_scores_stay() -> None:
    assert [UNCALIBRATED(raw) for raw in (0.0, 0.3, 1.0)] == [0.0, 0.3, 1.0]


@pytest.mark.parametrize(
    ("raw", "score"),
    [((), ()), ((0.5, 0.1), (0.1, 0.2)), ((0.1, 0.5), (0.2, 0.1)), ((0.1,), (0.1, 0.2)), ((2.0,), (0.1,))],
)
def test_a_table_that_does_not_rise_is_refused(raw: tuple[float, ...], score: tuple[float, ...]) -> None:
    given = msgspec.json.encode({"raw": raw, "score": score, "least": 0.5})

    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(given, type=Calibration)


def test_the_version_tells_tables_apart() -> None:
    other = msgspec.structs.replace(UNCALIBRATED, least=0.4)

    assert UNCALIBRATED.version != other.version


def test_isotonic_pools_what_falls() -> None:
    values, weights = np.array([0.1, 0.5, 0.3, 0.9]), np.array([1.0, 1.0, 3.0, 1.0])

    assert isotonic(values, weights) == pytest.approx([0.1, 0.35, 0.35, 0.9])


def test_expected_error_is_the_mean_gap_of_score_and_share() -> None:
    assert expected_error(_scored([0.75] * 4, [1, 1, 1, 0])) == pytest.approx(0.0)
    assert expected_error(_scored([0.95] * 2 + [0.15] * 2, [1, 0, 0, 0])) == pytest.approx((0.45 + 0.15) / 2)
    assert expected_error(_scored([], [])) == 0.0


def test_a_fit_mends_scores_that_are_too_sure() -> None:
    chance = np.random.default_rng(5)
    scores = chance.uniform(0.3, 1.0, 4_000)
    right = (chance.uniform(size=4_000) < scores**2).astype(np.float64)
    found = Scored(scores, right, np.ones(4_000))

    raw, score = fit(found)
    table = Calibration(raw=raw, score=score, least=0.0)
    mended = Scored(np.array([table(value) for value in scores]), right, np.ones(4_000))

    assert expected_error(found) > 0.15
    assert expected_error(mended) < 0.03


def _entity(text: str, start: int, label: str, score: float) -> Entity:
    end = start + len(text)
    mention = Mention(text=text, start=start, end=end, score=score)
    return Entity(text=text, label=label, start=start, end=end, score=score, mentions=(mention,))


def test_each_set_weighs_the_same_and_what_is_blind_does_not_count() -> None:
    case = Case("Ada met @Ben", frozenset({(0, 3, "PER")}), blind=((8, 12),))
    entities = (_entity("Ada", 0, "PER", 0.8), _entity("Ben", 9, "PER", 0.7))

    found = scored([[(case, entities)], [(case, entities)] * 2])

    assert found.scores.tolist() == [0.8] * 3
    assert found.right.tolist() == [1.0] * 3
    assert found.weights.tolist() == [1.0, 0.5, 0.5]
