"""Bytes to text: what kind of thing the bytes are, in which charset, without what no text may hold.

Nothing here fails on odd bytes; only what is no text at all (a picture, an archive) raises ``Invalid``.
"""

import codecs
import re
from dataclasses import dataclass

import msgspec
from charset_normalizer import from_bytes

from consumers.step import Invalid

HTML = "text/html"
PLAIN = "text/plain"
HTML_TYPES = frozenset({HTML, "application/xhtml+xml"})
PLAIN_TYPES = frozenset({PLAIN})
UNSPECIFIC_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/xml", "text/xml"})
"""Media types that say nothing of what an article's bytes are: the bytes decide."""

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (0, b"%PDF-", "a PDF file"),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF87a", "a GIF picture"),
    (0, b"GIF89a", "a GIF picture"),
    (8, b"WEBP", "a WebP picture"),
    (0, b"II*\x00", "a TIFF picture"),
    (0, b"MM\x00*", "a TIFF picture"),
    (4, b"ftyp", "a video or picture"),
    (0, b"OggS", "a sound or video file"),
    (0, b"ID3", "a sound file"),
    (0, b"RIFF", "a sound or video file"),
    (0, b"\x1aE\xdf\xa3", "a video file"),
    (0, b"PK\x03\x04", "a ZIP archive or office document"),
    (0, b"PK\x05\x06", "an empty ZIP archive"),
    (0, b"\x1f\x8b", "gzip-compressed"),
    (0, b"BZh", "bzip2-compressed"),
    (0, b"\xfd7zXZ\x00", "xz-compressed"),
    (0, b"\x28\xb5\x2f\xfd", "zstd-compressed"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (0, b"{\\rtf", "an RTF document"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ\x90\x00", "a program"),
    (0, b"SQLite format 3\x00", "a database"),
    (0, b"PAR1", "a Parquet file"),
    (0, b"wOF2", "a font"),
    (0, b"wOFF", "a font"),
)
"""Offset, magic number and name of what is often served or handed over in place of an article."""

_HTML_START = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|article|main|section|header|div|p|h[1-6]|table"
    rb"|ul|ol|br|span|blockquote|figure|a|b|i|em|strong)\b|<!--",
    re.IGNORECASE,
)
_HTML_INSIDE = re.compile(rb"<(?:!doctype\s+html|html|body|article)\b[^>]*>|</p>", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b")
_SNIFF = 4096
_CONTROL_SHARE = 0.03
"""Share of control bytes from which the beginning of a body is no text."""

_META_CHARSET = re.compile(
    rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})|<\?xml\b[^>]{0,200}?encoding\s*=\s*["']"""
    rb"""([A-Za-z0-9_.:-]{2,40})""",
    re.IGNORECASE,
)
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-16-le",
}
"""Labels that pages use for a wider charset (Encoding Standard, WHATWG, section 4.2), as Python's codec names."""
_ALIASES = {"x-sjis": "cp932", "windows-31j": "cp932", "x-cp1251": "cp1251", "x-gbk": "gbk", "unicode": "utf-16"}
"""Labels of the same standard that Python does not know."""
_KNOWN = frozenset(
    {
        "utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254",
        "cp1255", "cp1256", "cp1257", "cp1258", "cp866", "cp874", "cp932", "cp949", "big5hkscs", "gb18030", "euc_jp",
        "iso2022_jp", "koi8-r", "koi8-u", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7",
        "iso8859-8", "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16", "mac-roman",
        "mac-cyrillic",
    }
)  # fmt: skip
"""Codecs that a page may name. Python has others that would run its bytes through quadratic or escape decoders."""
_WITH_ZEROS = frozenset({"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})
_NOT_ASCII_BASED = _WITH_ZEROS | {"iso2022_jp"}
_SAMPLE = 32_768
_BROKEN_SHARE = 0.1
"""Of the characters beyond ASCII, as many as may be broken in a charset that is still taken for the right one."""

# C0 and C1 controls but tab, line feed and NEL (a line break); bidi overrides, which make a text read as another one;
# lone surrogates; non-characters; object placeholders.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffc\ufffe\uffff]"
)
_LINE_ENDS = ("\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")
_LOW_CONTROLS = bytes([*range(9), *range(14, 32), 127])
_HIGH = {
    b"\xc2": re.compile(b"\xc2[\x80-\x84\x86-\x9f]"),
    b"\xe2\x80": re.compile(b"\xe2\x80[\xad\xae]"),
    b"\xef": re.compile(b"\xef(?:\xb7[\x90-\xaf]|\xbb\xbf|\xbf[\xb9-\xbc\xbe\xbf])"),
}
"""What is forbidden beyond ASCII, in UTF-8, by how it begins."""
_LONG = 2_000
"""Characters from which a text is worth a search at memory speed before the regular expression."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with ``\\n`` line ends and no control characters; ``flags`` are words of ``consumers.flags``."""

    text: str
    charset: str
    flags: frozenset[str]


def sniff_media_type(body: bytes) -> str:
    """Return ``text/html`` or ``text/plain`` from the bytes alone.

    Raises ``Invalid``: ``empty`` for nothing but white space, ``unsupported-media-type`` for what is neither.
    """
    if not body.strip(b" \t\r\n\x0b\x0c\x00"):
        raise Invalid("empty", "there are no bytes to read; give a file that holds an article")
    for offset, magic, name in _SIGNATURES:
        if body.startswith(magic, offset):
            raise Invalid("unsupported-media-type", f"this is {name}; give HTML or plain text")
    head = _readable_head(body)
    start = head.lstrip()
    if start.startswith((b"{", b"[")) and _is_json(body):
        raise Invalid("unsupported-media-type", "this is JSON; give HTML or plain text, or use --jsonl for JSON lines")
    if _FEED.search(head) and start.startswith(b"<"):
        raise Invalid("unsupported-media-type", "this is a feed or sitemap, not an article; add it to the sources")
    if _HTML_START.match(start) or _HTML_INSIDE.search(head):
        return HTML
    if start.startswith(b"<?xml"):
        raise Invalid("unsupported-media-type", "this is XML of another kind than XHTML; give HTML or plain text")
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1b" for byte in head)
    if controls > _CONTROL_SHARE * len(head):
        raise Invalid("unsupported-media-type", "these bytes are no text; give HTML or plain text")
    return PLAIN


def media_type_of(declared: str, body: bytes) -> str:
    """Return ``text/html`` or ``text/plain`` for a body that came with a media type.

    The bytes are looked at too, since a server may call a picture HTML. Raises ``Invalid`` as ``sniff_media_type``.
    """
    kind = declared.partition(";")[0].strip().lower()
    if kind not in HTML_TYPES | PLAIN_TYPES | UNSPECIFIC_TYPES:
        raise Invalid("unsupported-media-type", f"the media type is {kind[:60]}; only HTML and plain text can be read")
    found = sniff_media_type(body)
    if kind in HTML_TYPES:
        return HTML
    return PLAIN if kind in PLAIN_TYPES else found


def decode(body: bytes, charset: str | None = None, *, media_type: str = HTML) -> Decoded:
    """Return the body as text, whatever the bytes are.

    The charset is that of a byte order mark; else UTF-8 if the bytes are valid UTF-8 and no declaration names a
    charset that is not a superset of ASCII (text in another charset is almost never valid UTF-8, and declarations
    are often wrong); else the declared one (``charset``, then the page's own); else one of these in spite of a few
    broken bytes; else the one that charset-normalizer finds. Bytes that do not fit become U+FFFD.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return _finish(body[len(mark) :].decode(codec, "replace"), codec)
    declared = [codec for codec in (_codec(charset), _page_codec(body, media_type)) if codec]
    # White space alone gives UTF-16 and UTF-32 zero bytes; without one, whoever declares them is wrong.
    declared = [codec for codec in declared if codec not in _WITH_ZEROS or b"\x00" in body]
    candidates = [codec for codec in declared if codec in _NOT_ASCII_BASED]
    candidates += [*_zero_pattern(body), "utf-8", *declared]
    for codec in candidates:
        try:
            return _finish(body.decode(codec), codec, utf8=body if codec == "utf-8" else None)
        except UnicodeDecodeError:
            continue
    for codec in dict.fromkeys([*declared, "utf-8"]):
        text = body.decode(codec, "replace")
        # A few broken bytes among many good ones are an accident, not another charset.
        if text.count("\ufffd") <= _BROKEN_SHARE * sum(not char.isascii() for char in text):
            return _finish(text, codec)
    for codec in _detect(body):
        try:
            return _finish(body.decode(codec), codec, "charset-guessed")
        except UnicodeDecodeError:
            continue
    codec = (declared or ["utf-8"])[0]
    return _finish(body.decode(codec, "replace"), codec)


def strip_controls(text: str) -> str:
    """Return ``text`` with ``\\n`` line ends and without characters that no text may hold (lone surrogates too)."""
    return _strip(_unify_line_ends(text))


def _unify_line_ends(text: str) -> str:
    for end in _LINE_ENDS:
        if end in text:
            text = text.replace("\r\n", "\n").replace(end, "\n")
    return text


def _strip(text: str, utf8: bytes | None = None) -> str:
    return text if len(text) >= _LONG and _is_clean(text, utf8) else _FORBIDDEN.sub("", text)


def _is_clean(text: str, utf8: bytes | None) -> bool:
    """Whether there is surely nothing forbidden in ``text``: a whole page at the speed of memory.

    ``utf8`` are its bytes, where they are at hand.
    """
    try:
        data = text.encode() if utf8 is None else utf8
    except UnicodeEncodeError:
        return False
    if len(data.translate(None, _LOW_CONTROLS)) != len(data):
        return False
    return not any(first in data and forbidden.search(data) for first, forbidden in _HIGH.items())


def _finish(text: str, codec: str, *flags: str, utf8: bytes | None = None) -> Decoded:
    found = set(flags)
    unified = _unify_line_ends(text.removeprefix("\ufeff"))
    cleaned = _strip(unified, utf8 if unified is text else None)
    if len(cleaned) != len(unified):
        found.add("controls-dropped")
    if "\ufffd" in cleaned:
        found.add("characters-replaced")
    return Decoded(cleaned, codec, frozenset(found))


def _readable_head(body: bytes) -> bytes:
    """Return the beginning in an ASCII-compatible form, for looking at tags."""
    head = body[:_SNIFF]
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return head[len(mark) :].decode(codec, "ignore").encode()
    for codec in _zero_pattern(head):
        return head.decode(codec, "ignore").encode()
    return head


def _zero_pattern(body: bytes) -> list[str]:
    """Return UTF-16's name if the beginning has zero bytes where Latin text in UTF-16 has them."""
    head = body[: _SNIFF - _SNIFF % 2]
    if len(head) < 4:
        return []
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.7 * half and even < 0.1 * half:
        return ["utf-16-le"]
    if even > 0.7 * half and odd < 0.1 * half:
        return ["utf-16-be"]
    return []


def _is_json(body: bytes) -> bool:
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _codec(label: str | None) -> str | None:
    """Return the codec for a charset label, or None where the label is unknown or must not be used."""
    if not label:
        return None
    try:
        label = label.strip().strip("\"'").lower()
        name = codecs.lookup(_ALIASES.get(label, label)).name
    except (LookupError, ValueError, UnicodeError):
        return None
    name = _WIDER.get(name, name)
    return name if name in _KNOWN else None


def _page_codec(body: bytes, media_type: str) -> str | None:
    if media_type not in HTML_TYPES:
        return None
    found = _META_CHARSET.search(body[:_SNIFF])
    if not found:
        return None
    codec = _codec((found[1] or found[2]).decode("ascii"))
    # A declaration that could be read as ASCII cannot stand in UTF-16 (HTML Standard, 13.2.3.2).
    return "utf-8" if codec in _NOT_ASCII_BASED - {"iso2022_jp"} else codec


def _detect(body: bytes) -> list[str]:
    """Return the likeliest codec for a part of the body that has bytes beyond ASCII."""
    first = next((i for i in range(0, len(body), 256) if not body[i : i + 256].isascii()), 0)
    sample = body[max(0, first - _SAMPLE // 4) :][:_SAMPLE]
    best = from_bytes(sample).best()
    codec = _codec(best.encoding) if best else None
    return [codec] if codec and codec not in _NOT_ASCII_BASED else []
