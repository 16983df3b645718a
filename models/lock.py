"""Writes the sums of the shipped models into models.toml: `python -m models.lock`, after new weights."""

import re
from pathlib import Path
from typing import Final

from models import registry
from models.artifacts import WEIGHTS, open_artifacts
from models.registry import Entry

_TABLE: Final = re.compile(r"(?m)^\[\[model\]\]$")


def locked(text: str, entries: tuple[Entry, ...], weights: Path = WEIGHTS) -> str:
    """The text of models.toml with revision and sums as the manifests of the shipped folders have them.

    Raises:
        WeightsError: a folder does not hold what its own manifest says.
    """
    head, *tables = _TABLE.split(text)
    for entry in entries:
        if not entry.folder:
            continue
        manifest = open_artifacts(weights / entry.folder).manifest
        sums = "".join(f'"{name}" = "{digest}"\n' for name, digest in sorted(manifest.files.items()))
        for index, table in enumerate(tables):
            if re.search(rf'(?m)^name = "{re.escape(entry.name)}"$', table):
                fresh = re.sub(r'(?m)^revision = ".*"$', f'revision = "{manifest.revision}"', table, count=1)
                tables[index] = re.sub(r'\[model\.files\]\n(?:".*\n)*', f"[model.files]\n{sums}", fresh, count=1)
    return "[[model]]".join((head, *tables))


if __name__ == "__main__":
    registry.FILE.write_text(
        locked(registry.FILE.read_text(encoding="utf-8"), tuple(registry.read().values())), encoding="utf-8"
    )
