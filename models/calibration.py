"""What a tagger's raw score is worth: a table, kept beside the weights, to the share of names that are right."""

import hashlib
from typing import Annotated, Final

import msgspec
import numpy as np
from msgspec import Meta

Chance = Annotated[float, Meta(ge=0.0, le=1.0)]


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Knots of a rising, piecewise linear function, and the score below which a name is none.

    `raw` and `score` are of one length, both rising; `least` is a calibrated score. `models.training.calibrate` makes
    it: of the mentions with a score of s on texts like those that it was fitted on, a share of s is right in place
    and label.

    Raises:
        ValueError: the knots do not rise, or do not fit each other.
    """

    raw: tuple[Chance, ...]
    score: tuple[Chance, ...]
    least: Chance

    def __post_init__(self) -> None:
        rising = all(list(knots) == sorted(knots) for knots in (self.raw, self.score))
        if not self.raw or len(self.raw) != len(self.score) or not rising:
            raise ValueError("the knots of a calibration are two rising rows of one length")

    def __call__(self, raw: float) -> float:
        """The calibrated score of a raw one, both 0 to 1."""
        return float(np.interp(raw, self.raw, self.score))

    @property
    def version(self) -> str:
        """Eight hex digits that change with the table."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:8]


#: Scores as they come, for weights that nobody has calibrated.
UNCALIBRATED: Final = Calibration(raw=(0.0, 1.0), score=(0.0, 1.0), least=0.5)
