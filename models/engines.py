"""What runs the models: tier, engine, precision and device, and which of them go together."""

from dataclasses import dataclass
from typing import Final, Literal

from models.errors import ChoiceError

Tier = Literal["fast", "quality"]
SummarizerEngine = Literal["torch", "ctranslate2"]
Precision = Literal["auto", "int8", "fp32", "bf16", "fp16"]
Device = Literal["cpu", "cuda"]

#: What an engine can do, best first for who leaves the choice to us. Half precision is for GPUs: on processors it is
#: missing or slower than single precision.
_PRECISIONS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("torch", "cpu"): ("fp32", "bf16"),
    ("torch", "cuda"): ("fp32", "bf16", "fp16"),
    ("ctranslate2", "cpu"): ("int8", "fp32"),
    ("ctranslate2", "cuda"): ("int8", "fp32", "fp16"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """How models run. `tier` is for the built-in model; the rest is for models of the hub."""

    tier: Tier = "fast"
    summarizer_engine: SummarizerEngine = "torch"
    precision: Precision = "auto"
    device: Device = "cpu"

    def precision_of(self, engine: SummarizerEngine) -> str:
        """The precision in which an engine runs on the chosen device.

        Raises:
            ChoiceError: the chosen precision is none that the engine has there.
        """
        possible = _PRECISIONS[engine, self.device]
        if self.precision == "auto":
            return possible[0]
        if self.precision not in possible:
            raise ChoiceError(
                f"{engine} on {self.device} has no {self.precision}: set COPYDESK_PRECISION to auto or to one of "
                f"{', '.join(possible)}"
            )
        return self.precision


#: What ships: the fast tier, and torch with single precision for who names a model of the hub.
DEFAULT: Final = Choice()
