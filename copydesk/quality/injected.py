"""(b) Injected boilerplate: what 24 fictional hosts print around their articles, put at random places into clean ones.

Every host prints the same articles, each in another order. The same printed articles are cleaned twice: as those of a
host that nothing is known of, and with a memory learned from the articles that the host printed before.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from consumers.clean import clean
from consumers.paragraphs import SEPARATOR
from copydesk.quality.articles import Article, newsroom, wikinews
from copydesk.quality.hosts import Host, Printed, Role, Run, load_hosts, run
from copydesk.quality.measures import Context, Failure, Measured, Table, share
from copydesk.quality.spans import removed_by
from schemas.articles import Removed

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

    def taken_out(self, *roles: Role, kind: str | None = None) -> float:
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


def plain(_run: Run) -> Cleaner:
    """Clean with nothing known of the host."""
    return lambda text: clean(text).removed


CONDITIONS: dict[str, Callable[[Run], Cleaner]] = {"without memory": plain}


def measure(context: Context) -> Measured:
    """Inject, clean and count, for the demo newsroom's articles and for those of Wikinews."""
    hosts = load_hosts(context.data / "hosts.yaml")
    sets = {"newsroom": newsroom(), "wikinews": wikinews(context)}
    skipped = () if sets["wikinews"] else ("(b) Wikinews: ../shared/corpora/news is not here",)
    outcomes = {name: outcome(context, name, hosts, articles) for name, articles in sets.items() if articles}
    return Measured(
        tables=(_totals(outcomes), *(_by_kind(name, found) for name, found in outcomes.items())),
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
    yield f"injected.{name}.base-body-kept", found.base
    for condition, tally in found.tallies.items():
        words = condition.replace(" ", "-")
        yield f"injected.{name}.body-kept-{words}", tally.body_kept
        yield f"injected.{name}.removed-{words}", tally.taken_out(*BOILERPLATE)
        yield f"injected.{name}.statements-kept-{words}", tally.taken_out(Role.STATEMENT)


def _totals(outcomes: dict[str, Outcome]) -> Table:
    rows = []
    for name, found in outcomes.items():
        for condition, tally in found.tallies.items():
            rows.append(
                (
                    name, found.articles, condition, found.base, tally.body_kept, tally.taken_out(Role.STATEMENT),
                    tally.taken_out(*BOILERPLATE), tally.taken_out(Role.RECURRING), tally.taken_out(Role.VARYING),
                    found.sealed[condition].taken_out(*BOILERPLATE),
                )
            )  # fmt: skip
    return Table(
        title="(b) Injected boilerplate",
        columns=(
            "articles of", "cleaned", "cleaned ...", "base", "body kept", "statements kept", "removed",
            "recurring", "varying", "sealed hosts",
        ),
        rows=tuple(rows),
        notes=(
            "base: share of body words that stays where nothing was put in; body kept: of the same articles with it",
            "removed: share of boilerplate paragraphs; then of those that recur word for word, of those that vary",
            "sealed hosts: the share removed at the half of the hosts whose lines are only ever counted",
        ),
    )  # fmt: skip


def _by_kind(name: str, found: Outcome) -> Table:
    first = next(iter(found.tallies.values()))
    counts: Counter[str] = Counter()
    for (role, kind), count in first.seen.items():
        counts[kind] += count if role in BOILERPLATE else 0
    return Table(
        title=f"(b) by kind, articles of {name}: share taken out",
        columns=("kind", "n", *found.tallies),
        rows=tuple(
            (kind, count, *(tally.taken_out(*BOILERPLATE, kind=kind) for tally in found.tallies.values()))
            for kind, count in sorted(counts.items())
            if count
        ),
    )
