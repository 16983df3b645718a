"""Tries rules for hosts on their fixtures: ``python -m consumers.host_check [FOLDER]``.

Without a folder those that come with Copydesk are tried. Exits with 1 where a rule does not give what it promises, with
2 where one cannot be used.
"""

import hashlib
import sys
from pathlib import Path

from consumers.host_rules import HOSTS, HostRule, HostRules, read_hosts
from consumers.paragraphs import SEPARATOR
from consumers.prepare import to_clean
from consumers.step import Invalid, Rejected
from infra.errors import Refused
from schemas.articles import CleanArticle, RawArticle
from schemas.identity import article_id


def differences(rule: HostRule) -> list[str]:
    """Return what comes out of the rule's fixture otherwise than it should, one sentence each.

    Raises ``Refused`` where the page is missing.
    """
    found = _clean(rule)
    if isinstance(found, str):
        return [found]
    fixture = rule.rule.fixture
    pairs = {
        "paragraphs": (found.text.split(SEPARATOR), [*fixture.paragraphs]),
        "removed": ([piece.rule for piece in found.removed], [*fixture.removed]),
        "title": (found.title, fixture.title or found.title),
        "byline": (found.byline, fixture.byline or found.byline),
        "published_at": (found.published_at, fixture.published_at or found.published_at),
    }
    return [f"{name} should be {wanted!r} and is {had!r}" for name, (had, wanted) in pairs.items() if had != wanted]


def _clean(rule: HostRule) -> CleanArticle | str:
    page = rule.file.parent / rule.rule.fixture.page
    try:
        body = page.read_bytes()
    except OSError as error:
        raise Refused(
            f"the host rule {rule.file.name} names the fixture {rule.rule.fixture.page}, which cannot be read "
            f"({error.strerror}); put a page there"
        ) from error
    url = f"https://{rule.rule.host}/fixture"
    raw = RawArticle(
        id=article_id(url),
        url=url,
        source="fixture",
        media_type="text/html",
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
    )
    try:
        made = to_clean(raw, hosts=HostRules({rule.rule.host: rule}))
    except Invalid as error:
        return f"it should be an article and is {error}"
    return f"it should be an article and is rejected: {made.detail}" if isinstance(made, Rejected) else made.article


def main(arguments: list[str]) -> int:
    """Write one line a rule, and what differs below it. Return the exit status."""
    folder = Path(arguments[0]) if arguments else HOSTS
    try:
        results = {rule: differences(rule) for rule in read_hosts(sorted(folder.glob("*.yaml"))).rules.values()}
    except Refused as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    if not results:
        sys.stderr.write(f"error: there is no rule in {folder}; a rule is a file that ends in .yaml\n")
        return 2
    for rule, wrong in results.items():
        sys.stdout.write(f"{'differs' if wrong else 'ok':8}{rule.rule.host}  ({rule.file.name})\n")
        sys.stdout.writelines(f"        {sentence}\n" for sentence in wrong)
    return 1 if any(results.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
