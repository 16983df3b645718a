"""Writes what other programs read of the contracts: JSON Schema files, the list of topics, and the table in the docs.

``python -m schemas.generate`` writes, ``python -m schemas.generate --check`` tells whether that would change anything.
The files are checked in; they depend on the types and topics alone.
Source of the dialect: JSON Schema 2020-12.
"""

import argparse
import inspect
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from schemas.codec import Pointer
from schemas.topics import DAY_MS, SCHEMA_ID_PREFIX, TOPICS, Topic

ROOT = Path(__file__).resolve().parent.parent
JSON = Path("schemas/json")
TOPICS_PAGE = Path("docs/topics.md")
TABLE_BEGIN = "<!-- table: written by `python -m schemas.generate` -->\n"
TABLE_END = "<!-- end of table -->\n"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
POINTER_SCHEMA_ID = f"{SCHEMA_ID_PREFIX}pointer.v1"


def schema_file(schema_id: str) -> Path:
    """Return where, from the root, the JSON Schema with this ``$id`` lies."""
    return JSON / f"{schema_id.removeprefix(SCHEMA_ID_PREFIX)}.schema.json"


def json_schema(kind: type[msgspec.Struct], schema_id: str) -> dict[str, Any]:
    """Return the JSON Schema of a payload type, with the types of its parts under ``$defs``."""
    (_,), parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    root = _clean(parts.pop(kind.__name__))
    schema = {"$schema": DIALECT, "$id": schema_id, **root}
    if parts:
        schema["$defs"] = {name: _clean(parts[name]) for name in sorted(parts)}
    return schema


def topics_list() -> list[dict[str, Any]]:
    """Return what a program needs to create and to read the topics. Retention times are milliseconds."""
    return [
        {
            "name": topic.name,
            "purpose": topic.purpose,
            "key": "article id",
            "event_type": topic.event_type,
            "schema": topic.schema_id,
            "partitions": topic.partitions,
            "configs": topic.configs,
        }
        for topic in TOPICS
    ]


def topics_table() -> str:
    """Return the topics as a table in Markdown."""
    head = "| topic | what | key | payload | event type | partitions | kept |\n|---|---|---|---|---|---|---|\n"
    return head + "".join(
        f"| `{topic.name}` | {topic.purpose} | article id | {_payload(topic)} | `{topic.event_type}` "
        f"| {topic.partitions} | {_kept(topic)} |\n"
        for topic in TOPICS
    )


def files() -> dict[Path, str]:
    """Return every generated file, by its path from the root."""
    written = {
        schema_file(topic.schema_id): _dump(json_schema(topic.payload, topic.schema_id))
        for topic in TOPICS
        if topic.payload is not None and topic.schema_id is not None
    }
    written[schema_file(POINTER_SCHEMA_ID)] = _dump(json_schema(Pointer, POINTER_SCHEMA_ID))
    written[JSON / "topics.json"] = _dump(topics_list())
    before, _, rest = (ROOT / TOPICS_PAGE).read_text(encoding="utf-8").partition(TABLE_BEGIN)
    after = rest.partition(TABLE_END)[2]
    written[TOPICS_PAGE] = f"{before}{TABLE_BEGIN}{topics_table()}{TABLE_END}{after}"
    return written


def stale(root: Path = ROOT) -> list[Path]:
    """Return the files under ``root`` that are missing, differ from the types, or have no type any more."""
    wanted = files()
    differing = [path for path, text in wanted.items() if not _equals(root / path, text)]
    return sorted(differing + [path for path in _written(root) if path not in wanted])


def write(root: Path = ROOT) -> list[Path]:
    """Write what is stale under ``root``, remove what has no type any more, and return both."""
    wanted = files()
    changed = stale(root)
    for path in changed:
        if path in wanted:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(wanted[path], encoding="utf-8")
        else:
            (root / path).unlink()
    return changed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns its exit code: 1 when ``--check`` finds something stale."""
    parser = argparse.ArgumentParser(prog="python -m schemas.generate", description="Write the contracts' files.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    check = parser.parse_args(arguments).check
    changed = stale() if check else write()
    for path in changed:
        sys.stdout.write(f"{path}{' is stale: run `python -m schemas.generate`' if check else ''}\n")
    return 1 if check and changed else 0


def _written(root: Path) -> list[Path]:
    return [path.relative_to(root) for path in (root / JSON).glob("*.json")]


def _equals(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _dump(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _clean(node: Any) -> Any:
    """Take the indentation of docstrings out of the descriptions."""
    if isinstance(node, dict):
        return {
            name: inspect.cleandoc(value) if name == "description" and isinstance(value, str) else _clean(value)
            for name, value in node.items()
        }
    return [_clean(item) for item in node] if isinstance(node, list) else node


def _payload(topic: Topic) -> str:
    if topic.payload is None or topic.schema_id is None:
        return "bytes as they came"
    return f"[{topic.payload.__name__}](../{schema_file(topic.schema_id)})"


def _kept(topic: Topic) -> str:
    if topic.configs["cleanup.policy"] == "compact":
        days = int(topic.configs["min.compaction.lag.ms"]) // DAY_MS
        return f"the latest per key for ever, earlier ones {days} days at least"
    return f"{int(topic.configs['retention.ms']) // DAY_MS} days"


if __name__ == "__main__":
    sys.exit(main())
