"""What the command line says of recorded events: their Chinese names, and a short line on each."""

from shared import events as e

TYPES = {
    "UnitsListed": "单位名录",
    "CampaignAnnounced": "活动发布",
    "CampaignPassedDown": "活动下达",
    "BookOpened": "建立台账",
    "PhaseDue": "阶段到期",
    "PhaseOpened": "阶段启动",
    "PhaseHeld": "阶段待闭合",
    "GapAccepted": "带缺闭合",
    "PhaseClosed": "阶段闭合",
    "SupplementDue": "补报到期",
    "PhaseSupplemented": "阶段补报",
    "StatementSubmitted": "报表上报",
    "StatementAdded": "报表汇入",
    "IssueReported": "问题报送",
    "IssueEntered": "上账",
    "IssueAssigned": "落实责任人",
    "MeasuresPlanned": "拿出措施",
    "RectificationDone": "整改完成",
    "RectificationVerified": "验收",
    "RectificationReturned": "退回",
    "IssueStruckOff": "销号",
    "DeadlinePassed": "时限已过",
    "IssueOverdue": "超期",
    "CarryOverDue": "应挂账",
    "IssueCarriedOver": "挂账",
    "FollowUpSet": "跟踪",
    "SelfCheckAnswered": "自查",
    "TargetChecked": "自查登记",
    "ObligationOpened": "报送任务",
    "ObligationDue": "报送到期",
    "ReturnFiled": "报送材料",
    "ObligationMet": "完成报送",
    "ReturnMissing": "缺报",
    "Refused": "未受理",
}
"""The types in the bureaus' own words."""
COLOURS = {
    "IssueEntered": "yellow",
    "IssueStruckOff": "green",
    "IssueOverdue": "red",
    "IssueCarriedOver": "magenta",
    "ReturnMissing": "red",
    "RectificationReturned": "magenta",
    "Refused": "bold red",
    "PhaseOpened": "cyan",
    "PhaseHeld": "cyan",
    "PhaseClosed": "bold cyan",
    "PhaseSupplemented": "cyan",
    "CampaignAnnounced": "bold cyan",
    "BookOpened": "cyan",
}
LONGEST = 70
"""Characters of a free text that a line shows."""


def line(fact: e.Fact | None) -> str:
    """An event in a few words."""
    match fact:
        case e.UnitsListed(part=part, units=units):
            return f"part {part}, {len(units)} units"
        case e.CampaignAnnounced(plan=plan):
            return f"{plan.name.zh}, version {plan.version}"
        case e.BookOpened(name=name):
            return name
        case e.PhaseOpened(phase=phase, end=end):
            return f"{phase} until {end}"
        case e.PhaseHeld(phase=phase, gap=gap):
            return f"{phase}: {len(gap.returns)} returns and {len(gap.units)} units are missing"
        case e.PhaseClosed(phase=phase, total=total, gap=gap):
            return f"{phase}{' over a gap' if gap else ''}: {_figures(total)}"
        case e.PhaseSupplemented(phase=phase, total=total, revision=revision):
            return f"{phase} revision {revision}: {_figures(total)}"
        case e.StatementSubmitted(phase=phase, unit=unit, revision=revision) | e.StatementAdded(phase=phase, unit=unit, revision=revision):
            return f"{phase} of {unit}, revision {revision}"
        case e.IssueReported(text=text):
            return _short(text)
        case e.IssueEntered(number=number, fix_due=due, text=text):
            return f"no. {number}, to be rectified by {due}: {_short(text)}"
        case e.IssueAssigned(owner=owner):
            return f"to {owner}"
        case e.MeasuresPlanned(measures=text, by=by) | e.RectificationDone(result=text, by=by):
            return f"{by}: {_short(text)}"
        case e.RectificationVerified(effect=text, by=by) | e.RectificationReturned(reason=text, by=by):
            return f"{by}: {_short(text)}"
        case e.IssueStruckOff(number=number, on_time=on_time):
            return f"no. {number}, {'on time' if on_time else 'late'}"
        case e.IssueOverdue(number=number, clock=clock, due=due):
            return f"no. {number}, {clock} clock ran out on {due}"
        case e.IssueCarriedOver(number=number, due=due, owner=owner):
            return f"no. {number}, to {owner or 'nobody yet'} until {due}"
        case e.FollowUpSet(due=due, owner=owner):
            return f"to {owner} until {due}"
        case e.SelfCheckAnswered(target=target, conforms=conforms, finding=finding):
            return f"target {target}: {'conforms' if conforms else _short(finding or 'falls short')}"
        case e.ObligationOpened(obligation=code, due=due) | e.ReturnMissing(obligation=code, due=due):
            return f"{code}, due {due}"
        case e.ReturnFiled(title=title, nil=nil):
            return f"{title}{' (nil return)' if nil else ''}"
        case e.ObligationMet(obligation=code, late=late):
            return f"{code}, {'late' if late else 'on time'}"
        case e.Refused(type=type, rule=rule, reason=reason):
            return f"{type}: {rule}: {reason.en}"
    return ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _figures(total: e.Counts) -> str:
    return f"{total.entered} entered, {total.struck_off} struck off, {total.overdue} overdue"
