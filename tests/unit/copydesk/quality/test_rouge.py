"""ROUGE against cases counted by hand."""

import pytest

from copydesk.quality.rouge import rouge_l, rouge_n


def test_rouge_1_counts_words_as_often_as_both_have_them() -> None:
    # 3 words in common (the, bridge, opened), 4 of ours and 5 of theirs.
    assert rouge_n("The bridge opened early", "the old bridge opened, finally") == pytest.approx(200 * 3 / 9)
    assert rouge_n("the the the", "the cat") == pytest.approx(200 * 1 / 5)


def test_rouge_2_counts_pairs() -> None:
    # In common: "bridge opened"; 3 pairs of ours, 4 of theirs.
    assert rouge_n("The bridge opened early", "the old bridge opened, finally", 2) == pytest.approx(200 * 1 / 7)


def test_rouge_l_keeps_the_order() -> None:
    # Longest in order: "a c e"; ours has 4 words, theirs 5.
    assert rouge_l("a c e b", "a b c d e") == pytest.approx(200 * 3 / 9)


@pytest.mark.parametrize(("ours", "theirs"), [("", "a"), ("a", ""), ("a", "b"), ("", ""), ("😀", "a")])
def test_nothing_in_common(ours: str, theirs: str) -> None:
    assert rouge_n(ours, theirs) == rouge_n(ours, theirs, 2) == rouge_l(ours, theirs) == 0
