"""How the command line speaks: what a user can put right is said in words, without a traceback, and ends with code 1."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from rich.console import Console

from deploy.client.signals import ENDS, ignore_signals

out, err = Console(), Console(stderr=True)
MISTAKES = {
    *("SettingMistake", "KeysMistake", "YearMissing", "FileMistake", "UserMistake", "NotTold"),
    *("EmbeddedError", "JarsError", "ServiceError", "Unavailable", "ValidationError", "HTTPError", "KafkaError"),
}
"""What a user can put right, by the names of the classes: their modules are not imported before they are needed."""


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
        _say("Stopped.")
        raise typer.Exit(130) from None
    except BrokenPipeError:
        raise typer.Exit(0) from None
    except ModuleNotFoundError as error:
        _say(f"This needs {error.name}, which is not here: run it in a checkout of Xiaohao, after `make .venv`.")
        raise typer.Exit(1) from None
    except (OSError, TimeoutError) as error:
        where = f"{error.filename}: " if error.filename else ""
        _say(f"{where}{error.strerror or str(error) or type(error).__name__}")
        raise typer.Exit(1) from None
    except Exception as error:
        if not {each.__name__ for each in type(error).__mro__} & MISTAKES:
            raise
        _say(_worded(error))
        raise typer.Exit(1) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(text: str) -> None:
    err.print(text, style="red", markup=False, highlight=False, soft_wrap=True)


def _worded(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "\n".join(
            f"{'.'.join(map(str, each['loc'])) or 'value'}: {each['msg']} (given: {str(each['input'])[:80]!r})"
            for each in error.errors(include_url=False)
        )
    return str(error) or type(error).__name__
