"""Makes docs/configuration.md from the settings: ``python -m infra.settings_table`` writes it."""

from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from infra.settings import ROOT, Settings

PAGE = ROOT / "docs" / "configuration.md"
HEAD = """# Configuration

Every setting is an environment variable, or the same name without its prefix, in lower case, in a TOML file:
`COPYDESK_BATCH_SIZE=20`, or `batch_size = 20`. The file is `.copydesk/copydesk.toml`, or what `COPYDESK_CONFIG` names;
the environment wins. A name that is not in this table is an error in the file; a variable that is not does nothing, and
commands warn of it where it nearly is one of these. Secrets can be given as files.

This page is made from `infra/settings.py` by `python -m infra.settings_table`.

| variable | default | meaning |
|---|---|---|
"""


def page() -> str:
    """Return the whole page."""
    return HEAD + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    return f"| `COPYDESK_{name.upper()}` | {_default(field.default)} | {field.description} |\n"


def _default(value: object) -> str:
    if value is None or value == "" or isinstance(value, SecretStr):
        return "none"
    if isinstance(value, Path):
        return f"`{value.relative_to(ROOT)}`"
    return f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
