"""Words of a sentence with stems that join the forms of one word; stop words; segments between commas and "and"."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from models.support.lexicon import SPEECH, STOP, words

_WORD: Final = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # initials with full stops: U.S.
    r"|[^\W_]+(?:['’.&](?=[^\W_])[^\W_]+)*",  # AT&T, O'Brien, 6.5
)


#: Past forms that no rule leads back to their verb.
_IRREGULAR: Final = {
    past: verb
    for verb, pasts in {
        "beat": "beaten", "begin": "began begun", "bring": "brought", "build": "built", "buy": "bought",
        "catch": "caught", "choose": "chose chosen", "cut": "cuts cutting", "die": "dies died dying dead",
        "drive": "drove driven", "fall": "fell fallen", "feel": "felt", "fight": "fought", "find": "found",
        "flee": "fled", "fly": "flew flown", "foot": "feet", "give": "gave given", "go": "went gone",
        "grow": "grew grown", "hear": "heard", "hold": "held", "keep": "kept", "kill": "killing killed",
        "know": "knew known", "lead": "led", "leave": "left", "lose": "lost", "make": "made", "mean": "meant",
        "meet": "met", "man": "men", "pay": "paid", "person": "people", "child": "children", "woman": "women",
        "rise": "rose risen", "run": "ran", "see": "saw seen", "sell": "sold", "send": "sent", "shoot": "shot",
        "shut": "shutting", "sink": "sank sunk", "speak": "spoke spoken", "spend": "spent", "stand": "stood",
        "steal": "stole stolen", "stick": "stuck", "sue": "sued suing",
        "use": "used using", "strike": "struck", "take": "took taken", "tell": "told",
        "throw": "threw thrown", "win": "won", "write": "wrote written", "say": "said",
    }.items()
    for past in pasts.split()
}  # fmt: skip
#: Pasts that show no ending, of verbs (not the plurals among the irregular forms).
PAST: Final = frozenset(
    past for past, base in _IRREGULAR.items() if base not in {"foot", "man", "person", "child", "woman", "die"}
) | frozenset(words("beat bet burst cast cost cut hit hurt let put quit set shed shut split spread"))
_UNDOUBLE: Final = re.compile(r"([bdgklmnprt])\1\Z")
_BREAK_WORDS: Final = frozenset({"and", "but", "while", "whereas", "when", "who", "which", "though", "although"})
_BREAK: Final = re.compile(r"[,;:()\[\]—–\"“”]|\s-\s")


@dataclass(frozen=True, slots=True)
class Token:
    """A word: `sentence[start:end] == text`; `key` is without case, accents and possessive, `stem` without endings."""

    text: str
    key: str
    stem: str
    start: int
    end: int
    segment: int

    @property
    def capital(self) -> bool:
        """Whether it opens with a capital letter."""
        return self.text[0].isupper()

    @property
    def telling(self) -> bool:
        """Whether it is a word of content: no stop word, verb of speech or bare digits."""
        return self.key not in STOP and self.key not in SPEECH and not self.key[0].isdigit()


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """A word without case, accents, full stops and possessive."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    plain = plain.casefold().replace("’", "'").replace(".", "").replace("ø", "o").replace("ł", "l")
    return plain.removesuffix("'s").removesuffix("'") or plain


@lru_cache(maxsize=65_536)
def stem(key: str) -> str:
    """The stem of a folded word: plural, past and -ing endings and a last "e" are taken off, irregular verbs led back.

    As in the first step of Porter's algorithm (1980), and no further: later steps join words that differ in sense.
    """
    key = _IRREGULAR.get(key, key)
    if len(key) > 4 and key.endswith(("ies", "ied")):
        return key[:-3] + "i"
    if len(key) > 4 and key.endswith(("sses", "xes", "ches", "shes", "zes")):
        key = key[:-2]
    elif len(key) > 3 and key.endswith("s") and not key.endswith(("ss", "us", "is")):
        key = key[:-1]
    if len(key) > 4 and key.endswith("ed") and any(letter in "aeiouy" for letter in key[:-2]):
        key = _UNDOUBLE.sub(r"\1", key[:-2])
    elif len(key) > 5 and key.endswith("ing") and any(letter in "aeiouy" for letter in key[:-3]):
        key = _UNDOUBLE.sub(r"\1", key[:-3])
    if len(key) > 3 and key.endswith("e"):
        key = key[:-1]
    return key[:-1] + "i" if len(key) > 3 and key.endswith("y") else key


def cut(sentence: str) -> tuple[Token, ...]:
    """The words of a sentence in their order. Hyphens part words, so that both halves of a name can be found."""
    tokens: list[Token] = []
    segment = reached = 0
    for match in _WORD.finditer(sentence):
        key = fold(match.group())
        if tokens and (_BREAK.search(sentence, reached, match.start()) or key in _BREAK_WORDS):
            segment += 1
        reached = match.end()
        tokens.append(Token(match.group(), key, stem(key), match.start(), match.end(), segment))
    return tuple(tokens)
