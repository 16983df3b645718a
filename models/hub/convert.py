"""Converts a sequence-to-sequence model of the hub to CTranslate2. Needs the extras `torch` and `ctranslate2`."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from models import registry
from models.errors import HubModelError
from models.hub.ctranslate import TOKENIZER, TYPES, Converted, require_ctranslate2
from models.hub.generate import BEAMS, LONGEST_INPUT, LONGEST_OUTPUT, NO_REPEAT, prefix_of
from models.hub.source import Source, find, require_torch
from models.pulled import MANIFEST, converted_folder

#: Fields of BART's first configurations that its converter reads and that transformers no longer writes.
_BART_FIELDS: Final = {"normalize_before": False, "normalize_embedding": True}


def convert(
    name: str,
    *,
    models_dir: Path,
    precision: str = "int8",
    cache_dir: Path | None = None,
    step: Callable[[str], None] = lambda _: None,
) -> tuple[Path, Converted]:
    """Convert a model that is on this machine; its folder and manifest. `step` is told what is being done.

    Raises:
        ExtraMissingError: torch or ctranslate2 is not installed.
        NotPulledError: the model is not on this machine.
        ChecksumError: a file changed since it was pulled.
        HubModelError: CTranslate2 has no converter for a model of this kind.
    """
    require_torch()
    require_ctranslate2()
    step("checking")
    source = find(name, cache_dir=cache_dir, models_dir=models_dir)
    source_sha256 = source.sha256()
    revision = source_sha256 if source.revision == "local" else source.revision
    target = converted_folder(models_dir, source.name, revision, precision)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        step("converting")
        made = Path(scratch) / "made"
        tokenizer, config, generation = _convert(source, Path(scratch), made, TYPES[precision])
        tokenizer.save(str(made / TOKENIZER))
        opening = config.get("forced_bos_token_id", generation.forced_bos_token_id)
        if opening is None and config.get("force_bos_token_to_be_generated"):
            opening = config.get("bos_token_id")
        positions = config.get("max_position_embeddings") or LONGEST_INPUT
        longest = min(positions, LONGEST_INPUT)
        manifest = Converted(
            name=source.name,
            revision=source.revision,
            precision=precision,
            source_sha256=source_sha256,
            files={path.name: registry.sha256(path) for path in sorted(made.iterdir())},
            prefix=prefix_of(config["model_type"]),
            opening=() if opening is None else (tokenizer.id_to_token(opening),),
            longest_input=longest,
            longest_output=min(LONGEST_OUTPUT, longest - 1),
            shortest_output=min(generation.min_length or 0, longest - 1),
            beams=BEAMS,
            no_repeat=NO_REPEAT,
            length_penalty=1.0 if generation.length_penalty is None else generation.length_penalty,
        )
        (made / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
        if target.exists():
            shutil.rmtree(target)
        made.rename(target)
    return target, manifest


def _convert(source: Source, scratch: Path, made: Path, quantization: str) -> tuple[Any, dict[str, Any], Any]:
    """Convert into `made`; the model's tokenizer, configuration and settings for writing."""
    from ctranslate2.converters import TransformersConverter  # noqa: PLC0415
    from safetensors import SafetensorError  # noqa: PLC0415
    from transformers import AutoTokenizer, GenerationConfig  # noqa: PLC0415

    # The converter reads a folder, in which the configuration is ours and everything else a link.
    folder = scratch / "source"
    folder.mkdir()
    for path in source.folder.iterdir():
        if path.is_file() and path.name != "config.json":
            (folder / path.name).symlink_to(path.resolve())
    try:
        config: dict[str, Any] = json.loads((source.folder / "config.json").read_bytes())
        if config.get("model_type") == "bart":
            config = {**_BART_FIELDS, **config}
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        TransformersConverter(str(folder)).convert(str(made), quantization=quantization)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        if (source.folder / "generation_config.json").is_file():
            generation = GenerationConfig.from_pretrained(folder, local_files_only=True)
        else:
            generation = GenerationConfig(  # type: ignore[no-untyped-call]
                **{key: config[key] for key in ("min_length", "length_penalty") if config.get(key) is not None}
            )
    except (OSError, ValueError, KeyError, AttributeError, RuntimeError, SafetensorError) as error:
        raise HubModelError(
            f"{source.name} cannot be converted for CTranslate2 ({error}): name a BART or T5 model, or use torch"
        ) from error
    if not tokenizer.is_fast:
        raise HubModelError(f"{source.name} has no fast tokenizer: use COPYDESK_SUMMARIZER_ENGINE=torch for it")
    return tokenizer.backend_tokenizer, config, generation
