"""(b) Injected boilerplate: what 24 fictional hosts print around their articles, put at random places into clean ones.

Every host prints the same articles, each in another order. The same printed articles are cleaned twice: as those of a
host that nothing is known of, and with a memory learned from the articles that the host printed before.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from consumers.clean import clean
from consumers.learn import Reading, extracted, learn
from consumers.memory import host_of
from consumers.paragraphs import SEPARATOR
from consumers.site import Site
from copydesk.quality.articles import Article, newsroom, wikinews
from copydesk.quality.hosts import Host, Printed, Role, Run, load_hosts, run
from copydesk.quality.measures import Context, Failure, Measured, Table, share
from copydesk.quality.spans import removed_by
from schemas.articles import Removed
from schemas.identity import article_id

Cleaner = Callable[[str], Sequence[Removed]]
BOILERPLATE = frozenset({Role.RECURRING, Role.VARYING})
SHOWN_HOSTS = 0.5
"""Hosts, in the order of their names, whose lines may be looked at; those of the others are only counted."""


@dataclass(slots=True)
class Tally:
    """What became of the paragraphs of some articles: numbers of all, and of those that are where they belong.

    ``body_words`` and ``body_words_kept`` are of body alone; the base's are those of the articles as they were clean.
    """

    seen: Counter[tuple[Role, str]] = field(default_factory=Counter)
    right: Counter[tuple[Role, str]] = field(default_factory=Counter)
    body_words: int = 0
    body_words_kept: int = 0

    def add(self, printed: Printed, rules: Sequence[str | None]) -> Iterator[Failure]:
        """Count an article's paragraphs; give those that are not where they belong."""
        for paragraph, rule in zip(printed.paragraphs, rules, strict=True):
            if paragraph.role is Role.OWN:
                continue
            right = (rule is not None) == (paragraph.role in BOILERPLATE)
            self.seen[paragraph.role, paragraph.kind] += 1
            self.right[paragraph.role, paragraph.kind] += right
            if paragraph.role is Role.BODY:
                words = len(paragraph.text.split())
                self.body_words += words
                self.body_words_kept += words * right
            if not right:
                what = f"{paragraph.role} {paragraph.kind}".strip()
                yield Failure(
                    where=printed.url, what=f"{what}: {f'taken out by {rule}' if rule else 'stayed'}",
                    text=paragraph.text,
                )  # fmt: skip

    @property
    def body_kept(self) -> float:
        """Share of the body's words that stayed."""
        return share(self.body_words_kept, self.body_words)

    def count(self, kind: str) -> int:
        """Number of boilerplate paragraphs of a kind."""
        return sum(self.seen[role, kind] for role in BOILERPLATE)

    def share_right(self, *roles: Role, kind: str | None = None) -> float:
        """Share of the paragraphs of these roles that are where they belong."""
        keys = [key for key in self.seen if key[0] in roles and kind in {None, key[1]}]
        return share(sum(self.right[key] for key in keys), sum(self.seen[key] for key in keys))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one set of articles: the base, and a tally per condition over all hosts and over those never looked at."""

    base: float
    articles: int
    tallies: dict[str, Tally]
    sealed: dict[str, Tally]
    failures: tuple[Failure, ...]


def unknown(printed: Run) -> Cleaner:
    """Clean with nothing known of the host but its name."""
    site = _site(printed)
    return lambda text: clean(text, site=site).removed


def learned(printed: Run) -> Cleaner:
    """Clean with a memory of what the host printed before, learned as the offline job does."""
    readings = []
    site = _site(printed)
    for article in printed.learned:
        cleaned = clean(article.text, site=site)
        paragraphs = tuple(extracted(cleaned.text, cleaned.removed))
        readings.append(Reading(article.host, article_id(article.url), 1, article.day, paragraphs))
    memory = learn(readings).for_url(printed.cleaned[0].url)
    return lambda text: clean(text, memory=memory, site=site).removed


def _site(printed: Run) -> Site:
    return Site.of(host_of(printed.cleaned[0].url))


CONDITIONS: dict[str, Callable[[Run], Cleaner]] = {"no memory": unknown, "memory": learned}


def measure(context: Context) -> Measured:
    """Inject, clean and count, for the demo newsroom's articles and for those of Wikinews."""
    hosts = load_hosts(context.data / "hosts.yaml")
    sets = {"newsroom": newsroom(), "wikinews": wikinews(context)}
    skipped = () if sets["wikinews"] else ("(b) Wikinews: ../shared/corpora/news is not here",)
    outcomes = {name: outcome(context, name, hosts, articles) for name, articles in sets.items() if articles}
    return Measured(
        tables=(_totals(outcomes), _by_kind(outcomes)),
        figures={figure: value for name, found in outcomes.items() for figure, value in _figures(name, found)},
        failures=tuple(dict.fromkeys(failure for found in outcomes.values() for failure in found.failures)),
        skipped=skipped,
    )


