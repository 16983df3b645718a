"""`python -m copydesk.newsroom --port N --state DIR`: serve the demo newsroom on loopback."""

from pathlib import Path

import click

from copydesk.newsroom.errors import NewsroomError
from copydesk.newsroom.server import serve


@click.command(help=__doc__)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder that keeps the current edition; made if missing.",
)
@click.option("--base-url", help="What absolute links start with; default: what the client called the server.")
def main(port: int, state: Path, base_url: str | None) -> None:
    """Serve until SIGTERM."""
    try:
        serve(port, state, base_url)
    except NewsroomError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
