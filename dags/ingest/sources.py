"""Sources and their groups as data: ``sources.yaml``, read strictly.

Light on purpose (yaml and msgspec only): DAG files are parsed again and again, and this is what they read.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import yaml
from msgspec import Meta

from dags.ingest.errors import SourcesInvalid

DEFAULT_FILE = Path(__file__).resolve().parent.parent / "sources.yaml"
NEWSROOM = "{newsroom}"

Name = Annotated[str, Meta(pattern="^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$")]
Url = Annotated[str, Meta(pattern=r"^(https?://[^\s{}]+|\{newsroom\}/[^\s{}]*)$")]
_CRON_FIELD = "[0-9A-Za-z*/,?#-]+"
Cron = Annotated[str, Meta(pattern=f"^(@(hourly|daily|weekly|monthly|yearly)|{_CRON_FIELD}( {_CRON_FIELD}){{4}})$")]
Kind = Literal["rss", "atom", "auto"]


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sources that are pulled together: one DAG, ``ingest_<name>``."""

    name: Name
    schedule: Cron | None
    """Cron, UTC; null: run by hand or by the API only."""
    shards: Annotated[int, Meta(ge=1, le=1000)] | None = None
    """Most mapped tasks; the sources are dealt out to them. Null: one task per source."""
    paused: bool = False
    """Whether Airflow holds the DAG back when it first sees it."""
    description: str = ""


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A feed. ``kind`` ``rss`` and ``atom`` refuse the other format; ``auto`` takes either."""

    name: Name
    group: Name
    url: Url
    """``{newsroom}`` at its start stands for the setting ``newsroom_url``."""
    kind: Kind = "auto"
    private: bool = False
    """May reach this machine and its private network, which no other source may."""
    language: Annotated[str, Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    """BCP 47; asked for where the site has several languages."""
    rights: str | None = None
    """Terms under which the source gives the text; carried with every article."""
    max_items: Annotated[int, Meta(ge=1, le=1000)] = 100
    """Items pulled per poll, in the feed's order; those after them fail with ``over-limit``."""
    enabled: bool = True

    def feed_url(self, newsroom_url: str) -> str:
        """Return the URL to fetch."""
        return self.url.replace(NEWSROOM, newsroom_url.rstrip("/"), 1)


class Sources(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    groups: tuple[Group, ...]
    sources: tuple[Source, ...]

    def shards(self, group: str) -> list[list[str]]:
        """Return the names of the group's enabled sources, dealt out to its shards. Raises ``SourcesInvalid``."""
        found = next((each for each in self.groups if each.name == group), None)
        if found is None:
            raise SourcesInvalid(f"no group {group!r} in sources.yaml; it has {', '.join(g.name for g in self.groups)}")
        names = [source.name for source in self.sources if source.group == group and source.enabled]
        count = min(found.shards or len(names), len(names))
        return [names[number::count] for number in range(count)]

    def named(self, names: Sequence[str]) -> list[Source]:
        """Return these sources, in this order. Raises ``SourcesInvalid`` when one is missing."""
        by_name = {source.name: source for source in self.sources}
        missing = [name for name in names if name not in by_name]
        if missing:
            raise SourcesInvalid(f"no source {missing[0]!r} in sources.yaml; was it renamed while the DAG ran?")
        return [by_name[name] for name in names]


def parse_time_file() -> Path:
    """Return the file that DAG files read while they are parsed.

    This is the one place beside ``infra.settings`` that reads the environment: building the settings at parse time
    would make every DAG disappear over an unrelated wrong setting, and run again with each parse.
    """
    return Path(os.environ.get("COPYDESK_SOURCES_FILE", DEFAULT_FILE))


def read_sources(path: Path) -> Sources:
    """Read and check the file. Raises ``SourcesInvalid`` naming the line and what stands there."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourcesInvalid(f"cannot read {path}: {error}; COPYDESK_SOURCES_FILE names the file") from error
    document = _Document(path, text)
    sources = document.read()
    _check(sources, document)
    return sources


class _Document:
    """The file as YAML nodes, which know their lines, and as data."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        loader = yaml.SafeLoader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise SourcesInvalid(f"{path.name} is empty; it needs `groups:` and `sources:`")
            self._root: yaml.Node = node
            self._refuse_repeated_keys(node)
            self._data: Any = loader.construct_document(node)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise SourcesInvalid(f"{path.name} is not YAML: {error}") from error
        finally:
            loader.dispose()

    def read(self) -> Sources:
        try:
            return msgspec.convert(self._data, Sources, strict=True)
        except msgspec.ValidationError as error:
            problem, _, place = str(error).partition(" - at ")
            keys = [int(index) if index else key for key, index in _PATH_PART.findall(place)]
            if problem.endswith("got `bool`"):
                problem += "; quote it: YAML takes on, off, yes and no for booleans"
            unknown = _UNKNOWN.search(problem)
            raise self.error([*keys, unknown[1]] if unknown else keys, problem) from error

    def error(self, keys: Sequence[str | int], problem: str) -> SourcesInvalid:
        """Return the error for the node at ``keys``, named by its line and, inside a list, the entry's name."""
        line, entry, data = self._root.start_mark.line + 1, "", self._data
        for key, node in zip(keys, self._along(keys), strict=False):
            line = node.start_mark.line + 1
            if isinstance(key, int):
                data = data[key]
                entry = f", {data['name']}" if isinstance(data, dict) and "name" in data else ""
            elif isinstance(data, dict):
                data = data.get(key)
        field = f": {keys[-1]}" if keys and isinstance(keys[-1], str) else ""
        return SourcesInvalid(f"{self._path.name} line {line}{entry}{field}: {problem}")

    def _along(self, keys: Sequence[str | int]) -> Iterator[yaml.Node]:
        node: yaml.Node | None = self._root
        for key in keys:
            if isinstance(node, yaml.MappingNode):
                found = next((pair for pair in node.value if pair[0].value == key), None)
                if found is None:
                    return
                yield found[0]
                node = found[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                node = node.value[key]
                yield node
            else:
                return

    def _refuse_repeated_keys(self, node: yaml.Node) -> None:
        """YAML readers keep the last of two equal keys, silently."""
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            for key, value in node.value:
                if keys.count(key.value) > 1:
                    raise SourcesInvalid(f"{self._path.name} line {key.start_mark.line + 1}: {key.value} stands twice")
                self._refuse_repeated_keys(value)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                self._refuse_repeated_keys(value)


_PATH_PART = re.compile(r"\.(\w+)|\[(\d+)\]")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")


def _check(sources: Sources, document: _Document) -> None:
    groups = [group.name for group in sources.groups]
    names = [source.name for source in sources.sources]
    for number, name in enumerate(groups):
        if name in groups[:number]:
            raise document.error(["groups", number, "name"], f"there is a group {name!r} above already")
    for number, source in enumerate(sources.sources):
        if source.name in names[:number]:
            raise document.error(["sources", number, "name"], f"there is a source {source.name!r} above already")
        if source.group not in groups:
            known = ", ".join(groups) or "none"
            raise document.error(["sources", number, "group"], f"no group {source.group!r}; there are: {known}")
