"""What every command has in common: how it speaks and stops, and the options that many take."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, ParamSpec, TypeVar

import typer

from deploy.cli.mistakes import mistakes_in_words

Given = ParamSpec("Given")
Result = TypeVar("Result")

Url = Annotated[str | None, typer.Option(help="Intake's address; by default that of the running `xiaohao up`.")]
Secret = Annotated[str | None, typer.Option(help="The secret of an API key; by default the one that `xiaohao up` made.")]
Kafka = Annotated[
    str | None, typer.Option(help="Kafka's bootstrap servers; by default XIAOHAO_KAFKA_BOOTSTRAP, or the running `xiaohao up`.")
]


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
