"""Whether a line names the paper that prints it: a fifth of boilerplate does, and hardly a line of an article.

A paper's name is known from the page (``og:site_name``), from its host and from the feed's name; only some of them may
be. Names are compared by their letters, so that ``harbour-post.example`` is found in "The Harbour Post".
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Named = Literal["", "word", "whole"]

_LETTERS = re.compile(r"[^\W\d_]+")
_ENDINGS = frozenset({"com", "org", "net", "co", "ac", "gov", "info", "example"})
_LEAST_LETTERS, _LEAST_LAST = 5, 4
"""Letters of a name, and of the last word of one, that is looked for: shorter ones are common words."""
_MOST_LETTERS, _MOST_NAMES = 60, 4
_ARTICLE = "the"


@dataclass(frozen=True, slots=True)
class Site:
    """What a paper is called, as patterns."""

    whole: tuple[re.Pattern[str], ...] = ()
    word: re.Pattern[str] | None = None

    @staticmethod
    def of(host: str | None, *names: str | None) -> "Site":
        """Return the site of a host (``www.harbour-post.example``), with the names that page and feed give it."""
        given = [name for name in (_of_host(host or ""), *names) if name]
        return _site(tuple(dict.fromkeys(given))[:_MOST_NAMES])

    def named_in(self, form: str) -> Named:
        """Return how a line names the paper: by its whole name, by the last word of it ("the Post"), or not."""
        if any(_is_name(form, match) for name in self.whole for match in name.finditer(form)):
            return "whole"
        return "word" if self.word and self.word.search(form) else ""


NO_SITE = Site()


@lru_cache(maxsize=1_024)
def _site(names: tuple[str, ...]) -> Site:
    whole: dict[str, None] = {}
    last: dict[str, None] = {}
    for name in names:
        words = [word.lower() for word in _LETTERS.findall(name)]
        words = words[1:] if len(words) > 1 and words[0] == _ARTICLE else words
        letters = "".join(words).removeprefix(_ARTICLE if len(words) == 1 else "")
        if _LEAST_LETTERS <= len(letters) <= _MOST_LETTERS:
            whole[letters] = None
        if len(words) > 1 and len(words[-1]) >= _LEAST_LAST:
            last[words[-1].capitalize()] = None
    return Site(
        tuple(re.compile(r"(?<![^\W\d_])" + r"[\W_]*".join(name) + r"(?![^\W\d_])", re.IGNORECASE) for name in whole),
        re.compile(rf"\b(?:{'|'.join(last)})\b") if last else None,
    )


def _of_host(host: str) -> str:
    """Return the part of a host's name that a paper chooses."""
    labels = host.lower().removeprefix("www.").split(".")[:-1]
    while len(labels) > 1 and labels[-1] in _ENDINGS:
        labels.pop()
    return labels[-1] if labels else ""


def _is_name(form: str, found: re.Match[str]) -> bool:
    """Whether letters stand there as a name does: with a capital, or in an address."""
    before, after = form[max(0, found.start() - 1) : found.start()], form[found.end() : found.end() + 2]
    return found[0][0].isupper() or before in {"@", ".", "/"} or (after[:1] == "." and after[1:].isalpha())
