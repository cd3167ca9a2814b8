"""`xiaohao attachments`: what is to be seen no more, as a picture that shows a face, is taken away; the issue that names it stays."""

from typing import Annotated

import typer

from deploy.cli.command import By, DryRun, Yes, changing, command, go_ahead, say
from deploy.client.signals import interruptible

app = typer.Typer(help="Pictures and papers 附件.", no_args_is_help=True)
Sha256 = Annotated[str, typer.Argument(help="Its SHA-256, as the link on the page of its issue ends, or as events name it.")]
Reason = Annotated[str, typer.Option(help="Why, as the log has it (`xiaohao keys log`); without a name.")]


@app.command()
@command
def remove(
    sha256: Sha256,
    reason: Reason,
    by: By = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Take away for ever what an attachment holds: pages and reports say that it was removed, and the same is not taken again. Asks first."""
    from deploy.client import attachments
    from deploy.client.mistake import UserMistake

    sha256 = sha256.removeprefix("sha256:")
    found = interruptible(attachments.find(sha256))
    if found is None or found.removed:
        raise UserMistake(f"There is no attachment {sha256}" + (": it was removed before 已删除." if found else " 没有此附件."))
    say(f"{found.media}, {found.size:,} bytes")
    named = interruptible(attachments.naming(sha256))
    for subject in named:
        say(f"named by 引用者: {subject}")
    if not named:
        say("no recorded event names it 尚无事件引用")
    gone = "Nobody gets it any more, whoever names it, and it is not taken again until `xiaohao attachments allow`. 删除后不能恢复，也不再接收同一文件。"
    if not go_ahead(gone, yes, dry_run):
        return
    changing(by, lambda register: register.note("attachment-removed", sha256, {"reason": reason}))
    interruptible(attachments.remove(sha256))
    say(f"{sha256} is removed 已删除.")


@app.command()
@command
def allow(sha256: Sha256, reason: Reason, by: By = None) -> None:
    """Let what was removed be uploaded again; what it held does not come back by itself."""
    from deploy.client import attachments
    from deploy.client.mistake import UserMistake

    sha256 = sha256.removeprefix("sha256:")
    if (found := interruptible(attachments.find(sha256))) is None or not found.removed:
        raise UserMistake(f"{sha256} was not removed, so that nothing stands in its way 未曾删除.")
    changing(by, lambda register: register.note("attachment-allowed", sha256, {"reason": reason}))
    interruptible(attachments.allow(sha256))
    say(f"{sha256} may be uploaded again 可重新上传.")
