"""`xiaohao`: the command line, a file for each command or group of commands."""

import typer

from deploy.cli import dead, keys, plan
from deploy.cli.announce import announce
from deploy.cli.demo import demo
from deploy.cli.doctor import doctor
from deploy.cli.feed import feed
from deploy.cli.fetch import fetch
from deploy.cli.rebuild import rebuild
from deploy.cli.simulate import simulate
from deploy.cli.tail import tail
from deploy.cli.up import up
from deploy.cli.verify import verify

app = typer.Typer(
    name="xiaohao",
    help="Xiaohao 销号: campaign ledgers.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for each in (up, demo, fetch, feed, simulate, announce, tail, verify, rebuild, doctor):
    app.command()(each)
app.add_typer(plan.app, name="plan")
app.add_typer(dead.app, name="dead")
app.add_typer(keys.app, name="keys")


def main() -> None:
    """The `xiaohao` script."""
    app()
