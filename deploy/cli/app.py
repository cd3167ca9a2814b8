"""`xiaohao`: the command line, a file for each group of commands."""

import logging
import sys

import typer

from deploy.cli import attachments, campaigns, dead, keys, ledger, local, people, plan, status, telling, topics

app = typer.Typer(
    name="xiaohao",
    help="Xiaohao 销号: campaign ledgers.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (
    *(local.up, local.demo, local.fetch),
    *(telling.feed, telling.simulate, telling.announce),
    *(ledger.tail, ledger.verify, ledger.rebuild, ledger.restore),
    people.erase,
    status.status,
    local.doctor,
):
    app.command()(command)
app.add_typer(plan.app, name="plan")
app.add_typer(dead.app, name="dead")
app.add_typer(keys.app, name="keys")
app.add_typer(campaigns.app, name="campaigns")
app.add_typer(attachments.app, name="attachments")
app.add_typer(people.app, name="people")
app.add_typer(topics.app, name="topics")


def main() -> None:
    """The `xiaohao` script."""
    _log_to_stderr()
    app()


def _log_to_stderr() -> None:
    """What the services' code that a command uses warns of goes beside what the command prints, which others may read."""
    try:
        import structlog  # the client alone has none, and nothing that logs
    except ImportError:
        return
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING), logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )
