"""The kinds of page as data: ``consumers/kinds/*.yaml``, checked when loaded, compiled by RE2 (linear time).

A *cue* is a pattern with a weight, looked for in one place: a ``title`` (the whole of it, or a part between dashes or
bars), a ``line`` of the page (the whole line in ``normal_form``), a ``marker`` (class, id, name, ``src`` or ``action``
of an element), or the ``url`` at which redirects ended. A *fact* is something that ``consumers.page_kind`` finds out by
itself. A page is of a kind when the weights of what was found add up to ``NEEDS``. Case does not count.
``%name%`` stands for an entry of the file's ``terms``. The examples of each cue are its tests.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from consumers.rulepack import NEVER, Matcher
from infra.errors import Refused
from schemas.articles import Score

KINDS = Path(__file__).parent / "kinds"
NEEDS = 1.0
"""Weight from which a page is of a kind."""
SURE = 2.0
"""Weight of one cue or fact from which it is so whatever else stands on the page."""

Where = Literal["title", "line", "marker", "url"]
PLACES: Final[tuple[Where, ...]] = ("title", "line", "marker", "url")
Fact = Literal[
    "ld-live", "ld-gallery", "ld-video", "og-video", "og-website", "not-free", "sent-home", "password", "cut-off",
    "told-longer", "pictures", "player",
]  # fmt: skip
Effect = Literal["withheld", "stub", "shown"]
"""What the page gives of its article: nothing, its beginning, or all that there is."""


class Examples(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a cue's pattern must match, and what it must not."""

    positive: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    negative: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Cue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pattern that speaks for a kind. ``unless`` holds it back, e.g. for reported speech."""

    id: str
    where: Where
    pattern: tuple[str, ...]
    unless: str | None = None
    weight: Annotated[float, msgspec.Meta(gt=0.0, le=2.0)]
    max_words: int = 60
    examples: Examples


class Kind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of page. ``name`` is the flag, and the reason where the article is rejected.

    ``max_words``: words of text without a cue of this kind that such a page has at most, or ``page_kind.TITLED`` times
    as many where its title or address gives one (not asked where one piece of evidence is ``SURE``).
    ``share``: least share of the words that can be seen which stand in lines with a cue.
    """

    name: str
    says: str
    effect: Effect
    max_words: int | None = None
    share: Score = 0.0
    facts: dict[Fact, float] = {}
    terms: dict[str, str] = {}
    cues: tuple[Cue, ...] = ()


class KindPack:
    """All kinds, in the order of the files' names. ``version`` is a short hash of what decides results."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self.kinds = tuple(kinds)
        ids = [cue.id for kind in kinds for cue in kind.cues]
        if len({*ids}) != len(ids):
            raise Refused(
                f"two cues of page kinds have one id: {sorted({name for name in ids if ids.count(name) > 1})}"
            )
        self._cues = {place: tuple(_in_place(kinds, place)) for place in PLACES}
        self._matchers = {
            place: Matcher([(_whole(kind, cue), False) for kind, cue in cues]) for place, cues in self._cues.items()
        }
        self._guards = {
            place: Matcher([(_expand(cue.unless, kind) if cue.unless else NEVER, False) for kind, cue in cues])
            for place, cues in self._cues.items()
        }
        self._max_words = {
            place: max((cue.max_words for _, cue in cues), default=0) for place, cues in self._cues.items()
        }
        self.version = _version(kinds)

    def cues(self, place: Where, text: str) -> list[Cue]:
        """Return the cues that a text in that place gives, in the pack's order."""
        words = len(text.split()) if place in ("title", "line") else 0
        matched = self._matchers[place].matches(text) if words <= self._max_words[place] else frozenset[int]()
        if not matched:
            return []
        held_back = self._guards[place].matches(text)
        found = (self._cues[place][index][1] for index in sorted(matched - held_back))
        return [cue for cue in found if words <= cue.max_words]


@lru_cache(maxsize=1)
def load_kinds() -> KindPack:
    """Return the kinds that come with Copydesk. Raises ``Refused`` naming the file that is wrong."""
    return read_kinds(sorted(KINDS.glob("*.yaml")))


def read_kinds(paths: Sequence[Path]) -> KindPack:
    """Return the kinds of some files, one a file. Raises ``Refused`` naming the file that is wrong."""
    if not paths:
        raise Refused(f"there are no page kinds in {KINDS}; restore the folder from the repository")
    kinds = []
    for path in paths:
        try:
            kinds.append(msgspec.yaml.decode(path.read_bytes(), type=Kind))
        except (msgspec.DecodeError, OSError) as error:
            raise Refused(f"the page kind {path.name} cannot be used: {error}") from error
    return KindPack(kinds)


def _in_place(kinds: Sequence[Kind], place: Where) -> list[tuple[Kind, Cue]]:
    return [(kind, cue) for kind in kinds for cue in kind.cues if cue.where == place]


def _whole(kind: Kind, cue: Cue) -> str:
    patterns = "|".join(f"(?:{_expand(pattern, kind)})" for pattern in cue.pattern)
    return f"(?:{patterns})" if cue.where in ("marker", "url") else f"^(?:{patterns})$"


def _expand(pattern: str, kind: Kind) -> str:
    """Put the file's terms in; terms may use terms that stand above them."""
    for name, value in reversed(kind.terms.items()):
        pattern = pattern.replace(f"%{name}%", f"(?:{value})")
    return pattern


def _version(kinds: Sequence[Kind]) -> str:
    data = msgspec.to_builtins(kinds)
    for kind in data:
        del kind["says"]
        for cue in kind["cues"]:
            del cue["examples"]
    return hashlib.sha256(msgspec.json.encode(data, order="sorted")).hexdigest()[:12]
