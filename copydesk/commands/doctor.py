"""`copydesk doctor`: find what is wrong, with the remedy."""

import click


@click.command(
    short_help="Look for what is wrong, with the remedy for each finding.",
    epilog="""Examples:

    \b
    copydesk doctor
    copydesk doctor --models
    """,
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, one for each check.")
@click.option("--models", is_flag=True, help="Time the models instead, and say which settings fit: some seconds.")
def command(*, as_json: bool, models: bool) -> None:
    """Check this machine, the settings and the stack. Exits with 1 when something is broken.

    With `--models` the tiers, and the engines of the summarizer where the settings name one of the hub, are timed on an
    article of 200 words. Do it while nothing else runs: the figures are of this machine, now.
    """
    import msgspec
    from rich.console import Console
    from rich.text import Text

    from copydesk.diagnosis import Level, examine
    from copydesk.recommendation import recommend
    from copydesk.terminal import line

    styles = {Level.OK: ("ok", "green"), Level.NOTE: ("note", "cyan"), Level.BROKEN: ("broken", "bold red")}
    console = Console()
    broken = 0
    for finding in recommend() if models else examine():
        broken += finding.level is Level.BROKEN
        if as_json:
            click.echo(msgspec.json.encode(finding))
            continue
        text = Text.assemble((f"{styles[finding.level][0]:7}", styles[finding.level][1]), f"{finding.check}: ")
        text.append(line(finding.text))
        if finding.remedy:
            text.append(f"\n        {line(finding.remedy)}", style="bold")
        console.print(text)
    if broken:
        raise SystemExit(1)
