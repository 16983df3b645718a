"""`copydesk down`: stop what `up` started."""

import click


@click.command(
    short_help="Stop what `up` started, and nothing else.",
    epilog="Example: copydesk down",
)
def command() -> None:
    """Stop the stack of this home: workers and Airflow first, then the servers they use. All state is kept."""
    from copydesk.stack_view import StackProgress
    from infra.native.stack import Stack
    from infra.settings import load

    with StackProgress() as progress:
        stopped = Stack(load()).down(progress)
    click.echo(f"stopped {len(stopped)} services; state is kept" if stopped else "nothing was running")
