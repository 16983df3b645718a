"""sources.yaml: read strictly, refused with the line."""

from pathlib import Path
from textwrap import dedent

import pytest

from dags.ingest.errors import SourcesInvalid
from dags.ingest.sources import DEFAULT_FILE, Sources, parse_time_file, read_sources

GOOD = """\
groups:
  - name: world
    schedule: "*/15 * * * *"
    shards: 2
  - name: byhand
    schedule: null
sources:
  - {name: one, group: world, url: "https://one.example/rss"}
  - {name: two, group: world, url: "https://two.example/rss", kind: atom, max_items: 5}
  - name: three
    group: world
    url: "{newsroom}/feed.xml"
    private: true
    language: en-GB
    rights: as agreed
  - {name: spare, group: world, url: "https://spare.example/rss", enabled: false}
"""


def read(tmp_path: Path, text: str) -> Sources:
    file = tmp_path / "sources.yaml"
    file.write_text(dedent(text), encoding="utf-8")
    return read_sources(file)


def test_sources_and_groups_with_their_defaults(tmp_path: Path) -> None:
    sources = read(tmp_path, GOOD)
    world, byhand = sources.groups
    assert (world.schedule, world.shards, world.paused) == ("*/15 * * * *", 2, False)
    assert (byhand.schedule, byhand.shards) == (None, None)
    one, two, three, spare = sources.sources
    assert (one.kind, one.private, one.max_items, one.enabled, one.language, one.rights) == (
        "auto",
        False,
        100,
        True,
        None,
        None,
    )
    assert (two.kind, two.max_items) == ("atom", 5)
    assert three.feed_url("http://127.0.0.1:18090/") == "http://127.0.0.1:18090/feed.xml"
    assert one.feed_url("http://127.0.0.1:18090") == "https://one.example/rss"
    assert not spare.enabled


def test_enabled_sources_are_dealt_out_to_at_most_as_many_shards(tmp_path: Path) -> None:
    sources = read(tmp_path, GOOD)
    assert sources.shards("world") == [["one", "three"], ["two"]]
    assert sources.shards("byhand") == []
    assert read(tmp_path, GOOD.replace("shards: 2", "shards: 9")).shards("world") == [["one"], ["two"], ["three"]]
    assert read(tmp_path, GOOD.replace("shards: 2", "shards: null")).shards("world") == [["one"], ["two"], ["three"]]


def test_what_a_task_asks_for_and_is_not_there_is_named(tmp_path: Path) -> None:
    sources = read(tmp_path, GOOD)
    assert [source.name for source in sources.named(["two", "one"])] == ["two", "one"]
    with pytest.raises(SourcesInvalid, match="no source 'gone'"):
        sources.named(["one", "gone"])
    with pytest.raises(SourcesInvalid, match=r"no group 'gone'.*world, byhand"):
        sources.shards("gone")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("kind: atom", "kind: atomic", r"line 9, two: kind: Invalid enum value 'atomic'"),
        ("private: true", "private: yes please", r"line 13, three: private: Expected `bool`"),
        ("private: true", "privat: true", r"line 13, three: privat: .*unknown field `privat`"),
        ("max_items: 5", "max_items: 0", r"line 9, two: max_items: Expected `int` >= 1"),
        ("language: en-GB", "language: no", r"line 14, three: language: Expected `str \| null`, got `bool`"),
        ("name: spare", "name: off", r"line 16, False: name: Expected `str`, got `bool`; quote it"),
        ("language: en-GB", "language: English!", r"line 14, three: language: Expected `str` matching"),
        ('url: "https://one.example/rss"', "url: one.example", r"line 8, one: url: Expected `str` matching"),
        ('url: "https://one.example/rss"', 'url: "{newsrom}/x"', r"line 8, one: url: Expected `str` matching"),
        (', url: "https://one.example/rss"', "", r"line 8, one: Object missing required field `url`"),
        ("name: two, group: world", "name: one, group: world", r"line 9, one: name: .*'one' above already"),
        ("name: three\n    group: world", "name: three\n    group: word", r"line 11, three: group: no group 'word'"),
        ("name: byhand", "name: world", r"line 5, world: name: .*'world' above already"),
        ("name: byhand", "name: By Hand", r"line 5, By Hand: name: Expected `str` matching"),
        ("    schedule: null", "    cron: null", r"line 6, byhand: cron: .*unknown field `cron`"),
        ('"*/15 * * * *"', '"every day"', r"line 3, world: schedule: Expected `str` matching"),
        ("shards: 2", "shards: 2\n    shards: 3", r"line 4: shards stands twice"),
        ("sources:", "sauces:", r"line 7: sauces: .*unknown field `sauces`"),
    ],
)
def test_a_mistake_is_refused_with_its_line(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in GOOD
    with pytest.raises(SourcesInvalid, match=rf"^sources\.yaml {said}"):
        read(tmp_path, GOOD.replace(before, after, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("- a\n- b\n", "line 1: Expected `object`, got `array`"),
        ("groups: [\n", "is not YAML"),
        ("groups: 2026-99-99\n", "is not YAML"),
        ("&a [*a]\n", "is not YAML"),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SourcesInvalid, match=said):
        read(tmp_path, text)


def test_a_file_that_cannot_be_read_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(SourcesInvalid, match="COPYDESK_SOURCES_FILE"):
        read_sources(tmp_path / "missing.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"groups: \xff")
    with pytest.raises(SourcesInvalid, match="cannot read"):
        read_sources(tmp_path / "latin.yaml")


def test_the_shipped_file_holds_the_demo() -> None:
    sources = read_sources(DEFAULT_FILE)
    (demo,) = sources.groups
    assert (demo.name, demo.schedule, demo.paused) == ("demo", None, False)
    assert [source.url for source in sources.sources] == ["{newsroom}/wire/rss.xml", "{newsroom}/courier/atom.xml"]
    assert [source.kind for source in sources.sources] == ["rss", "atom"]
    assert all(source.private for source in sources.sources)
    assert sources.shards("demo") == [["halyard-wire"], ["aldermere-courier"]]


def test_the_commented_example_of_the_shipped_file_is_valid(tmp_path: Path) -> None:
    lines = DEFAULT_FILE.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line.replace("  # ", "  ", 1) if line.startswith("  # ") else line for line in lines)
    text = text.replace("  A group on a schedule. Times are UTC.", "")
    sources = read(tmp_path, text)
    world = sources.groups[-1]
    assert (world.name, world.schedule, world.shards, world.paused) == ("world", "*/15 * * * *", 4, True)
    assert sources.sources[-1].name == "example-world"


def test_dags_are_parsed_from_the_file_beside_them_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COPYDESK_SOURCES_FILE", raising=False)
    assert parse_time_file() == DEFAULT_FILE
    monkeypatch.setenv("COPYDESK_SOURCES_FILE", str(tmp_path / "mine.yaml"))
    assert parse_time_file() == tmp_path / "mine.yaml"
