"""The words that may stand in an article's ``flags``, and what each means. Written into docs/outputs.md."""

from typing import Final

FLAGS: Final = {
    "brief": "fewer than 100 words of text",
    "case-lost": "the text is all in capitals, or has none: its names are less certain",
    "characters-replaced": "bytes that did not fit the charset became U+FFFD",
    "charset-guessed": "no charset was declared and the bytes are not UTF-8",
    "consent": "the page asked for consent to cookies; the text is the feed's",
    "controls-dropped": "control characters or zero bytes were taken out",
    "corrected": "the article carries a correction",
    "date-guessed-zone": "a date had no time zone (or no time) and was read as UTC",
    "date-in-future": "a date later than the capture was not used",
    "deep-markup": "the page nests deeper than the parser reads; what stands inside or after is missing",
    "gallery": "the page is a gallery of pictures; the text is what stands with them",
    "host-rule-missed": "the rule for the host found no text on the page, which was read as any other",
    "language-not-read": "the built-in models do not read this language: no entities, and the summary is the lead",
    "language-unknown": "the text is too short or too mixed to tell its language; the models read it as English",
    "live-blog": "the page says that it is a live blog, or the text has the stamps of one",
    "login-wall": "the page asked to log in; the text is the feed's",
    "mostly-removed": "the cleaner took out more words than it kept",
    "no-date": "neither the page nor the feed says when it was published",
    "no-title": "neither the page nor the feed gives a title",
    "page-cut": "the page has more tags, paragraphs or links in one block, or more text without a tag, than are read; "
    "the rest is missing",
    "paywall-stub": "the page gives only the beginning of the article",
    "robot-check": "the page asked whether a person is reading; the text is the feed's",
    "soft-404": "the page said that it is not there; the text is the feed's",
    "summary-cut": "sentences of a written summary were left out, since the article does not support them",
    "summary-replaced": "the article supports too little of what a model wrote; the summary is taken from the article",
    "text-from-feed": "the page held no article; the text is the feed's",
    "text-truncated": "the models left the end of a very long text unread",
    "video": "the page is built around a video; the text is what stands with it",
}
"""Flag to meaning. Those of the enrich step are set by ``models.factory``."""

BRIEF_WORDS = 100
"""Words from which an article is no brief."""
