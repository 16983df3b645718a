"""The labels of the built-in tagger, in the order of its output columns."""

from typing import Final

#: BIO over the three classes that UNER, WikiGold and CrossNER (folded) share.
LABELS: Final = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")

#: The classes: people, organisations, places.
CLASSES: Final = ("PER", "ORG", "LOC")