def outcome(context: Context, name: str, hosts: Sequence[Host], articles: tuple[Article, ...]) -> Outcome:
    """Print, clean and count one set of articles at every host."""
    tallies = {condition: Tally() for condition in CONDITIONS}
    sealed = {condition: Tally() for condition in CONDITIONS}
    failures: list[Failure] = []
    cleaned = 0
    ordered = sorted(hosts, key=lambda host: host.host)
    with context.counting(f"injected boilerplate, {name}", len(ordered)) as seen:
        for number, host in enumerate(ordered, 1):
            printed = run(host, articles)
            shown = number <= round(len(ordered) * SHOWN_HOSTS)
            cleaned += len(printed.cleaned)
            for condition, make in CONDITIONS.items():
                cleaner = make(printed)
                for article in printed.cleaned:
                    rules = removed_by([p.text for p in article.paragraphs], cleaner(article.text))
                    found = tuple(tallies[condition].add(article, rules))
                    failures += found if shown else ()
                    if not shown:
                        tuple(sealed[condition].add(article, rules))
            seen(number)
    return Outcome(base(articles), cleaned, tallies, sealed, tuple(failures))


def base(articles: Sequence[Article]) -> float:
    """Return the share of body words that stays of the articles as they are, with nothing put in."""
    words = kept = 0
    for article in articles:
        rules = removed_by(article.paragraphs, clean(SEPARATOR.join(article.paragraphs)).removed)
        for index in article.body:
            count = len(article.paragraphs[index].split())
            words += count
            kept += count * (rules[index] is None)
    return share(kept, words)


def _figures(name: str, found: Outcome) -> Iterator[tuple[str, float]]:
    yield f"injected.{name}.base.body", found.base
    for condition, tally in found.tallies.items():
        prefix = f"injected.{name}.{condition.replace(' ', '-')}"
        yield f"{prefix}.body", tally.body_kept
        yield f"{prefix}.removed", tally.share_right(*BOILERPLATE)
        yield f"{prefix}.quotes", tally.share_right(Role.STATEMENT)


def _totals(outcomes: dict[str, Outcome]) -> Table:
    return Table(
        title="(b) Injected boilerplate",
        columns=("set", "", "base", "body", "quotes", "removed", "recurs", "varies", "sealed"),
        rows=tuple(
            (
                name,
                condition,
                found.base,
                tally.body_kept,
                tally.share_right(Role.STATEMENT),
                tally.share_right(*BOILERPLATE),
                tally.share_right(Role.RECURRING),
                tally.share_right(Role.VARYING),
                found.sealed[condition].share_right(*BOILERPLATE),
            )
            for name, found in outcomes.items()
            for condition, tally in found.tallies.items()
        ),
        notes=(
            "articles cleaned: " + ", ".join(f"{found.articles} ({name})" for name, found in outcomes.items()),
            "base: share of body words that stays with nothing put in; body: with boilerplate put in",
            "quotes: share of syndicated statements, which are body, that stays",
            "removed: share of boilerplate paragraphs taken out, then of those that recur word for word and that vary",
            "sealed: share removed at the half of the hosts whose lines are only ever counted",
        ),
    )


def _by_kind(outcomes: dict[str, Outcome]) -> Table:
    kinds = {kind for found in outcomes.values() for tally in found.tallies.values() for _, kind in tally.seen if kind}
    columns = [
        (name, condition, tally) for name, found in outcomes.items() for condition, tally in found.tallies.items()
    ]
    return Table(
        title="(b) by kind: share taken out",
        columns=("kind", *(f"{name}, {condition}" for name, condition, _ in columns), "n"),
        rows=tuple(
            (
                kind,
                *(tally.share_right(*BOILERPLATE, kind=kind) for _, _, tally in columns),
                sum(found.tallies[next(iter(CONDITIONS))].count(kind) for found in outcomes.values()),
            )
            for kind in sorted(kinds)
        ),
    )
