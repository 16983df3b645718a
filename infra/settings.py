"""All settings, in one place for every process and both stacks. Frozen, read once per process by ``load``.

Order: environment (``COPYDESK_*``), then the TOML file named by ``COPYDESK_CONFIG`` (default
``.copydesk/copydesk.toml`` where it exists), then the defaults here. Secrets come from the environment or from files
(``COPYDESK_S3_SECRET_KEY_FILE``), and never appear in a log or a ``repr``.
"""

import os
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from infra.errors import Refused

ROOT = Path(__file__).resolve().parent.parent
"""The repository root, which is also the only import root."""
DEFAULT_HOME = ROOT / ".copydesk"
PREFIX = "COPYDESK_"
_NEAR = 0.75
"""Likeness (``difflib``) of two names from which one is taken for a slip of the other: one pair of letters changed."""
_OTHERS = frozenset({"COPYDESK_CONFIG", "COPYDESK_DEBUG", "COPYDESK_STACK"})
"""No settings either: see ``config_file``, ``copydesk.main``, ``infra.native.supervise``."""


class Settings(BaseSettings):
    """Everything that can be set. The table in docs/configuration.md is generated from these fields."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    home: Path = Field(DEFAULT_HOME, description="Folder for state, logs and credentials of the native stack.")
    # Broker
    kafka_bootstrap: str = Field("127.0.0.1:19092", description="Kafka's bootstrap servers, comma-separated.")
    topic_prefix: str = Field("", description="Put before every topic, group and transactional id.")
    # Object store
    s3_endpoint: str = Field("http://127.0.0.1:19000", description="Endpoint of the S3 store, with its scheme.")
    s3_bucket: str = Field("copydesk", description="The bucket that holds everything.")
    s3_region: str = Field("us-east-1", description="Region that requests are signed for.")
    s3_access_key: str = Field("", description="Access key of the S3 store.")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="Secret key of the S3 store.")
    s3_secret_key_file: Path | None = Field(None, description="File that holds the secret key instead.")
    # Sources
    sources_file: Path = Field(ROOT / "dags" / "sources.yaml", description="The sources that DAGs pull.")
    newsroom_url: str = Field(
        "http://127.0.0.1:18090", description="Base URL of the demo newsroom (`{newsroom}` in sources.yaml)."
    )
    user_agent: str = Field(
        "Copydesk/0.1 (news archive; contact the operator of this host)",
        description="User-Agent of every fetch; name a contact of your own.",
    )
    fetch_timeout_s: float = Field(20.0, gt=0, description="Seconds that one fetch may take, redirects included.")
    fetch_max_bytes: int = Field(
        10_000_000, gt=0, description="Largest body, on the wire and after decompression alike."
    )
    # Workers
    prepare_slots: int = Field(1, ge=1, le=8, description="Prepare workers started by the stack.")
    enrich_slots: int = Field(1, ge=1, le=8, description="Enrich workers started by the stack.")
    batch_size: int = Field(50, ge=1, le=500, description="Most messages in one transaction.")
    batch_seconds: float = Field(5.0, gt=0, description="Seconds of work after which a batch is cut.")
    work_limit_s: float = Field(120.0, gt=0, description="Seconds after which an article that still runs is a hang.")
    stall_limit_s: float = Field(
        60.0,
        gt=0,
        description="Seconds, on top of the longest batch allowed (BATCH_SECONDS + WORK_LIMIT_S), after which a worker "
        "starts again while messages wait and no offset moves.",
    )
    dead_limit: int = Field(20, ge=1, description="Dead letters in a row that stop a worker.")
    host_rules: Path | None = Field(
        None, description="Folder of your own rules for single hosts, a YAML file each (docs/cleaning.md)."
    )
    memory: str = Field(
        "latest",
        pattern="^(latest|none|[0-9a-f]{12})$",
        description="What prepare workers know of the hosts' boilerplate, read when they start: the `latest` that was "
        "learned, `none`, or a version.",
    )
    # Models
    tagger: str = Field("builtin", description="`builtin`, or a token-classification model of the hub (or its folder).")
    summarizer: str = Field("extractive", description="`extractive`, or a seq2seq model of the hub (or its folder).")
    tier: Literal["fast", "quality"] = Field(
        "fast",
        description="The built-in model: `fast` ships; `quality` finds more names, takes five times as long, and is "
        "made on this machine by `copydesk models pull quality` (docs/models.md).",
    )
    summarizer_engine: Literal["torch", "ctranslate2"] = Field(
        "torch",
        description="What runs a summarizer of the hub: `torch`, or `ctranslate2` after `copydesk models convert`.",
    )
    precision: Literal["auto", "int8", "fp32", "bf16", "fp16"] = Field(
        "auto", description="Precision of models of the hub; `auto` is fp32 with torch and int8 with ctranslate2."
    )
    device: Literal["cpu", "cuda"] = Field("cpu", description="What models of the hub run on.")
    models_dir: Path | None = Field(
        None, description="Folder of pulled and converted models; none stands for the user's cache."
    )
    # Native stack
    kafka_port: int = Field(19092, ge=1, le=65535, description="Native stack: Kafka's port.")
    kafka_controller_port: int = Field(19093, ge=1, le=65535, description="Native stack: Kafka's controller port.")
    s3_port: int = Field(19000, ge=1, le=65535, description="Native stack: MinIO's port.")
    s3_console_port: int = Field(19001, ge=1, le=65535, description="Native stack: MinIO's console port.")
    airflow_port: int = Field(18080, ge=1, le=65535, description="Native stack: Airflow's API and pages.")
    newsroom_port: int = Field(18090, ge=1, le=65535, description="Native stack: the demo newsroom.")
    airflow_parallelism: int = Field(0, ge=0, description="Airflow tasks at once; 0 sizes it to the machine.")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Level of the JSON logs.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file over defaults."""
        file = config_file()
        toml = (TomlConfigSettingsSource(settings_cls, file),) if file else ()
        return (init_settings, env_settings, *toml)

    def secret_key(self) -> str:
        """Return the S3 secret, from its file if one is set. Raises ``Refused``."""
        if self.s3_secret_key_file is None:
            return self.s3_secret_key.get_secret_value()
        try:
            return self.s3_secret_key_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Refused(f"cannot read COPYDESK_S3_SECRET_KEY_FILE: {error}") from error


