"""Whether our own code still gives the results it gave.

Objects are named by a hash over ``consumers.pipeline.CODE_VERSION``, the rules and the libraries. A change of code that
changes results without raising that number would leave old objects standing under the name of new ones.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from consumers.clean import clean
from consumers.extract import extract
from consumers.language import identify_language
from consumers.pipeline import CODE_VERSION
from consumers.rulepack import read_rules
from schemas.articles import FeedItem, RawArticle

RULES = r"""
rules:
- {id: related, removes: x, pattern: ['read more:.*'], score: 0.9, examples: &none {positive: [x], negative: [x]}}
- {id: list, removes: x, pattern: ['related'], headlines: may, score: 0.9, examples: *none}
- {id: by, removes: x, pattern: ['by \w+'], scope: head, keep: byline, score: 0.9, examples: *none}
- {id: c, removes: x, pattern: ['\(c\).*'], scope: tail, keep: credit, score: 0.9, examples: *none}
"""
PAGE = """<!doctype html><html><head><title>Road shut | Paper</title><meta property="og:site_name" content="Paper">
<meta name="description" content="Shut until spring"><link rel="canonical" href="/road">
<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-11-18T10:30:00+01:00"}</script>
</head><body><nav><ul><li><a href="/">Home</a></li></ul></nav><article>
<header><h1>Road shut</h1><p>Shut until spring</p></header>
<p>By Ida</p><p>The council voted on Tuesday to close the caf\u00e9 on the old harbour road for the winter.</p>
<p>Read more: Another story</p><ul><li>one boat lay at the quay</li></ul>
<p>Engineers found in March that the sea wall below it had moved<br>by four centimetres since the last survey.</p>
<p>Related</p><p>A headline of another story</p><p>(c) 2026 Paper</p></article></body></html>"""
PLAIN = "First line of a text that is\nwrapped at thirty characters or\nat forty, as mail once was.\n\n- an item\n"

CODE_VERSION_PINNED = 8
DIGEST = "7278f523616b6ebad0490bc2302ee71b23e34c64c3e76ab289399459f0b4bc9b"


def test_results_change_only_with_the_code_version(tmp_path: Path, raw: Callable[..., RawArticle]) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    pack = read_rules([path])
    results: list[object] = []
    for article in (
        raw(PAGE.encode("cp1252"), charset="windows-1252"),
        raw(PAGE.encode("utf-16"), item=FeedItem(author="Ida Holm", title="Not used")),
        raw(PLAIN.encode(), media_type="text/plain"),
    ):
        extracted = extract(article)
        cleaned = clean(extracted.text, pack)
        results += [
            extracted.paragraphs,
            [str(getattr(extracted.metadata, name)) for name in extracted.metadata.__slots__ if name != "flags"],
            sorted(extracted.flags | cleaned.flags),
            cleaned.text,
            cleaned.removed,
            cleaned.corrections,
            cleaned.credit,
            cleaned.byline,
            identify_language(cleaned.text).code,
        ]
    digest = hashlib.sha256(msgspec.json.encode(results)).hexdigest()
    assert (CODE_VERSION, digest) == (CODE_VERSION_PINNED, DIGEST), (
        "results changed: if that is meant, raise consumers.pipeline.CODE_VERSION (not for a library's new version, "
        f"which counts by itself) and pin {digest} here"
    )
