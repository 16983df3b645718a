"""The picture in the README: of what the command shows today, and of nothing from elsewhere."""

import re
from xml.etree import ElementTree as ET

from copydesk.filters.picture import PICTURE, draw

MAX_BYTES = 150_000


def test_the_picture_is_up_to_date():
    assert draw() == PICTURE.read_text(encoding="utf-8"), "draw it anew: python -m copydesk.filters.picture"


def test_the_picture_fetches_nothing_and_is_small():
    picture = PICTURE.read_bytes()
    assert len(picture) < MAX_BYTES
    tree = ET.fromstring(picture)  # noqa: S314  (our own file)
    assert not [each.tag for each in tree.iter() if each.tag.rpartition("}")[2] in {"script", "image", "a", "use"}]
    assert {*re.findall(rb"https?://[^\s\"'<>)]+", picture)} <= {b"http://www.w3.org/2000/svg"}
    assert b"@import" not in picture
    assert not re.search(rb"url\((?!#)", picture)


def test_the_picture_shows_rules_and_reasons():
    words = " ".join(PICTURE.read_text(encoding="utf-8").replace("&#160;", " ").split())
    for expected in ("Harbour ferry returns", "READ MORE", "Taken out", "text from"):
        assert expected in words
