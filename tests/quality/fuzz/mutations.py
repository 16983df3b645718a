"""Changes to a page's text and to its bytes. Each takes its choices from the generator that it is given, from nowhere
else, so that a seed is a page."""

import codecs
import gzip
import json
import random
import re
from collections.abc import Callable, Sequence

from material import CLASSES, HOSTILE_TEXT, SCRIPTS, TAGS, URLS, Material

LONGEST = 2_000_000
"""Characters of a mutated page: larger ones test the machine more than the code (unit tests have the 10 MB ones)."""
_TAG = re.compile(r"<[^<>]{1,300}>")
_ENTITIES = (
    "&", "&;", "&#", "&#x", "&#0;", "&#xD800;", "&#x110000;", "&#99999999999;", "&amp", "&amp;amp;lt;", "&bogus;",
    "&nbsp;" * 300, "&#8232;", "&#133;", "&lt;p&gt;", "&NotEqualTilde;", "&#x202E;", "&#27;[31m",
)  # fmt: skip
_OPENERS = (
    "<!--", "<script>", "<style>", "<![CDATA[", "<textarea>", "<title>", "<plaintext>", "<xmp>", "<noscript>", "<p ",
    "<a href='", '<img alt="', "<?php ", "<!doctype ", "<select>", "<template>", "<svg><title>", "<math><mi>",
    "<iframe>", "<frameset>", "</", "<", "<!", "]]>", "-->", "</body></html>", "</head>", "<body>", "<html>",
)  # fmt: skip

TextMutation = Callable[[str, random.Random, Material], str]
ByteMutation = Callable[[bytes, random.Random], bytes]


def mutate_text(page: str, rng: random.Random, material: Material) -> str:
    """Return the page after one to five changes."""
    for _ in range(rng.randint(1, 5)):
        page = rng.choice(TEXT_MUTATIONS)(page, rng, material)[:LONGEST]
    return page


def encode_text(page: str, rng: random.Random) -> tuple[bytes, str | None]:
    """Return the page in some charset, and what the transport says of it: in a third of pages, a lie or nothing."""
    charset = "utf-8" if rng.random() < 0.7 else rng.choice(_CHARSETS)
    data = page.encode(charset, "replace")
    if charset.startswith("utf-") and rng.random() < 0.1:
        data = codecs.BOM_UTF8 + data
    declared = charset if rng.random() < 0.5 else rng.choice((None, None, *_CHARSETS, *_LIES))
    return data, declared


def mutate_bytes(data: bytes, rng: random.Random) -> bytes:
    """Return the bytes, in a third of pages after one or two changes."""
    if rng.random() < 0.35:
        for _ in range(rng.randint(1, 2)):
            data = rng.choice(BYTE_MUTATIONS)(data, rng)
    return data[: 2 * LONGEST]


_CHARSETS = ("utf-8", "cp1252", "iso-8859-1", "utf-16", "utf-16-le", "utf-16-be", "shift_jis", "gb18030", "koi8-r",
             "utf-32", "euc_kr", "iso2022_jp", "cp1256", "big5")  # fmt: skip
_LIES = ("us-ascii", "utf-7", "idna", "punycode", "rot13", "hex", "zip", "unicode_escape", "x" * 300, "", "\x00", "ü")


def _span(page: Sequence[object], rng: random.Random, longest: int = 4_000) -> tuple[int, int]:
    """Return begin and end of a stretch, most often a short one."""
    start = rng.randint(0, len(page))
    return start, min(len(page), start + int(longest ** rng.random()))


def _at_line(page: str, rng: random.Random) -> int:
    """Return a place at the beginning of a line or tag, most often within the body."""
    start = rng.randint(0, len(page))
    found = page.find("\n" if rng.random() < 0.5 else "<", start)
    return found if found >= 0 else start


def _insert(page: str, rng: random.Random, piece: str) -> str:
    at = _at_line(page, rng) if rng.random() < 0.8 else rng.randint(0, len(page))
    return page[:at] + piece + page[at:]


def _into_head(page: str, rng: random.Random, piece: str) -> str:
    at = page.find("</head>")
    return page[:at] + piece + page[at:] if at >= 0 else _insert(page, rng, piece)


def _sentences(rng: random.Random, material: Material, count: int) -> str:
    return " ".join(rng.choice((*SCRIPTS, *HOSTILE_TEXT, *material.lines)) for _ in range(count))


def delete(page: str, rng: random.Random, _: Material) -> str:
    start, end = _span(page, rng)
    return page[:start] + page[end:]


def duplicate(page: str, rng: random.Random, _: Material) -> str:
    start, end = _span(page, rng)
    return page[:end] + page[start:end] * rng.choice((1, 2, 10, 50)) + page[end:]


