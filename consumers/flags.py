"""The words that may stand in an article's ``flags``, and what each means. Written into docs/outputs.md."""

from typing import Final

FLAGS: Final = {
    "brief": "fewer than 100 words of text",
    "characters-replaced": "bytes that did not fit the charset became U+FFFD",
    "charset-guessed": "no charset was declared and the bytes are not UTF-8",
    "controls-dropped": "control characters or zero bytes were taken out",
    "corrected": "the article carries a correction",
    "date-guessed-zone": "a date had no time zone (or no time) and was read as UTC",
    "date-in-future": "a date later than the capture was not used",
    "deep-markup": "the page nests deeper than the parser reads; what stands inside or after is missing",
    "language-not-read": "the built-in models do not read this language: no entities, and the summary is the lead",
    "language-unknown": "the text is too short or too mixed to tell its language; the models read it as English",
    "live-blog": "the text has the stamps of a live blog",
    "mostly-removed": "the cleaner took out more words than it kept",
    "no-date": "neither the page nor the feed says when it was published",
    "no-title": "neither the page nor the feed gives a title",
    "text-from-feed": "the page held no article; the text is the feed's",
    "text-truncated": "the models left the end of a very long text unread",
}
"""Flag to meaning. Those of the enrich step are set by ``models.factory``."""

BRIEF_WORDS = 100
"""Words from which an article is no brief."""
