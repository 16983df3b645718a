"""The language of a text, by py3langid (BSD; n-gram model of Lui and Baldwin 2012, 97 languages)."""

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from schemas.articles import Language

UNKNOWN = Language(code="und", confidence=0.0)
MIN_LETTERS = 40
"""Fewer letters tell too little: names and numbers decide then."""
MIN_CONFIDENCE = 0.5
SAMPLE = 800
"""Characters looked at; more change nothing in an article of one language."""


def identify_language(text: str) -> Language:
    """Return ISO 639-1 code and probability (three digits); ``und`` with 0 when it cannot be told."""
    sample = text[:SAMPLE]
    if sum(map(str.isalpha, sample)) < MIN_LETTERS:
        return UNKNOWN
    code, probability = _identifier().classify(sample)
    confidence = round(min(1.0, max(0.0, float(probability))), 3)
    return Language(code=str(code), confidence=confidence) if confidence >= MIN_CONFIDENCE else UNKNOWN


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
