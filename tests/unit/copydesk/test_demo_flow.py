"""What the demo says of a poll."""

import pytest

from copydesk.demo.flow import Poll, told


@pytest.mark.parametrize(
    ("failed", "staged", "fine"), [(1, 1, True), (0, 0, False), (0, 1, False), (1, 0, False), (2, 1, False)]
)
def test_only_failures_that_were_staged_are_called_fine(failed: int, staged: int, fine: bool) -> None:
    text = told(Poll(sent=3, unchanged=2, failed=failed), staged)
    assert f"3 articles sent and settled, {failed} failed" in text
    assert ("as it should" in text) is fine
