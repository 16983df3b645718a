"""`copydesk doctor`: find what is wrong, with the remedy."""

import click


@click.command(
    short_help="Look for what is wrong, with the remedy for each finding.",
    epilog="Example: copydesk doctor",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, one for each check.")
def command(as_json: bool) -> None:
    """Check this machine, the settings and the stack. Exits with 1 when something is broken."""
    import msgspec
    from rich.console import Console
    from rich.text import Text

    from copydesk.diagnosis import Level, examine
    from copydesk.terminal import line

    styles = {Level.OK: ("ok", "green"), Level.NOTE: ("note", "cyan"), Level.BROKEN: ("broken", "bold red")}
    console = Console()
    broken = 0
    for finding in examine():
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
