"""The articles that were summed up by an editor."""

from dataclasses import replace

import pytest

from copydesk.quality.edited import edited, measure_headlines
from copydesk.quality.measures import Context
from infra.errors import Refused
from models.encoder import OnnxEncoder
from models.headline import HEADLINE_WORDS
from models.sentences import split


def test_each_has_a_summary_and_a_line_that_are_not_of_the_article() -> None:
    found = edited(Context())

    assert len(found) == 12
    assert len({one.id for one in found}) == 12
    for one in found:
        sentences = {sentence.text for sentence in split(one.text)}
        assert 2 <= len(split(one.summary)) <= 3, one.id
        assert 30 <= len(one.summary.split()) <= 70, one.id
        assert len(one.headline.split()) <= HEADLINE_WORDS, one.id
        assert not sentences & {sentence.text for sentence in split(f"{one.summary} {one.headline}")}, one.id


@pytest.mark.parametrize(
    "text", ["- id: a", "a: b", "- [", "- {id: a, title: b, text: c, summary: d, headline: e, f: g}"]
)
def test_a_file_of_another_kind_is_refused(tmp_path, text) -> None:
    (tmp_path / "summaries.yaml").write_text(text)

    with pytest.raises(Refused, match=r"summaries\.yaml cannot be used"):
        edited(replace(Context(), data=tmp_path))


def test_a_headline_like_the_line_of_the_editor_scores_a_hundred_and_none_scores_nothing() -> None:
    one = edited(Context())[0]
    encoder = OnnxEncoder()
    line = "The council of Holm voted to shut the old bridge on Monday."

    same = measure_headlines([type(one)(id="a", title="Bridge", text=line, summary=line, headline=line)], encoder)
    none = measure_headlines(
        [type(one)(id="a", title="Bridge", text="But he left.", summary=line, headline=line)], encoder
    )

    assert same.figures["summaries.headlines.rouge-1"] == 100
    assert (none.figures["summaries.headlines.found"], none.figures["summaries.headlines.rouge-1"]) == (0, 0)