def move(page: str, rng: random.Random, _: Material) -> str:
    start, end = _span(page, rng)
    return _insert(page[:start] + page[end:], rng, page[start:end])


def splice(page: str, rng: random.Random, material: Material) -> str:
    other = rng.choice(material.pages)
    start, end = _span(other, rng, 40_000)
    return _insert(page, rng, other[start:end])


def join_two(page: str, rng: random.Random, material: Material) -> str:
    other = rng.choice(material.pages)
    return page[: rng.randint(0, len(page))] + other[rng.randint(0, len(other)) :]


def truncate(page: str, rng: random.Random, _: Material) -> str:
    return page[: rng.randint(0, len(page))]


def drop_tags(page: str, rng: random.Random, _: Material) -> str:
    share = rng.choice((0.01, 0.1, 0.5, 1.0))
    return _TAG.sub(lambda found: "" if rng.random() < share else found[0], page)


def drop_closers(page: str, rng: random.Random, _: Material) -> str:
    share = rng.choice((0.05, 0.5, 1.0))
    return re.sub(r"</[^<>]{1,40}>", lambda found: "" if rng.random() < share else found[0], page)


def rename_tags(page: str, rng: random.Random, _: Material) -> str:
    share = rng.choice((0.01, 0.1, 0.6))
    return re.sub(r"(?<=<)\w+", lambda found: rng.choice(TAGS) if rng.random() < share else found[0], page)


def reclass(page: str, rng: random.Random, _: Material) -> str:
    return re.sub(r'(?:class|id)="[^"]{0,200}"', lambda _found: f'class="{rng.choice(CLASSES)}"', page)


def shuffle_lines(page: str, rng: random.Random, _: Material) -> str:
    lines = page.split("\n")
    start, end = _span(lines, rng, 200)
    part = lines[start:end]
    rng.shuffle(part)
    return "\n".join([*lines[:start], *part, *lines[end:]])


def add_tags(page: str, rng: random.Random, _: Material) -> str:
    for _ in range(rng.choice((1, 5, 40))):
        page = _insert(page, rng, f"<{rng.choice(('', '/'))}{rng.choice(TAGS)}{rng.choice(('', ' ', '/'))}>")
    return page


def nest(page: str, rng: random.Random, _: Material) -> str:
    """Nest tags in front of or around a part, within libxml2's 256 levels and far beyond."""
    depth = rng.choice((3, 30, 120, 240, 300, 5_000, 50_000))
    tags = [rng.choice(TAGS) for _ in range(rng.choice((1, 1, 2, 5)))]
    start = _at_line(page, rng)
    end = rng.choice((start, min(len(page), start + rng.randint(0, 5_000)), len(page)))
    opened = "".join(f"<{tags[level % len(tags)]}>" for level in range(depth))
    closed = "".join(f"</{tags[level % len(tags)]}>" for level in reversed(range(depth)))
    return page[:start] + opened + page[start:end] + rng.choice(("", closed)) + page[end:]


def deep_list(page: str, rng: random.Random, _: Material) -> str:
    depth, width = rng.choice(((5, 3), (60, 1), (110, 2), (2, 400)))
    item = "".join(f"<li>Quay {number}" for number in range(width))
    kind = rng.choice(("ul", "ol", "dl", "menu"))
    return _insert(page, rng, f"<{kind}>{item}" * depth + f"</{kind}>" * rng.choice((0, depth)))


def tables(page: str, rng: random.Random, _: Material) -> str:
    depth, rows, columns = rng.choice(((1, 5, 3), (80, 1, 1), (40, 2, 2), (1, 2_000, 3), (1, 2, 2_000), (3, 20, 20)))
    span = rng.choice(("", " colspan=99999", " rowspan=-1 colspan=x", " colspan=100 rowspan=100"))
    table = "<table>" + ("<tr>" + f"<td{span}>Berth 4, <b>3.2</b> m" * columns) * rows
    return _insert(page, rng, table * depth + "</table>" * rng.choice((0, depth)))


def entities(page: str, rng: random.Random, _: Material) -> str:
    for _ in range(rng.choice((1, 10, 100))):
        page = _insert(page, rng, rng.choice(_ENTITIES))
    return page


def break_entities(page: str, rng: random.Random, _: Material) -> str:
    return page.replace(";", "", rng.choice((1, 20, -1)))


def unfinished(page: str, rng: random.Random, _: Material) -> str:
    return _insert(page, rng, rng.choice(_OPENERS) * rng.choice((1, 1, 3, 1_000)))


def huge_attribute(page: str, rng: random.Random, _: Material) -> str:
    value = rng.choice(("a", "x y ", "&amp;", "\u0301", "<", "byline ")) * rng.choice((1_000, 30_000, 200_000))
    name = rng.choice(("class", "id", "href", "style", "itemprop", "content", "datetime", "data-x", "alt", "rel"))
    return _insert(page, rng, f'<{rng.choice(TAGS)} {name}="{value}">')


