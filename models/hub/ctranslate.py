"""Sequence-to-sequence models on CTranslate2: converted once with torch, run without it."""

import importlib.util
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec
from tokenizers import Tokenizer

from models import registry
from models.engines import DEFAULT, Choice
from models.errors import ChoiceError, ExtraMissingError, HubModelError, NotPulledError
from models.hub.source import find, identify
from models.pulled import MANIFEST, converted_folder
from models.registry import Sha256
from schemas.articles import ModelRef

TOKENIZER: Final = "tokenizer.json"
WEIGHTS: Final = "model.bin"
#: Our names of precisions, and CTranslate2's.
TYPES: Final = {"int8": "int8", "fp32": "float32", "fp16": "float16"}


class Converted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`manifest.json` of a converted model: where it came from, its files, and how its maker has it write.

    `prefix` is read before each text; `opening` are the pieces that every writing starts with. Lengths are in pieces.
    """

    name: str
    revision: str
    precision: str
    source_sha256: Sha256
    files: dict[str, Sha256]
    prefix: str
    opening: tuple[str, ...]
    longest_input: int
    longest_output: int
    shortest_output: int
    beams: int
    no_repeat: int
    length_penalty: float


class CTranslateGenerator:
    """`models.hub.generate.Generator` on a model that `copydesk models convert` made. One thread; beam search.

    Raises:
        ExtraMissingError: ctranslate2 is not installed.
        ChoiceError: precision or device is none that it has here.
        NotPulledError: the model was not converted.
        ChecksumError: a file changed since the conversion.
        HubModelError: the conversion is damaged.
    """

    def __init__(
        self,
        name: str,
        *,
        models_dir: Path | None,
        choice: Choice = DEFAULT,
        cache_dir: Path | None = None,
    ) -> None:
        require_ctranslate2(choice.device)
        import ctranslate2  # noqa: PLC0415

        precision = choice.precision_of("ctranslate2")
        folder = _converted(name, precision, models_dir=models_dir, cache_dir=cache_dir)
        manifest = read_manifest(folder)
        registry.verify(folder, manifest.files, remedy=f"make it again with `copydesk models convert {name}`")
        self._manifest = manifest
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        try:
            self._translator = ctranslate2.Translator(
                str(folder), device=choice.device, compute_type=TYPES[precision], intra_threads=1, inter_threads=1
            )
        except (RuntimeError, ValueError) as error:
            raise HubModelError(
                f"ctranslate2 cannot run {folder} ({error}): make it again with `copydesk models convert {name}`"
            ) from error
        self.longest_input = manifest.longest_input
        engine = f"ctranslate2 {version('ctranslate2')}"
        self.reference = ModelRef(
            name=manifest.name,
            task="summarization",
            revision=manifest.revision,
            sha256=manifest.files[WEIGHTS],
            engine=engine if choice.device == "cpu" else f"{engine}, {choice.device}",
            precision=precision,
        )

    def count(self, text: str) -> int:
        """Pieces of a text, special ones and the model's prefix included."""
        return len(self._tokenizer.encode(self._manifest.prefix + text).ids)

    def generate(self, texts: list[str]) -> list[str]:
        """One text for each, in the same order."""
        return [self._write(text) for text in texts]

    def _write(self, text: str) -> str:
        manifest = self._manifest
        pieces = self._tokenizer.encode(manifest.prefix + text).tokens
        if len(pieces) > manifest.longest_input:
            # The last piece is the special one that closes a text.
            pieces = [*pieces[: manifest.longest_input - 1], pieces[-1]]
        (result,) = self._translator.translate_batch(
            [pieces],
            target_prefix=[list(manifest.opening)] if manifest.opening else None,
            beam_size=manifest.beams,
            length_penalty=manifest.length_penalty,
            no_repeat_ngram_size=manifest.no_repeat,
            max_decoding_length=manifest.longest_output,
            min_decoding_length=manifest.shortest_output,
            max_input_length=0,
        )
        ids = [self._tokenizer.token_to_id(piece) for piece in result.hypotheses[0]]
        decoded: str = self._tokenizer.decode([number for number in ids if number is not None])
        return decoded.strip()


def require_ctranslate2(device: str = "cpu") -> None:
    """Check for the extra `ctranslate2`, and for a GPU where one was chosen.

    Raises:
        ExtraMissingError: it is not installed.
        ChoiceError: it sees no such device.
    """
    if importlib.util.find_spec("ctranslate2") is None:
        raise ExtraMissingError(
            "the engine ctranslate2 is not installed: install the extra with `pip install -r "
            "requirements/ctranslate2.txt`, or set COPYDESK_SUMMARIZER_ENGINE=torch"
        )
    if device == "cuda":
        import ctranslate2  # noqa: PLC0415

        if not ctranslate2.get_cuda_device_count():
            raise ChoiceError("ctranslate2 sees no GPU here: set COPYDESK_DEVICE=cpu")


def read_manifest(folder: Path) -> Converted:
    """Read the manifest of a converted model.

    Raises:
        HubModelError: there is none, or it is damaged.
    """
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Converted)
    except (OSError, msgspec.DecodeError) as error:
        raise HubModelError(
            f"{folder / MANIFEST} cannot be read ({error}): run `copydesk models convert` again"
        ) from error


def _converted(name: str, precision: str, *, models_dir: Path | None, cache_dir: Path | None) -> Path:
    if models_dir is None:
        raise NotPulledError(
            "no folder for converted models was given: set COPYDESK_MODELS_DIR, then run `copydesk models convert "
            f"{name}`"
        )
    identity, revision = identify(name)
    if Path(name).is_dir():
        revision = find(name).sha256()
    elif revision is None:
        revision = find(name, cache_dir=cache_dir, models_dir=models_dir).revision
    folder = converted_folder(models_dir, identity, revision, precision)
    if not (folder / MANIFEST).is_file():
        raise NotPulledError(
            f"{name} was not converted to {precision}: run `copydesk models convert {name} --precision {precision}`"
        )
    return folder
