"""The form in which paragraphs are compared: by the cleaning rules, and by what is learned of a host."""

import re
import unicodedata

_STRAIGHT = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\u00ad\ufeff\u200e\u200f"),
    }
)
_LEAD = re.compile(r"(?:[•·‣▪■●▶►▸→➜➤*#>|]+\s*|-+\s+)+")


def normal_form(paragraph: str) -> str:
    """Return the form of a paragraph that patterns are written for."""
    text = " ".join(unicodedata.normalize("NFKC", paragraph.translate(_STRAIGHT)).translate(_STRAIGHT).split())
    lead = _LEAD.match(text)
    return text[lead.end() :] if lead else text
