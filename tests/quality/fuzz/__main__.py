"""Mutated pages through the first step: no crash, no hang, no lost span, the same bytes again.

``python tests/quality/fuzz`` does 10,000; ``--seed N`` one of them; ``--article FILE`` one that an earlier run kept.
Exits 1 when anything was found. A seed makes the same page as long as demo articles, rules and mutators are the same;
an article that was kept is the same for ever.
"""

import statistics
import sys
from pathlib import Path

import click
import msgspec
from campaign import AGAIN_EVERY, Campaign, Finding, Totals
from material import CORPUS, ROOT

from copydesk.progress import counting

TARGET = "consumers.prepare:to_clean"


@click.command(help=__doc__)
@click.option("--pages", default=10_000, show_default=True, help="How many mutated pages.")
@click.option("--first", default=0, show_default=True, help="The first seed.")
@click.option("--processes", default=2, show_default=True, help="How many at a time.")
@click.option("--seed", type=int, help="Only this one.")
@click.option(
    "--article", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Only this one, kept before."
)
@click.option("--own-pages", is_flag=True, help="Start from our own pages even where the corpus is at hand.")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / ".copydesk" / "fuzz",
    help="Folder for articles with findings.",
)
@click.option("--target", default=TARGET, show_default=True, help="What is tried, as module:function.")
@click.option("--seconds", default=10, show_default=True, help="Of the processor, that one page may take.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def main(  # noqa: PLR0917 - click gives them by name
    pages: int,
    first: int,
    processes: int,
    seed: int | None,
    article: Path | None,
    own_pages: bool,
    keep: Path,
    target: str,
    seconds: int,
    as_json: bool,
) -> None:
    own = own_pages or not CORPUS.is_dir()
    if article is not None:
        seeds = [str(article.resolve())]
    else:
        seeds = [str(seed)] if seed is not None else [str(number) for number in range(first, first + pages)]
    with counting("mutated pages", total=len(seeds)) as progress:
        totals = Campaign(target, own=own, cpu_limit_s=seconds, keep=keep).run(
            seeds, min(processes, len(seeds)), progress
        )
    if as_json:
        click.echo(msgspec.json.encode(_report(totals)))
    else:
        _print(totals, own=own)
    sys.exit(1 if totals.findings else 0)


def _report(totals: Totals) -> dict[str, object]:
    worst_cpu, worst_peak = max(totals.cpu_s, default=(0.0, "")), max(totals.peaks, default=(0, ""))
    return {
        "pages": totals.outcomes.total(),
        "bytes": sum(totals.sizes),
        "largest_bytes": max(totals.sizes, default=0),
        "outcomes": dict(totals.outcomes.most_common()),
        "median_cpu_s": round(statistics.median(cpu for cpu, _ in totals.cpu_s), 4) if totals.cpu_s else None,
        "worst_cpu_s": {"value": round(worst_cpu[0], 3), "seed": worst_cpu[1]},
        "worst_peak_bytes": {"value": worst_peak[0], "seed": worst_peak[1]},
        "done_again": totals.again,
        "findings": totals.findings,
    }


def _print(totals: Totals, *, own: bool) -> None:
    report = _report(totals)
    click.echo(f"{report['pages']:,} mutated pages, {sum(totals.sizes) / 1e6:,.1f} MB, of our own pages", nl=False)
    click.echo(":" if own else " and the corpus:")
    for outcome, count in totals.outcomes.most_common():
        click.echo(f"  {count:7,}  {outcome}")
    if totals.cpu_s:
        cpu, cpu_seed = max(totals.cpu_s)
        peak, peak_seed = max(totals.peaks)
        click.echo(
            f"CPU a page: median {report['median_cpu_s']} s, worst {cpu:.2f} s (seed {cpu_seed}); "
            f"memory: worst {peak / 1e6:,.0f} MB (seed {peak_seed})"
        )
    click.echo(f"{totals.again:,} done again (one of {AGAIN_EVERY}), in another process and order")
    for finding in totals.findings:
        click.echo(_told(finding))
    count = sum(1 + len(finding.others) for finding in totals.findings)
    click.echo(f"{count:,} pages with findings, of {len(totals.findings)} kinds" if count else "no findings")


def _told(finding: Finding) -> str:
    alone = {True: ", alone too", False: ", not alone", None: ""}[finding.alone]
    detail = "\n".join(f"    {line[:300]}" for line in finding.detail.splitlines())
    more = f"\n    also: {', '.join(finding.others[:10])}" if finding.others else ""
    return (
        f"\nseed {finding.seed}: {finding.kind}{alone}\n{detail}\n"
        f"    reproduce: python {Path(__file__).parent.relative_to(ROOT)} --article {finding.article}{more}"
    )


if __name__ == "__main__":
    main()
