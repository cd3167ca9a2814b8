"""What mails say, in Chinese with an English line beside."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

TEXT, WORD = 60, 40
"""Characters shown of a free text, and of any other value."""


@dataclass(frozen=True)
class Words:
    """What is said by one template; `{name}` stands for a value."""

    subject: str
    zh: str
    en: str
    about: tuple[str, str] = ("\n问题内容：{text}", "\nText: {text}")


TEMPLATES: dict[str, Words] = {
    "assigned": Words(
        "【销号】{name}第{number}号问题已分派给您 / Issue {number} assigned to you",
        "{name}第{number}号问题已分派给您，请于{plan_due}前拿出措施，于{fix_due}前完成整改。",
        "Issue {number} of {name} was assigned to you: measures are due by {plan_due}, rectification by {fix_due}.",
    ),
    "overdue-plan": Words(
        "【销号】{name}第{number}号问题逾期未拿出措施 / Issue {number}: measures overdue",
        "{name}第{number}号问题应于{due}前拿出措施，现已逾期，请尽快填报。整改时限为{fix_due}。",
        "Issue {number} of {name}: measures were due by {due} and have not come. Rectification is due by {fix_due}.",
    ),
    "overdue-fix": Words(
        "【销号】{name}第{number}号问题逾期未整改 / Issue {number}: rectification overdue",
        "{name}第{number}号问题应于{due}前完成整改，现已逾期，请尽快整改并填报。",
        "Issue {number} of {name} was to be rectified by {due} and has not been.",
    ),
    "overdue-follow-up": Words(
        "【销号】{name}第{number}号挂账问题逾期 / Issue {number}, carried over: overdue",
        "{name}第{number}号挂账问题应于{due}前完成整改，现已逾期，请尽快整改并填报。",
        "Issue {number} of {name} was carried over to {due} and has not been rectified.",
    ),
    "returned": Words(
        "【销号】{name}第{number}号问题被退回 / Issue {number} sent back to you",
        "{name}第{number}号问题的整改未通过验收，已退回，请继续整改。整改时限仍为{fix_due}。\n退回原因：{reason}",
        "The rectification of issue {number} of {name} was checked and sent back. It is still due by {fix_due}.",
    ),
    "reopened": Words(
        "【销号】{name}第{number}号问题重新上账 / Issue {number} opened again",
        "{name}第{number}号问题已重新上账，仍由您负责，请于{plan_due}前拿出措施，于{fix_due}前完成整改。\n重开原因：{reason}",
        "Issue {number} of {name} was opened again and is yours: measures are due by {plan_due}, rectification by {fix_due}.",
    ),
    "came-back": Words(
        "【销号】{name}第{number}号问题退回本单位 / Issue {number} came back to you",
        "{name}第{number}号问题转办{from}未成，已退回本单位，仍由您负责，整改时限为{fix_due}。\n退回原因：{reason}",
        "Issue {number} of {name} was not taken by {from} and is yours again: rectification is due by {fix_due}.",
    ),
    "unmerged": Words(
        "【销号】{name}第{number}号问题恢复办理 / Issue {number} is yours again",
        "{name}第{number}号问题所并入的问题未销号即离账，本问题恢复办理，仍由您负责，整改时限为{fix_due}。",
        "Issue {number} of {name} was merged into one that left unsolved, and is yours again: rectification is due by {fix_due}.",
    ),
    "carried-over": Words(
        "【销号】{name}第{number}号问题已挂账 / Issue {number} carried over to you",
        "{name}第{number}号问题在活动结束时尚未销号，已挂账由您负责，请于{due}前完成整改。",
        "Issue {number} of {name} was not finished when the campaign ended; it was carried over to you and is due by {due}.",
    ),
    "follow-up": Words(
        "【销号】{name}第{number}号挂账问题由您跟踪 / Issue {number}, carried over: yours",
        "{name}第{number}号挂账问题由您负责，新的时限为{due}。",
        "Issue {number} of {name}, carried over, is yours; its last day is {due} now.",
    ),
    "supervised": Words(
        "【销号】{name}第{number}号问题挂牌督办 / Issue {number} under supervision",
        "{name}第{number}号问题已由上级挂牌督办，请抓紧整改，整改时限为{fix_due}。\n督办原因：{reason}",
        "Issue {number} of {name} was listed by a superior for supervision; rectification is due by {fix_due}.",
    ),
    "near-due": Words(
        "【销号】{name}第{number}号问题即将到期 / Issue {number}: due soon",
        "{name}第{number}号问题的时限为{due}，还有{days}个工作日，请抓紧办理。",
        "Issue {number} of {name} is due by {due}, in {days} working days.",
    ),
    "escalated": Words(
        "【销号】{name}第{number}号问题已升级督办 / Issue {number} escalated",
        "{name}第{number}号问题应于{due}前办理，逾期未办，已升级督办，请尽快办理。",
        "Issue {number} of {name} was due by {due} and was escalated to a unit above.",
    ),
    "escalation": Words(
        "【销号】{name}第{number}号问题逾期，提请督办 / Issue {number} escalated to you",
        "{name}第{number}号问题应于{due}前办理，逾期未办，现提请督办。",
        "Issue {number} of {name} was due by {due} and is escalated to your unit.",
    ),
    "handed-over": Words(
        "【销号】{from}转办问题，请{name}签收 / An issue is handed over to you",
        "{from}向{name}转办一件问题，请签收或退回。\n转办原因：{reason}",
        "{from} hands an issue over to {name}; please acknowledge or decline it.",
    ),
    "extension-asked": Words(
        "【销号】{name}第{number}号问题申请延期 / Issue {number}: more time asked for",
        "{name}第{number}号问题申请延期至{until}，请审定。\n申请理由：{reason}",
        "More time is asked for issue {number} of {name}, until {until}; please decide.",
    ),
    "extension-granted": Words(
        "【销号】{name}第{number}号问题同意延期 / Issue {number}: more time granted",
        "{name}第{number}号问题已同意延期，整改时限为{fix_due}。",
        "More time was granted for issue {number} of {name}: rectification is due by {fix_due}.",
    ),
    "extension-denied": Words(
        "【销号】{name}第{number}号问题不同意延期 / Issue {number}: no more time",
        "{name}第{number}号问题未同意延期，整改时限仍为{fix_due}。\n理由：{reason}",
        "More time was denied for issue {number} of {name}: rectification is still due by {fix_due}.",
    ),
    "return-near-due": Words(
        "【销号】{name}材料“{title}”即将到期 / A return is due soon",
        "{name}应于{due}前报送“{title}”，请按时报送。",
        "{name} owes the return {title} by {due}.",
        about=("", ""),
    ),
    "return-chased": Words(
        "【销号】{name}材料“{title}”催报 / A return is chased",
        "{name}尚未报送“{title}”（时限{due}），请尽快报送。\n{reason}",
        "{name} has not filed the return {title}, due by {due}.",
        about=("", ""),
    ),
    "return-escalated": Words(
        "【销号】{name}材料“{title}”逾期未报 / A return is late in a unit below",
        "{name}尚未报送“{title}”（时限{due}），已催报，请督促。",
        "{name} has not filed the return {title}, due by {due}; it was chased and is told up the line of command.",
        about=("", ""),
    ),
    "return-sent-back": Words(
        "【销号】{name}材料“{title}”被退回 / A return was sent back",
        "{name}报送的“{title}”被退回，请修改后重新报送，时限为{due}。\n退回原因：{reason}",
        "The return {title} of {name} was sent back; it is owed again by {due}.",
        about=("", ""),
    ),
}
BODY = "{greeting}\n\n{zh}\n\n{en}\n\n{link}本邮件由系统自动发送，请勿回复。 / Sent automatically; please do not reply.\n"
LINK = "查看 / View: {link}\n\n"
GREETING = "{person}，您好："
LONG = ("text", "reason")


class _Values(dict[str, str]):
    """Shows a dash for what is not known: a mail that says less is better than none."""

    def __missing__(self, key: str) -> str:
        return "—"


def flat(text: str, longest: int) -> str:
    """A text on one line, without control or formatting characters, shortened: it can start no header, no line and no other direction."""
    line = " ".join("".join(each if unicodedata.category(each)[0] != "C" else " " for each in text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def worded(template: str, values: Mapping[str, str], person: str, link: str | None = None) -> tuple[str, str]:
    """Subject and body of a notice, with a link to what it is about. Raises KeyError for a template that the catalogue does not have."""
    words = TEMPLATES[template]
    safe = _Values({name: flat(value, TEXT if name in LONG else WORD) for name, value in values.items()})
    safe.setdefault("name", safe["unit"])
    english = words.en + ("\nReason: {reason}" if "{reason}" in words.zh else "")
    zh, en = ((said + about).format_map(safe) for said, about in zip((words.zh, english), words.about, strict=True))
    greeting = GREETING.format(person=flat(person, WORD))
    body = BODY.format(greeting=greeting, zh=zh, en=en, link=LINK.format(link=link) if link else "")
    return words.subject.format_map(safe), body


def as_html(body: str, link: str | None = None) -> str:
    """The same body as HTML: escaped, a paragraph each, with nothing to be loaded from anywhere."""
    paragraphs = (escape(each).replace("\n", "<br>\n") for each in body.strip().split("\n\n"))
    text = "\n".join(f"<p>{each}</p>" for each in paragraphs)
    if link:
        shown = escape(link)
        text = text.replace(shown, f'<a href="{shown}">{shown}</a>')
    return f'<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8"></head><body style="font: 15px/1.6 sans-serif">\n{text}\n</body></html>\n'
