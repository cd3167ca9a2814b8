"""Why something about ideas, proposals, awards and nominations is refused, in Chinese and English."""

from typing import Literal

Reason = Literal[
    "idea-entered", "idea-unknown", "idea-anonymous", "idea-judged", "idea-not-adopted", "idea-not-applied", "follow-through-own",
    "norm-proposed", "norm-unknown", "norm-judged", "no-unit-above", "reference-long", "proposal-entered", "proposal-unknown",
    "opinion-above", "proposal-above", "opinion-given", "award-unknown", "reward-unknown", "award-not-given", "award-period", "award-decided",
    "nominations-closed", "nominations-open", "nominator-class", "nominee-kind", "nominee-person", "nomination-idea", "nomination-entered",
    "nomination-unknown", "nomination-elsewhere", "judge-own-unit", "judge-nominee", "judge-twice", "round-not-open", "not-in-round",
    "points-wrong", "all-pass-on", "passes-many", "named-twice", "judges-few", "rounds-open", "winners-many", "not-recommended", "not-won",
]  # fmt: skip
REASONS: dict[str, tuple[str, str]] = {
    "idea-entered": ("金点子已登记，编号 {number}", "the idea is entered already, as number {number}"),
    "idea-unknown": ("台账中没有金点子 {subject}", "the book has no idea {subject}"),
    "idea-anonymous": (
        "匿名金点子不得写明提出人，请勿填写 offered_by",
        "an anonymous idea must not name who offered it; leave offered_by out",
    ),
    "idea-judged": (
        "金点子现为“{status}”；只有待审定的才能采纳或不采纳",
        "the idea is {status}; only one just offered can be adopted or declined",
    ),
    "idea-not-adopted": ("金点子现为“{status}”；须先采纳", "the idea is {status}; it must be adopted first"),
    "idea-not-applied": ("金点子现为“{status}”；须先实施", "the idea is {status}; it must be applied first"),
    "follow-through-own": ("督导人 {by} 即实施人，须由他人督导", "{by} applied it; somebody else must look whether it holds"),
    "norm-proposed": ("规范现为“{status}”，不能再次上报", "the norm is {status} already; it cannot be proposed again"),
    "norm-unknown": ("台账中没有收到规范 {subject}", "the book has received no norm {subject}"),
    "norm-judged": ("规范已审定：{status}", "the norm is judged already: {status}"),
    "no-unit-above": ("单位 {unit} 没有上级单位", "{unit} has no unit above it to send this to"),
    "reference-long": (
        "标识 {subject} 有 {length} 个字符，最多 {limit} 个；请用更短的自编号",
        "the subject {subject} has {length} characters, at most {limit}; use a shorter reference of your own",
    ),
    "proposal-entered": ("申报已登记，编号 {number}", "the proposal is entered already, as number {number}"),
    "proposal-unknown": ("台账中没有申报 {subject}", "the book has no proposal {subject}"),
    "opinion-above": (
        "对 {subject} 的意见由上级单位在其台账中给出",
        "the opinion on {subject} is given by the unit above, in its own book",
    ),
    "proposal-above": (
        "申报 {subject} 已上报上级单位，只有下级报来、尚在本单位的申报才能转报",
        "{subject} went up to the unit above already; only what a unit below sent and still lies here can be passed on",
    ),
    "opinion-given": ("申报已有考评意见", "the proposal has its opinion already"),
    "award-unknown": ("方案中没有奖项 {award}", "the plan has no award {award}"),
    "reward-unknown": (
        "方案中奖项 {award} 没有奖励 {reward}；有：{known}",
        "the plan has no reward {reward} for the award {award}; there are {known}",
    ),
    "award-not-given": (
        "奖项 {award} 由 {given_by} 类单位评定，本单位为 {unit_class}",
        "the award {award} is given by units of class {given_by}; this one is {unit_class}",
    ),
    "award-period": ("奖项 {award} 没有评选周期 {period}；有：{known}", "the award {award} has no period {period}; there are {known}"),
    "award-decided": ("奖项 {award}（{period}）已评定", "the award {award} of {period} is decided already"),
    "nominations-closed": (
        "奖项 {award}（{period}）受理申报的日期为 {first} 至 {last}",
        "nominations for {award} of {period} are taken from {first} to {last}",
    ),
    "nominations-open": (
        "奖项 {award}（{period}）{last} 前仍受理申报，其后才能结束第一轮",
        "nominations for {award} of {period} are taken until {last}; the first round can close only after it",
    ),
    "nominator-class": (
        "{unit_class} 类单位不能申报奖项 {award}；可申报的有 {classes}",
        "units of class {unit_class} cannot nominate for {award}; {classes} can",
    ),
    "nominee-kind": ("奖项 {award} 不授予 {nominee}；只授予 {nominees}", "the award {award} is not for a {nominee}; it is for {nominees}"),
    "nominee-person": ("个人奖须写明 person，集体奖不得写明", "a person is nominated by `person`, a team without it"),
    "nomination-idea": (
        "奖项 {award} 只奖励本台账中已采纳的金点子，{idea} 不是",
        "the award {award} is for adopted ideas of this book; {idea} is none",
    ),
    "nomination-entered": ("申报已登记，状态为“{status}”", "the nomination stands in the book already: {status}"),
    "nomination-unknown": ("台账中没有申报 {nomination}", "the book has no nomination {nomination}"),
    "nomination-elsewhere": (
        "申报现为“{status}”，本台账不能再处理",
        "the nomination is {status}: there is nothing to pass on or decline in this book",
    ),
    "judge-own-unit": (
        "评委单位 {unit} 即被申报人所在单位或申报单位，须回避",
        "{unit} is the nominee's own unit, or filed the nomination; its people do not judge it",
    ),
    "judge-nominee": ("评委 {by} 即被申报人，须回避", "{by} is nominated; somebody else must judge"),
    "judge-twice": ("评委 {by} 本轮（{round}）已打分", "{by} has scored this nomination in the round {round} already"),
    "round-not-open": ("轮次 {round} 未开放；当前轮次为 {open}", "the round {round} is not open; open is {open}"),
    "not-in-round": ("申报 {nomination} 不在轮次 {round} 中", "the nomination {nomination} is not in the round {round}"),
    "points-wrong": ("打分有误：{detail}", "the points are wrong: {detail}"),
    "all-pass-on": ("方案规定轮次 {round} 全部晋级；passes 须为空", "the plan lets all go on from the round {round}; leave passes empty"),
    "passes-many": ("轮次 {round} 晋级 {count} 个，最多 {limit} 个", "{count} go on from the round {round}; at most {limit} may"),
    "named-twice": ("申报 {nomination} 重复列出", "the nomination {nomination} is named twice"),
    "judges-few": (
        "申报 {nomination} 在轮次 {round} 只有 {count} 名评委打分，须有 {needed} 名",
        "the nomination {nomination} was scored by {count} judges in the round {round}; it needs {needed}",
    ),
    "rounds-open": ("轮次 {round} 尚未结束，不能评定", "the round {round} is not closed; nothing can be decided before"),
    "winners-many": ("获奖 {count} 个，名额 {limit} 个", "{count} win; there are {limit} places"),
    "not-recommended": ("奖项 {award} 不向上推荐", "the plan lets nobody be recommended upward for {award}"),
    "not-won": ("申报现为“{status}”；只有已获奖的才能推荐", "the nomination is {status}; only one that won can be recommended"),
}
