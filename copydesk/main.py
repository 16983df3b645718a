"""The `copydesk` command: verbs, errors for people, and the check that the rooms are ours.

A verb's module is imported when it runs; `--help` imports none, so the help texts stand here too (a test compares).
"""

import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import click

from copydesk.terminal import line

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("copydesk", "dags", "consumers", "models", "infra", "schemas")
VERBS: dict[str, dict[str, str]] = {
    "The stack": {
        "demo": "Run the whole way over the bundled newsroom and show what landed.",
        "up": "Start what is missing of the stack on this machine.",
        "down": "Stop what `up` started, and nothing else.",
        "status": "Show services, lag and the last articles.",
        "doctor": "Look for what is wrong, with the remedy for each finding.",
        "worker": "Run one consumer: prepare or enrich.",
        "models": "List, fetch, check and convert models.",
        "bench": "Measure speed and memory, against the naive way in the same run.",
    },
    "Articles": {
        "ingest": "Send files through the desk: text, HTML, JSONL, WARC, folders.",
    },
    "Accounts": {
        "trace": "Show every stage of one article, with its times.",
        "ledger": "Show whether every article is accounted for.",
        "verify": "Prove that topics and bucket agree, and mend what a crash left.",
        "dead": "List and show dead letters.",
        "withdraw": "Take an article down: tell subscribers, delete its objects.",
    },
    "Steps as filters (no service needed)": {
        "extract": "Take text and metadata out of a page.",
        "clean": "Take what is not the article out of a page or text.",
        "tag": "Find the names in an article.",
        "summarize": "Sum an article up.",
        "enrich": "Clean, sum up and tag an article: the whole way as a filter.",
    },
}
"""Verb to its one line of help, by section."""

_OURS = (
    ("infra.errors", "InfraError"),
    ("consumers.step", "Invalid"),
    ("consumers.runtime", "Halted"),
    ("models.errors", "ModelError"),
    ("schemas.codec", "ValidationError"),
    ("dags.ingest.errors", "SourcesInvalid"),
    ("dags.ingest.errors", "SourceFailed"),
    ("dags.ingest.errors", "NotAcknowledged"),
    ("copydesk.newsroom.errors", "NewsroomError"),
)
"""Errors whose message is for people. A module that was never imported cannot have raised one."""
DEBUG = "COPYDESK_DEBUG"


class Verbs(click.Group):
    """The group of all verbs: `dead-letters` would be attribute `command` of `copydesk.commands.dead_letters`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the verbs in the order of the help."""
        return [verb for section in VERBS.values() for verb in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's module and return its command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = import_module(f"copydesk.commands.{cmd_name.replace('-', '_')}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"copydesk.commands.{cmd_name} has no click command called `command`")
        if command.callback is not None:
            command.callback = _with_logs(command.callback)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table of verbs without importing them."""
        for section, verbs in VERBS.items():
            with formatter.section(section):
                formatter.write_dl(list(verbs.items()))


def _with_logs(callback: Callable[..., object]) -> Callable[..., object]:
    """Send logs to stderr first: left alone, structlog writes to stdout, which belongs to results."""

    @wraps(callback)
    def run(*args: object, **kwargs: object) -> object:
        from infra.log import configure_command

        configure_command("DEBUG" if os.environ.get(DEBUG) else "ERROR")
        _warn_of_names()
        return callback(*args, **kwargs)

    return run


def _warn_of_names() -> None:
    from infra.settings import unknown

    for name, meant in unknown(os.environ).items():
        if meant:
            _complain(f"warning: {name} is no setting and does nothing; did you mean {meant}?")


def _show_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        import tomllib

        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        click.echo(f"copydesk {project['version']}")
        ctx.exit()


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `copydesk demo`. Each verb has its own --help with an example.",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show it.")
def cli() -> None:
    """An event-driven copy desk for news.

    Airflow pulls articles into Kafka, consumers clean, summarise and tag them, enriched JSON lands in object storage.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and end the process: 0, 1 for what failed, 2 for how it was called, 130 for Ctrl-C."""
    try:
        check_origin()
        code = cli.main(args=list(arguments) if arguments is not None else None, standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        code = error.exit_code
        error.show()
    except click.ClickException as error:
        code = error.exit_code
        _complain(_usage(error))
    except click.Abort:
        code = 130
        _complain("stopped")
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`). Nothing may be written any more, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except Exception as error:
        if os.environ.get(DEBUG) or not _is_for_people(error):
            raise
        code = 1
        _complain(str(error) or type(error).__name__)
    sys.exit(code if isinstance(code, int) else 0)


def check_origin(root: Path = ROOT) -> None:
    """Raise a ``ClickException`` unless the names of our rooms mean the folders under ``root``.

    They are ordinary words: another distribution, or a folder on PYTHONPATH, may own one of them.
    """
    for room in ROOMS:
        spec = find_spec(room)
        if spec is None:
            raise click.ClickException(f"module `{room}` is missing: {root / room} is not there or not importable")
        places = [Path(place).resolve() for place in spec.submodule_search_locations or [spec.origin or ""]]
        if places != [root / room]:
            raise click.ClickException(
                f"module `{room}` comes from {', '.join(map(str, places))} instead of {root / room}: uninstall what "
                "brought it, or take its folder out of PYTHONPATH"
            )


def _usage(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f" (see `{context.command_path} --help`)" if context else ""
    return error.format_message().removesuffix(".") + hint


def _is_for_people(error: Exception) -> bool:
    kinds = tuple(getattr(sys.modules[module], name) for module, name in _OURS if module in sys.modules)
    return isinstance(error, (OSError, *kinds))


def _complain(message: str) -> None:
    click.echo(f"copydesk: {line(message)}", err=True)


if __name__ == "__main__":
    main()
