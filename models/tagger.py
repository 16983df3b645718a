"""The built-in tagger: people, organisations and places of English news."""

from models import languages
from models.names import group
from models.protocols import Document, Encoder
from models.spans import decode
from schemas.articles import Entity, ModelRef


class NewsTagger:
    """Reads names off the document's encoder pass; the document must have been made with the built-in encoder.

    Names that score less than the `least` of the encoder's calibration are left out.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.references: tuple[ModelRef, ...] = (encoder.reference,)
        self._calibration = encoder.calibration

    def reads(self, language: str) -> bool:
        """The languages it was trained on."""
        return languages.reads(language)

    def tag(self, document: Document) -> tuple[Entity, ...]:
        """The names with all their mentions, in the order in which they first appear."""
        text, least = document.text, self._calibration.least
        names = group(text, decode(text, document.encoding), self._calibration)
        cased = languages.has_case(text)
        return tuple(name for name in names if name.score >= least and not (cased and _is_lower(name.text)))


def _is_lower(name: str) -> bool:
    """Whether a name has letters, none of them a capital: in text that has both, that is no name."""
    return name == name.lower() and name != name.upper()
