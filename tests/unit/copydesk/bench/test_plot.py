"""The curve of cost against length: an SVG that stands alone, and bars."""

from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from copydesk.bench.measure import Figure, Result, Unit
from copydesk.bench.plot import curve, draw, show_bars

SVG = "{http://www.w3.org/2000/svg}"


def point(words: int | None, ours: float, naive: float | None = None) -> Result:
    return Result(
        name=f"article of {words} words", unit=Unit.MS_PER_ARTICLE, note="", article_set="", articles=1,
        naive=None if naive is None else Figure(wall=naive, cpu=naive, samples=()),
        ours=Figure(wall=ours, cpu=ours, samples=()), ratio=None, words=words,
    )  # fmt: skip


POINTS = (point(50, 7.5, 500), point(2_000, 450, 3_200), point(100_000, 2_845))


def tree(points=POINTS, under="Abacus <3> & co; beads 10"):
    return ET.fromstring(draw(points, under))  # noqa: S314  (our own)


def test_the_curve_is_the_rows_that_have_a_length_in_order():
    assert curve([POINTS[2], point(None, 1), POINTS[0]]) == (POINTS[0], POINTS[2])


def test_the_svg_has_both_lines_and_says_on_what_it_was_measured():
    svg = tree()
    assert svg.tag == f"{SVG}svg"
    naive, ours = svg.findall(f"{SVG}polyline")
    assert len(naive.attrib["points"].split()) == 2
    assert len(ours.attrib["points"].split()) == 3
    words = [each.text for each in svg.findall(f"{SVG}text")]
    assert {"Abacus <3> & co", "beads 10"} <= {*words}
    assert {"ours 2,845 ms", "naive 3,200 ms", "100", "100,000"} <= {*words}


def test_more_words_stand_further_right_and_more_time_higher_up():
    places = [
        tuple(map(float, each.split(","))) for each in tree().findall(f"{SVG}polyline")[1].attrib["points"].split()
    ]
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert [y for _, y in places] == sorted((y for _, y in places), reverse=True)


def test_all_stands_within_the_picture():
    width, height = map(int, tree().attrib["viewBox"].split()[2:])
    for circle in tree().findall(f"{SVG}circle"):
        assert 0 < float(circle.attrib["cx"]) < width
        assert 0 < float(circle.attrib["cy"]) < height


def test_the_svg_fetches_nothing():
    assert not [each.tag for each in tree().iter() if each.tag.removeprefix(SVG) in {"script", "image", "a", "use"}]


@pytest.mark.parametrize("points", [POINTS[:1], POINTS[2:], (point(10, 10.0),), (point(1, 0.2),)])
def test_one_point_will_do(points):
    assert len(tree(points).findall(f"{SVG}circle")) == sum(1 + (each.naive is not None) for each in points)


def test_without_points_it_says_what_to_do():
    with pytest.raises(ValueError, match="--only"):
        draw((), "")


def test_bars_grow_with_the_cost():
    out = StringIO()
    show_bars(POINTS, Console(file=out, width=100))
    lines = [line for line in out.getvalue().splitlines() if "█" in line]
    bars = [line.count("█") for line in lines]
    assert bars == sorted({*bars})
    assert [("3,200" in line, "2,845" in line) for line in lines] == [(False, False), (True, False), (False, True)]