def many_attributes(page: str, rng: random.Random, _: Material) -> str:
    names = " ".join(f"a{number}={number}" for number in range(rng.choice((50, 3_000))))
    return _insert(page, rng, f"<{rng.choice(TAGS)} {names}>")


def json_ld(page: str, rng: random.Random, material: Material) -> str:
    """A block of JSON-LD that is too deep, too wide, too long, of wrong types, or cut short."""
    deep, wide = rng.choice((100, 10_000, 100_000)), rng.choice((10, 5_000, 50_000))
    text = _sentences(rng, material, rng.choice((1, 30, 500)))
    values: tuple[object, ...] = (
        None, True, 7, -1e308, "", text, "word " * wide, [text] * 3, {"name": text}, [[[text]]], "2026-11-20T25:61:61Z",
        "2026-11-20", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "\ud800", {"@id": rng.choice(URLS)},
    )  # fmt: skip
    names = ("headline", "description", "author", "datePublished", "dateModified", "articleSection", "url",
             "articleBody", "@type", "@graph", "mainEntityOfPage", "isPartOf", "inLanguage")  # fmt: skip
    node = {"@type": rng.choice(("NewsArticle", ["Thing", "LiveBlogPosting"], "http://schema.org/Article", 7, None))}
    node |= {name: rng.choice(values) for name in rng.sample(names, rng.randint(1, len(names)))}
    plain = json.dumps(node)
    many = min(rng.choice((1, 500)), 1 + LONGEST // len(plain))
    script = rng.choice(
        (
            plain, json.dumps({"@graph": [node] * many}), "[" * deep, '{"a":' * deep + "1",
            '{"a":' * deep + plain + "}" * deep, json.dumps([{"@type": "Person"}] * wide),
            plain.replace("</", "<\\/"), f"<!-- {plain} -->;", "NaN", "9" * 10_000,
            plain[: rng.randint(0, 2_000)],
        )
    )  # fmt: skip
    return _into_head(
        page, rng, f'<script type="application/ld+json">{script}{rng.choice(("</script>", "</script>", ""))}'
    )


def meta(page: str, rng: random.Random, material: Material) -> str:
    name = rng.choice(("og:title", "description", "author", "article:published_time", "og:url", "og:site_name", "date",
                       "article:section", "og:updated_time", "robots", "og:type"))  # fmt: skip
    content = rng.choice((*URLS, *HOSTILE_TEXT, "9999-12-31T23:59:59-23:59", "0001-01-01", "1700000000", "now",
                          _sentences(rng, material, 100)))  # fmt: skip
    tag = f'<meta {rng.choice(("name", "property", "http-equiv"))}="{name}" content="{content}">'
    return _into_head(page, rng, tag * rng.choice((1, 2, 2_000)))


def title(page: str, rng: random.Random, material: Material) -> str:
    text = rng.choice(
        (_sentences(rng, material, 3), "long title " * rng.choice((200, 50_000)), "", "\x1b]0;x\x07", "|")
    )
    tag = rng.choice(("title", "h1", "h1 itemprop=headline"))
    return _into_head(page, rng, f"<{tag}>{text}</{tag.split()[0]}>")


def urls(page: str, rng: random.Random, _: Material) -> str:
    url = rng.choice(URLS)
    piece = rng.choice(
        (
            f'<base href="{url}">', f'<link rel="canonical" href="{url}">', f'<link rel="amphtml" href="{url}">',
            f'<meta http-equiv="refresh" content="0;url={url}">', f'<a rel="author" href="{url}">{url}</a>',
        )
    )  # fmt: skip
    return _into_head(page, rng, piece)


def lie_of_charset(page: str, rng: random.Random, _: Material) -> str:
    return rng.choice(("<meta charset={}>", '<?xml version="1.0" encoding="{}"?>')).format(
        rng.choice((*_CHARSETS, *_LIES))
    ) + re.sub(r"<meta charset[^<>]{0,60}>", "", page)


def paragraphs(page: str, rng: random.Random, material: Material) -> str:
    """Paragraphs that rules match, in other scripts, or hostile."""
    lines = [rng.choice((*material.lines, *SCRIPTS, *HOSTILE_TEXT)) for _ in range(rng.choice((1, 5, 30, 300)))]
    start, end = rng.choice(
        (("<p>", "</p>"), ("<p>", ""), ("<li>", "</li>"), ("<div>", "</div>"), ("\n\n", ""), ("<br>", ""))
    )
    return _insert(page, rng, "".join(f"{start}{line}{end}" for line in lines))


def repeat_paragraphs(page: str, rng: random.Random, material: Material) -> str:
    """One line again and again between paragraphs, as pull quotes and calls stand."""
    line = rng.choice((*material.lines, *SCRIPTS))
    share = rng.choice((0.1, 0.5, 1.0))
    return re.sub(r"</p>", lambda found: f"{found[0]}<p>{line}</p>" if rng.random() < share else found[0], page)


def long_line(page: str, rng: random.Random, _: Material) -> str:
    piece = rng.choice(
        ("word ", "a", "word. ", "港", "ا ", "(", '"', "- ", "| ", "\u0301", "A1 ", "x@y.z ", "http://a/ ")
    )
    return _insert(page, rng, rng.choice(("<p>", "", "<li>")) + piece * rng.choice((1_000, 50_000, 200_000)))


def many_elements(page: str, rng: random.Random, _: Material) -> str:
    piece = rng.choice(("<p>word", "<p>w</p>", "<br>", "a<br>", "<b>x</b>", "<a href=x>link</a> ", "<li>x", "<hr>",
                        "<i></i>", "\n\nword", "<div>w</div>", "<td>1", "<span>a</span>", "<h2>Head</h2>"))  # fmt: skip
    return _insert(page, rng, piece * rng.choice((100, 2_000, 10_000)))


def hostile_characters(page: str, rng: random.Random, _: Material) -> str:
    for _ in range(rng.choice((1, 10, 60))):
        page = _insert(page, rng, rng.choice(HOSTILE_TEXT))
    return page


def white_space(page: str, rng: random.Random, _: Material) -> str:
    blank = rng.choice((" ", "\n", "\r", "\r\n", "\t", "\u00a0", "\u3000", "\x0c", "\n\n", ""))
    return page.replace(rng.choice((" ", "\n")), blank * rng.choice((1, 2, 10)), rng.choice((1, 50, 2_000)))


def entity_bomb(page: str, rng: random.Random, _: Material) -> str:
    levels = rng.choice((3, 12, 40))
    declared = "".join(f'<!ENTITY a{level + 1} "{f"&a{level};" * 10}">' for level in range(levels))
    bomb = f'<!DOCTYPE html [<!ENTITY a0 "boom">{declared}<!ENTITY file SYSTEM "file:///etc/hosts">]>'
    return bomb + _insert(page, rng, f"<p>&a{levels}; &file;</p>")


def plain(page: str, rng: random.Random, _: Material) -> str:
    """The text alone, its lines long or wrapped."""
    text = _TAG.sub(rng.choice(("", "\n", " ")), page)
    width = rng.choice((0, 41, 72, 120))
    return re.sub(rf"(.{{{width - 8},{width}}}) ", r"\1\n", text) if width else text


def change_case(page: str, rng: random.Random, _: Material) -> str:
    start, end = _span(page, rng, len(page) + 1)
    return page[:start] + rng.choice((str.upper, str.lower, str.swapcase, str.title))(page[start:end]) + page[end:]


TEXT_MUTATIONS: tuple[TextMutation, ...] = (
    delete, duplicate, move, splice, join_two, truncate, drop_tags, drop_closers, rename_tags, reclass, shuffle_lines,
    add_tags, nest, deep_list, tables, entities, break_entities, unfinished, huge_attribute, many_attributes, json_ld,
    json_ld, meta, title, urls, lie_of_charset, paragraphs, paragraphs, repeat_paragraphs, long_line, many_elements,
    hostile_characters, white_space, entity_bomb, plain, change_case,
)  # fmt: skip


def flip_bits(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 10, 500)) if changed else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def delete_bytes(data: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng)
    return data[:start] + data[end:]


def duplicate_bytes(data: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng)
    return data[:end] + data[start:end] * rng.choice((1, 20)) + data[end:]


def insert_nulls(data: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(data))
    return data[:at] + b"\x00" * rng.choice((1, 1, 100, 50_000)) + data[at:]


def insert_noise(data: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(data))
    return data[:at] + rng.randbytes(rng.choice((1, 30, 5_000))) + data[at:]


def cut_bytes(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randint(0, len(data))]


def mistake_encoding(data: bytes, rng: random.Random) -> bytes:
    """Encode twice, as a broken publishing system does, or leave compressed."""
    if rng.random() < 0.2:
        return gzip.compress(data, mtime=0)
    return data.decode("cp1252", "replace").encode()


def prefix(data: bytes, rng: random.Random) -> bytes:
    return rng.choice(
        (b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff",
         b"<?xml version='1.0'?>", b"\x00" * 9, b"{", b"\n" * 5_000, b"<rss>", b"\x1f\x8b")
    ) + data  # fmt: skip


BYTE_MUTATIONS: tuple[ByteMutation, ...] = (
    flip_bits, delete_bytes, duplicate_bytes, insert_nulls, insert_noise, cut_bytes, mistake_encoding, prefix,
)  # fmt: skip
