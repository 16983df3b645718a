"""The floors, on all that is here. `make quality` prints the same figures as tables."""

import pytest

from copydesk.quality.floors import State, check, load_floors
from copydesk.quality.measures import Context
from copydesk.quality.registry import MEASURES

RESERVED = frozenset({"paragraphs.reserve.precision", "paragraphs.reserve.recall"})


@pytest.mark.timeout(1800)  # the tier `quality`, where it was pulled, reads for six minutes
@pytest.mark.parametrize("name", MEASURES)
def test_no_figure_is_below_its_floor(name):
    found = MEASURES[name](Context())
    checks = [entry for entry in check(load_floors(), found.figures) if entry.figure.startswith(f"{name}.")]
    assert [(entry.figure, entry.value, entry.floor.floor) for entry in checks if entry.state is State.BELOW] == []
    missing = {entry.figure for entry in checks if entry.state is State.ABSENT} - RESERVED
    if found.skipped:
        pytest.skip("; ".join(found.skipped))
    assert missing == set(), "floors.yaml names figures that nothing measures"
