"""What reporting says to people, in Chinese and English."""

from collections.abc import Iterable
from math import floor, log10
from typing import Literal

from services.reporting.wording.lists import LISTS
from shared.values import Wording

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, Language] = ("zh", "en")

TEXTS: dict[str, tuple[str, str]] = {
    "product": ("销号", "Xiaohao"),
    "back-to-start": ("返回首页", "Back to the first page"),
    "given-as": ("{field}（现为“{value}”）", "{field} (given as '{value}')"),
    "choose": ("请选择活动", "Choose a campaign"),
    "no-campaign": ("本单位尚无活动", "No campaign for this unit yet"),
    "overview": ("活动进展总览", "Overview of the campaign"),
    "other-language": ("English", "中文"),
    "unit": ("单位", "Unit"),
    "class": ("类别", "Class"),
    "phases": ("阶段进程", "Phases"),
    "ahead": ("未开始", "ahead"),
    "open": ("进行中", "open"),
    "held": ("待闭合", "held"),
    "closed": ("已闭合", "closed"),
    "closed-with-gap": ("已闭合（有缺项）", "closed over a gap"),
    "opened-on": ("启动", "opened"),
    "held-on": ("到期未齐", "held"),
    "closed-on": ("闭合", "closed"),
    "gap-returns": ("缺报 {count} 项材料：{names}", "missing returns ({count}): {names}"),
    "gap-units": ("{count} 个下级单位未闭合", "units below not closed: {count}"),
    "gap-verified": ("销号 {done}/{of}，未达 {wanted}%", "{done} of {of} struck off, {wanted}% asked"),
    "gap-targets": ("{count} 条任务目标未自查", "targets not answered: {count}"),
    "gap-watches": ("{count} 个关注专题未答复：{names}", "watch topics not answered ({count}): {names}"),
    "gap-activities": ("{count} 项活动未开展：{names}", "activities not held ({count}): {names}"),
    "key-figures": ("关键数字", "Key figures"),
    "entered": ("上账", "Entered"),
    "struck-off": ("销号", "Struck off"),
    "strike-rate": ("销号率", "Struck-off rate"),
    "on-time-rate": ("按期率", "On-time rate"),
    "on-time": ("按期销号", "On time"),
    "overdue": ("超期", "Overdue"),
    "carried-over": ("挂账", "Carried over"),
    "open-issues": ("未销号", "Still open"),
    "returns": ("报送", "Returns"),
    "filed": ("按时报送", "Filed"),
    "late": ("逾期报送", "Late"),
    "missing": ("缺报", "Missing"),
    "to-be-accepted": ("待审、退回", "Waiting"),
    "waiting": ("待审核", "Waiting"),
    "sent-back": ("已退回", "Sent back"),
    "rolling": ("日常报送", "Rolling"),
    "not-due": ("未到期", "Not due yet"),
    "owed": ("应报", "Owed"),
    "answered": ("自查条目", "Targets checked"),
    "findings": ("自查发现", "Findings"),
    "units-closed": ("闭合单位", "Units closed"),
    "of-entered": ("销号率 {rate}", "Struck-off rate {rate}"),
    "strikes": ("销号次数 {count}", "{count} strike-offs"),
    "open-now": ("未销号 {count} 件", "{count} still open"),
    "on-time-count": ("按期销号 {count} 件", "{count} on time"),
    "late-count": ("逾期 {count}", "{count} late"),
    "missing-count": ("缺报 {count}", "{count} missing"),
    "late-now": ("其中 {count} 件仍未整改", "{count} of them not rectified yet"),
    "carried-open": ("其中 {count} 件未销号", "{count} of them still open"),
    "checks-note": ("发现问题 {count} 条", "{count} findings"),
    "progress": ("上账与销号进度", "Entered and struck off over time"),
    "by-phase": ("各阶段情况", "By phase"),
    "by-unit": ("各单位情况", "By unit"),
    "units-left": ("已退出活动的单位", "Units that left the campaign"),
    "unit-left": (
        "{on} 退出，当时未销号问题 {open} 件，不计入以上数据",
        "left on {on}; open issues then: {open}; in none of the figures above",
    ),
    "in-line": ("条线所属单位", "Units in further lines of command"),
    "by-category": ("各类别情况", "By category"),
    "phase": ("阶段", "Phase"),
    "period": ("起止日期", "Period"),
    "status": ("状态", "Status"),
    "total": ("合计", "Total"),
    "own-book": ("本级台账", "own book"),
    "category": ("问题类别", "Category"),
    "channel": ("来源渠道", "Source"),
    "overdue-list": ("超期未整改（最久的 {count} 件）", "Overdue, worst first ({count})"),
    "overdue-none": ("目前没有超期未整改的问题。", "Nothing is overdue at present."),
    "carried-none": ("没有挂账未销号的问题。", "Nothing carried over is open."),
    "all-late": ("全部 {count} 件", "All {count}"),
    "more": ("另有 {count} 件，详见台账表。", "{count} more, see the ledger."),
    "more-units": ("另有 {count} 个单位未列入本表。", "{count} more units are not in this table."),
    "number": ("编号", "No."),
    "label": ("台账编号", "Label"),
    "grade": ("等级", "Grade"),
    "cycle": ("轮次", "Cycle"),
    "first-fix-due": ("原整改时限", "Fix due at first"),
    "supervised-on": ("挂牌督办日期", "Supervised since"),
    "escalated-to": ("升级至", "Escalated to"),
    "moved": ("转办来源／去向", "Handed over from or to"),
    "issue": ("问题", "Issue"),
    "on-the-book": ("台账记载", "On the book"),
    "attachments": ("附件", "Attachments"),
    "attachment": ("附件 {short}", "attachment {short}"),
    "attachment-removed": ("已删除", "removed"),
    "image/jpeg": ("JPEG 图片", "JPEG picture"),
    "image/png": ("PNG 图片", "PNG picture"),
    "application/pdf": ("PDF 文件", "PDF"),
    "video/mp4": ("MP4 视频", "MP4 video"),
    "video/quicktime": ("MOV 视频", "MOV video"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("Word 文件", "Word file"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("Excel 文件", "Excel file"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("PowerPoint 文件", "PowerPoint file"),
    "history": ("办理经过", "What happened"),
    "unheard": ("通知未送达 {person}：{why}", "{person} was not told: {why}"),
    "history-more": ("记录较多，只列最早的部分。", "There is more; the first of it is listed."),
    "history-whole": ("全部内容（JSON）", "All of it (JSON)"),
    "owner": ("责任人", "Owner"),
    "due": ("时限", "Due"),
    "days-late": ("超期天数", "Days late"),
    "follow-up-due": ("跟踪时限", "Follow-up due"),
    "downloads": ("下载", "Downloads"),
    "report": ("阶段报告（Word）", "Report (Word)"),
    "ledger": ("台账（Excel）", "Ledger (Excel)"),
    "count-axis": ("件数", "issues"),
    "obligations": ("材料报送情况", "Returns"),
    "obligation": ("材料", "Return"),
    "as-of": ("数据截至 {time}（北京时间）", "As of {time} (Beijing time)"),
    "digest": ("位置摘要 {digest}", "Position digest {digest}"),
    "digest-note": (
        "由 {books} 本台账的位置与链哈希算出，据此可核对数字出自哪些记录。",
        "Made from positions and chain hashes of {books} books; it tells which records the figures come from.",
    ),
    "on-time-told-late": (
        "离线报送：按期发生、且时限最后一日后 {days} 日内报送的，视为按期。",
        "What happened in time and was told offline within {days} days after the last day counts as on time.",
    ),
    "on-time-rule": (
        "按期：整改完成并被受理之日不晚于整改时限最后一日（含当日）。按期率＝按期销号÷已销号。",
        "On time: the rectification was accepted on or before the last day of the fix clock. On-time rate: on time ÷ struck off.",
    ),
    "on-time-rule-verified": (
        "按期：验收通过并被受理之日不晚于整改时限最后一日（含当日）。按期率＝按期销号÷已销号。",
        "On time: the check that was enough was accepted on or before the last day of the fix clock. On-time rate: on time ÷ struck off.",
    ),
    "on-time-rule-struck-off": (
        "按期：销号之日不晚于整改时限最后一日（含当日）。按期率＝按期销号÷已销号。",
        "On time: struck off on or before the last day of the fix clock. On-time rate: on time ÷ struck off.",
    ),
    "phase-rule": (
        "上账、销号按发生时所在阶段计，超期按时限所在阶段计；合计每件只计一次，重新上账的按现状计，转办的在经手各单位各计一次、在其上级计一次。",
        "Entered and struck off count in the phase in which they happened, overdue in that of the last day; in totals each issue counts once, as it stands.",
    ),
    "strike-rule": (
        "销号率＝已销号÷（已销号＋未销号），不含转出、并案、作废和长期坚持的。",
        "Struck-off rate: struck off ÷ (struck off + still open), without what left otherwise or has no end.",
    ),
    "none": ("—", "—"),
    "no-name": ("{person}（无姓名）", "{person} (no name)"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "problem": ("问题", "problem"),
    "defect": ("缺陷", "defect"),
    "hazard": ("隐患", "hazard"),
    "planned": ("已定措施", "measures planned"),
    "rectified": ("待验收", "to be verified"),
    "plan": ("措施", "plan"),
    "fix": ("整改", "fix"),
    "follow-up": ("跟踪", "follow-up"),
    "milestone": ("节点", "milestone"),
    "publication": ("公示", "publication"),
    "look-back": ("回头看", "look-back"),
    "review": ("检视", "review"),
    "extension": ("延期", "extension"),
    "listing": ("挂牌督办", "listing"),
    "answer": ("答复", "answer"),
    "receipt": ("接收", "receipt"),
    "acknowledgement": ("签收", "acknowledgement"),
    "verified": ("公示中", "published"),
    "merged": ("已并案", "merged"),
    "void": ("作废", "void"),
    "handed-over": ("已转办", "handed over"),
    "nature": ("性质", "Nature"),
    "target": ("任务目标", "Target"),
    "measures": ("整改措施", "Measures"),
    "plan-due": ("拿出措施时限", "Plan due"),
    "fix-due": ("整改时限", "Fix due"),
    "entered-on": ("上账日期", "Entered on"),
    "planned-on": ("措施日期", "Planned on"),
    "rectified-on": ("整改日期", "Rectified on"),
    "rectified-by": ("整改人", "Rectified by"),
    "result": ("整改结果", "Result"),
    "evidence": ("佐证材料", "Evidence"),
    "returned": ("退回次数", "Returned"),
    "verified-by": ("验收人", "Verified by"),
    "effect": ("效果评价", "Effect"),
    "struck-off-on": ("销号日期", "Struck off on"),
    "mark": ("销号标记", "Mark"),
    "clocks-overdue": ("超期时限", "Clocks run out"),
    "carried-over-on": ("挂账日期", "Carried over on"),
    "not-struck-off": ("未销号", "open"),
    "sheet-ledger": ("台账", "Ledger"),
    "sheet-summary": ("汇总", "Summary"),
    "truncated": ("本表只列前 {count} 条。", "Only the first {count} rows are listed."),
    "report-title": ("{campaign}情况报告", "{campaign}: report"),
    "phase-title": ("{campaign}{phase}阶段情况报告", "{campaign}: report on {phase}"),
    "section-summary": ("总体情况", "Summary"),
    "section-phases": ("各阶段进展", "Phases"),
    "section-units": ("各单位进展", "Units"),
    "section-kinds": ("问题分类与来源", "Categories and sources"),
    "section-returns": ("材料报送", "Returns"),
    "section-overdue": ("超期未整改问题", "Overdue issues"),
    "section-pictures": ("问题图片", "Pictures of issues"),
    "picture-of": ("{unit}第 {number} 号：{text}", "{unit}, no. {number}: {text}"),
    "section-carried": ("挂账问题", "Issues carried over"),
    "section-activities": ("活动开展与群众参与", "Activities and participation"),
    "section-effect": ("活动成效", "What the campaign achieved"),
    "section-acceptance": ("各单位检查验收情况", "Acceptance by unit"),
    "section-common": ("共性问题", "Common problems"),
    "section-awards": ("评奖结果", "Awards"),
    "section-practice": ("经验做法", "Good practice"),
    "says-natures": (
        "按性质分，问题{problems}件、缺陷{defects}件、隐患{hazards}件。",
        "{problems} problems, {defects} defects, {hazards} hazards.",
    ),
    "says-activities": (
        "开展活动{activities}次，走访检查{visits}次，培训{trained}人次，考核合格{passed}人次。",
        "{activities} activities, {visits} visits, {trained} persons trained, {passed} passed a test.",
    ),
    "says-ideas": (
        "征集金点子{ideas}条，采纳{adopted}条；科室申报改进项目{proposals}项。",
        "{ideas} ideas were offered, {adopted} adopted; {proposals} proposals of departments.",
    ),
    "says-surveys": (
        "满意度调查收回答卷{surveyed}份，满意{satisfied}份，满意率{satisfied_rate}。",
        "{surveyed} answers to surveys, {satisfied} satisfied ({satisfied_rate}).",
    ),
    "kpi": ("指标", "KPI"),
    "value": ("现值", "Value"),
    "aim": ("目标", "Aim"),
    "met": ("达标", "Met"),
    "before": ("活动前", "Before"),
    "change": ("变化", "Change"),
    "units-differ": ("填报单位不同", "told by other units"),
    "kpis-met": ("指标达标", "KPIs met"),
    "light": ("亮灯", "Light"),
    "green": ("绿", "green"),
    "yellow": ("黄", "yellow"),
    "red": ("红", "red"),
    "aim-at-least": ("≥{figure}", "≥{figure}"),
    "aim-at-most": ("≤{figure}", "≤{figure}"),
    "aim-falls": ("下降≥{figure}%", "falls by ≥{figure}%"),
    "judged-none": ("—", "—"),
    "common-problem": ("共性问题", "Common problem"),
    "issues-linked": ("涉及问题", "Issues"),
    "what-was-done": ("办理情况", "What was done"),
    "under-way": ("办理中", "under way"),
    "award": ("奖项", "Award"),
    "award-title": ("获奖项目", "Won by"),
    "award-period": ("期次", "Period"),
    "prize": ("奖励", "Prize"),
    "practice-title": ("做法", "Practice"),
    "practice-text": ("主要内容", "What it is"),
    "section-method": ("数据说明", "Method"),
    "says-issues": (
        "截至{day}，{unit}{below}共上账问题{entered}件，已销号{struck_off}件，销号率{strike_rate}；其中按期销号{on_time}件，按期率{on_time_rate}。",
        "As of {day}, {unit}{below}: {entered} issues entered, {struck_off} struck off ({strike_rate}), {on_time} of them on time ({on_time_rate}).",
    ),
    "says-acts": (
        "按次计，销号{strikes}次，重新上账{reopened}次。",
        "Counted by acts: {strikes} strike-offs, {reopened} reopenings.",
    ),
    "says-phase": (
        "截至{day}，{phase}阶段{unit}{below}新上账问题{entered}件，销号{struck_off}件（含以前阶段上账的）；其中按期销号{on_time}件，按期率{on_time_rate}。",
        "As of {day}, {phase}, {unit}{below}: {entered} issues entered, {struck_off} struck off, {on_time} on time ({on_time_rate}).",
    ),
    "says-below": ("及所属单位", " and the units under it"),
    "says-overdue": (
        "整改时限内未整改的累计{overdue}件，目前仍有{late_now}件超期未整改。",
        "{overdue} issues passed their fix clock; {late_now} of them still wait.",
    ),
    "says-carried": (
        "挂账{carried_over}件，其中{carried_open}件尚未销号。",
        "{carried_over} were carried over, of which {carried_open} are open.",
    ),
    "says-returns": (
        "应报材料{owed}份，按时报送{filed}份，逾期报送{late}份，缺报{missing}份。",
        "{owed} returns were owed: {filed} filed on time, {late} late, {missing} missing.",
    ),
    "says-checks": (
        "对照任务目标自查{answered}条次，发现不符合{findings}条次。",
        "{answered} targets were checked, {findings} did not conform.",
    ),
    "says-gap": ("{phase}未齐事项：{missing}。", "{phase}, missing: {missing}."),
    "says-best": ("问题较集中的类别是{categories}。", "Most issues fall under {categories}."),
    "kind-count": ("{kind}（{count}）", "{kind} ({count})"),
    "chart-progress": ("图1　累计上账与累计销号", "Figure 1. Entered and struck off, cumulative"),
    "chart-phases": ("图2　各阶段上账、销号、超期与挂账", "Figure 2. Entered, struck off, overdue and carried over by phase"),
    "chart-categories": ("图3　各类别问题销号情况", "Figure 3. Issues by category"),
    "told-in-no-book": ("在本密钥可见的台账中（尚）无此编号的记录。", "It stands in no book (yet) that this key may see."),
    "told-lag": (
        "台账还有 {ledger} 条待处理，报表还有 {reporting} 条待处理。",
        "The ledger has {ledger} records to handle, reporting {reporting}.",
    ),
    "told-lag-unknown": ("暂时无法得知台账进度。", "How far behind the ledger is cannot be told now."),
    "told-elsewhere": (
        "人员姓名（PersonNamed）和时间不记入任何台账；无法处理的记录由运维人员掌握（xiaohao dead list）。",
        "A person's name (PersonNamed) and the time are recorded in no book; what could not be handled lies with the operator (xiaohao dead list).",
    ),
    "made-by": ("本报告由“销号”系统依据台账自动生成", "Made by Xiaohao from the books"),
    **LISTS,
}


def text(language: Language, name: str, **values: object) -> str:
    """A text of the catalogue. Raises KeyError for one that it does not have."""
    return TEXTS[name][language == "en"].format(**values)


def said(language: Language, wording: Wording) -> str:
    """A wording of a plan."""
    return wording.en if language == "en" else wording.zh


def rate(part: int, whole: int) -> str:
    """A part of a whole in per cent, to one place, or to as many as show that it is not all, or not nothing; a dash where there is no whole."""
    return f"{_to_places(100 * part / whole, 1, (0, 100))}%" if whole else "—"


def figure(value: float, *bounds: float) -> str:
    """A figure to four digits, or to as many as show on which side of some bounds it lies; all those before the point, never with an exponent."""
    before = floor(log10(abs(value))) if value else 0
    told = _to_places(value, max(3 - before, 0), bounds)
    return told.rstrip("0").rstrip(".") if "." in told else told


def change(percent: float, *bounds: float) -> str:
    """By how many per cent something rose or fell, with its sign, to one place, or to as many as show on which side of some bounds it lies."""
    return f"{'' if percent < 0 else '+'}{_to_places(percent or 0.0, 1, bounds)}%"


def _to_places(value: float, least: int, bounds: Iterable[float]) -> str:
    sides = [(value > bound, value < bound) for bound in bounds]
    rounded = (f"{value:.{places}f}" for places in range(least, least + 12))
    return next((told for told in rounded if [(float(told) > bound, float(told) < bound) for bound in bounds] == sides), str(value))


def short(line: str, most: int = 90) -> str:
    """A text, shortened where it is long."""
    return line if len(line) <= most else line[: most - 1] + "…"
