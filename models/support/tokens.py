"""Words of a sentence with stems that join the forms of one word; stop words; segments between commas and "and"."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # initials with full stops: U.S.
    r"|[^\W_]+(?:['’.&](?=[^\W_])[^\W_]+)*",  # AT&T, O'Brien, 6.5
)

STOP: Final = frozenset(
    """a about above after again against ahead all almost along also although am among an and another any apart are
    around as at away back be became because become been before being below between both but by came can come could
    despite did do does doing done down during each early either else ever every few for former from further get gets
    getting got had half has have having he her here hers him his how however i if in including instead into is it its
    itself just last late later least less like many may me meanwhile might more most much must my near nearly neither
    new next no nobody none nor not nothing now of off often on once one only onto or other others our out over own per
    same she should since so some still such than that the their them then there these they this those though through
    thus to together too toward towards under until up upon us very was we were what when where whether which while who
    whom whose why will with within without would yet you your s t d ll re ve""".split()
)
SPEECH: Final = frozenset(
    """said say says saying told tell tells telling according added add adds announced announce reported report reports
    stated warned warn wrote write writes called call calls spoke described admitted acknowledged argued claimed
    promised explained insisted noted predicted recalled replied revealed suggested thanked credited praised blamed
    """.split()
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
        "steal": "stole stolen", "stick": "stuck", "strike": "struck", "take": "took taken", "tell": "told",
        "throw": "threw thrown", "win": "won", "write": "wrote written", "say": "said",
    }.items()
    for past in pasts.split()
}  # fmt: skip
#: Pasts that show no ending, of verbs (not the plurals among the irregular forms).
PAST: Final = frozenset(
    past for past, base in _IRREGULAR.items() if base not in {"foot", "man", "person", "child", "woman", "die"}
) | frozenset("beat bet burst cast cost cut hit hurt let put quit set shed shut split spread".split())
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
