"""docs/docker.md names what is there."""

import re
from typing import Any

from infra.settings import ROOT, Settings

PAGE = (ROOT / "docs" / "docker.md").read_text(encoding="utf-8")


def test_every_service_is_in_the_table(services: dict[str, Any]) -> None:
    table = PAGE.partition("\n## Services\n")[2].partition("\n\n**")[0]
    first_cells = " ".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`([a-z0-9-]+)`", first_cells)) == services.keys()


def test_services_and_variables_named_elsewhere_exist(services: dict[str, Any], compose_text: str) -> None:
    for name in re.findall(r"\b((?:COPYDESK|AIRFLOW)_[A-Z0-9_]+)\b", PAGE):
        assert name in compose_text, name
    for _, options in re.findall(r"docker compose (run|exec) ([^\n]*)", PAGE):
        words = [word for word in options.split() if not word.startswith("-")]
        assert words[0] in services or words[1] in services, options


def test_addresses_are_those_of_the_settings() -> None:
    ports = {
        str(Settings.model_fields[name].default)
        for name in ("kafka_port", "s3_port", "s3_console_port", "airflow_port")
    }
    table = PAGE.partition("| what | where |")[2].partition("\n\n")[0]
    assert set(re.findall(r"127\.0\.0\.1:(\d+)", table)) == ports


def test_every_block_is_marked_so_that_no_test_runs_it_here() -> None:
    fences = re.findall(r"^```(.*)$", PAGE, re.MULTILINE)
    assert set(fences[::2]) == {"sh docker"}
    assert set(fences[1::2]) == {""}