def config_file() -> Path | None:
    """Return the TOML file in force, or None. Raises ``Refused`` when the one asked for is missing."""
    named = os.environ.get("COPYDESK_CONFIG")
    if named:
        if not Path(named).is_file():
            raise Refused(f"COPYDESK_CONFIG names {named}, which is not a file; unset it or run `copydesk up`")
        return Path(named)
    home = Path(os.environ.get("COPYDESK_HOME", DEFAULT_HOME))
    default = home / "copydesk.toml"
    return default if default.is_file() else None


def unknown(names: Iterable[str]) -> dict[str, str]:
    """Return the names of variables that begin as settings do and are none, each with the setting that is nearest.

    An empty text stands where none is near. They are no error: other systems make such names too (Kubernetes sets
    ``COPYDESK_PORT`` for a service called ``copydesk``).
    """
    known = [field.upper() for field in Settings.model_fields]
    found: dict[str, str] = {}
    for name in names:
        bare = name.upper().removeprefix(PREFIX)
        if bare != name.upper() and bare not in known and PREFIX + bare not in _OTHERS:
            found[name] = "".join(PREFIX + near for near in get_close_matches(bare, known, 1, _NEAR))
    return found


@lru_cache(maxsize=1)
def load() -> Settings:
    """Return the settings of this process. Raises ``Refused`` naming every setting that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"COPYDESK_{'_'.join(str(part) for part in item['loc']).upper()}: {item['msg']}" for item in error.errors()
        )
        raise Refused(f"settings are wrong: {problems}") from error
